using Holdfast.Primitives;

namespace Holdfast.Layer4.Model;

/// <summary>Flags of a virtual service, as IPVS numbers them (linux/ip_vs.h).</summary>
[Flags]
public enum ServiceFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A client stays with its server; see <see cref="VirtualServiceSpec.PersistenceSeconds"/>.</summary>
    Persistent = 1,

    /// <summary>In the kernel's hash table. The kernel sets it; it is not compared.</summary>
    Hashed = 2,

    /// <summary>Every packet is scheduled by itself (UDP only).</summary>
    OnePacket = 4,

    /// <summary>First flag of the scheduler. sh and mh: fall back to another server when the chosen one is away.
    /// </summary>
    Scheduler1 = 8,

    /// <summary>Second flag of the scheduler. sh and mh: hash the source port, too.</summary>
    Scheduler2 = 16,

    /// <summary>Third flag of the scheduler.</summary>
    Scheduler3 = 32,
}

/// <summary>A virtual service as it should be.</summary>
public sealed record VirtualServiceSpec
{
    /// <summary>Scheduler of ipvsadm(8) and of keepalived's <c>lvs_sched</c> when none is named.</summary>
    public const string DefaultScheduler = "wlc";

    /// <summary>What it is known by.</summary>
    public required VirtualServiceKey Key { get; init; }

    /// <summary>Name of the scheduler, at most 15 characters. Defaults to "wlc".</summary>
    public string Scheduler { get; init; } = DefaultScheduler;

    /// <summary>Flags, without Hashed.</summary>
    public ServiceFlags Flags { get; init; }

    /// <summary>How long a client stays with its server, in seconds; 0 without persistence.</summary>
    public uint PersistenceSeconds { get; init; }

    /// <summary>
    /// How clients are grouped: IPv4 a mask, 255.255.255.0 being 0xFFFFFF00, IPv6 a prefix length. Null, and not the
    /// full mask, for one client a group, so that equal services are equal records.
    /// </summary>
    public uint? Netmask { get; init; }

    /// <summary>Persistence engine ("sip"); empty for none.</summary>
    public string PersistenceEngine { get; init; } = "";

    /// <summary>Whether clients stay with their server.</summary>
    public bool IsPersistent => (Flags & ServiceFlags.Persistent) != 0;

    /// <summary>The mask, or prefix length, that groups nothing.</summary>
    public static uint HostMask(IpFamily family) => family == IpFamily.V6 ? 128 : uint.MaxValue;
}
