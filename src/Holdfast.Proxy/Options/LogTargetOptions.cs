using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Logs;

namespace Holdfast.Proxy.Options;

/// <summary>What stands before the text of a log line.</summary>
public enum LogLayout : byte
{
    /// <summary>"&lt;134&gt;Nov  3 10:00:00 haproxy[12]: ": RFC 3164 without the host, as /dev/log takes it.</summary>
    Syslog,

    /// <summary>The same with the host: RFC 3164 as it is written.</summary>
    Rfc3164,

    /// <summary>RFC 5424.</summary>
    Rfc5424,

    /// <summary>The level, and the date by ISO 8601.</summary>
    Timed,

    /// <summary>That date alone.</summary>
    Iso,

    /// <summary>"&lt;6&gt;": the level alone, as systemd reads it.</summary>
    Short,

    /// <summary>"&lt;134&gt;": the priority alone.</summary>
    Priority,

    /// <summary>Nothing.</summary>
    Raw,
}

/// <summary>Where log lines go: one of <see cref="Path"/>, <see cref="Endpoint"/> and <see cref="Fd"/>.</summary>
public sealed record LogTargetOptions
{
    /// <summary>Path of a datagram socket; null: another target.</summary>
    public string? Path { get; init; }

    /// <summary>Where UDP is sent to; null: another target.</summary>
    public SocketEndpoint? Endpoint { get; init; }

    /// <summary>A descriptor that is written to, one line after the other; −1: another target.</summary>
    public int Fd { get; init; } = -1;

    /// <summary>What stands before the text.</summary>
    public LogLayout Layout { get; init; }

    /// <summary>Name of the program. Default haproxy.</summary>
    public string Tag { get; init; } = "haproxy";

    /// <summary>Name of the host; null: what the layout has for none.</summary>
    public string? HostName { get; init; }

    /// <summary>Which lines are sent; null: all.</summary>
    public LogSampling? Sampling { get; init; }

    /// <summary>Syslog's number of the facility, 0 to 23. Default 16, local0.</summary>
    public int Facility { get; init; } = 16;

    /// <summary>Longest line in bytes. Default 1024.</summary>
    public int Length { get; init; } = 1024;

    /// <summary>Lines that are less severe, by number higher, are not sent. Default 7: all are.</summary>
    public int MaximumLevel { get; init; } = 7;

    /// <summary>No line is sent as more severe than this. Default 0.</summary>
    public int MinimumLevel { get; init; }
}
