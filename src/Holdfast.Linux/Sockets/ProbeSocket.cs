using System.Runtime.CompilerServices;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>Kind of a <see cref="ProbeSocket"/>.</summary>
public enum ProbeTransport : byte
{
    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>UDP.</summary>
    Udp,

    /// <summary>ICMP echo by a datagram socket, which needs net.ipv4.ping_group_range instead of a privilege.</summary>
    Ping,
}

/// <summary>Where a probe connects to, and from where.</summary>
/// <param name="Address">The address.</param>
/// <param name="Port">The port; 0 for ICMP.</param>
/// <param name="BindAddress">Own address; none: the kernel's choice.</param>
/// <param name="BindPort">Own port; 0: the kernel's choice.</param>
/// <param name="BindInterface">Interface to bind to, also the scope of link-local addresses; null: any.</param>
/// <param name="Mark">SO_MARK; 0: none. Needs CAP_NET_ADMIN.</param>
public sealed record ProbeTarget(
    IpAddress Address, int Port, IpAddress BindAddress = default, int BindPort = 0, string? BindInterface = null,
    uint Mark = 0);

/// <summary>Connected sockets of short life, by their descriptors: thousands a second, nothing allocated.</summary>
/// <remarks>
/// The caller owns the descriptor and closes it with <see cref="Close"/>. All sockets are nonblocking and
/// close-on-exec. Connecting a datagram socket makes the kernel report ICMP errors of that peer alone.
/// </remarks>
public static unsafe class ProbeSocket
{
    private const int InterfaceNameSize = 16;

    /// <summary>Opens a socket and begins to connect it.</summary>
    /// <param name="transport">Kind of socket.</param>
    /// <param name="target">Where to, and from where.</param>
    /// <param name="fd">The socket; −1 on failure.</param>
    /// <returns>Success: connected. EINPROGRESS: wait until it is writable, then ask <see cref="TakeError"/>.</returns>
    public static Errno Connect(ProbeTransport transport, ProbeTarget target, out int fd)
    {
        ArgumentNullException.ThrowIfNull(target);
        bool isV4 = target.Address.IsV4;
        SOCK type = transport == ProbeTransport.Tcp ? SOCK.SOCK_STREAM : SOCK.SOCK_DGRAM;
        int protocol = transport == ProbeTransport.Ping
            ? (int)(isV4 ? IPPROTO.IPPROTO_ICMP : IPPROTO.IPPROTO_ICMPV6) : 0;
        fd = LibC.socket((int)(isV4 ? AF.AF_INET : AF.AF_INET6),
            (int)(type | SOCK.SOCK_NONBLOCK | SOCK.SOCK_CLOEXEC), protocol);
        if (fd < 0)
        {
            return LibC.LastError;
        }
        int scope = 0;
        Errno errno = target.BindInterface is null ? Errno.Success : BindInterface(fd, target.BindInterface, out scope);
        if (errno == Errno.Success && target.Mark != 0)
        {
            errno = Set(fd, SOL.SOL_SOCKET, (int)SO.SO_MARK, (int)target.Mark);
        }
        if (errno == Errno.Success && (!target.BindAddress.IsNone || target.BindPort != 0))
        {
            errno = Bind(fd, target, scope);
        }
        byte* address = stackalloc byte[DatagramAddress.AddressSize];
        uint length = Write(address, target.Address, target.Port, scope);
        errno = errno != Errno.Success ? errno
            : LibC.connect(fd, address, length) == 0 ? Errno.Success : LibC.LastError;
        if (errno is not (Errno.Success or Errno.EINPROGRESS))
        {
            Close(fd);
            fd = -1;
        }
        return errno;
    }

    /// <summary>The pending error of a socket, which is cleared: how connecting ended.</summary>
    public static Errno TakeError(int fd)
    {
        int value = 0;
        uint size = sizeof(int);
        return LibC.getsockopt(fd, (int)SOL.SOL_SOCKET, (int)SO.SO_ERROR, &value, &size) == 0
            ? (Errno)value : LibC.LastError;
    }

    /// <summary>Sends without waiting and without SIGPIPE.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="data">What to send.</param>
    /// <param name="sent">How many bytes the kernel took.</param>
    /// <returns>EAGAIN: wait until it is writable.</returns>
    public static Errno Send(int fd, ReadOnlySpan<byte> data, out int sent)
    {
        fixed (byte* pointer = data)
        {
            nint count = LibC.sendto(fd, pointer, (nuint)data.Length, (int)MSG.MSG_NOSIGNAL, null, 0);
            sent = (int)Math.Max(0, count);
            return count < 0 ? LibC.LastError : Errno.Success;
        }
    }

    /// <summary>Receives without waiting.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="buffer">Where to.</param>
    /// <param name="received">Bytes received; 0 with success: the peer has ended its stream.</param>
    /// <returns>EAGAIN: there is nothing yet.</returns>
    public static Errno Receive(int fd, Span<byte> buffer, out int received)
    {
        fixed (byte* pointer = buffer)
        {
            nint count = LibC.recvfrom(fd, pointer, (nuint)buffer.Length, 0, null, null);
            received = (int)Math.Max(0, count);
            return count < 0 ? LibC.LastError : Errno.Success;
        }
    }

    /// <summary>Closes the socket; a stream is ended in order.</summary>
    public static void Close(int fd) => _ = LibC.close(fd);

    private static Errno BindInterface(int fd, string name, out int index)
    {
        byte* text = stackalloc byte[InterfaceNameSize];
        Unsafe.InitBlock(text, 0, InterfaceNameSize);
        index = 0;
        if (name.Length >= InterfaceNameSize)
        {
            return Errno.ENODEV;
        }
        for (int i = 0; i < name.Length; i++)
        {
            text[i] = (byte)name[i];
        }
        index = (int)LibC.if_nametoindex(text);
        return index == 0 ? Errno.ENODEV
            : LibC.setsockopt(fd, (int)SOL.SOL_SOCKET, (int)SO.SO_BINDTODEVICE, text, InterfaceNameSize) == 0
                ? Errno.Success : LibC.LastError;
    }

    private static Errno Bind(int fd, ProbeTarget target, int scope)
    {
        if (target.BindPort == 0)
        {
            // The port is chosen when connecting, so that many checks of one source do not run out of ports.
            _ = Set(fd, SOL.SOL_IP, (int)IP.IP_BIND_ADDRESS_NO_PORT, 1);
        }
        else
        {
            _ = Set(fd, SOL.SOL_SOCKET, (int)SO.SO_REUSEADDR, 1);
        }
        IpAddress own = !target.BindAddress.IsNone ? target.BindAddress
            : target.Address.IsV4 ? IpAddress.V4(0) : new IpAddress(IpFamily.V6, 0, 0);
        byte* address = stackalloc byte[DatagramAddress.AddressSize];
        uint length = Write(address, own, target.BindPort, scope);
        return LibC.bind(fd, address, length) == 0 ? Errno.Success : LibC.LastError;
    }

    private static uint Write(byte* target, IpAddress address, int port, int scope)
    {
        uint length = DatagramAddress.Write(target, address, scope);
        // sin_port and sin6_port stand at the same place, in network order.
        target[2] = (byte)(port >> 8);
        target[3] = (byte)port;
        return length;
    }

    private static Errno Set(int fd, SOL level, int name, int value)
        => LibC.setsockopt(fd, (int)level, name, &value, sizeof(int)) == 0 ? Errno.Success : LibC.LastError;
}
