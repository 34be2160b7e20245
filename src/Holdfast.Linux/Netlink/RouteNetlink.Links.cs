using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>How the macvlan links above one interface see each other.</summary>
public enum MacvlanMode : uint
{
    /// <summary>Not at all: what a virtual router's MAC needs.</summary>
    Private = MACVLAN_MODE.MACVLAN_MODE_PRIVATE,

    /// <summary>Through the switch.</summary>
    Vepa = MACVLAN_MODE.MACVLAN_MODE_VEPA,

    /// <summary>Directly.</summary>
    Bridge = MACVLAN_MODE.MACVLAN_MODE_BRIDGE,

    /// <summary>Only one, with all of the interface's traffic.</summary>
    PassThrough = MACVLAN_MODE.MACVLAN_MODE_PASSTHRU,
}

/// <summary>Verbs on interfaces.</summary>
public sealed partial class RouteNetlink
{
    /// <summary>Sets an interface up or down.</summary>
    public NetlinkResult SetLinkUp(int index, bool up)
        => Link(RTM.RTM_SETLINK, 0, new ifinfomsg
        {
            ifi_index = index,
            ifi_flags = up ? (uint)IFF.IFF_UP : 0,
            ifi_change = (uint)IFF.IFF_UP,
        }, static (ref NetlinkWriter _, int _) => { }, 0);

    /// <summary>Sets the largest packet, in bytes.</summary>
    public NetlinkResult SetLinkMtu(int index, uint mtu)
        => SetLink(index, static (ref NetlinkWriter w, uint value) => w.Put(IFLA.IFLA_MTU, value), mtu);

    /// <summary>Sets the Ethernet address. Some drivers want the interface down first (EBUSY).</summary>
    public NetlinkResult SetLinkMac(int index, MacAddress mac)
        => SetLink(index, static (ref NetlinkWriter w, MacAddress value) => w.PutMac(IFLA.IFLA_ADDRESS, value), mac);

    /// <summary>Makes an interface a port of a bridge, bond or VRF; 0 releases it.</summary>
    public NetlinkResult SetLinkMaster(int index, int masterIndex)
        => SetLink(index, static (ref NetlinkWriter w, int value) => w.Put(IFLA.IFLA_MASTER, value), masterIndex);

    /// <summary>Renames an interface, which must be down before Linux 6.2.</summary>
    public NetlinkResult SetLinkName(int index, string name)
        => SetLink(index, static (ref NetlinkWriter w, string value) => w.PutString(IFLA.IFLA_IFNAME, value), name);

    /// <summary>Moves an interface to another namespace. It gets down and loses its addresses.</summary>
    /// <param name="index">The interface here.</param>
    /// <param name="namespaceDescriptor">An open file of the namespace.</param>
    public NetlinkResult MoveLinkToNamespace(int index, int namespaceDescriptor)
        => SetLink(index, static (ref NetlinkWriter w, int value) => w.Put(IFLA.IFLA_NET_NS_FD, value),
            namespaceDescriptor);

    /// <summary>Moves an interface to the namespace of a process.</summary>
    public NetlinkResult MoveLinkToProcess(int index, int processId)
        => SetLink(index, static (ref NetlinkWriter w, int value) => w.Put(IFLA.IFLA_NET_NS_PID, value), processId);

    /// <summary>Sets whether the kernel makes a link-local IPv6 address when the interface comes up.</summary>
    public NetlinkResult SetLinkLocalGeneration(int index, bool enabled)
        => SetLink(index, static (ref NetlinkWriter w, bool value) =>
        {
            int families = w.BeginNested(IFLA.IFLA_AF_SPEC);
            int family = w.BeginNested((IFLA)AF.AF_INET6);
            w.Put(IFLA.IFLA_INET6_ADDR_GEN_MODE, (byte)(value
                ? IN6_ADDR_GEN_MODE.IN6_ADDR_GEN_MODE_EUI64 : IN6_ADDR_GEN_MODE.IN6_ADDR_GEN_MODE_NONE));
            w.EndNested(family);
            w.EndNested(families);
        }, enabled);

    /// <summary>Creates a veth pair.</summary>
    /// <param name="name">One end, in this namespace.</param>
    /// <param name="peerName">The other end.</param>
    /// <param name="peerNamespaceDescriptor">Where the other end goes; -1: here.</param>
    public NetlinkResult CreateVeth(string name, string peerName, int peerNamespaceDescriptor = -1)
        => CreateLink(name, "veth", static (ref NetlinkWriter w, (string Name, int Namespace) peer) =>
        {
            int info = w.BeginNested((IFLA_INFO)VETH_INFO.VETH_INFO_PEER);
            w.PutStruct(new ifinfomsg());
            w.PutString(IFLA.IFLA_IFNAME, peer.Name);
            if (peer.Namespace >= 0)
            {
                w.Put(IFLA.IFLA_NET_NS_FD, peer.Namespace);
            }
            w.EndNested(info);
        }, (peerName, peerNamespaceDescriptor));

    /// <summary>Creates a link that needs nothing but a kind: bridge, dummy.</summary>
    /// <returns>EOPNOTSUPP: the kernel has no such kind. EEXIST: the name is taken.</returns>
    public NetlinkResult CreateLink(string name, string kind)
        => CreateLink(name, kind, static (ref NetlinkWriter _, int _) => { }, 0);

    /// <summary>Creates a macvlan link: a further Ethernet address above an interface.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="parentIndex">The interface below.</param>
    /// <param name="mode">How siblings see each other.</param>
    /// <param name="mac">Its address; zero: the kernel chooses.</param>
    public NetlinkResult CreateMacvlan(string name, int parentIndex, MacvlanMode mode, MacAddress mac = default)
    {
        NetlinkWriter writer = new(_request);
        int message = BeginCreate(ref writer, name);
        writer.Put(IFLA.IFLA_LINK, parentIndex);
        if (!mac.IsZero)
        {
            writer.PutMac(IFLA.IFLA_ADDRESS, mac);
        }
        int info = writer.BeginNested(IFLA.IFLA_LINKINFO);
        writer.PutString(IFLA_INFO.IFLA_INFO_KIND, "macvlan");
        int data = writer.BeginNested(IFLA_INFO.IFLA_INFO_DATA);
        writer.Put(IFLA_MACVLAN.IFLA_MACVLAN_MODE, (uint)mode);
        writer.EndNested(data);
        writer.EndNested(info);
        writer.EndMessage(message);
        return _socket.Execute(writer.Written);
    }

    /// <summary>Removes a virtual link.</summary>
    public NetlinkResult DeleteLink(int index)
        => Link(RTM.RTM_DELLINK, 0, new ifinfomsg { ifi_index = index },
            static (ref NetlinkWriter _, int _) => { }, 0);

    private delegate void AttributeWriter<TValue>(ref NetlinkWriter writer, TValue value);

    private NetlinkResult SetLink<TValue>(int index, AttributeWriter<TValue> attributes, TValue value)
        => Link(RTM.RTM_SETLINK, 0, new ifinfomsg { ifi_index = index }, attributes, value);

    private int BeginCreate(ref NetlinkWriter writer, string name)
    {
        int message = writer.BeginMessage(RTM.RTM_NEWLINK,
            NLM_F.NLM_F_REQUEST | NLM_F.NLM_F_ACK | NLM_F.NLM_F_CREATE | NLM_F.NLM_F_EXCL,
            _socket.TakeSequence(), new ifinfomsg());
        writer.PutString(IFLA.IFLA_IFNAME, name);
        return message;
    }

    private NetlinkResult CreateLink<TValue>(
        string name, string kind, AttributeWriter<TValue> attributes, TValue value)
    {
        NetlinkWriter writer = new(_request);
        int message = BeginCreate(ref writer, name);
        int info = writer.BeginNested(IFLA.IFLA_LINKINFO);
        writer.PutString(IFLA_INFO.IFLA_INFO_KIND, kind);
        int data = writer.BeginNested(IFLA_INFO.IFLA_INFO_DATA);
        attributes(ref writer, value);
        writer.EndNested(data);
        writer.EndNested(info);
        writer.EndMessage(message);
        return _socket.Execute(writer.Written);
    }

    private NetlinkResult Link<TValue>(
        RTM type, NLM_F flags, in ifinfomsg header, AttributeWriter<TValue> attributes, TValue value)
    {
        NetlinkWriter writer = new(_request);
        int message = writer.BeginMessage(type, flags | NLM_F.NLM_F_REQUEST | NLM_F.NLM_F_ACK,
            _socket.TakeSequence(), header);
        attributes(ref writer, value);
        writer.EndMessage(message);
        return _socket.Execute(writer.Written);
    }
}
