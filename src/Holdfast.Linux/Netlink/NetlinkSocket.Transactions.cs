using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Netlink;

// Transactions of nfnetlink: what is wrong with the whole is said of the first message, and ends it.
public sealed unsafe partial class NetlinkSocket
{
    /// <summary>Sends a batch of nfnetlink, all of which is done or nothing.</summary>
    /// <param name="batch">Begins with NFNL_MSG_BATCH_BEGIN and ends with NFNL_MSG_BATCH_END; the message before the
    /// end asks for an ack.</param>
    /// <param name="last">Sequence number of that message.</param>
    /// <returns>Success, or the first failure. EINTR: the kernel did not answer.</returns>
    internal NetlinkResult ExecuteTransaction(ReadOnlySpan<byte> batch, uint last)
    {
        uint first = MemoryMarshal.Read<nlmsghdr>(batch).nlmsg_seq;
        Errno errno = Send(batch);
        NetlinkResult failure = default;
        while (errno == Errno.Success)
        {
            errno = Receive(AnswerTimeout, out int length);
            if (errno != Errno.Success)
            {
                errno = failure.IsSuccess ? errno == Errno.ETIMEDOUT ? Errno.EINTR : errno : Errno.Success;
                break;
            }
            NetlinkMessages messages = new(_buffer.AsSpan(0, length));
            while (messages.MoveNext())
            {
                nlmsghdr header = messages.Header;
                uint index = header.nlmsg_seq - first;
                if (header.nlmsg_type != (ushort)NLMSG.NLMSG_ERROR || index > last - first)
                {
                    continue;
                }
                NetlinkResult result = ReadAck(header, messages.Body, MessageAt(batch, (int)index));
                failure = failure.IsSuccess ? result : failure;
                if (index == 0 || header.nlmsg_seq == last)
                {
                    return failure;
                }
            }
        }
        return failure.IsSuccess ? new(errno) : failure;
    }
}
