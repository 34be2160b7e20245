using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Http.H1;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Proxying;
using Holdfast.Nginx.Texts;

namespace Holdfast.Web.Http.Passing;

/// <summary><c>proxy_pass</c> of a place.</summary>
internal sealed class ProxyProgram : PassProgram
{
    private readonly UpstreamProgram? _fixed;
    private readonly UpstreamTable _upstreams;
    private readonly CompiledText _url;
    private readonly byte[] _uri;
    private readonly ProxyFields _fields;
    private readonly CompiledText? _method;
    private readonly CompiledText? _body;
    private readonly bool _isHttp11;

    internal ProxyProgram(
        ProxyTarget target, ProxySettings settings, UpstreamTable upstreams, TextCompiler texts, bool isOld)
        : base(settings)
    {
        _upstreams = upstreams;
        _url = texts.Compile(target.Url);
        _uri = Encoding.UTF8.GetBytes(target.Uri ?? "");
        _method = settings.Method is { } method ? texts.Compile(method) : null;
        _body = settings.SetBody is { } body ? texts.Compile(body) : null;
        _isHttp11 = settings.HttpVersion is { } version ? version != "1.0" : !isOld;
        _fields = new ProxyFields(settings, texts, closes: isOld);
        IsTls = target.IsTls;
        FixedHost = target.HostAndPort is { } host ? Encoding.UTF8.GetBytes(target.IsUnix ? "localhost" : host) : null;
        _fixed = target.Host is { } name ? upstreams.Of(name, target.Port, target.HasPort, target.IsUnix) : null;
        Port = Encoding.ASCII.GetBytes(target.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Whether the peer speaks TLS; of one without variables.</summary>
    internal bool IsTls { get; }

    /// <summary><c>$proxy_host</c>; null: it depends on the request.</summary>
    internal byte[]? FixedHost { get; }

    /// <summary><c>$proxy_port</c> of one without variables.</summary>
    internal byte[] Port { get; }

    internal override string Scheme => IsTls ? "https" : "http";

    internal override UpstreamProgram? Choose(PassedRequest passed)
    {
        if (_fixed is { } known)
        {
            passed.Uri = _uri;
            passed.HasVariableUrl = false;
            passed.HostAndPort = FixedHost;
            return known;
        }
        return VariableTarget.Choose(passed, _url.Evaluate(passed.Exchange.Request), _upstreams);
    }

    internal override void WriteHead(PassedRequest passed, TextBuilder to)
    {
        Exchange exchange = passed.Exchange;
        ReadOnlySpan<byte> method = _method is { } other ? other.Evaluate(exchange.Request) : exchange.Method;
        passed.OffersUpgrade = exchange.View.Find(KnownHeader.Upgrade) >= 0;
        passed.SentMethod = exchange.IsHead ? RequestMethod.Head : RequestMethod.Get;
        to.Put(method);
        to.Put((byte)' ');
        PassedTarget.Put(exchange.Request, passed.Uri.Span, passed.HasVariableUrl, to);
        to.Put(_isHttp11 ? " HTTP/1.1\r\n"u8 : " HTTP/1.0\r\n"u8);
        long length = BodyLength(passed);
        passed.SendsChunks = length == Chunked;
        _fields.Put(passed, length, to);
        if (Settings.PassesRequestHeaders)
        {
            PutClientFields(exchange, to);
        }
        to.Put("\r\n"u8);
        if (_body is { } body)
        {
            body.Put(exchange.Request, to);
        }
    }

    internal override ResponseReader CreateReader() => new HttpResponseReader();

    internal const long NoBody = -1;
    internal const long Chunked = -2;

    /// <summary>Bytes of the body that is sent, <see cref="NoBody"/> or <see cref="Chunked"/>.</summary>
    private long BodyLength(PassedRequest passed)
    {
        Exchange exchange = passed.Exchange;
        if (_body is { } body)
        {
            return body.Evaluate(exchange.Request).Length;
        }
        if (exchange.Parent is not null)
        {
            return NoBody;
        }
        BodyFraming framing = exchange.Head.Body;
        if (framing.Kind == BodyKind.Chunked)
        {
            return exchange.Session.IsBodyRead ? exchange.Body.Length : Chunked;
        }
        return framing.Kind == BodyKind.Length ? framing.Length
            : exchange.View.Find(KnownHeader.ContentLength) >= 0 ? 0 : NoBody;
    }

    private void PutClientFields(Exchange exchange, TextBuilder to)
    {
        HeadView view = exchange.View;
        HeaderTable headers = exchange.Head.Headers;
        bool allowsUnderscores = exchange.Session.Default.AllowsUnderscores;
        for (int i = 0; i < headers.Count; i++)
        {
            ReadOnlySpan<byte> name = view.NameAt(i);
            if ((headers[i].Id == KnownHeader.ContentLength && exchange.Parent is not null)
                || _fields.Sets(headers[i].Id, name) || (!allowsUnderscores && name.Contains((byte)'_')))
            {
                continue;
            }
            to.Put(name);
            to.Put(": "u8);
            to.Put(view.ValueAt(i));
            to.Put("\r\n"u8);
        }
    }
}
