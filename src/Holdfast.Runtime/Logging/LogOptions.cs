namespace Holdfast.Runtime.Logging;

/// <summary>How important a message is; the numbers are syslog's severities (RFC 5424 §6.2.1).</summary>
public enum LogLevel : byte
{
    /// <summary>Something does not work.</summary>
    Error = 3,

    /// <summary>Something may not work.</summary>
    Warning = 4,

    /// <summary>Uncommon, but right.</summary>
    Notice = 5,

    /// <summary>What keepalived logs by default.</summary>
    Info = 6,

    /// <summary>Details (<c>-D</c>).</summary>
    Debug = 7,
}

/// <summary>How lines on the console and in files look.</summary>
public enum LogFormat : byte
{
    /// <summary>"Mon Nov 23 02:01:52 2026: message", as keepalived writes it.</summary>
    Keepalived,

    /// <summary>"2026-11-23T02:01:52.123456Z holdfast[12] info: message".</summary>
    Plain,

    /// <summary>
    /// One JSON object a line: time (RFC 3339), level, process, pid, message; and event with its fields, such as
    /// instance, from, to, reason and cause of a transition.
    /// </summary>
    Json,
}

/// <summary>Where messages go.</summary>
public sealed record LogOptions
{
    /// <summary>Name in syslog and in plain lines, such as "Keepalived_vrrp".</summary>
    public required string Identity { get; init; }

    /// <summary>Whether to write to standard error (<c>-l</c>). Default false.</summary>
    public bool Console { get; init; }

    /// <summary>Whether to write to syslog (not <c>-G</c>). Default true.</summary>
    public bool Syslog { get; init; } = true;

    /// <summary>Syslog's socket. Default /dev/log.</summary>
    public string SyslogPath { get; init; } = "/dev/log";

    /// <summary>Syslog's facility (<c>-S</c>). Default 3, daemon.</summary>
    public int SyslogFacility { get; init; } = 3;

    /// <summary>File to append to (<c>-g</c>); null: none.</summary>
    public string? File { get; init; }

    /// <summary>Told each message that is important enough, besides; null: nobody.</summary>
    public Action<LogLevel, string>? Sink { get; init; }

    /// <summary>Messages less important than this are dropped. Default <see cref="LogLevel.Info"/>.</summary>
    public LogLevel Level { get; init; } = LogLevel.Info;

    /// <summary>Default <see cref="LogFormat.Plain"/>.</summary>
    public LogFormat Format { get; init; } = LogFormat.Plain;
}
