using System.Runtime.CompilerServices;
using Holdfast.Linux.Abi;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Linux.Sockets;

/// <summary>Owns one socket. Always close-on-exec and nonblocking.</summary>
public sealed unsafe class SocketHandle : SafeHandleMinusOneIsInvalid
{
    internal SocketHandle(int fd)
        : base(ownsHandle: true) => SetHandle(fd);

    /// <summary>The number of the descriptor, for epoll and for hot calls. The handle still owns it.</summary>
    public int Descriptor => (int)handle;

    /// <summary>Opens a socket.</summary>
    /// <param name="domain">AF_*.</param>
    /// <param name="type">SOCK_RAW or SOCK_DGRAM; the two flags are added here.</param>
    /// <param name="protocol">As the domain defines it.</param>
    /// <param name="handle">The socket; invalid on failure.</param>
    internal static Errno TryOpen(AF domain, SOCK type, int protocol, out SocketHandle handle)
    {
        int fd = LibC.socket((int)domain, (int)(type | SOCK.SOCK_CLOEXEC | SOCK.SOCK_NONBLOCK), protocol);
        Errno errno = fd < 0 ? LibC.LastError : Errno.Success;
        handle = new SocketHandle(fd);
        return errno;
    }

    /// <summary>setsockopt with any C value.</summary>
    internal Errno Set<T>(int level, int name, in T value)
        where T : unmanaged
    {
        fixed (T* pointer = &value)
        {
            return Check(LibC.setsockopt(Descriptor, level, name, pointer, (uint)Unsafe.SizeOf<T>()));
        }
    }

    /// <summary>setsockopt of level SOL_SOCKET with an int.</summary>
    internal Errno Set(SO name, int value) => Set((int)SOL.SOL_SOCKET, (int)name, value);

    /// <summary>setsockopt of IPv4 with an int.</summary>
    internal Errno Set(IP name, int value) => Set((int)IPPROTO.IPPROTO_IP, (int)name, value);

    /// <summary>setsockopt of IPv6 with an int.</summary>
    internal Errno Set(IPV6 name, int value) => Set((int)IPPROTO.IPPROTO_IPV6, (int)name, value);

    /// <summary>Sets the receive buffer, past net.core.rmem_max when the privilege allows it.</summary>
    internal Errno SetReceiveBuffer(int bytes)
        => Set(SO.SO_RCVBUFFORCE, bytes) == Errno.Success ? Errno.Success : Set(SO.SO_RCVBUF, bytes);

    /// <summary>Sets the send buffer, past net.core.wmem_max when the privilege allows it.</summary>
    internal Errno SetSendBuffer(int bytes)
        => Set(SO.SO_SNDBUFFORCE, bytes) == Errno.Success ? Errno.Success : Set(SO.SO_SNDBUF, bytes);

    /// <summary>Binds to any C socket address.</summary>
    internal Errno Bind<T>(in T address)
        where T : unmanaged
    {
        fixed (T* pointer = &address)
        {
            return Check(LibC.bind(Descriptor, pointer, (uint)Unsafe.SizeOf<T>()));
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibC.close(Descriptor) == 0;

    private static Errno Check(int result) => result < 0 ? LibC.LastError : Errno.Success;
}
