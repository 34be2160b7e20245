using System.Globalization;
using System.Text;
using Holdfast.Config.Keepalived.Model;

namespace Holdfast.Runtime.Checks;

/// <summary>A text that is equal exactly when two checkers of two configurations are the same.</summary>
/// <remarks>
/// That is so when they ask the same thing of the same server in the same way. How often and how patiently is not part
/// of it: a server that is known to be dead stays so when only its <c>delay_loop</c> changes, as in the original.
/// </remarks>
internal static class CheckKey
{
    /// <summary>The key of a checker: its service, its server, its place among equals, and what it asks.</summary>
    internal static string Of(VirtualServerModel service, RealServerModel server, int checker, SslModel? ssl)
    {
        var text = new StringBuilder(256);
        CheckerModel model = server.Checkers[checker];
        text.Append(CultureInfo.InvariantCulture, $"{service.Name}|{server.Address}|{server.Port}|{model.Keyword}|");
        if (model is NetworkCheckerModel network)
        {
            text.Append(network.Connection with { Timeout = default });
        }
        switch (model)
        {
            case HttpCheckModel http:
                AppendHttp(text, http, ssl);
                break;
            case SmtpCheckModel smtp:
                text.Append(smtp.HeloName);
                break;
            case DnsCheckModel dns:
                text.Append(dns.QueryType).Append(' ').Append(dns.QueryName);
                break;
            case UdpCheckModel udp:
                text.Append(CultureInfo.InvariantCulture,
                    $"{udp.RequireReply} {udp.ReplyBytesMin} {udp.ReplyBytesMax} ");
                AppendBytes(text, udp.Payload);
                AppendBytes(text, udp.Reply);
                AppendBytes(text, udp.ReplyMask);
                break;
            case MiscCheckModel misc:
                text.Append(CultureInfo.InvariantCulture,
                    $"{misc.IsDynamic} {misc.Command.User} {misc.Command.Group} ");
                text.AppendJoin('\0', misc.Command.Arguments);
                break;
            case FileCheckModel file:
                text.Append(CultureInfo.InvariantCulture, $"{file.TrackFile} {file.Weight} {file.Reverse}");
                break;
            case BfdCheckModel bfd:
                text.Append(bfd.Name);
                break;
            default:
                break;
        }
        int equals = 0;
        for (int i = 0; i < checker; i++)
        {
            equals += server.Checkers[i].GetType() == model.GetType() ? 1 : 0;
        }
        return text.Append(CultureInfo.InvariantCulture, $"|{equals}").ToString();
    }

    private static void AppendHttp(StringBuilder text, HttpCheckModel http, SslModel? ssl)
    {
        text.Append(CultureInfo.InvariantCulture,
            $"{http.Protocol} {http.EnableSni} {http.SniName} {(http.IsTls ? ssl : null)}");
        foreach (HttpUrlModel url in http.Urls)
        {
            text.Append(CultureInfo.InvariantCulture, $"|{url.Path}\0{url.VirtualHost}\0{url.TlsCompliant} ");
            AppendBytes(text, url.Digest);
            text.AppendJoin(',', url.StatusCodes);
            if (url.Regex is { } regex)
            {
                text.Append(CultureInfo.InvariantCulture, $"{regex.Pattern}\0{regex.IsForbidden} {regex.OffsetMin} ");
                text.Append(CultureInfo.InvariantCulture, $"{regex.OffsetMax} {regex.StackStart} {regex.StackMax} ");
                text.AppendJoin(',', regex.Options);
            }
        }
    }

    private static void AppendBytes(StringBuilder text, System.Collections.Immutable.ImmutableArray<byte> bytes)
        => text.Append(Convert.ToHexString(bytes.AsSpan())).Append(' ');
}
