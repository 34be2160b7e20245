using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using static Holdfast.Config.Keepalived.Planning.ModelText;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>The settings of a checker as words with values; equal words mean an equal checker.</summary>
internal static class CheckerWords
{
    /// <summary>All settings, in the order of the manual.</summary>
    public static IEnumerable<(string Word, string Value)> Of(CheckerModel checker)
    {
        IEnumerable<(string, string)> own = checker switch
        {
            HttpCheckModel http => Http(http),
            UdpCheckModel udp => Udp(udp),
            SmtpCheckModel smtp => [("helo_name", smtp.HeloName)],
            DnsCheckModel dns => [("type", dns.QueryType), ("name", dns.QueryName)],
            MiscCheckModel misc =>
            [
                ("misc_path", Command(misc.Command)), ("misc_timeout", Time(misc.Timeout)),
                ("misc_dynamic", Switch(misc.IsDynamic)),
            ],
            FileCheckModel file =>
                [("track_file", file.TrackFile), ("weight", Number(file.Weight) + (file.Reverse ? " reverse" : ""))],
            BfdCheckModel bfd => [("name", bfd.Name)],
            _ => [],
        };
        CheckTimingModel timing = checker.Timing;
        return own.Concat(checker is NetworkCheckerModel network ? Connection(network.Connection) : []).Concat(
        [
            ("delay_loop", Time(timing.DelayLoop)), ("retry", Number(timing.Retries)),
            ("delay_before_retry", Time(timing.DelayBeforeRetry)), ("warmup", Time(timing.Warmup)),
            ("alpha", Switch(timing.Alpha)), ("log_all_failures", Switch(timing.LogAllFailures)),
        ]);
    }

    private static IEnumerable<(string, string)> Connection(CheckConnectionModel connection) =>
    [
        ("connect_ip", Optional(connection.Address)), ("connect_port", Number(connection.Port)),
        ("bindto", Optional(connection.BindAddress)), ("bind_port", Number(connection.BindPort)),
        ("bind_if", connection.BindInterface ?? ""), ("fwmark", Number(connection.Mark)),
        ("connect_timeout", Time(connection.Timeout)),
    ];

    private static IEnumerable<(string, string)> Udp(UdpCheckModel udp) =>
    [
        ("payload", Bytes(udp.Payload)),
        ("require_reply", udp.RequireReply ? $"{Bytes(udp.Reply)}/{Bytes(udp.ReplyMask)}" : Unused(udp)),
        ("min_reply_length", Number(udp.ReplyBytesMin)), ("max_reply_length", Number(udp.ReplyBytesMax)),
    ];

    private static string Unused(UdpCheckModel udp)
        => udp.Reply.IsEmpty && udp.ReplyMask.IsEmpty ? "off" : $"off {Bytes(udp.Reply)}/{Bytes(udp.ReplyMask)}";

    private static IEnumerable<(string, string)> Http(HttpCheckModel http)
    {
        yield return ("http_protocol", http.Protocol switch
        {
            HttpCheckProtocol.Http10Close => "1.0c",
            HttpCheckProtocol.Http11 => "1.1",
            _ => "1.0",
        });
        yield return ("fast_recovery", Switch(http.FastRecovery));
        yield return ("enable_sni", Switch(http.EnableSni));
        yield return ("sni_name", http.SniName ?? "");
        yield return ("tls", Switch(http.IsTls));
        for (int i = 0; i < http.Urls.Length; i++)
        {
            string prefix = http.Urls.Length == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"url {i + 1} ");
            foreach ((string word, string value) in Url(http.Urls[i]))
            {
                yield return (prefix + word, value);
            }
        }
    }

    private static IEnumerable<(string, string)> Url(HttpUrlModel url)
    {
        yield return ("path", url.Path);
        yield return ("virtualhost", url.VirtualHost ?? "");
        yield return ("digest", Bytes(url.Digest));
        yield return ("status_code", string.Join(' ', url.StatusCodes.Select(static s
            => s.First == s.Last ? Number(s.First) : $"{Number(s.First)}-{Number(s.Last)}")));
        yield return ("tls_compliant", Switch(url.TlsCompliant));
        if (url.Regex is { } regex)
        {
            yield return (regex.IsForbidden ? "regex_no_match" : "regex", Words([regex.Pattern]));
            yield return ("regex_options", Words(regex.Options));
            yield return ("regex_min_offset", Number(regex.OffsetMin));
            yield return ("regex_max_offset", Number(regex.OffsetMax));
            yield return ("regex_stack", $"{Number(regex.StackStart)} {Number(regex.StackMax)}");
        }
    }

    private static string Bytes(ImmutableArray<byte> bytes) => Convert.ToHexStringLower(bytes.AsSpan());
}
