using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>Socket addresses and control messages of IP datagrams, written and read in place.</summary>
internal static unsafe class DatagramAddress
{
    /// <summary>Room for one socket address of either family.</summary>
    internal const int AddressSize = 32;

    /// <summary>Room for one packet-info control message of either family.</summary>
    internal const int ControlSize = 40;

    /// <summary>Writes a socket address; returns its length.</summary>
    /// <param name="target">At least <see cref="AddressSize"/> bytes.</param>
    /// <param name="address">The address.</param>
    /// <param name="interfaceIndex">Scope of link-local and multicast IPv6 addresses; 0 for none.</param>
    internal static uint Write(byte* target, IpAddress address, int interfaceIndex)
    {
        Unsafe.InitBlockUnaligned(target, 0, AddressSize);
        if (address.IsV4)
        {
            var v4 = (sockaddr_in*)target;
            v4->sin_family = (ushort)AF.AF_INET;
            address.CopyTo(new Span<byte>(&v4->sin_addr, 4));
            return (uint)sizeof(sockaddr_in);
        }
        var v6 = (sockaddr_in6*)target;
        v6->sin6_family = (ushort)AF.AF_INET6;
        address.CopyTo(new Span<byte>(v6->sin6_addr, 16));
        if (address.IsLinkLocalV6 || address.IsMulticast)
        {
            v6->sin6_scope_id = (uint)interfaceIndex;
        }
        return (uint)sizeof(sockaddr_in6);
    }

    /// <summary>Reads a socket address that the kernel wrote.</summary>
    internal static IpAddress Read(byte* source)
        => *(ushort*)source == (ushort)AF.AF_INET
            ? IpAddress.V4(BinaryPrimitives.ReverseEndianness(((sockaddr_in*)source)->sin_addr))
            : *(ushort*)source == (ushort)AF.AF_INET6
                ? IpAddress.FromBytes(new ReadOnlySpan<byte>(((sockaddr_in6*)source)->sin6_addr, 16))
                : default;

    /// <summary>Writes IP_PKTINFO or IPV6_PKTINFO: leave by this interface, from this address.</summary>
    /// <returns>Length of the control data; 0 when neither is wanted.</returns>
    internal static nuint WritePacketInfo(byte* target, IpFamily family, int interfaceIndex, IpAddress source)
    {
        if (interfaceIndex == 0 && source.IsNone)
        {
            return 0;
        }
        Unsafe.InitBlockUnaligned(target, 0, ControlSize);
        var header = (cmsghdr*)target;
        byte* data = target + sizeof(cmsghdr);
        if (family == IpFamily.V4)
        {
            header->cmsg_level = (int)IPPROTO.IPPROTO_IP;
            header->cmsg_type = (int)IP.IP_PKTINFO;
            header->cmsg_len = (nuint)(sizeof(cmsghdr) + sizeof(in_pktinfo));
            var info = (in_pktinfo*)data;
            info->ipi_ifindex = interfaceIndex;
            source.CopyTo(new Span<byte>(&info->ipi_spec_dst, 4));
        }
        else
        {
            header->cmsg_level = (int)IPPROTO.IPPROTO_IPV6;
            header->cmsg_type = (int)IPV6.IPV6_PKTINFO;
            header->cmsg_len = (nuint)(sizeof(cmsghdr) + sizeof(in6_pktinfo));
            var info = (in6_pktinfo*)data;
            info->ipi6_ifindex = interfaceIndex;
            source.CopyTo(new Span<byte>(info->ipi6_addr, 16));
        }
        return (header->cmsg_len + 7) & ~(nuint)7;
    }

    /// <summary>Fills in what the control messages of a received datagram say.</summary>
    internal static void ReadControl(in msghdr message, ref ReceivedPacket packet)
    {
        byte* at = (byte*)message.msg_control;
        byte* end = at + message.msg_controllen;
        while (end - at >= sizeof(cmsghdr))
        {
            var header = (cmsghdr*)at;
            if (header->cmsg_len < (nuint)sizeof(cmsghdr) || header->cmsg_len > (nuint)(end - at))
            {
                return;
            }
            ReadControl(header, at + sizeof(cmsghdr), ref packet);
            at += (header->cmsg_len + 7) & ~(nuint)7;
        }
    }

    private static void ReadControl(cmsghdr* header, byte* data, ref ReceivedPacket packet)
    {
        switch (header->cmsg_level, header->cmsg_type)
        {
            case ((int)IPPROTO.IPPROTO_IP, (int)IP.IP_PKTINFO):
                var v4 = (in_pktinfo*)data;
                packet.InterfaceIndex = v4->ipi_ifindex;
                packet.Destination = IpAddress.V4(BinaryPrimitives.ReverseEndianness(v4->ipi_addr));
                break;
            case ((int)IPPROTO.IPPROTO_IP, (int)IP.IP_TTL):
            case ((int)IPPROTO.IPPROTO_IPV6, (int)IPV6.IPV6_HOPLIMIT):
                packet.HopLimit = *(int*)data;
                break;
            case ((int)IPPROTO.IPPROTO_IPV6, (int)IPV6.IPV6_PKTINFO):
                var v6 = (in6_pktinfo*)data;
                packet.InterfaceIndex = v6->ipi6_ifindex;
                packet.Destination = IpAddress.FromBytes(new ReadOnlySpan<byte>(v6->ipi6_addr, 16));
                break;
            case ((int)SOL.SOL_SOCKET, (int)SO.SCM_TIMESTAMPNS):
                var stamp = (timespec*)data;
                packet.RealtimeNanoseconds = (stamp->tv_sec * 1_000_000_000) + stamp->tv_nsec;
                break;
            default:
                break;
        }
    }
}
