using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>One message on a unix socket, with one descriptor beside it where wanted (SCM_RIGHTS).</summary>
/// <remarks>Neither call waits or allocates.</remarks>
public static unsafe class UnixMessage
{
    private static readonly nuint ControlLength = (nuint)(sizeof(cmsghdr) + sizeof(int)); // CMSG_LEN(sizeof(int))

    /// <summary>Sends a message.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="bytes">The message; not empty.</param>
    /// <param name="attached">A descriptor that the receiver gets a copy of; −1: none.</param>
    /// <returns>EAGAIN when the receiver is too slow; EPIPE when it is gone.</returns>
    public static Errno Send(int fd, ReadOnlySpan<byte> bytes, int attached = -1)
    {
        fixed (byte* raw = bytes)
        {
            var vector = new iovec { iov_base = raw, iov_len = (nuint)bytes.Length };
            cmsg_one_descriptor control = default;
            var message = new msghdr { msg_iov = &vector, msg_iovlen = 1 };
            if (attached >= 0)
            {
                control.cmsg_len = ControlLength;
                control.cmsg_level = SysUn.SOL_SOCKET;
                control.cmsg_type = SysUn.SCM_RIGHTS;
                control.descriptor = attached;
                message.msg_control = &control;
                message.msg_controllen = (nuint)sizeof(cmsg_one_descriptor);
            }
            nint sent = LibC.sendmsg(fd, &message, SysUn.MSG_DONTWAIT | SysUn.MSG_NOSIGNAL);
            return sent < 0 ? LibC.LastError : Errno.Success;
        }
    }

    /// <summary>Sends bytes of a stream, without waiting and without SIGPIPE.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="sent">How many were taken.</param>
    public static Errno Send(int fd, ReadOnlySpan<byte> bytes, out int sent)
    {
        fixed (byte* raw = bytes)
        {
            nint result = LibC.sendto(
                fd, raw, (nuint)bytes.Length, SysUn.MSG_DONTWAIT | SysUn.MSG_NOSIGNAL, null, 0);
            sent = (int)Math.Max(0, result);
            return result < 0 ? LibC.LastError : Errno.Success;
        }
    }

    /// <summary>Receives a message.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="buffer">Room for it; a longer message fails with EMSGSIZE and is lost.</param>
    /// <param name="size">Its size; 0 with success when the other end is closed.</param>
    /// <param name="attached">The descriptor beside it, now ours to close; −1: none.</param>
    /// <returns>EAGAIN when there is none.</returns>
    public static Errno Receive(int fd, Span<byte> buffer, out int size, out int attached)
    {
        size = 0;
        attached = -1;
        fixed (byte* raw = buffer)
        {
            var vector = new iovec { iov_base = raw, iov_len = (nuint)buffer.Length };
            cmsg_one_descriptor control = default;
            var message = new msghdr
            {
                msg_iov = &vector,
                msg_iovlen = 1,
                msg_control = &control,
                msg_controllen = (nuint)sizeof(cmsg_one_descriptor),
            };
            nint received = LibC.recvmsg(fd, &message, SysUn.MSG_DONTWAIT | SysUn.MSG_CMSG_CLOEXEC);
            if (received < 0)
            {
                return LibC.LastError;
            }
            if (message.msg_controllen >= ControlLength && control.cmsg_level == SysUn.SOL_SOCKET
                && control.cmsg_type == SysUn.SCM_RIGHTS)
            {
                attached = control.descriptor;
            }
            size = (int)received;
            return (message.msg_flags & SysUn.MSG_TRUNC) != 0 ? Errno.EMSGSIZE : Errno.Success;
        }
    }
}
