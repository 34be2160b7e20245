using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Model;

/// <summary>When the IPVS table is emptied at the end.</summary>
public enum FlushOnStop : byte
{
    /// <summary>Only our own entries go, one by one.</summary>
    No,

    /// <summary><c>lvs_flush_on_stop</c>: the whole table.</summary>
    All,

    /// <summary><c>lvs_flush_on_stop VS</c>: our services with their servers at once.</summary>
    VirtualServers,
}

/// <summary><c>lvs_sync_daemon</c>.</summary>
/// <param name="Interface">Interface of the messages.</param>
/// <param name="Instance">The VRRP instance whose state decides the role; null: both roles at all times.</param>
/// <param name="SyncId">0 to 255; null: the VRID of the instance.</param>
/// <param name="MessageBytesMax"><c>maxlen</c>, 1 to 65507; 0: the kernel's default.</param>
/// <param name="Port">0: the kernel's default, 8848.</param>
/// <param name="Ttl">1 to 255; 0: the kernel's default, 1.</param>
/// <param name="Group">Multicast group; none: the kernel's default, 224.0.0.81.</param>
/// <param name="Span">Where it stands.</param>
public sealed record LvsSyncDaemonModel(
    string Interface, string? Instance, int? SyncId, int MessageBytesMax, int Port, int Ttl, IpAddress Group,
    SourceSpan Span);

/// <summary>How the process of the checkers runs.</summary>
public sealed record CheckerProcessModel
{
    /// <summary><c>checker_process_name</c> or <c>lvs_process_name</c>; null: "holdfast-checks".</summary>
    public string? Name { get; init; }

    /// <summary><c>checker_priority</c> (nice), −20 to 19; null when absent.</summary>
    public int? Nice { get; init; }

    /// <summary><c>checker_rt_priority</c>, 1 to 99; null: not real time.</summary>
    public int? RealtimePriority { get; init; }

    /// <summary><c>checker_rlimit_rttime</c> in microseconds; null: not limited.</summary>
    public long? RealtimeLimitMicroseconds { get; init; }

    /// <summary><c>checker_no_swap</c>.</summary>
    public bool NoSwap { get; init; }

    /// <summary><c>checker_cpu_affinity</c>: processor numbers; empty: all.</summary>
    public ImmutableArray<int> CpuAffinity { get; init; } = [];
}

/// <summary>What <c>global_defs</c> says about layer 4.</summary>
public sealed record LvsGlobalModel
{
    /// <summary>How the process of the checkers runs.</summary>
    public CheckerProcessModel Process { get; init; } = new();

    /// <summary><c>lvs_timeouts tcp</c>; zero: the kernel's.</summary>
    public TimeSpan TcpTimeout { get; init; }

    /// <summary><c>lvs_timeouts tcpfin</c>; zero: the kernel's.</summary>
    public TimeSpan TcpFinTimeout { get; init; }

    /// <summary><c>lvs_timeouts udp</c>; zero: the kernel's.</summary>
    public TimeSpan UdpTimeout { get; init; }

    /// <summary><c>lvs_flush</c>: the table is emptied at start.</summary>
    public bool Flush { get; init; }

    /// <summary><c>lvs_flush_on_stop</c>.</summary>
    public FlushOnStop FlushOnStop { get; init; }

    /// <summary><c>lvs_sync_daemon</c>; null when absent.</summary>
    public LvsSyncDaemonModel? SyncDaemon { get; init; }

    /// <summary><c>rs_init_notifies</c>: FIFO and scripts hear of servers at start, too.</summary>
    public bool NotifyAtStart { get; init; }

    /// <summary><c>checker_log_all_failures</c>: default of every checker.</summary>
    public bool LogAllFailures { get; init; }

    /// <summary><c>no_checker_emails</c>: mail only of servers that come up or go down, not of each check.</summary>
    public bool NoCheckerMails { get; init; }

    /// <summary><c>lvs_notify_fifo</c>; null when absent.</summary>
    public string? NotifyFifo { get; init; }

    /// <summary>Owner of <see cref="NotifyFifo"/>; null: the daemon's own.</summary>
    public string? NotifyFifoUser { get; init; }

    /// <summary>Group of <see cref="NotifyFifo"/>; null: the owner's.</summary>
    public string? NotifyFifoGroup { get; init; }

    /// <summary><c>lvs_notify_fifo_script</c>; null when absent.</summary>
    public ScriptCommand? NotifyFifoScript { get; init; }
}
