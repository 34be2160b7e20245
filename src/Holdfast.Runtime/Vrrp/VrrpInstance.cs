using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// One running instance: what the kernel told about its interface, and its counters. Its state is in the router.
/// </summary>
internal sealed class VrrpInstance(int index, VrrpInstancePlan plan)
{
    /// <summary>Index in the plan and in the router.</summary>
    public int Index => index;

    /// <summary>What was configured.</summary>
    public VrrpInstancePlan Plan => plan;

    /// <summary>Name, for messages.</summary>
    public string Name => plan.Model.Name;

    /// <summary>
    /// Whether it is no longer configured, and only keeps its addresses until its successor has them.
    /// </summary>
    public bool IsLeaving { get; init; }

    /// <summary>Counters.</summary>
    public VrrpCounters Counters { get; init; } = new();

    /// <summary>Index of its interface; 0: there is none of that name, or none is needed.</summary>
    public int InterfaceIndex { get; set; }

    /// <summary>The device that its sockets are bound to: its interface, or its VRF; 0: none.</summary>
    public int SocketInterface { get; set; }

    /// <summary>Whether the interface counts as up.</summary>
    public bool InterfaceIsUp { get; set; }

    /// <summary>Address that adverts are sent from; none while the interface has no address.</summary>
    public IpAddress SourceAddress { get; set; }

    /// <summary>What an advert must look like to be accepted.</summary>
    public ReceivePolicy Policy { get; } = new()
    {
        Template = plan.Template,
        AdvertInterval = plan.Model.AdvertInterval,
        Addresses = plan.AdvertAddresses,
        SkipAddressCheck = plan.Model.SkipCheckAdvertAddresses,
        Peers = plan.Peers,
        CheckUnicastSource = plan.Model.CheckUnicastSource,
        AcceptOldUnicastChecksum
            = plan.Model.OldUnicastChecksum != Config.Keepalived.Model.OldUnicastChecksum.Never,
        OwnerIgnoresAdverts = plan.Model.OwnerIgnoreAdverts,
    };

    /// <summary>Where its adverts go out and come in; null while its interface is missing.</summary>
    public AdvertChannel? Channel { get; set; }

    /// <summary>The next instance with the same VRID on the same channel (unicast with other peers).</summary>
    public VrrpInstance? NextOfVrid { get; set; }

    /// <summary>Whether its scripts have all had a first result, so that it may start.</summary>
    public bool HasStarted { get; set; }

    /// <summary>For each address whether the successor has announced it, while they linger.</summary>
    public bool[] TakenBySuccessor { get; } = new bool[plan.Addresses.Length];

    /// <summary>
    /// For each address whether the kernel has yet to make it usable; until then it is not announced.
    /// </summary>
    public bool[] AwaitedAddresses { get; } = new bool[plan.Addresses.Length];

    /// <summary>For each address whether the kernel had it since the instance took it: if not, it is gone.</summary>
    public bool[] SeenAddresses { get; } = new bool[plan.Addresses.Length];

    /// <summary>For each address whether its interface was missing when it was wanted.</summary>
    public bool[] WaitsForInterface { get; } = new bool[plan.Addresses.Length];

    /// <summary>For each address whether it must not get a lifetime while it is in the kernel.</summary>
    public bool[] StaysForever { get; } = new bool[plan.Addresses.Length];

    /// <summary>Interface index of each address; 0 while its interface is missing.</summary>
    public int[] AddressInterfaces { get; } = new int[plan.Addresses.Length];

    /// <summary>The kernel's form of each address.</summary>
    public AddressSpec[] AddressSpecs { get; } = new AddressSpec[plan.Addresses.Length];

    /// <summary>Hardware address by which each address is announced.</summary>
    public MacAddress[] AddressMacs { get; } = new MacAddress[plan.Addresses.Length];

    /// <summary>What this instance has heard of the other routers, for messages and status.</summary>
    public PeerView Peers { get; init; } = new();

    /// <summary>Hardware address of its interface.</summary>
    public MacAddress Mac { get; set; }

    /// <summary>Whether the successor was seen since the addresses began to linger.</summary>
    public bool SuccessorSeen { get; set; }

    /// <summary>What has been logged of doubtful packets, so that each cause is logged once.</summary>
    public DropReports Reports;
}
