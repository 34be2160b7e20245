using System.Buffers.Binary;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>What the kernel says about one received frame; its bytes are in the caller's buffer.</summary>
/// <param name="Length">Bytes in the buffer, the Ethernet header included.</param>
/// <param name="InterfaceIndex">The interface that it came in by.</param>
/// <param name="Protocol">Ethernet protocol, host order.</param>
/// <param name="Source">Source address; zero when the link is not Ethernet.</param>
/// <param name="IsTruncated">Whether the frame was longer than the buffer.</param>
/// <param name="RealtimeNanoseconds">When the kernel got it, on CLOCK_REALTIME; 0 unless that was asked for.</param>
public readonly record struct ReceivedFrame(int Length, int InterfaceIndex, ushort Protocol, MacAddress Source,
    bool IsTruncated, long RealtimeNanoseconds = 0);

/// <summary>A socket of link-layer frames (AF_PACKET, SOCK_RAW). Nonblocking; one thread at a time.</summary>
/// <remarks>Sending and receiving allocate nothing. Needs CAP_NET_RAW.</remarks>
public sealed unsafe class PacketSocket : IDisposable
{
    private const int BatchSize = 64;
    private const int ControlSize = 64;
    private readonly SocketHandle _handle;

    private PacketSocket(SocketHandle handle) => _handle = handle;

    /// <summary>The descriptor, for epoll.</summary>
    public int Descriptor => _handle.Descriptor;

    /// <summary>Opens a socket that only sends.</summary>
    /// <exception cref="LinuxException">No privilege.</exception>
    public static PacketSocket OpenSender()
    {
        LinuxException.ThrowIf(SocketHandle.TryOpen(AF.AF_PACKET, SOCK.SOCK_RAW, 0, out SocketHandle handle),
            "open a packet socket", "needs CAP_NET_RAW");
        return new(handle);
    }

    /// <summary>Opens a socket that hears ARP.</summary>
    /// <param name="interfaceIndex">The interface; 0: all.</param>
    public static PacketSocket OpenArp(int interfaceIndex)
        => Open((ushort)ETH_P.ETH_P_ARP, interfaceIndex, ClassicFilter.Arp);

    /// <summary>Opens a socket that hears neighbour advertisements.</summary>
    /// <param name="interfaceIndex">The interface; 0: all.</param>
    public static PacketSocket OpenNeighborAdvertisement(int interfaceIndex)
        => Open((ushort)ETH_P.ETH_P_IPV6, interfaceIndex, ClassicFilter.NeighborAdvertisement);

    /// <summary>Opens a socket that hears what comes in on an interface and passes a filter.</summary>
    /// <param name="protocol">Ethernet protocol, host order; 3 for all.</param>
    /// <param name="interfaceIndex">The interface; 0: all.</param>
    /// <param name="filter">Classic BPF; empty passes all.</param>
    /// <param name="receiveBufferBytes">Receive buffer; null: the system's default.</param>
    /// <param name="timestamps">Ask for the kernel's receive time (SO_TIMESTAMPNS).</param>
    /// <exception cref="LinuxException">A step failed; the message says which.</exception>
    public static PacketSocket Open(ushort protocol, int interfaceIndex, ReadOnlySpan<FilterInstruction> filter,
        int? receiveBufferBytes = null, bool timestamps = false)
    {
        // Opened with protocol 0 it hears nothing until it is bound, when the filter is in place.
        PacketSocket socket = OpenSender();
        try
        {
            if (!filter.IsEmpty)
            {
                LinuxException.ThrowIf(socket.AttachFilter(filter), "packet socket: attach the filter");
            }
            LinuxException.ThrowIf(
                socket._handle.Set((int)SOL.SOL_PACKET, (int)PacketOption.PACKET_IGNORE_OUTGOING, 1),
                "packet socket: ignore what this host sends", "needs Linux 4.20 or newer");
            if (receiveBufferBytes is { } bytes)
            {
                LinuxException.ThrowIf(socket._handle.SetReceiveBuffer(bytes), "packet socket: set the receive buffer");
            }
            if (timestamps)
            {
                LinuxException.ThrowIf(
                    socket._handle.Set(SO.SO_TIMESTAMPNS, 1), "packet socket: ask for timestamps");
            }
            sockaddr_ll address = new()
            {
                sll_family = (ushort)AF.AF_PACKET,
                sll_protocol = BinaryPrimitives.ReverseEndianness(protocol),
                sll_ifindex = interfaceIndex,
            };
            LinuxException.ThrowIf(socket._handle.Bind(address), $"packet socket: bind to interface {interfaceIndex}");
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends one frame, which begins with its Ethernet header.</summary>
    /// <returns>ENETDOWN: the interface is down. ENXIO: there is none. ENOBUFS, EAGAIN: its queue is full.</returns>
    public Errno Send(ReadOnlySpan<byte> frame, int interfaceIndex)
    {
        sockaddr_ll address = new() { sll_family = (ushort)AF.AF_PACKET, sll_ifindex = interfaceIndex };
        fixed (byte* data = frame)
        {
            nint sent = LibC.sendto(Descriptor, data, (nuint)frame.Length, (int)MSG.MSG_NOSIGNAL,
                &address, (uint)sizeof(sockaddr_ll));
            return sent < 0 ? LibC.LastError : Errno.Success;
        }
    }

    /// <summary>Sends many frames, 64 in a system call.</summary>
    /// <param name="buffer">The bytes of all frames.</param>
    /// <param name="frames">Where each is and by which interface it leaves.</param>
    /// <param name="sent">How many were sent: the index of the frame that failed.</param>
    /// <returns>The first failure, or success.</returns>
    public Errno SendBatch(ReadOnlySpan<byte> buffer, ReadOnlySpan<FrameSlice> frames, out int sent)
    {
        mmsghdr* messages = stackalloc mmsghdr[BatchSize];
        iovec* vectors = stackalloc iovec[BatchSize];
        sockaddr_ll* addresses = stackalloc sockaddr_ll[BatchSize];
        sent = 0;
        fixed (byte* data = buffer)
        {
            while (sent < frames.Length)
            {
                int count = Math.Min(BatchSize, frames.Length - sent);
                for (int i = 0; i < count; i++)
                {
                    FrameSlice slice = frames[sent + i];
                    vectors[i].iov_len = (nuint)buffer.Slice(slice.Offset, slice.Length).Length;
                    vectors[i].iov_base = data + slice.Offset;
                    addresses[i] = new()
                    {
                        sll_family = (ushort)AF.AF_PACKET,
                        sll_ifindex = slice.InterfaceIndex,
                    };
                    messages[i] = default;
                    messages[i].msg_hdr.msg_name = &addresses[i];
                    messages[i].msg_hdr.msg_namelen = (uint)sizeof(sockaddr_ll);
                    messages[i].msg_hdr.msg_iov = &vectors[i];
                    messages[i].msg_hdr.msg_iovlen = 1;
                }
                int done = LibC.sendmmsg(Descriptor, messages, (uint)count, (int)MSG.MSG_NOSIGNAL);
                if (done < 0)
                {
                    return LibC.LastError;
                }
                sent += done;
            }
        }
        return Errno.Success;
    }

    /// <summary>Receives one frame without waiting.</summary>
    /// <param name="buffer">For the bytes, from the Ethernet header on.</param>
    /// <param name="info">What is known of it; valid on success only.</param>
    /// <returns>EAGAIN: there is none. ENETDOWN: the interface went down.</returns>
    public Errno TryReceive(Span<byte> buffer, out ReceivedFrame info)
    {
        sockaddr_ll address = default;
        byte* control = stackalloc byte[ControlSize];
        fixed (byte* data = buffer)
        {
            iovec vector = new() { iov_base = data, iov_len = (nuint)buffer.Length };
            msghdr message = new()
            {
                msg_name = &address,
                msg_namelen = (uint)sizeof(sockaddr_ll),
                msg_iov = &vector,
                msg_iovlen = 1,
                msg_control = control,
                msg_controllen = ControlSize,
            };
            nint length = LibC.recvmsg(Descriptor, &message, (int)MSG.MSG_TRUNC);
            if (length < 0)
            {
                info = default;
                return LibC.LastError;
            }
            ReceivedPacket times = default;
            DatagramAddress.ReadControl(message, ref times);
            MacAddress source = address.sll_halen == MacAddress.Size
                ? MacAddress.FromBytes(new ReadOnlySpan<byte>(address.sll_addr, MacAddress.Size)) : default;
            info = new((int)Math.Min(length, buffer.Length), address.sll_ifindex,
                BinaryPrimitives.ReverseEndianness(address.sll_protocol), source, length > buffer.Length,
                times.RealtimeNanoseconds);
            return Errno.Success;
        }
    }

    /// <summary>Attaches another filter in place of the present one.</summary>
    public Errno AttachFilter(ReadOnlySpan<FilterInstruction> program) => ClassicFilter.Attach(_handle, program);

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _handle.Dispose();
}
