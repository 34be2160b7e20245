using System.Text;
using Holdfast.Balancing.Hashing;
using Holdfast.Balancing.Keys;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;

namespace Holdfast.Proxy.Programs;

/// <summary>What a request is hashed by.</summary>
/// <param name="context">The request, or connection.</param>
public delegate HashKey BalanceKey(RequestContext context);

/// <summary>Keys of <c>balance</c>.</summary>
internal static class BalanceKeys
{
    /// <summary>The key of an algorithm that hashes; null for all others.</summary>
    internal static BalanceKey? Compile(BalanceModel model, HashMethod method, CompileEnvironment environment)
    {
        switch (model.Algorithm)
        {
            case "source":
                return context => SourceKey.Of(method, context.Client.Source);
            case "uri":
                UriKey uri = new()
                {
                    IsWhole = model.UriWhole, MaxLength = model.UriLength, Depth = model.UriDepth,
                    IsPathOnly = model.UriPathOnly,
                };
                return context => uri.Of(method, context.Request.Target);
            case "url_param":
                return Parameter(new UrlParameterKey(Encoding.UTF8.GetBytes(model.Name)), model.ChecksPost, method);
            case "hdr":
                return Header(ByteText.ToBytes(model.Name), new HeaderKey(model.UsesDomainOnly), method);
            case "rdp-cookie":
                RdpCookieKey rdp = new(ByteText.ToBytes(model.Name));
                return context => rdp.Of(method, context.Source.Request);
            case "hash" when model.Hash is { } expression:
                CompiledExpression compiled = SampleCompiler.Compile(expression, environment);
                return context =>
                {
                    var sample = new Sample();
                    return compiled.TryEvaluateAs(SampleType.Binary, context, ref sample)
                        ? method.Hash(sample.Bytes) : HashKey.None;
                };
            default:
                return null;
        }
    }

    private static BalanceKey Parameter(UrlParameterKey key, bool checksPost, HashMethod method) => context =>
    {
        HeadView request = context.Request;
        HashKey found = key.Of(method, request.Target);
        return found.HasValue || !checksPost || request.Head.Method != RequestMethod.Post
            ? found : key.OfBody(method, context.Source.RequestBody);
    };

    private static BalanceKey Header(byte[] name, HeaderKey key, HashMethod method) => context =>
        context.Request.TryValue(name, 1, out ReadOnlySpan<byte> value) && !value.IsEmpty
            ? key.Of(method, value) : HashKey.None;
}
