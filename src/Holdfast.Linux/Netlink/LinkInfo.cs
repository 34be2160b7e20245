using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>Flags of an interface (linux/if.h, IFF_*) that matter here; other bits may be set.</summary>
[Flags]
public enum LinkFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>Set up by the administrator.</summary>
    Up = IFF.IFF_UP,

    /// <summary>Has broadcast.</summary>
    Broadcast = IFF.IFF_BROADCAST,

    /// <summary>Is the loopback.</summary>
    Loopback = IFF.IFF_LOOPBACK,

    /// <summary>Has one other end.</summary>
    PointToPoint = IFF.IFF_POINTOPOINT,

    /// <summary>Operational: up and, as far as known, with carrier.</summary>
    Running = IFF.IFF_RUNNING,

    /// <summary>Does no ARP.</summary>
    NoArp = IFF.IFF_NOARP,

    /// <summary>Has multicast.</summary>
    Multicast = IFF.IFF_MULTICAST,

    /// <summary>The driver has carrier.</summary>
    LowerUp = IFF.IFF_LOWER_UP,

    /// <summary>Waits for something outside, as 802.1X.</summary>
    Dormant = IFF.IFF_DORMANT,
}

/// <summary>Operational state of an interface (RFC 2863).</summary>
public enum OperationalState : byte
{
    /// <summary>The driver does not say.</summary>
    Unknown = IF_OPER.IF_OPER_UNKNOWN,

    /// <summary>A part is missing.</summary>
    NotPresent = IF_OPER.IF_OPER_NOTPRESENT,

    /// <summary>Down.</summary>
    Down = IF_OPER.IF_OPER_DOWN,

    /// <summary>The link below is down.</summary>
    LowerLayerDown = IF_OPER.IF_OPER_LOWERLAYERDOWN,

    /// <summary>Under test.</summary>
    Testing = IF_OPER.IF_OPER_TESTING,

    /// <summary>Waits for something outside.</summary>
    Dormant = IF_OPER.IF_OPER_DORMANT,

    /// <summary>Up.</summary>
    Up = IF_OPER.IF_OPER_UP,
}

/// <summary>An interface as the kernel describes it. Immutable.</summary>
public sealed record LinkInfo
{
    /// <summary>Index, unique in its namespace.</summary>
    public required int Index { get; init; }

    /// <summary>Name, at most 15 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>Flags.</summary>
    public LinkFlags Flags { get; init; }

    /// <summary>Operational state.</summary>
    public OperationalState State { get; init; }

    /// <summary>Largest packet in bytes.</summary>
    public uint Mtu { get; init; }

    /// <summary>Ethernet address; zero when the link has none or a longer one.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>ARPHRD_*: 1 Ethernet, 772 loopback, 32 InfiniBand.</summary>
    public ushort HardwareType { get; init; }

    /// <summary>Index of the bridge, bond or VRF that it belongs to; 0 for none.</summary>
    public int MasterIndex { get; init; }

    /// <summary>Index of the link below it (macvlan, VLAN) or opposite (veth); 0 for none.</summary>
    public int ParentIndex { get; init; }

    /// <summary>Kind of a virtual link: veth, macvlan, bridge, vrf, vlan; null for a real one.</summary>
    public string? Kind { get; init; }

    /// <summary>Routing table of a VRF; 0 for any other interface.</summary>
    public uint VrfTable { get; init; }

    /// <summary>Whether packets can pass: up, and not known to be without carrier.</summary>
    public bool IsUsable => (Flags & (LinkFlags.Up | LinkFlags.Running)) == (LinkFlags.Up | LinkFlags.Running);
}
