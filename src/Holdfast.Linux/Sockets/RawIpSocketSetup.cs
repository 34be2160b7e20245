using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>Puts <see cref="RawIpSocketOptions"/> on a new socket, each step with its own message.</summary>
internal static unsafe class RawIpSocketSetup
{
    internal static void Apply(SocketHandle handle, RawIpSocketOptions options)
    {
        Common(handle, options);
        if (options.Family == IpFamily.V4)
        {
            V4(handle, options);
        }
        else
        {
            V6(handle, options);
        }
        Bind(handle, options);
    }

    internal static Errno SetMulticastInterface(SocketHandle handle, IpFamily family, int interfaceIndex)
        => family == IpFamily.V4
            ? handle.Set((int)IPPROTO.IPPROTO_IP, (int)IP.IP_MULTICAST_IF,
                new ip_mreqn { imr_ifindex = interfaceIndex })
            : handle.Set(IPV6.IPV6_MULTICAST_IF, interfaceIndex);

    private static void Common(SocketHandle handle, RawIpSocketOptions options)
    {
        if (options.InterfaceIndex != 0)
        {
            Must(handle.Set(SO.SO_BINDTOIFINDEX, options.InterfaceIndex), "bind to the interface");
        }
        if (options.ReceiveBufferBytes is { } receive)
        {
            Must(handle.SetReceiveBuffer(receive), "set the receive buffer");
        }
        if (options.SendBufferBytes is { } send)
        {
            Must(handle.SetSendBuffer(send), "set the send buffer");
        }
        if (options.Mark != 0)
        {
            Must(handle.Set(SO.SO_MARK, (int)options.Mark), "set the firewall mark", "needs CAP_NET_ADMIN");
        }
        if (options.Timestamps)
        {
            Must(handle.Set(SO.SO_TIMESTAMPNS, 1), "ask for timestamps");
        }
    }

    private static void V4(SocketHandle handle, RawIpSocketOptions options)
    {
        Must(handle.Set(IP.IP_PKTINFO, 1), "ask for the interface of each packet");
        Must(handle.Set(IP.IP_MULTICAST_ALL, 0), "refuse groups that others joined");
        Must(handle.Set(IP.IP_MULTICAST_LOOP, options.MulticastLoop ? 1 : 0), "set the multicast loop");
        Must(handle.Set(IP.IP_MULTICAST_TTL, options.HopLimit), "set the multicast TTL");
        Must(handle.Set(IP.IP_TTL, options.HopLimit), "set the TTL");
        Must(handle.Set(IP.IP_TOS, options.TrafficClass), "set the TOS");
        if (options.HeaderIncluded)
        {
            Must(handle.Set(IP.IP_HDRINCL, 1), "include the IP header");
        }
        if (options.FreeBind)
        {
            Must(handle.Set(IP.IP_FREEBIND, 1), "allow a foreign local address");
        }
    }

    private static void V6(SocketHandle handle, RawIpSocketOptions options)
    {
        Must(handle.Set(IPV6.IPV6_RECVPKTINFO, 1), "ask for the interface of each packet");
        Must(handle.Set(IPV6.IPV6_RECVHOPLIMIT, 1), "ask for the hop limit of each packet");
        Must(handle.Set(IPV6.IPV6_MULTICAST_ALL, 0), "refuse groups that others joined");
        Must(handle.Set(IPV6.IPV6_MULTICAST_LOOP, options.MulticastLoop ? 1 : 0), "set the multicast loop");
        Must(handle.Set(IPV6.IPV6_MULTICAST_HOPS, options.HopLimit), "set the multicast hop limit");
        Must(handle.Set(IPV6.IPV6_UNICAST_HOPS, options.HopLimit), "set the hop limit");
        Must(handle.Set(IPV6.IPV6_TCLASS, options.TrafficClass), "set the traffic class");
        if (options.ChecksumOffset is { } offset)
        {
            Must(handle.Set((int)SOL.SOL_RAW, (int)IPV6.IPV6_CHECKSUM, offset), "let the kernel do the checksum");
        }
        if (options.FreeBind)
        {
            Must(handle.Set(IPV6.IPV6_FREEBIND, 1), "allow a foreign local address");
        }
    }

    private static void Bind(SocketHandle handle, RawIpSocketOptions options)
    {
        // After the TOS, which sets a priority of its own.
        if (options.Priority is { } priority)
        {
            Must(handle.Set(SO.SO_PRIORITY, priority), "set the priority");
        }
        if (options.InterfaceIndex != 0)
        {
            Must(SetMulticastInterface(handle, options.Family, options.InterfaceIndex),
                "choose the multicast interface");
        }
        if (options.BindAddress.IsNone)
        {
            return;
        }
        byte* address = stackalloc byte[DatagramAddress.AddressSize];
        uint length = DatagramAddress.Write(address, options.BindAddress, options.InterfaceIndex);
        Must(LibC.bind(handle.Descriptor, address, length) < 0 ? LibC.LastError : Errno.Success,
            $"bind to {options.BindAddress}", "is the address on this host?");
    }

    private static void Must(Errno errno, string step, string? remedy = null)
        => LinuxException.ThrowIf(errno, $"raw socket: {step}", remedy);
}
