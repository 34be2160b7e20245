using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

namespace Holdfast.Linux.Sockets;

/// <summary>Listeners for streams: TCP ports, Unix sockets, and sockets that somebody has handed in.</summary>
public static unsafe class StreamListener
{
    private const int NoOwner = -1;
    private const string TemporarySuffix = ".tmp";

    /// <summary>Opens a listener. What is set on it, accepted connections inherit: TCP_NODELAY first of all.</summary>
    /// <param name="endpoint">Address and port (0: the kernel's choice), a Unix socket, or one that was given.</param>
    /// <param name="settings">Further settings.</param>
    /// <param name="fd">The listener, nonblocking; −1 on failure.</param>
    /// <returns>
    /// ENODEV: no such interface. EPERM: the right to use an option is missing. EBADF, ENOTSOCK, ESOCKTNOSUPPORT: what
    /// was given is no stream socket.
    /// </returns>
    public static Errno Open(SocketEndpoint endpoint, ListenSettings settings, out int fd)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.IsDatagram)
        {
            return DatagramSocket.Listen(endpoint, settings, out fd);
        }
        if (endpoint.GivenFd >= 0)
        {
            return Adopt(endpoint.GivenFd, settings, out fd);
        }
        fd = LibC.socket((int)endpoint.Family, (int)(SOCK.SOCK_STREAM | SOCK.SOCK_NONBLOCK | SOCK.SOCK_CLOEXEC), 0);
        if (fd < 0)
        {
            return LibC.LastError;
        }
        Errno errno = endpoint.IsUnix ? ListenAtPath(fd, endpoint, settings) : ListenAtPort(fd, endpoint, settings);
        if (errno != Errno.Success)
        {
            TcpSocket.Close(fd);
            fd = -1;
        }
        return errno;
    }

    /// <summary>Whether a port could be listened on: binds a socket to it, which is closed at once.</summary>
    /// <param name="endpoint">Address and port.</param>
    /// <param name="settings">Further settings.</param>
    /// <returns>EADDRINUSE when it is taken.</returns>
    public static Errno TryBind(SocketEndpoint endpoint, ListenSettings settings)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(settings);
        SOCK type = settings.IsDatagram ? SOCK.SOCK_DGRAM : SOCK.SOCK_STREAM;
        int fd = LibC.socket((int)endpoint.Family, (int)(type | SOCK.SOCK_CLOEXEC), 0);
        if (fd < 0)
        {
            return LibC.LastError;
        }
        _ = TcpSocket.Set(fd, (int)SOL.SOL_SOCKET, (int)SO.SO_REUSEADDR, 1);
        if (endpoint.Address.IsV6 && settings.IsV6Only is { } isV6Only)
        {
            _ = TcpSocket.Set(fd, (int)IPPROTO.IPPROTO_IPV6, (int)IPV6.IPV6_V6ONLY, isV6Only ? 1 : 0);
        }
        Errno errno = LibC.bind(fd, endpoint.Pointer, endpoint.Length) == 0 ? Errno.Success : LibC.LastError;
        TcpSocket.Close(fd);
        return errno;
    }

    /// <summary>A descriptor of our own of a socket that was given; it listens afterwards in any case.</summary>
    private static Errno Adopt(int given, ListenSettings settings, out int fd)
    {
        fd = LibC.fcntl(given, Fcntl.F_DUPFD_CLOEXEC, 0);
        if (fd < 0)
        {
            return LibC.LastError;
        }
        int type = 0;
        uint length = sizeof(int);
        Errno errno = LibC.getsockopt(fd, (int)SOL.SOL_SOCKET, (int)SO.SO_TYPE, &type, &length) != 0
            ? LibC.LastError : type != (int)SOCK.SOCK_STREAM ? Errno.ESOCKTNOSUPPORT : Listen(fd, settings.Backlog);
        if (errno != Errno.Success)
        {
            TcpSocket.Close(fd);
            fd = -1;
            return errno;
        }
        TcpSocket.SetNonblocking(fd, true);
        _ = TcpSocket.Set(fd, (int)IPPROTO.IPPROTO_TCP, (int)TCP.TCP_NODELAY, 1); // not on a Unix socket
        SetForConnections(fd, settings);
        return Errno.Success;
    }

    /// <summary>The path that a Unix socket was opened at; null when it is none, or has no name.</summary>
    /// <remarks>Of one that <see cref="Open"/> has made the name by which it is found, not the one before.</remarks>
    public static string? PathOf(int fd)
    {
        byte* name = stackalloc byte[SysUn.AddressSize];
        uint length = SysUn.AddressSize;
        if (LibC.getsockname(fd, name, &length) != 0 || *(ushort*)name != SysUn.AF_UNIX || length <= 3 || name[2] == 0)
        {
            return null;
        }
        var bytes = new ReadOnlySpan<byte>(name + 2, (int)Math.Min(length, SysUn.AddressSize) - 2);
        int end = bytes.IndexOf((byte)0);
        string path = Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
        int suffix = path.EndsWith(TemporarySuffix, StringComparison.Ordinal)
            ? path.LastIndexOf('.', path.Length - TemporarySuffix.Length - 1) : -1;
        return suffix > 0 && path[(suffix + 1)..^TemporarySuffix.Length].All(char.IsAsciiDigit)
            ? path[..suffix] : path;
    }

    /// <summary>Whether a socket takes datagrams.</summary>
    public static bool IsDatagram(int fd)
    {
        int type = 0;
        uint length = sizeof(int);
        return LibC.getsockopt(fd, (int)SOL.SOL_SOCKET, (int)SO.SO_TYPE, &type, &length) == 0
            && type == (int)SOCK.SOCK_DGRAM;
    }

    /// <summary>Listens, or listens on with another backlog.</summary>
    /// <param name="fd">A bound socket.</param>
    /// <param name="backlog">Connections that wait to be accepted.</param>
    public static Errno Listen(int fd, int backlog)
        => LibC.listen(fd, backlog) == 0 ? Errno.Success : LibC.LastError;

    private static Errno ListenAtPort(int fd, SocketEndpoint endpoint, ListenSettings settings)
    {
        bool isV4 = endpoint.Address.IsV4;
        _ = TcpSocket.Set(fd, (int)SOL.SOL_SOCKET, (int)SO.SO_REUSEADDR, 1);
        _ = TcpSocket.Set(fd, (int)IPPROTO.IPPROTO_TCP, (int)TCP.TCP_NODELAY, 1);
        if (settings.IsPortShared)
        {
            _ = TcpSocket.Set(fd, (int)SOL.SOL_SOCKET, (int)SO.SO_REUSEPORT, 1);
        }
        if (settings.IsFreeBind)
        {
            _ = isV4 ? TcpSocket.Set(fd, (int)IPPROTO.IPPROTO_IP, (int)IP.IP_FREEBIND, 1)
                : TcpSocket.Set(fd, (int)IPPROTO.IPPROTO_IPV6, (int)IPV6.IPV6_FREEBIND, 1);
        }
        if (!isV4 && settings.IsV6Only is { } isV6Only)
        {
            _ = TcpSocket.Set(fd, (int)IPPROTO.IPPROTO_IPV6, (int)IPV6.IPV6_V6ONLY, isV6Only ? 1 : 0);
        }
        Errno errno = settings.IsTransparent ? TcpSocket.SetTransparent(fd, isV4) : Errno.Success;
        if (errno == Errno.Success && settings.Interface is { } name)
        {
            errno = TcpSocket.SetInterface(fd, name);
        }
        if (errno != Errno.Success)
        {
            return errno;
        }
        SetForConnections(fd, settings);
        return LibC.bind(fd, endpoint.Pointer, endpoint.Length) == 0
            ? Listen(fd, settings.Backlog) : LibC.LastError;
    }

    private static void SetForConnections(int fd, ListenSettings settings)
    {
        const int Tcp = (int)IPPROTO.IPPROTO_TCP;
        if (settings.MaximumSegmentSize is { } size)
        {
            _ = TcpSocket.Set(fd, Tcp, (int)TCP.TCP_MAXSEG, size);
        }
        if (settings.UserTimeoutMilliseconds is { } timeout)
        {
            _ = TcpSocket.Set(fd, Tcp, (int)TCP.TCP_USER_TIMEOUT, timeout);
        }
        if (settings.DefersAccept)
        {
            _ = TcpSocket.Set(fd, Tcp, (int)TCP.TCP_DEFER_ACCEPT, 1);
        }
        if (settings.FastOpenQueue > 0)
        {
            _ = TcpSocket.Set(fd, Tcp, (int)TCP.TCP_FASTOPEN, settings.FastOpenQueue);
        }
        if (settings.KeepAlive is { } keepAlive)
        {
            TcpSocket.SetKeepAlive(fd, keepAlive);
        }
        if (settings.ResetsOnClose)
        {
            TcpSocket.SetResetOnClose(fd);
        }
    }

    /// <summary>
    /// A path is bound under another name first: nobody finds it before it listens and belongs to whom it should, and
    /// who listened there before goes on with those that found it earlier.
    /// </summary>
    private static Errno ListenAtPath(int fd, SocketEndpoint endpoint, ListenSettings settings)
    {
        if (endpoint.Path is not { } path)
        {
            return LibC.bind(fd, endpoint.Pointer, endpoint.Length) == 0
                ? Listen(fd, settings.Backlog) : LibC.LastError;
        }
        string temporary = $"{path}.{Environment.ProcessId}{TemporarySuffix}";
        if (!SocketEndpoint.TryUnix(temporary, out SocketEndpoint? there))
        {
            return Errno.ENAMETOOLONG;
        }
        _ = FileNames.Remove(temporary); // of a process with our number that died here
        if (LibC.bind(fd, there!.Pointer, there.Length) != 0)
        {
            return LibC.LastError;
        }
        Errno errno = settings.Mode is { } mode ? FileNames.SetMode(temporary, mode) : Errno.Success;
        if (errno == Errno.Success && (settings.Uid ?? settings.Gid) is not null)
        {
            errno = FileNames.SetOwner(
                temporary, settings.Uid ?? unchecked((uint)NoOwner), settings.Gid ?? unchecked((uint)NoOwner));
        }
        errno = errno == Errno.Success ? Listen(fd, settings.Backlog) : errno;
        errno = errno == Errno.Success ? FileNames.Rename(temporary, path) : errno;
        if (errno != Errno.Success)
        {
            _ = FileNames.Remove(temporary);
        }
        return errno;
    }
}
