using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>Who is at the other end of a unix socket (SO_PEERCRED).</summary>
/// <param name="Pid">Process that connected.</param>
/// <param name="Uid">Its effective user then.</param>
/// <param name="Gid">Its effective group then.</param>
public readonly record struct PeerCredentials(int Pid, uint Uid, uint Gid);

/// <summary>Unix sockets: pairs, the listener of the control socket, clients, datagrams to a log.</summary>
/// <remarks>All are close-on-exec and do not block, except where stated.</remarks>
public static unsafe class UnixSocket
{
    private const int Flags = SysUn.SOCK_CLOEXEC | SysUn.SOCK_NONBLOCK;

    /// <summary>Two connected sockets that keep the borders of messages (SOCK_SEQPACKET).</summary>
    public static Errno TryCreatePair(out FdHandle first, out FdHandle second)
    {
        int* descriptors = stackalloc int[2];
        bool failed = LibC.socketpair(SysUn.AF_UNIX, SysUn.SOCK_SEQPACKET | Flags, 0, descriptors) != 0;
        Errno errno = failed ? LibC.LastError : Errno.Success;
        first = new(failed ? -1 : descriptors[0]);
        second = new(failed ? -1 : descriptors[1]);
        return errno;
    }

    /// <summary>Listens for streams at a path, replacing a socket that a dead process left there.</summary>
    /// <param name="path">At most 107 bytes.</param>
    /// <param name="mode">Permissions of the socket; only its owner may connect until they are set.</param>
    /// <param name="backlog">How many connections may wait.</param>
    /// <param name="listener">The listening socket.</param>
    /// <returns>EADDRINUSE when a living process listens there.</returns>
    public static Errno TryListen(string path, uint mode, int backlog, out FdHandle listener)
        => TryListenAs(path, mode, backlog, SysUn.SOCK_STREAM | Flags, out listener);

    /// <summary>
    /// As <see cref="TryListen"/>, for connections that keep the borders of messages (SOCK_SEQPACKET).
    /// </summary>
    public static Errno TryListenForMessages(string path, uint mode, int backlog, out FdHandle listener)
        => TryListenAs(path, mode, backlog, SysUn.SOCK_SEQPACKET | Flags, out listener);

    /// <summary>Takes the next connection of a listener.</summary>
    /// <returns>EAGAIN when none waits.</returns>
    public static Errno TryAccept(int listener, out FdHandle connection)
    {
        connection = new(LibC.accept4(listener, null, null, Flags));
        return connection.IsInvalid ? LibC.LastError : Errno.Success;
    }

    /// <summary>Connects a stream. It does not wait: EAGAIN when the listener's backlog is full.</summary>
    public static Errno TryConnect(string path, out FdHandle connection)
        => TryConnectAs(path, SysUn.SOCK_STREAM | Flags, out connection);

    /// <summary>Connects to one who listens for messages (SOCK_SEQPACKET). It does not wait.</summary>
    public static Errno TryConnectForMessages(string path, out FdHandle connection)
        => TryConnectAs(path, SysUn.SOCK_SEQPACKET | Flags, out connection);

    /// <summary>Connects a stream whose reads and writes wait, for a command-line client.</summary>
    public static Errno TryConnectBlocking(string path, out FdHandle connection)
        => TryConnectAs(path, SysUn.SOCK_STREAM | SysUn.SOCK_CLOEXEC, out connection);

    /// <summary>Connects a datagram socket, as to /dev/log.</summary>
    public static Errno TryConnectDatagram(string path, out FdHandle connection)
        => TryConnectAs(path, SysUn.SOCK_DGRAM | Flags, out connection);

    /// <summary>Reads who is at the other end.</summary>
    public static Errno TryGetPeer(int fd, out PeerCredentials peer)
    {
        ucred raw = default;
        uint size = (uint)sizeof(ucred);
        int result = LibC.getsockopt(fd, SysUn.SOL_SOCKET, SysUn.SO_PEERCRED, &raw, &size);
        peer = new(raw.pid, raw.uid, raw.gid);
        return result == 0 ? Errno.Success : LibC.LastError;
    }

    /// <summary>Sets how many bytes may wait to be read by the other end; forced where we are privileged.</summary>
    public static Errno SetSendBuffer(int fd, int sizeBytes)
    {
        if (LibC.setsockopt(fd, SysUn.SOL_SOCKET, SysUn.SO_SNDBUFFORCE, &sizeBytes, sizeof(int)) == 0
            || LibC.setsockopt(fd, SysUn.SOL_SOCKET, SysUn.SO_SNDBUF, &sizeBytes, sizeof(int)) == 0)
        {
            return Errno.Success;
        }
        return LibC.LastError;
    }

    private static Errno TryListenAs(string path, uint mode, int backlog, int type, out FdHandle listener)
    {
        listener = FdHandle.None;
        Errno errno = TryConnectAs(path, type, out FdHandle probe);
        probe.Dispose();
        if (errno is Errno.Success or Errno.EAGAIN)
        {
            return Errno.EADDRINUSE;
        }
        if (errno == Errno.ECONNREFUSED)
        {
            _ = FileNames.Remove(path);
        }
        Span<byte> address = stackalloc byte[SysUn.AddressSize];
        errno = UnixAddress.TryBuild(path, address, out uint size);
        if (errno != Errno.Success)
        {
            return errno;
        }
        listener = new(LibC.socket(SysUn.AF_UNIX, type, 0));
        fixed (byte* raw = address)
        {
            uint before = LibC.umask(0x7F); // 0177: no one else may connect in between
            bool bound = !listener.IsInvalid && LibC.bind(listener.Number, raw, size) == 0;
            errno = bound ? Errno.Success : LibC.LastError;
            _ = LibC.umask(before);
        }
        errno = errno != Errno.Success ? errno : FileNames.SetMode(path, mode);
        if (errno == Errno.Success && LibC.listen(listener.Number, backlog) != 0)
        {
            errno = LibC.LastError;
        }
        if (errno != Errno.Success)
        {
            listener.Dispose();
        }
        return errno;
    }

    private static Errno TryConnectAs(string path, int type, out FdHandle connection)
    {
        connection = FdHandle.None;
        Span<byte> address = stackalloc byte[SysUn.AddressSize];
        Errno errno = UnixAddress.TryBuild(path, address, out uint size);
        if (errno != Errno.Success)
        {
            return errno;
        }
        var handle = new FdHandle(LibC.socket(SysUn.AF_UNIX, type, 0));
        fixed (byte* raw = address)
        {
            if (handle.IsInvalid || LibC.connect(handle.Number, raw, size) != 0)
            {
                errno = LibC.LastError;
                handle.Dispose();
                return errno;
            }
        }
        connection = handle;
        return Errno.Success;
    }
}
