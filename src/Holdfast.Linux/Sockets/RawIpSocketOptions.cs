using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>How to open a <see cref="RawIpSocket"/>. The defaults suit receiving VRRP.</summary>
public sealed record RawIpSocketOptions
{
    /// <summary>Family.</summary>
    public required IpFamily Family { get; init; }

    /// <summary>IP protocol, 1 to 255: 112 VRRP, 51 AH.</summary>
    public required byte Protocol { get; init; }

    /// <summary>Interface to bind to (SO_BINDTOIFINDEX, Linux 5.0 or newer); 0: any.</summary>
    public int InterfaceIndex { get; init; }

    /// <summary>Local address to bind to, a multicast group to hear only that; none: any.</summary>
    public IpAddress BindAddress { get; init; }

    /// <summary>Bind to an address that no interface has (IP_FREEBIND).</summary>
    public bool FreeBind { get; init; }

    /// <summary>What is sent starts with an IPv4 header (IP_HDRINCL). No meaning for IPv6.</summary>
    public bool HeaderIncluded { get; init; }

    /// <summary>Do not route multicast that is sent (MSG_DONTROUTE). Default true.</summary>
    public bool MulticastWithoutRoute { get; init; } = true;

    /// <summary>Hear our own multicast. Default false.</summary>
    public bool MulticastLoop { get; init; }

    /// <summary>TTL or hop limit of what is sent, 1 to 255. Default 255 (RFC 9568 5.1.1.3).</summary>
    public byte HopLimit { get; init; } = 255;

    /// <summary>TOS or traffic class. Default 0xC0, internetwork control.</summary>
    public byte TrafficClass { get; init; } = 0xC0;

    /// <summary>SO_PRIORITY, 0 to 6 without privilege, 7 with; null leaves what the traffic class implies.</summary>
    public int? Priority { get; init; }

    /// <summary>Firewall mark (SO_MARK); 0 sets none.</summary>
    public uint Mark { get; init; }

    /// <summary>Receive buffer in bytes; null: the system's default; 0 on a socket that only sends.</summary>
    public int? ReceiveBufferBytes { get; init; }

    /// <summary>Send buffer in bytes; null: the system's default.</summary>
    public int? SendBufferBytes { get; init; }

    /// <summary>Ask for the kernel's receive time (SO_TIMESTAMPNS).</summary>
    public bool Timestamps { get; init; }

    /// <summary>
    /// IPv6 only: offset of the checksum that the kernel fills in and checks (6 for VRRP); null: neither.
    /// </summary>
    public int? ChecksumOffset { get; init; }
}
