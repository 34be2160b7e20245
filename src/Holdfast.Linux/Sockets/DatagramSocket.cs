using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Sockets;

/// <summary>UDP sockets by their descriptors; nothing waits.</summary>
/// <remarks>The caller owns each descriptor, and closes it by <see cref="TcpSocket.Close"/>.</remarks>
public static unsafe class DatagramSocket
{
    /// <summary>Opens a socket that datagrams of clients come to; it says which address each was sent to.</summary>
    /// <param name="endpoint">Address and port; port 0: the kernel's choice.</param>
    /// <param name="settings">Further settings; those of connections do not matter.</param>
    /// <param name="fd">The socket, nonblocking; −1 on failure.</param>
    public static Errno Listen(SocketEndpoint endpoint, ListenSettings settings, out int fd)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(settings);
        fd = Open(endpoint);
        if (fd < 0)
        {
            return LibC.LastError;
        }
        bool isV4 = endpoint.Address.IsV4;
        _ = TcpSocket.Set(fd, (int)SOL.SOL_SOCKET, (int)SO.SO_REUSEADDR, 1);
        if (settings.IsPortShared)
        {
            _ = TcpSocket.Set(fd, (int)SOL.SOL_SOCKET, (int)SO.SO_REUSEPORT, 1);
        }
        if (!isV4 && settings.IsV6Only is { } isV6Only)
        {
            _ = TcpSocket.Set(fd, (int)IPPROTO.IPPROTO_IPV6, (int)IPV6.IPV6_V6ONLY, isV6Only ? 1 : 0);
        }
        _ = isV4 ? TcpSocket.Set(fd, (int)IPPROTO.IPPROTO_IP, (int)IP.IP_PKTINFO, 1)
            : TcpSocket.Set(fd, (int)IPPROTO.IPPROTO_IPV6, (int)IPV6.IPV6_RECVPKTINFO, 1);
        Errno errno = LibC.bind(fd, endpoint.Pointer, endpoint.Length) == 0 ? Errno.Success : LibC.LastError;
        return Keep(errno, ref fd);
    }

    /// <summary>Opens a socket for the datagrams of one session, which go to one peer.</summary>
    /// <param name="peer">Where they go.</param>
    /// <param name="source">Own address; null: the kernel's choice.</param>
    /// <param name="fd">The socket, nonblocking; −1 on failure.</param>
    public static Errno Connect(SocketEndpoint peer, SocketEndpoint? source, out int fd)
    {
        ArgumentNullException.ThrowIfNull(peer);
        fd = Open(peer);
        if (fd < 0)
        {
            return LibC.LastError;
        }
        Errno errno = source is null || LibC.bind(fd, source.Pointer, source.Length) == 0
            ? Errno.Success : LibC.LastError;
        if (errno == Errno.Success && LibC.connect(fd, peer.Pointer, peer.Length) != 0)
        {
            errno = LibC.LastError;
        }
        return Keep(errno, ref fd);
    }

    /// <summary>Sends one datagram on a connected socket.</summary>
    /// <returns>EAGAIN: the kernel has no room. ECONNREFUSED: nobody was there for the one before.</returns>
    public static Errno Send(int fd, ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            byte none = 0;
            void* start = bytes is null ? &none : bytes;
            return LibC.sendto(fd, start, (nuint)data.Length, (int)MSG.MSG_NOSIGNAL, null, 0) < 0
                ? LibC.LastError : Errno.Success;
        }
    }

    private static int Open(SocketEndpoint endpoint) => LibC.socket(
        (int)endpoint.Family, (int)(SOCK.SOCK_DGRAM | SOCK.SOCK_NONBLOCK | SOCK.SOCK_CLOEXEC), 0);

    private static Errno Keep(Errno errno, ref int fd)
    {
        if (errno != Errno.Success)
        {
            TcpSocket.Close(fd);
            fd = -1;
        }
        return errno;
    }
}
