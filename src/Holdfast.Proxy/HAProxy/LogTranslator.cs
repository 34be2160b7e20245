using System.Globalization;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.HAProxy;

/// <summary><c>log</c> lines.</summary>
internal static class LogTranslator
{
    private const int SyslogPort = 514;

    private static readonly string[] s_facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "auth2", "ftp", "ntp",
        "audit", "alert", "cron2", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    internal static LogTargetOptions? Translate(
        LogTarget target, string tag, string? host, EndpointTranslator endpoints, TranslationProblems problems)
    {
        LogLayout? layout = target.Format switch
        {
            "local" => LogLayout.Syslog,
            "rfc3164" => LogLayout.Rfc3164,
            "rfc5424" => LogLayout.Rfc5424,
            "timed" => LogLayout.Timed,
            "iso" => LogLayout.Iso,
            "short" => LogLayout.Short,
            "raw" => LogLayout.Raw,
            "priority" => LogLayout.Priority,
            _ => null,
        };
        if (layout is null)
        {
            problems.Add(target.Span, $"log format {target.Format} is not written yet",
                "use local, rfc3164, short, priority or raw");
        }
        LogSampling? sampling = target.Sample is { } sample ? LogSampling.Parse(sample) : null;
        if (target.Sample is not null && sampling is null)
        {
            problems.Add(target.Span, $"'{target.Sample}' does not say which lines are sent");
        }
        var options = new LogTargetOptions
        {
            Tag = tag,
            HostName = host,
            Sampling = sampling,
            Layout = layout ?? LogLayout.Syslog,
            Facility = Math.Max(0, Array.IndexOf(s_facilities, target.Facility ?? "kern")),
            Length = target.Length,
            MaximumLevel = target.MaximumLevel,
            MinimumLevel = target.MinimumLevel,
        };
        return target.Address switch
        {
            "stdout" => options with { Fd = 1 },
            "stderr" => options with { Fd = 2 },
            ['/', ..] => options with { Path = target.Address },
            _ when target.Address.Contains('@', StringComparison.Ordinal) => Refuse(target, problems),
            _ => Udp(options, target, endpoints),
        };
    }

    private static LogTargetOptions? Refuse(LogTarget target, TranslationProblems problems)
    {
        problems.Add(target.Span, $"log lines cannot go to '{target.Address}' yet",
            "use an address, the path of a socket, stdout or stderr");
        return null;
    }

    private static LogTargetOptions? Udp(LogTargetOptions options, LogTarget target, EndpointTranslator endpoints)
    {
        string host = target.Address;
        int port = SyslogPort;
        int colon = host.LastIndexOf(':');
        if (colon >= 0
            && int.TryParse(host[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int own)
            && own is > 0 and <= 65_535)
        {
            port = own;
            host = host[..colon];
        }
        host = host.Trim('[', ']');
        var endpoint = new EndpointModel(EndpointKind.Inet, host, target.Span)
        {
            Address = IpAddress.TryParse(host, out IpAddress address) ? address : null,
        };
        return endpoints.AddressOf(endpoint) is { } found
            ? options with { Endpoint = new SocketEndpoint(found, port) } : null;
    }
}
