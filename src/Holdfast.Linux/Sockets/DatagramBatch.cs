using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>Datagrams that are received, and sent on, many in one system call.</summary>
/// <remarks>
/// One of an event loop. Memory is touched only as far as datagrams were long; what was received holds until the next
/// receive. Allocates nothing but at the beginning.
/// </remarks>
public sealed unsafe class DatagramBatch : IDisposable
{
    /// <summary>Datagrams of one call at most.</summary>
    public const int CountMax = 32;

    private const int DatagramMax = 65_536;
    private const int ControlSize = 64;

    private readonly BufferSlab _data = new(CountMax, DatagramMax);
    private mmsghdr* _messages;
    private iovec* _vectors;
    private byte* _addresses;
    private byte* _controls;

    /// <summary>Makes one.</summary>
    /// <exception cref="LinuxException">The kernel gives no address space.</exception>
    public DatagramBatch()
    {
        _messages = (mmsghdr*)NativeMemory.AllocZeroed(CountMax, (nuint)sizeof(mmsghdr));
        _vectors = (iovec*)NativeMemory.AllocZeroed(CountMax, (nuint)sizeof(iovec));
        _addresses = (byte*)NativeMemory.AllocZeroed(CountMax, DatagramAddress.AddressSize);
        _controls = (byte*)NativeMemory.AllocZeroed(CountMax, ControlSize);
    }

    /// <summary>How many the last call has received.</summary>
    public int Count { get; private set; }

    /// <summary>Receives what is there, up to <see cref="CountMax"/>.</summary>
    /// <returns>EAGAIN: there is nothing. ECONNREFUSED: the peer of a connected socket is not there.</returns>
    public Errno Receive(int fd)
    {
        for (int i = 0; i < CountMax; i++)
        {
            _vectors[i] = new iovec { iov_base = _data.AddressOf(i), iov_len = DatagramMax };
            _messages[i] = new mmsghdr
            {
                msg_hdr = new msghdr
                {
                    msg_name = AddressOf(i), msg_namelen = DatagramAddress.AddressSize, msg_iov = _vectors + i,
                    msg_iovlen = 1, msg_control = _controls + (i * ControlSize), msg_controllen = ControlSize,
                },
            };
        }
        int count = LibC.recvmmsg(fd, _messages, CountMax, (int)MSG.MSG_DONTWAIT, null);
        Count = Math.Max(0, count);
        return count < 0 ? LibC.LastError : Errno.Success;
    }

    /// <summary>The bytes of one of them.</summary>
    public ReadOnlySpan<byte> this[int index] => new(_data.AddressOf(index), (int)_messages[index].msg_len);

    /// <summary>Who has sent it.</summary>
    public IpAddress PeerOf(int index) => DatagramAddress.Read(AddressOf(index));

    /// <summary>Port of who has sent it.</summary>
    public int PortOf(int index)
        => BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(AddressOf(index) + 2, sizeof(ushort)));

    /// <summary>The address that it was sent to; none: it is not told.</summary>
    public IpAddress DestinationOf(int index)
    {
        ReceivedPacket packet = default;
        DatagramAddress.ReadControl(_messages[index].msg_hdr, ref packet);
        return packet.Destination;
    }

    /// <summary>Sends what was received to a client, as it is.</summary>
    /// <param name="fd">The socket of the listener.</param>
    /// <param name="to">The client.</param>
    /// <param name="source">Own address; none: the socket's.</param>
    /// <param name="count">How many, from the first.</param>
    /// <returns>How many the kernel has taken; the others are lost, as datagrams are.</returns>
    public int SendTo(int fd, SocketEndpoint to, IpAddress source, int count)
    {
        ArgumentNullException.ThrowIfNull(to);
        for (int i = 0; i < count; i++)
        {
            Describe(i, to, source, _data.AddressOf(i), (int)_messages[i].msg_len);
        }
        int sent = LibC.sendmmsg(fd, _messages, (uint)count, (int)(MSG.MSG_DONTWAIT | MSG.MSG_NOSIGNAL));
        return Math.Max(0, sent);
    }

    /// <summary>Sends a text to a client. What was received is forgotten.</summary>
    public bool SendTo(int fd, SocketEndpoint to, IpAddress source, ReadOnlySpan<byte> text)
    {
        ArgumentNullException.ThrowIfNull(to);
        int length = Math.Min(text.Length, DatagramMax);
        text[..length].CopyTo(new Span<byte>(_data.AddressOf(0), length));
        Describe(0, to, source, _data.AddressOf(0), length);
        return LibC.sendmmsg(fd, _messages, 1, (int)(MSG.MSG_DONTWAIT | MSG.MSG_NOSIGNAL)) == 1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _data.Dispose();
        NativeMemory.Free(_messages);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_addresses);
        NativeMemory.Free(_controls);
        _messages = null;
        _vectors = null;
        _addresses = _controls = null;
    }

    private byte* AddressOf(int index) => _addresses + (index * DatagramAddress.AddressSize);

    private void Describe(int index, SocketEndpoint to, IpAddress source, byte* data, int length)
    {
        byte* control = _controls + (index * ControlSize);
        _vectors[index] = new iovec { iov_base = data, iov_len = (nuint)length };
        nuint controlLength = source.IsNone ? 0 : DatagramAddress.WritePacketInfo(control, source.Family, 0, source);
        _messages[index] = new mmsghdr
        {
            msg_hdr = new msghdr
            {
                msg_name = to.Pointer, msg_namelen = to.Length, msg_iov = _vectors + index, msg_iovlen = 1,
                msg_control = controlLength == 0 ? null : control, msg_controllen = controlLength,
            },
            msg_len = (uint)length,
        };
    }
}
