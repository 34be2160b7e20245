using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>Messages on a unix socket with many descriptors beside them (SCM_RIGHTS).</summary>
public static unsafe class UnixDescriptors
{
    /// <summary>The kernel passes no more with one message (SCM_MAX_FD).</summary>
    public const int CountMax = 253;

    private const int Header = 16; // struct cmsghdr
    private const int ControlMax = Header + (CountMax * sizeof(int)) + Header;

    /// <summary>Sends a message.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="bytes">The message; not empty.</param>
    /// <param name="descriptors">What the receiver gets copies of; 1 to <see cref="CountMax"/>.</param>
    public static Errno Send(int fd, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> descriptors)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptors.Length, CountMax);
        ArgumentOutOfRangeException.ThrowIfZero(descriptors.Length);
        byte* control = stackalloc byte[ControlMax];
        var head = (cmsg_one_descriptor*)control;
        head->cmsg_len = (nuint)(Header + (descriptors.Length * sizeof(int)));
        head->cmsg_level = SysUn.SOL_SOCKET;
        head->cmsg_type = SysUn.SCM_RIGHTS;
        descriptors.CopyTo(new Span<int>(control + Header, descriptors.Length));
        fixed (byte* raw = bytes)
        {
            var vector = new iovec { iov_base = raw, iov_len = (nuint)bytes.Length };
            var message = new msghdr
            {
                msg_iov = &vector, msg_iovlen = 1, msg_control = control, msg_controllen = head->cmsg_len,
            };
            nint sent = LibC.sendmsg(fd, &message, SysUn.MSG_DONTWAIT | SysUn.MSG_NOSIGNAL);
            return sent < 0 ? LibC.LastError : sent == bytes.Length ? Errno.Success : Errno.EMSGSIZE;
        }
    }

    /// <summary>Receives what is there.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="buffer">Room for bytes.</param>
    /// <param name="size">How many there are; 0 with success when the other end is closed.</param>
    /// <param name="descriptors">Room for <see cref="CountMax"/> descriptors, which are the caller's to close.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>EAGAIN when there is nothing.</returns>
    public static Errno Receive(int fd, Span<byte> buffer, out int size, Span<int> descriptors, out int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(descriptors.Length, CountMax);
        size = count = 0;
        byte* control = stackalloc byte[ControlMax];
        fixed (byte* raw = buffer)
        {
            var vector = new iovec { iov_base = raw, iov_len = (nuint)buffer.Length };
            var message = new msghdr
            {
                msg_iov = &vector, msg_iovlen = 1, msg_control = control, msg_controllen = ControlMax,
            };
            nint received = LibC.recvmsg(fd, &message, SysUn.MSG_DONTWAIT | SysUn.MSG_CMSG_CLOEXEC);
            if (received < 0)
            {
                return LibC.LastError;
            }
            size = (int)received;
            var head = (cmsg_one_descriptor*)control;
            if (message.msg_controllen > Header && head->cmsg_level == SysUn.SOL_SOCKET
                && head->cmsg_type == SysUn.SCM_RIGHTS)
            {
                count = Math.Min(CountMax, ((int)head->cmsg_len - Header) / sizeof(int));
                new ReadOnlySpan<int>(control + Header, count).CopyTo(descriptors);
            }
            return Errno.Success;
        }
    }
}
