namespace Holdfast.Linux.Abi;

/// <summary>Values of RTA_ENCAP_TYPE (linux/lwtunnel.h).</summary>
internal enum LWTUNNEL_ENCAP : ushort
{
    LWTUNNEL_ENCAP_NONE = 0,
    LWTUNNEL_ENCAP_MPLS = 1,
    LWTUNNEL_ENCAP_IP = 2,
    LWTUNNEL_ENCAP_ILA = 3,
    LWTUNNEL_ENCAP_IP6 = 4,
}

/// <summary>Attributes of an IPv4 tunnel inside RTA_ENCAP. Those of IPv6 have the same numbers.</summary>
internal enum LWTUNNEL_IP : ushort
{
    LWTUNNEL_IP_ID = 1,
    LWTUNNEL_IP_DST = 2,
    LWTUNNEL_IP_SRC = 3,
    LWTUNNEL_IP_TTL = 4,
    LWTUNNEL_IP_TOS = 5,
    LWTUNNEL_IP_FLAGS = 6,
}

/// <summary>Attributes of an IPv6 tunnel inside RTA_ENCAP: here so that the headers confirm the sameness.</summary>
internal enum LWTUNNEL_IP6 : ushort
{
    LWTUNNEL_IP6_ID = LWTUNNEL_IP.LWTUNNEL_IP_ID,
    LWTUNNEL_IP6_DST = LWTUNNEL_IP.LWTUNNEL_IP_DST,
    LWTUNNEL_IP6_SRC = LWTUNNEL_IP.LWTUNNEL_IP_SRC,
    LWTUNNEL_IP6_HOPLIMIT = LWTUNNEL_IP.LWTUNNEL_IP_TTL,
    LWTUNNEL_IP6_TC = LWTUNNEL_IP.LWTUNNEL_IP_TOS,
    LWTUNNEL_IP6_FLAGS = LWTUNNEL_IP.LWTUNNEL_IP_FLAGS,
}

/// <summary>Attributes of MPLS inside RTA_ENCAP (linux/mpls_iptunnel.h).</summary>
internal enum MPLS_IPTUNNEL : ushort
{
    MPLS_IPTUNNEL_DST = 1,
    MPLS_IPTUNNEL_TTL = 2,
}

/// <summary>Attributes of ILA inside RTA_ENCAP (linux/ila.h).</summary>
internal enum ILA_ATTR : ushort
{
    ILA_ATTR_LOCATOR = 1,
}
