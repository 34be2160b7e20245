using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>Flags of an address (linux/if_addr.h, IFA_F_*).</summary>
[Flags]
public enum AddressFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>IPv4: not the first of its network. IPv6: temporary. Set by the kernel.</summary>
    Secondary = IFA_F.IFA_F_SECONDARY,

    /// <summary>IPv6: no duplicate address detection.</summary>
    NoDad = IFA_F.IFA_F_NODAD,

    /// <summary>IPv6: usable while detection runs.</summary>
    Optimistic = IFA_F.IFA_F_OPTIMISTIC,

    /// <summary>IPv6: detection found a duplicate.</summary>
    DadFailed = IFA_F.IFA_F_DADFAILED,

    /// <summary>IPv6: home address of Mobile IPv6.</summary>
    HomeAddress = IFA_F.IFA_F_HOMEADDRESS,

    /// <summary>The preferred lifetime is over.</summary>
    Deprecated = IFA_F.IFA_F_DEPRECATED,

    /// <summary>IPv6: detection still runs.</summary>
    Tentative = IFA_F.IFA_F_TENTATIVE,

    /// <summary>Without a lifetime. Set by the kernel.</summary>
    Permanent = IFA_F.IFA_F_PERMANENT,

    /// <summary>IPv6: the template of temporary addresses.</summary>
    ManageTemporary = IFA_F.IFA_F_MANAGETEMPADDR,

    /// <summary>No route to the prefix is added with it.</summary>
    NoPrefixRoute = IFA_F.IFA_F_NOPREFIXROUTE,

    /// <summary>Joins the multicast group that the address is.</summary>
    MulticastAutoJoin = IFA_F.IFA_F_MCAUTOJOIN,
}

/// <summary>An address of an interface, as it is to be or as the kernel has it.</summary>
public readonly record struct AddressSpec
{
    /// <summary>The address, with the prefix length of its network or, if there is a peer, of the peer's.</summary>
    public required IpPrefix Prefix { get; init; }

    /// <summary>The interface.</summary>
    public required int InterfaceIndex { get; init; }

    /// <summary>The other end of a point-to-point link; none usually.</summary>
    public IpAddress Peer { get; init; }

    /// <summary>IPv4 broadcast address; none: none is set.</summary>
    public IpAddress Broadcast { get; init; }

    /// <summary>IPv4 label, at most 15 bytes; null: the interface's name.</summary>
    public string? Label { get; init; }

    /// <summary>Scope: 0 global, 253 link, 254 host. The kernel works it out by itself for IPv6.</summary>
    public byte Scope { get; init; }

    /// <summary>Flags.</summary>
    public AddressFlags Flags { get; init; }

    /// <summary>Who made it (IFA_PROTO, Linux 5.18 or newer; older kernels ignore it); 0: not said.</summary>
    public byte Protocol { get; init; }

    /// <summary>Seconds until the kernel removes it; null: never.</summary>
    public uint? ValidLifetimeSeconds { get; init; }

    /// <summary>Seconds until it is no longer chosen as a source; null: never; 0: at once.</summary>
    public uint? PreferredLifetimeSeconds { get; init; }
}
