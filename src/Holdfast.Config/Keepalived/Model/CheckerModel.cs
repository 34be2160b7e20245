using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Model;

/// <summary>When a checker runs and how its results are judged (keepalived.conf(5), real_server).</summary>
/// <param name="DelayLoop">Time from the end of a check to the begin of the next. Default 60 s.</param>
/// <param name="Retries">Checks that may fail after a first failure while it is up. Default 1; DNS 3, MISC 0.</param>
/// <param name="DelayBeforeRetry">Time before such a check. Default 1 s; HTTP 3 s, DNS the delay loop.</param>
/// <param name="Warmup">The first check comes at a random time up to this. Default: the delay loop.</param>
/// <param name="Alpha">Whether it counts as failed until it has succeeded.</param>
/// <param name="LogAllFailures">Whether every failure is logged, not only the one that counts.</param>
public sealed record CheckTimingModel(
    TimeSpan DelayLoop, int Retries, TimeSpan DelayBeforeRetry, TimeSpan Warmup, bool Alpha, bool LogAllFailures);

/// <summary>Where a checker connects to, and from where.</summary>
/// <param name="Address"><c>connect_ip</c>. Default: the server's.</param>
/// <param name="Port"><c>connect_port</c>. Default: the server's; 0 when there is none.</param>
/// <param name="BindAddress"><c>bindto</c>; none: the kernel's choice.</param>
/// <param name="BindPort"><c>bind_port</c>; 0: the kernel's choice.</param>
/// <param name="BindInterface"><c>bind_if</c>; null: any.</param>
/// <param name="Mark"><c>fwmark</c> of the packets; 0: none.</param>
/// <param name="Timeout"><c>connect_timeout</c>. Default 5 s.</param>
public sealed record CheckConnectionModel(
    IpAddress Address, int Port, IpAddress BindAddress, int BindPort, string? BindInterface, uint Mark,
    TimeSpan Timeout);

/// <summary>One checker of a real server.</summary>
public abstract record CheckerModel
{
    /// <summary>Where the block begins.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>When it runs. FILE_CHECK and BFD_CHECK are told instead of running.</summary>
    public required CheckTimingModel Timing { get; init; }

    /// <summary>The keyword, as logs name it.</summary>
    public abstract string Keyword { get; }
}

/// <summary>A checker that sends something to an address.</summary>
public abstract record NetworkCheckerModel : CheckerModel
{
    /// <summary>Where to, and from where.</summary>
    public required CheckConnectionModel Connection { get; init; }
}

/// <summary><c>TCP_CHECK</c>: a connection succeeds.</summary>
public sealed record TcpCheckModel : NetworkCheckerModel
{
    /// <inheritdoc/>
    public override string Keyword => "TCP_CHECK";
}

/// <summary><c>PING_CHECK</c>: an ICMP echo is answered.</summary>
public sealed record PingCheckModel : NetworkCheckerModel
{
    /// <inheritdoc/>
    public override string Keyword => "PING_CHECK";
}

/// <summary><c>UDP_CHECK</c>: no ICMP error comes, or the right reply does.</summary>
public sealed record UdpCheckModel : NetworkCheckerModel
{
    /// <inheritdoc/>
    public override string Keyword => "UDP_CHECK";

    /// <summary><c>payload</c>; empty: a few random bytes.</summary>
    public ImmutableArray<byte> Payload { get; init; } = [];

    /// <summary><c>require_reply</c>: whether a reply has to come.</summary>
    public bool RequireReply { get; init; }

    /// <summary>Bytes that a reply has to begin with; empty: any.</summary>
    public ImmutableArray<byte> Reply { get; init; } = [];

    /// <summary>Bits of <see cref="Reply"/> that count; as long as it.</summary>
    public ImmutableArray<byte> ReplyMask { get; init; } = [];

    /// <summary><c>min_reply_length</c> in bytes. Default 0.</summary>
    public int ReplyBytesMin { get; init; }

    /// <summary><c>max_reply_length</c> in bytes. Default 255.</summary>
    public int ReplyBytesMax { get; init; } = 255;
}

/// <summary><c>SMTP_CHECK</c>: a mail server greets, takes HELO and QUIT.</summary>
public sealed record SmtpCheckModel : NetworkCheckerModel
{
    /// <inheritdoc/>
    public override string Keyword => "SMTP_CHECK";

    /// <summary><c>helo_name</c>. Default smtpchecker.keepalived.org.</summary>
    public string HeloName { get; init; } = "smtpchecker.keepalived.org";
}

/// <summary><c>DNS_CHECK</c>: a question is answered.</summary>
public sealed record DnsCheckModel : NetworkCheckerModel
{
    /// <inheritdoc/>
    public override string Keyword => "DNS_CHECK";

    /// <summary><c>type</c> in upper case. Default SOA.</summary>
    public string QueryType { get; init; } = "SOA";

    /// <summary><c>name</c>. Default the root, ".".</summary>
    public string QueryName { get; init; } = ".";
}

/// <summary><c>MISC_CHECK</c>: a script succeeds.</summary>
public sealed record MiscCheckModel : CheckerModel
{
    /// <inheritdoc/>
    public override string Keyword => "MISC_CHECK";

    /// <summary><c>misc_path</c>, with <c>user</c>.</summary>
    public required ScriptCommand Command { get; init; }

    /// <summary><c>misc_timeout</c>. Default: the delay loop.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary><c>misc_dynamic</c>: exit codes 2 to 255 succeed and set the weight to themselves minus 2.</summary>
    public bool IsDynamic { get; init; }
}

/// <summary><c>FILE_CHECK</c>: the number in a file is added to the weight.</summary>
public sealed record FileCheckModel : CheckerModel
{
    /// <inheritdoc/>
    public override string Keyword => "FILE_CHECK";

    /// <summary>Name of the <c>track_file</c>.</summary>
    public required string TrackFile { get; init; }

    /// <summary>The number is multiplied by this. Default: the weight of the file.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Whether the sign is turned.</summary>
    public bool Reverse { get; init; }
}

/// <summary><c>BFD_CHECK</c>: a BFD session is up.</summary>
public sealed record BfdCheckModel : CheckerModel
{
    /// <inheritdoc/>
    public override string Keyword => "BFD_CHECK";

    /// <summary>Name of the <c>bfd_instance</c>.</summary>
    public required string Name { get; init; }
}
