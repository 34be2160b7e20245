using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;

namespace Holdfast.Config.Nginx.Binding;

/// <summary><c>listen</c> of a server of http, stream or mail.</summary>
internal static class ListenReader
{
    /// <summary>Reads it; null, and reported, when it cannot be read.</summary>
    public static HttpListen? Read(BindContext context, NginxDirective directive)
    {
        string family = Families.Of(directive);
        if (NginxAddress.Read(directive[0], DefaultPort(family), isListen: true, hasUri: false,
            out NginxAddress address) is { } problem)
        {
            context.Bad(FindingCodes.BadAddress, directive, 0,
                $"{problem} in \"{directive[0]}\" of the \"listen\" directive",
                "an address, a port, or both: 192.0.2.1:80, [::1]:80, 80, unix:/path");
            return null;
        }
        var listen = new HttpListen
        {
            Address = address is { IsUnix: false, IsV6: true } ? V6Text(address.Host) : address.Host,
            Port = address.Port,
            LastPort = address.LastPort,
            IsUnix = address.IsUnix,
            IsV6 = address.IsV6,
            Span = directive.Span,
        };
        for (int i = 1; i < directive.Count; i++)
        {
            if (Parameter(context, directive, i, listen) is not { } next)
            {
                return null;
            }
            listen = next;
        }
        return family == "stream" && !StreamChecks.Fits(context, directive, listen) ? null : listen;
    }

    /// <summary>Where a server listens that names no port: mail has one for each protocol, stream has none.</summary>
    private static int DefaultPort(string family) => family == "http" ? 80 : 0;

    /// <summary>An address in one spelling, so that the same addresses are the same.</summary>
    private static string V6Text(string host)
        => Primitives.IpAddress.TryParse(host, out Primitives.IpAddress address) ? address.ToString() : host;

    private static HttpListen? Parameter(BindContext context, NginxDirective directive, int index, HttpListen listen)
    {
        string word = directive[index];
        (string name, string? value) = LineReaders.Split(word);
        if (value is not null)
        {
            return Valued(context, directive, index, listen, name, value);
        }
        string family = Families.Of(directive);
        switch (word)
        {
            case "udp" when family == "stream":
                return listen with { IsUdp = true };
            case "default_server" or "default" when family != "mail":
                return listen with { IsDefaultServer = true };
            case "ssl":
                return listen with { IsTls = true };
            case "http2" when family == "http":
                return listen with { IsHttp2 = true };
            case "quic" when family == "http":
                return listen with { IsQuic = true };
            case "proxy_protocol":
                return listen with { HasProxyProtocol = true };
            case "reuseport" when family != "mail":
                return listen with { ReusesPort = true, Binds = true };
            case "bind":
                return listen with { Binds = true };
            case "deferred" when family != "mail":
                return listen with { IsDeferred = true, Binds = true };
            case "multipath":
                return listen with { IsMultipath = true, Binds = true };
            default:
                context.Bad(directive, index, Invalid(directive, index), null,
                    Text.NearestWord.Find(word, s_words));
                return null;
        }
    }

    private static HttpListen? Valued(
        BindContext context, NginxDirective directive, int index, HttpListen listen, string name, string value)
    {
        string? problem = null;
        switch (name)
        {
            case "backlog" or "fastopen" when !NginxNumbers.TryNumber(value, out long n)
                || n > int.MaxValue || (n == 0 && name == "backlog"):
                problem = $"invalid {name} \"{directive[index]}\"";
                break;
            case "backlog":
                return listen with { Backlog = (int)Number(value), Binds = true };
            case "fastopen":
                return listen with { FastOpenQueue = (int)Number(value), Binds = true };
            case "rcvbuf" or "sndbuf" when !NginxNumbers.TrySize(value, out _):
                problem = $"invalid {name} \"{directive[index]}\"";
                break;
            case "rcvbuf" when NginxNumbers.TrySize(value, out long bytes):
                return listen with { ReceiveBufferBytes = bytes, Binds = true };
            case "sndbuf" when NginxNumbers.TrySize(value, out long bytes):
                return listen with { SendBufferBytes = bytes, Binds = true };
            case "ipv6only" when value is not ("on" or "off"):
                problem = Invalid(directive, index);
                break;
            case "ipv6only" when !listen.IsV6:
                context.Findings.ReportOwn(FindingCodes.Cosmetic, directive.Order, directive.SpanOf(index),
                    $"ipv6only has no effect on \"{directive[0]}\"");
                return listen with { Binds = true };
            case "ipv6only":
                return listen with { IsV6Only = value == "on", Binds = true };
            case "so_keepalive":
                if (KeepAlive(value) is { } keepAlive)
                {
                    return listen with { KeepAlive = keepAlive, Binds = true };
                }
                problem = $"invalid so_keepalive value: \"{value}\"";
                break;
            case "setfib" or "accept_filter" when Families.Of(directive) != "mail":
                context.Findings.ReportOwn(FindingCodes.Cosmetic, directive.Order, directive.SpanOf(index),
                    $"\"{name}\" is for FreeBSD and has no effect");
                return listen;
            default:
                problem = Invalid(directive, index);
                break;
        }
        context.Bad(directive, index, problem);
        return null;
    }

    private static string Invalid(NginxDirective directive, int index) => Families.Of(directive) == "http"
        ? $"invalid parameter \"{directive[index]}\"" : $"the invalid \"{directive[index]}\" parameter";

    private static long Number(string text) => NginxNumbers.TryNumber(text, out long n) ? n : 0;

    private static TcpKeepAlive? KeepAlive(string value)
    {
        if (value is "on" or "off")
        {
            return new TcpKeepAlive(value == "on", null, null, null);
        }
        string[] parts = value.Split(':');
        if (parts.Length > 3 || parts.All(static p => p.Length == 0) || parts.Length == 1)
        {
            return null;
        }
        TimeSpan idle = default, interval = default;
        long count = 0;
        string second = parts[1], third = parts.Length > 2 ? parts[2] : "";
        if ((parts[0].Length > 0 && !NginxTimes.TrySeconds(parts[0], out idle))
            || (second.Length > 0 && !NginxTimes.TrySeconds(second, out interval))
            || (third.Length > 0 && (!NginxNumbers.TryNumber(third, out count) || count > int.MaxValue)))
        {
            return null;
        }
        return new TcpKeepAlive(true, parts[0].Length > 0 ? idle : null, second.Length > 0 ? interval : null,
            third.Length > 0 ? (int)count : null);
    }

    private static readonly string[] s_words =
    [
        "default_server", "ssl", "http2", "quic", "proxy_protocol", "reuseport", "bind", "deferred", "multipath",
        "backlog", "fastopen", "rcvbuf", "sndbuf", "ipv6only", "so_keepalive",
    ];
}
