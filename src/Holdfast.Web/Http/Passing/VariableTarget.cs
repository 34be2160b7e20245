using System.Buffers.Text;
using System.Text;
using Holdfast.Http.Headers;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Http.Passing;

/// <summary>A <c>proxy_pass</c> with variables: where it leads is known with the request.</summary>
internal static class VariableTarget
{
    /// <summary>Finds the upstream that an address names.</summary>
    /// <returns>Null: it names none, and the request was answered.</returns>
    internal static UpstreamProgram? Choose(PassedRequest passed, ReadOnlySpan<byte> url, UpstreamTable upstreams)
    {
        Exchange exchange = passed.Exchange;
        bool isTls = StartsWith(url, "https://"u8);
        if (!isTls && !StartsWith(url, "http://"u8))
        {
            exchange.Report(ErrorLevel.Error, $"invalid URL prefix in \"{Encoding.UTF8.GetString(url)}\"");
            exchange.FinishWith(500);
            return null;
        }
        ReadOnlySpan<byte> rest = url[(isTls ? 8 : 7)..];
        bool isUnix = rest.StartsWith("unix:"u8);
        int end = isUnix ? rest[5..].IndexOf((byte)':') is var at and >= 0 ? at + 5 : -1
            : rest.IndexOfAny((byte)'/', (byte)'?');
        ReadOnlySpan<byte> place = end < 0 ? rest : rest[..end];
        ReadOnlySpan<byte> uri = end < 0 ? default : isUnix ? rest[(end + 1)..] : rest[end..];
        int port = isTls ? 443 : 80;
        int colon = isUnix ? -1 : place.LastIndexOf((byte)':');
        bool hasPort = colon >= 0 && !place[colon..].Contains((byte)']')
            && Utf8Parser.TryParse(place[(colon + 1)..], out port, out int used) && used == place.Length - colon - 1;
        ReadOnlySpan<byte> host = isUnix ? place[5..] : hasPort ? place[..colon] : place;
        passed.Uri = exchange.Request.Arena.Remember(uri is [(byte)'?', ..] ? [(byte)'/', .. uri] : uri);
        passed.HasVariableUrl = true;
        passed.IsTls = isTls;
        passed.HostAndPort = isUnix ? "localhost"u8.ToArray()
            : exchange.Request.Arena.Remember(hasPort && port == (isTls ? 443 : 80) ? host : place);
        UpstreamProgram? found = upstreams.FindOrLook(Encoding.UTF8.GetString(host), port, hasPort, isUnix);
        if (found is null)
        {
            exchange.Report(ErrorLevel.Error, $"no resolver defined to resolve {Encoding.UTF8.GetString(host)}");
            exchange.FinishWith(502);
        }
        return found;
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start)
        => text.Length >= start.Length && HttpText.EqualsIgnoreCase(text[..start.Length], start);
}
