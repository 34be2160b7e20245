using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>A raw socket of one IP protocol and family. Nonblocking; one thread at a time.</summary>
/// <remarks>Sending and receiving allocate nothing. Needs CAP_NET_RAW.</remarks>
public sealed unsafe class RawIpSocket : IDisposable
{
    private const int BatchSize = 32;
    private readonly SocketHandle _handle;
    private readonly IpFamily _family;
    private readonly bool _withoutRoute;
    private ulong _dropped;
    private uint _droppedSeen;

    private RawIpSocket(SocketHandle handle, RawIpSocketOptions options)
    {
        _handle = handle;
        _family = options.Family;
        _withoutRoute = options.MulticastWithoutRoute;
    }

    /// <summary>The descriptor, for epoll.</summary>
    public int Descriptor => _handle.Descriptor;

    /// <summary>Opens and sets up a socket.</summary>
    /// <exception cref="LinuxException">A step failed; the message says which.</exception>
    public static RawIpSocket Open(RawIpSocketOptions options)
    {
        AF domain = options.Family == IpFamily.V6 ? AF.AF_INET6 : AF.AF_INET;
        LinuxException.ThrowIf(SocketHandle.TryOpen(domain, SOCK.SOCK_RAW, options.Protocol, out SocketHandle handle),
            $"open a raw {options.Family} socket of protocol {options.Protocol}", "needs CAP_NET_RAW");
        try
        {
            RawIpSocketSetup.Apply(handle, options);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
        return new(handle, options);
    }

    /// <summary>Joins a multicast group on one interface.</summary>
    /// <returns>EADDRINUSE: already joined. ENODEV: no such interface. ENOBUFS: igmp_max_memberships.</returns>
    public Errno JoinGroup(IpAddress group, int interfaceIndex) => Membership(group, interfaceIndex, join: true);

    /// <summary>Leaves a multicast group on one interface.</summary>
    public Errno LeaveGroup(IpAddress group, int interfaceIndex) => Membership(group, interfaceIndex, join: false);

    /// <summary>Chooses the interface for multicast that is sent.</summary>
    public Errno SetMulticastInterface(int interfaceIndex)
        => RawIpSocketSetup.SetMulticastInterface(_handle, _family, interfaceIndex);

    /// <summary>Attaches a classic BPF filter; what it rejects never reaches the socket.</summary>
    public Errno AttachFilter(ReadOnlySpan<FilterInstruction> program) => ClassicFilter.Attach(_handle, program);

    /// <summary>
    /// How many packets for this socket the kernel has dropped since it was opened, because its receive buffer was full
    /// (SO_MEMINFO, Linux 4.12 or newer). 0 where the kernel cannot tell.
    /// </summary>
    /// <remarks>
    /// What a filter rejects is not among them, but while the buffer is full newer kernels (6.18 does) count and drop
    /// before they ask the filter. The kernel's counter has 32 bits; read it before it has come round.
    /// </remarks>
    public ulong Dropped
    {
        get
        {
            uint seen = MemoryInfo(SK_MEMINFO.SK_MEMINFO_DROPS);
            _dropped += unchecked(seen - _droppedSeen);
            _droppedSeen = seen;
            return _dropped;
        }
    }

    /// <summary>Whether nothing waits to be received.</summary>
    public bool IsDrained => MemoryInfo(SK_MEMINFO.SK_MEMINFO_RMEM_ALLOC) == 0;

    /// <summary>Sets an option by number; for the few that only one protocol has.</summary>
    internal Errno Set<T>(int level, int name, in T value)
        where T : unmanaged
        => _handle.Set(level, name, value);

    /// <summary>Sends one packet.</summary>
    /// <param name="packet">The message, after an IPv4 header when the socket includes it.</param>
    /// <param name="destination">Where to, of the socket's family.</param>
    /// <param name="interfaceIndex">The interface to leave by; 0: as bound, or by route.</param>
    /// <param name="source">Source address; none: the kernel chooses (or the included header says).</param>
    /// <returns>EAGAIN: the send buffer is full. ENETUNREACH, ENETDOWN, ENODEV, EPERM (firewall) as usual.</returns>
    public Errno Send(
        ReadOnlySpan<byte> packet, IpAddress destination, int interfaceIndex = 0, IpAddress source = default)
    {
        byte* address = stackalloc byte[DatagramAddress.AddressSize];
        byte* control = stackalloc byte[DatagramAddress.ControlSize];
        fixed (byte* data = packet)
        {
            iovec vector = new() { iov_base = data, iov_len = (nuint)packet.Length };
            msghdr message = new()
            {
                msg_name = address,
                msg_namelen = DatagramAddress.Write(address, destination, interfaceIndex),
                msg_iov = &vector,
                msg_iovlen = 1,
                msg_controllen = DatagramAddress.WritePacketInfo(control, _family, interfaceIndex, source),
            };
            message.msg_control = message.msg_controllen == 0 ? null : control;
            return LibC.sendmsg(Descriptor, &message, Flags(destination)) < 0 ? LibC.LastError : Errno.Success;
        }
    }

    /// <summary>Sends many packets, 32 in a system call.</summary>
    /// <param name="buffer">The bytes of all packets.</param>
    /// <param name="packets">Where each is and goes; all multicast or none.</param>
    /// <param name="sent">How many were sent: the index of the packet that failed.</param>
    /// <returns>The first failure, or success.</returns>
    public Errno SendBatch(ReadOnlySpan<byte> buffer, ReadOnlySpan<PacketSlice> packets, out int sent)
    {
        const int RoomSize = DatagramAddress.AddressSize + DatagramAddress.ControlSize;
        mmsghdr* messages = stackalloc mmsghdr[BatchSize];
        iovec* vectors = stackalloc iovec[BatchSize];
        byte* room = stackalloc byte[RoomSize * BatchSize];
        sent = 0;
        fixed (byte* data = buffer)
        {
            while (sent < packets.Length)
            {
                int count = Math.Min(BatchSize, packets.Length - sent);
                for (int i = 0; i < count; i++)
                {
                    PacketSlice slice = packets[sent + i];
                    vectors[i].iov_len = (nuint)buffer.Slice(slice.Offset, slice.Length).Length;
                    vectors[i].iov_base = data + slice.Offset;
                    messages[i] = Describe(slice, &vectors[i], room + (RoomSize * i));
                }
                int done = LibC.sendmmsg(Descriptor, messages, (uint)count, Flags(packets[sent].Destination));
                if (done < 0)
                {
                    return LibC.LastError;
                }
                sent += done;
            }
        }
        return Errno.Success;
    }

    /// <summary>Receives one packet without waiting.</summary>
    /// <param name="buffer">For the bytes; for IPv4 they start with the IP header.</param>
    /// <param name="info">What is known of it; valid on success only.</param>
    /// <returns>EAGAIN: there is none. ENETDOWN: the interface went down. Others as recvmsg(2).</returns>
    public Errno TryReceive(Span<byte> buffer, out ReceivedPacket info)
    {
        byte* address = stackalloc byte[DatagramAddress.AddressSize];
        byte* control = stackalloc byte[128];
        info = default;
        info.HopLimit = -1;
        fixed (byte* data = buffer)
        {
            iovec vector = new() { iov_base = data, iov_len = (nuint)buffer.Length };
            msghdr message = new()
            {
                msg_name = address,
                msg_namelen = DatagramAddress.AddressSize,
                msg_iov = &vector,
                msg_iovlen = 1,
                msg_control = control,
                msg_controllen = 128,
            };
            nint length = LibC.recvmsg(Descriptor, &message, 0);
            if (length < 0)
            {
                return LibC.LastError;
            }
            info.Length = (int)length;
            info.IsTruncated = (message.msg_flags & (int)MSG.MSG_TRUNC) != 0;
            info.Source = DatagramAddress.Read(address);
            DatagramAddress.ReadControl(message, ref info);
        }
        if (_family == IpFamily.V4 && info.Length >= 20)
        {
            info.HeaderLength = Math.Min((buffer[0] & 0xF) * 4, info.Length);
            info.HopLimit = buffer[8];
            info.Destination = IpAddress.FromBytes(buffer.Slice(16, 4));
        }
        return Errno.Success;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _handle.Dispose();

    private uint MemoryInfo(SK_MEMINFO which)
    {
        uint* values = stackalloc uint[(int)SK_MEMINFO.SK_MEMINFO_VARS];
        uint size = (uint)SK_MEMINFO.SK_MEMINFO_VARS * sizeof(uint);
        int result = LibC.getsockopt(Descriptor, (int)SOL.SOL_SOCKET, (int)SO.SO_MEMINFO, values, &size);
        return result == 0 && size > (uint)which * sizeof(uint) ? values[(int)which] : 0;
    }

    private mmsghdr Describe(in PacketSlice slice, iovec* vector, byte* room)
    {
        mmsghdr message = default;
        message.msg_hdr.msg_name = room;
        message.msg_hdr.msg_namelen = DatagramAddress.Write(room, slice.Destination, slice.InterfaceIndex);
        message.msg_hdr.msg_iov = vector;
        message.msg_hdr.msg_iovlen = 1;
        byte* control = room + DatagramAddress.AddressSize;
        nuint length = DatagramAddress.WritePacketInfo(control, _family, slice.InterfaceIndex, slice.Source);
        message.msg_hdr.msg_controllen = length;
        message.msg_hdr.msg_control = length == 0 ? null : control;
        return message;
    }

    private int Flags(IpAddress destination)
        => (int)(MSG.MSG_NOSIGNAL | (_withoutRoute && destination.IsMulticast ? MSG.MSG_DONTROUTE : 0));

    private Errno Membership(IpAddress group, int interfaceIndex, bool join)
    {
        if (group.IsV4)
        {
            ip_mreqn v4 = new() { imr_ifindex = interfaceIndex };
            group.CopyTo(new Span<byte>(&v4.imr_multiaddr, 4));
            return _handle.Set((int)IPPROTO.IPPROTO_IP,
                (int)(join ? IP.IP_ADD_MEMBERSHIP : IP.IP_DROP_MEMBERSHIP), v4);
        }
        ipv6_mreq v6 = new() { ipv6mr_interface = interfaceIndex };
        group.CopyTo(new Span<byte>(v6.ipv6mr_multiaddr, 16));
        return _handle.Set((int)IPPROTO.IPPROTO_IPV6,
            (int)(join ? IPV6.IPV6_ADD_MEMBERSHIP : IPV6.IPV6_DROP_MEMBERSHIP), v6);
    }
}
