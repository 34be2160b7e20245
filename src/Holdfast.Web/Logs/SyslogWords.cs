using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Web.Logs;

/// <summary>What follows <c>syslog:</c> in a directive.</summary>
/// <param name="Server">Address, name or <c>unix:</c> with a path.</param>
internal sealed record SyslogWords(string Server)
{
    private const int DefaultPort = 514;
    private const int TagMax = 32;

    private static readonly string[] s_facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "intern", "lpr", "news", "uucp", "clock", "authpriv", "ftp", "ntp",
        "audit", "alert", "cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    private static readonly string[] s_severities =
        ["emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"];

    /// <summary>Number of the facility. Default that of local7.</summary>
    internal int Facility { get; private init; } = 23;

    /// <summary>Number of the severity of lines that have none. Default that of info.</summary>
    internal int Severity { get; private init; } = 6;

    /// <summary>Default nginx.</summary>
    internal string Tag { get; private init; } = "nginx";

    /// <summary>Whether the name of the host is said. Default true; <c>nohostname</c>.</summary>
    internal bool HasHostName { get; private init; } = true;

    /// <summary>Reads the words.</summary>
    /// <exception cref="InvalidOperationException">They cannot be read.</exception>
    internal static SyslogWords Read(string text)
    {
        var words = new SyslogWords("");
        foreach (string word in text.Split(','))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string value = equals < 0 ? "" : word[(equals + 1)..];
            words = (equals < 0 ? word : word[..equals]) switch
            {
                "server" => words with { Server = value },
                "facility" => words with { Facility = IndexOf(s_facilities, value, "facility") },
                "severity" => words with { Severity = IndexOf(s_severities, value, "severity") },
                "tag" when value.Length is > 0 and <= TagMax && value.All(static c => char.IsAsciiLetterOrDigit(c)
                    || c == '_') => words with { Tag = value },
                "tag" => throw new InvalidOperationException(
                    "syslog \"tag\" only allows alphanumeric characters and underscore"),
                "nohostname" => words with { HasHostName = false },
                _ => throw new InvalidOperationException($"unknown syslog parameter \"{word}\""),
            };
        }
        return words.Server.Length > 0 ? words : throw new InvalidOperationException("no syslog server specified");
    }

    /// <summary>Where lines go.</summary>
    /// <exception cref="InvalidOperationException">The server has no address.</exception>
    internal SocketEndpoint Resolve()
    {
        if (Server.StartsWith("unix:", StringComparison.Ordinal))
        {
            return SocketEndpoint.TryUnix(Server["unix:".Length..], out SocketEndpoint? path) ? path!
                : throw new InvalidOperationException($"the path of syslog server \"{Server}\" is too long");
        }
        int close = Server.LastIndexOf(']');
        int colon = Server.IndexOf(':', close + 1);
        string host = (colon < 0 ? Server : Server[..colon]).Trim('[', ']');
        int port = DefaultPort;
        if (colon >= 0
            && !int.TryParse(Server[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port))
        {
            throw new InvalidOperationException($"invalid port in syslog server \"{Server}\"");
        }
        return new SocketEndpoint(AddressOf(host), port);
    }

    private static IpAddress AddressOf(string host)
    {
        if (IpAddress.TryParse(host, out IpAddress address))
        {
            return address;
        }
        try
        {
            return IpAddress.From(Dns.GetHostAddresses(host)[0]);
        }
        catch (Exception e) when (e is SocketException or ArgumentException or IndexOutOfRangeException)
        {
            throw new InvalidOperationException($"host not found in syslog server \"{host}\"", e);
        }
    }

    private static int IndexOf(string[] names, string name, string what)
        => Array.IndexOf(names, name) is >= 0 and var index ? index
            : throw new InvalidOperationException($"unknown syslog {what} \"{name}\"");
}
