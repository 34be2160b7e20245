using System.Runtime.InteropServices;

namespace Holdfast.Linux.Abi;

/// <summary>Ethernet protocol numbers (linux/if_ether.h), in host order.</summary>
internal enum ETH_P : ushort
{
    ETH_P_ALL = 0x0003,
    ETH_P_IP = 0x0800,
    ETH_P_ARP = 0x0806,
    ETH_P_8021Q = 0x8100,
    ETH_P_IPV6 = 0x86DD,
}

/// <summary>Sizes of linux/if_ether.h.</summary>
internal enum EthernetSize
{
    ETH_ALEN = 6,
    ETH_HLEN = 14,
    ETH_ZLEN = 60,
}

/// <summary>Where a received frame was going (linux/if_packet.h).</summary>
internal enum PacketType : byte
{
    PACKET_HOST = 0,
    PACKET_BROADCAST = 1,
    PACKET_MULTICAST = 2,
    PACKET_OTHERHOST = 3,
    PACKET_OUTGOING = 4,
}

/// <summary>Options of level SOL_PACKET.</summary>
internal enum PacketOption
{
    PACKET_ADD_MEMBERSHIP = 1,
    PACKET_IGNORE_OUTGOING = 23,
}

/// <summary>Kinds of PACKET_ADD_MEMBERSHIP.</summary>
internal enum PACKET_MR : ushort
{
    PACKET_MR_MULTICAST = 0,
    PACKET_MR_PROMISC = 1,
    PACKET_MR_ALLMULTI = 2,
}

/// <summary>Hardware types (linux/if_arp.h).</summary>
internal enum ARPHRD : ushort
{
    ARPHRD_ETHER = 1,
    ARPHRD_INFINIBAND = 32,
    ARPHRD_LOOPBACK = 772,
}

/// <summary>ARP operations (linux/if_arp.h).</summary>
internal enum ARPOP : ushort
{
    ARPOP_REQUEST = 1,
    ARPOP_REPLY = 2,
}

[StructLayout(LayoutKind.Explicit, Size = 20)]
internal unsafe struct sockaddr_ll
{
    [FieldOffset(0)] internal ushort sll_family;
    [FieldOffset(2)] internal ushort sll_protocol;
    [FieldOffset(4)] internal int sll_ifindex;
    [FieldOffset(8)] internal ushort sll_hatype;
    [FieldOffset(10)] internal byte sll_pkttype;
    [FieldOffset(11)] internal byte sll_halen;
    [FieldOffset(12)] internal fixed byte sll_addr[8];
}

[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct packet_mreq
{
    [FieldOffset(0)] internal int mr_ifindex;
    [FieldOffset(4)] internal ushort mr_type;
    [FieldOffset(6)] internal ushort mr_alen;
    [FieldOffset(8)] internal fixed byte mr_address[8];
}
