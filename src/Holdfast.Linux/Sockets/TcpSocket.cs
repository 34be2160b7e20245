using System.Buffers.Binary;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>TCP sockets by their descriptors: nothing is allocated, nothing waits.</summary>
/// <remarks>The caller owns each descriptor. Every call names why it failed.</remarks>
public static unsafe class TcpSocket
{
    private const int PartsMax = 16;

    /// <summary>Opens a listener: <see cref="StreamListener.Open"/>.</summary>
    /// <param name="endpoint">Address and port; port 0: the kernel's choice.</param>
    /// <param name="settings">Further settings.</param>
    /// <param name="fd">The listener, nonblocking; −1 on failure.</param>
    public static Errno Listen(SocketEndpoint endpoint, ListenSettings settings, out int fd)
        => StreamListener.Open(endpoint, settings, out fd);

    /// <summary>Whether calls on the descriptor return at once (O_NONBLOCK); io_uring wants them not to.</summary>
    public static void SetNonblocking(int fd, bool isNonblocking)
    {
        const int O_NONBLOCK = (int)SOCK.SOCK_NONBLOCK;
        int flags = LibC.fcntl(fd, Fcntl.F_GETFL, 0);
        _ = LibC.fcntl(fd, Fcntl.F_SETFL, isNonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
    }

    /// <summary>Takes one connection from a listener; the new socket is nonblocking.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="fd">The connection; −1 on failure.</param>
    /// <returns>EAGAIN: none waits. EMFILE, ENFILE: too many descriptors.</returns>
    public static Errno Accept(int listener, out int fd)
    {
        fd = LibC.accept4(listener, null, null, (int)(SOCK.SOCK_NONBLOCK | SOCK.SOCK_CLOEXEC));
        return fd < 0 ? LibC.LastError : Errno.Success;
    }

    /// <summary>Opens a socket for a connection that we make.</summary>
    /// <param name="peer">Where it will connect to.</param>
    /// <param name="source">Own address; null: the kernel's choice. Port 0 is chosen when connecting.</param>
    /// <param name="settings">Options of the socket.</param>
    /// <param name="isNonblocking">Whether O_NONBLOCK is set.</param>
    /// <param name="fd">The socket; −1 on failure.</param>
    /// <returns>EADDRINUSE, EADDRNOTAVAIL: the source cannot be used.</returns>
    public static Errno Open(
        SocketEndpoint peer, SocketEndpoint? source, ConnectSettings settings, bool isNonblocking, out int fd)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(settings);
        SOCK type = SOCK.SOCK_STREAM | SOCK.SOCK_CLOEXEC | (isNonblocking ? SOCK.SOCK_NONBLOCK : 0);
        fd = LibC.socket((int)peer.Family, (int)type, 0);
        if (fd < 0)
        {
            return LibC.LastError;
        }
        Errno errno = Errno.Success;
        if (!peer.IsUnix)
        {
            _ = Set(fd, (int)IPPROTO.IPPROTO_TCP, (int)TCP.TCP_NODELAY, 1);
            errno = settings.IsPlain ? Errno.Success : Apply(fd, peer.Address.IsV4, settings);
        }
        if (errno == Errno.Success && source is not null)
        {
            _ = source.Port == 0 ? Set(fd, (int)IPPROTO.IPPROTO_IP, (int)IP.IP_BIND_ADDRESS_NO_PORT, 1)
                : Set(fd, (int)SOL.SOL_SOCKET, (int)SO.SO_REUSEADDR, 1);
            errno = LibC.bind(fd, source.Pointer, source.Length) == 0 ? Errno.Success : LibC.LastError;
        }
        if (errno == Errno.Success)
        {
            return errno;
        }
        Close(fd);
        fd = -1;
        return errno;
    }

    /// <summary>Begins to connect.</summary>
    /// <returns>Success: connected. EINPROGRESS: wait until it is writable, then ask <see cref="TakeError"/>.</returns>
    public static Errno Connect(int fd, SocketEndpoint peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return LibC.connect(fd, peer.Pointer, peer.Length) == 0 ? Errno.Success : LibC.LastError;
    }

    /// <summary>The pending error of a socket, which is cleared.</summary>
    public static Errno TakeError(int fd) => ProbeSocket.TakeError(fd);

    /// <summary>Receives what has arrived into a buffer.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="slab">Where the buffer is.</param>
    /// <param name="part">Which bytes of which buffer may be written.</param>
    /// <param name="received">Bytes received; 0 with success: the peer has ended its stream.</param>
    /// <returns>EAGAIN: there is nothing yet.</returns>
    public static Errno Receive(int fd, BufferSlab slab, BufferPart part, out int received)
    {
        nint count = LibC.recvfrom(fd, At(slab, part), (nuint)part.Length, (int)MSG.MSG_DONTWAIT, null, null);
        received = (int)Math.Max(0, count);
        return count < 0 ? LibC.LastError : Errno.Success;
    }

    /// <summary>Receives into several parts in one call, one after the other.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="slab">Where the buffers are.</param>
    /// <param name="parts">What may be written, at most 16.</param>
    /// <param name="received">Bytes received; 0 with success: the peer has ended its stream.</param>
    /// <returns>EAGAIN: there is nothing yet.</returns>
    public static Errno Receive(int fd, BufferSlab slab, ReadOnlySpan<BufferPart> parts, out int received)
    {
        iovec* vector = stackalloc iovec[PartsMax];
        int count = Math.Min(parts.Length, PartsMax);
        Fill(slab, parts[..count], vector);
        msghdr message = new() { msg_iov = vector, msg_iovlen = (nuint)count };
        nint result = LibC.recvmsg(fd, &message, (int)MSG.MSG_DONTWAIT);
        received = (int)Math.Max(0, result);
        return result < 0 ? LibC.LastError : Errno.Success;
    }

    /// <summary>Sends from a buffer, without SIGPIPE.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="slab">Where the buffer is.</param>
    /// <param name="part">Which bytes.</param>
    /// <param name="sent">How many bytes the kernel took.</param>
    /// <returns>EAGAIN: wait until it is writable.</returns>
    public static Errno Send(int fd, BufferSlab slab, BufferPart part, out int sent)
    {
        nint count = LibC.sendto(fd, At(slab, part), (nuint)part.Length,
            (int)(MSG.MSG_DONTWAIT | MSG.MSG_NOSIGNAL), null, 0);
        sent = (int)Math.Max(0, count);
        return count < 0 ? LibC.LastError : Errno.Success;
    }

    /// <summary>Sends several parts in one call.</summary>
    /// <inheritdoc cref="Send(int, BufferSlab, BufferPart, out int)"/>
    public static Errno Send(int fd, BufferSlab slab, ReadOnlySpan<BufferPart> parts, out int sent)
    {
        iovec* vector = stackalloc iovec[PartsMax];
        int count = Math.Min(parts.Length, PartsMax);
        Fill(slab, parts[..count], vector);
        msghdr message = new() { msg_iov = vector, msg_iovlen = (nuint)count };
        nint result = LibC.sendmsg(fd, &message, (int)(MSG.MSG_DONTWAIT | MSG.MSG_NOSIGNAL));
        sent = (int)Math.Max(0, result);
        return result < 0 ? LibC.LastError : Errno.Success;
    }

    /// <summary>Ends our direction of the stream; the other one goes on.</summary>
    public static Errno ShutdownSend(int fd)
        => LibC.shutdown(fd, (int)SHUT.SHUT_WR) == 0 ? Errno.Success : LibC.LastError;

    /// <summary>Closes the socket; what the kernel has taken is still sent.</summary>
    public static void Close(int fd) => _ = LibC.close(fd);

    /// <summary>Makes the next <see cref="Close"/> send a reset, and drop what was not sent.</summary>
    public static void SetResetOnClose(int fd)
    {
        linger value = new() { l_onoff = 1, l_linger = 0 };
        _ = LibC.setsockopt(fd, (int)SOL.SOL_SOCKET, (int)SO.SO_LINGER, &value, (uint)sizeof(linger));
    }

    /// <summary>The peer's address and port.</summary>
    public static Errno GetPeer(int fd, out IpAddress address, out int port) => Name(fd, true, out address, out port);

    /// <summary>Our own address and port.</summary>
    public static Errno GetLocal(int fd, out IpAddress address, out int port) => Name(fd, false, out address, out port);

    internal static byte* At(BufferSlab slab, BufferPart part)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)part.Offset, (uint)slab.BufferSize, nameof(part));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (uint)part.Length, (uint)(slab.BufferSize - part.Offset), nameof(part));
        return slab.AddressOf(part.Buffer) + part.Offset;
    }

    internal static void Fill(BufferSlab slab, ReadOnlySpan<BufferPart> parts, iovec* vector)
    {
        for (int i = 0; i < parts.Length; i++)
        {
            vector[i] = new() { iov_base = At(slab, parts[i]), iov_len = (nuint)parts[i].Length };
        }
    }

    private static Errno Name(int fd, bool isPeer, out IpAddress address, out int port)
    {
        byte* name = stackalloc byte[DatagramAddress.AddressSize];
        uint length = DatagramAddress.AddressSize;
        int result = isPeer ? LibC.getpeername(fd, name, &length) : LibC.getsockname(fd, name, &length);
        Errno errno = result == 0 ? Errno.Success : LibC.LastError;
        address = errno == Errno.Success ? DatagramAddress.Read(name) : default;
        port = errno == Errno.Success ? BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(name + 2, 2)) : 0;
        return errno;
    }

    /// <summary>Makes the next <see cref="Close"/> say nothing to the peer, as if the host had gone.</summary>
    /// <remarks>
    /// Without the right to do that (CAP_NET_ADMIN), what is said gets one hop far: to the next router. That is
    /// HAProxy's silent-drop.
    /// </remarks>
    public static void SetSilentClose(int fd)
    {
        if (Set(fd, (int)IPPROTO.IPPROTO_TCP, (int)TCP.TCP_REPAIR, 1) == Errno.Success)
        {
            return;
        }
        _ = Set(fd, (int)IPPROTO.IPPROTO_IP, (int)IP.IP_TTL, 1);
        _ = Set(fd, (int)IPPROTO.IPPROTO_IPV6, (int)IPV6.IPV6_UNICAST_HOPS, 1);
        SetResetOnClose(fd);
    }

    /// <summary>Makes the largest segment smaller than it is.</summary>
    /// <param name="fd">The connection.</param>
    /// <param name="bytes">By how much.</param>
    public static void ReduceSegmentSize(int fd, int bytes)
    {
        int size = 0;
        uint length = sizeof(int);
        if (LibC.getsockopt(fd, (int)IPPROTO.IPPROTO_TCP, (int)TCP.TCP_MAXSEG, &size, &length) == 0)
        {
            _ = Set(fd, (int)IPPROTO.IPPROTO_TCP, (int)TCP.TCP_MAXSEG, Math.Max(1, size - bytes));
        }
    }

    /// <summary>Sets how the connection's packets are marked: <c>set-mark</c>.</summary>
    public static void SetMark(int fd, int mark) => _ = Set(fd, (int)SOL.SOL_SOCKET, (int)SO.SO_MARK, mark);

    /// <summary>Sets the connection's type of service, or traffic class: <c>set-tos</c>.</summary>
    public static void SetTypeOfService(int fd, int value)
    {
        _ = Set(fd, (int)IPPROTO.IPPROTO_IP, (int)IP.IP_TOS, value);
        _ = Set(fd, (int)IPPROTO.IPPROTO_IPV6, (int)IPV6.IPV6_TCLASS, value);
    }

    internal static Errno Set(int fd, int level, int name, int value)
        => LibC.setsockopt(fd, level, name, &value, sizeof(int)) == 0 ? Errno.Success : LibC.LastError;

    internal static void SetKeepAlive(int fd, KeepAliveSettings settings)
    {
        _ = Set(fd, (int)SOL.SOL_SOCKET, (int)SO.SO_KEEPALIVE, 1);
        if (settings.Count is { } count)
        {
            _ = Set(fd, (int)IPPROTO.IPPROTO_TCP, (int)TCP.TCP_KEEPCNT, count);
        }
        if (settings.IdleSeconds is { } idle)
        {
            _ = Set(fd, (int)IPPROTO.IPPROTO_TCP, (int)TCP.TCP_KEEPIDLE, idle);
        }
        if (settings.IntervalSeconds is { } interval)
        {
            _ = Set(fd, (int)IPPROTO.IPPROTO_TCP, (int)TCP.TCP_KEEPINTVL, interval);
        }
    }

    internal static Errno SetInterface(int fd, string name)
    {
        byte[] text = Utf8Strings.Terminated(name);
        fixed (byte* raw = text)
        {
            return LibC.setsockopt(fd, (int)SOL.SOL_SOCKET, (int)SO.SO_BINDTODEVICE, raw, (uint)text.Length) == 0
                ? Errno.Success : LibC.LastError;
        }
    }

    internal static Errno SetTransparent(int fd, bool isV4) => isV4
        ? Set(fd, (int)IPPROTO.IPPROTO_IP, (int)IP.IP_TRANSPARENT, 1)
        : Set(fd, (int)IPPROTO.IPPROTO_IPV6, (int)IPV6.IPV6_TRANSPARENT, 1);

    private static Errno Apply(int fd, bool isV4, ConnectSettings settings)
    {
        if (settings.KeepAlive is { } keepAlive)
        {
            SetKeepAlive(fd, keepAlive);
        }
        if (settings.OpensFast)
        {
            _ = Set(fd, (int)IPPROTO.IPPROTO_TCP, (int)TCP.TCP_FASTOPEN_CONNECT, 1);
        }
        if (settings.UserTimeoutMilliseconds is { } timeout)
        {
            _ = Set(fd, (int)IPPROTO.IPPROTO_TCP, (int)TCP.TCP_USER_TIMEOUT, timeout);
        }
        if (settings.Mark is { } mark)
        {
            SetMark(fd, mark);
        }
        if (settings.TypeOfService is { } type)
        {
            SetTypeOfService(fd, type);
        }
        if (settings.DelaysAcknowledgement)
        {
            _ = Set(fd, (int)IPPROTO.IPPROTO_TCP, (int)TCP.TCP_QUICKACK, 0);
        }
        if (settings.ResetsOnClose)
        {
            SetResetOnClose(fd);
        }
        Errno errno = settings.Interface is { } name ? SetInterface(fd, name) : Errno.Success;
        return errno == Errno.Success && settings.IsTransparent ? SetTransparent(fd, isV4) : errno;
    }
}
