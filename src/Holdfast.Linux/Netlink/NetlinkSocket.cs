using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;

namespace Holdfast.Linux.Netlink;

/// <summary>A netlink socket for requests: sequence numbers, acks with the kernel's words, batches, dumps.</summary>
/// <remarks>
/// The route family works inside sendmsg(2): when that returns, the answers are in the receive queue, so nothing
/// here waits in practice. A batch is one sendmsg with many messages, of which only the last asks for an ack: the
/// kernel reports every failure in any case, and thousands of "done" messages need not be queued and read.
/// One thread at a time.
/// </remarks>
public sealed unsafe partial class NetlinkSocket : IDisposable
{
    private const int ReceiveBufferSize = 128 * 1024;
    private const int KernelBufferBytes = 4 * 1024 * 1024;
    private const int DumpAttemptsMax = 16;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The kernel has queued its answer when sendto returns; this is for safety.</summary>
    private static readonly TimeSpan AckTimeout = TimeSpan.FromMilliseconds(100);

    private readonly SocketHandle _handle;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(ReceiveBufferSize, pinned: true);
    private uint _sequence;

    private NetlinkSocket(SocketHandle handle) => _handle = handle;

    /// <summary>The descriptor.</summary>
    public int Descriptor => _handle.Descriptor;

    /// <summary>Opens a socket of the route family, with strict checking of dump requests.</summary>
    /// <exception cref="LinuxException">A step failed; the message says which.</exception>
    public static NetlinkSocket OpenRoute()
    {
        SocketHandle handle = OpenHandle((int)NetlinkFamily.NETLINK_ROUTE, KernelBufferBytes);
        // Without it the kernel ignores the filters of a dump request, and we get more than we asked for.
        LinuxException.ThrowIf(
            handle.Set((int)SOL.SOL_NETLINK, (int)NetlinkOption.NETLINK_GET_STRICT_CHK, 1),
            "netlink: ask for strict checking", "needs Linux 4.20 or newer");
        return new(handle);
    }

    /// <summary>Opens a socket of any family.</summary>
    /// <param name="family">NETLINK_*: 0 route, 12 netfilter, 16 generic.</param>
    /// <exception cref="LinuxException">A step failed; the message says which.</exception>
    public static NetlinkSocket Open(int family) => new(OpenHandle(family, KernelBufferBytes));

    /// <summary>Reserves sequence numbers for a request or a batch.</summary>
    /// <returns>The first; the others follow it without a gap.</returns>
    public uint TakeSequence(int count = 1)
    {
        uint first = _sequence + 1;
        _sequence += (uint)count;
        return first;
    }

    /// <summary>Sends one request that asks for an ack, and reads the answer.</summary>
    /// <param name="request">One message; its sequence number is from <see cref="TakeSequence"/>.</param>
    public NetlinkResult Execute(ReadOnlySpan<byte> request)
    {
        Errno result = default;
        _ = ExecuteBatch(request, new Span<Errno>(ref result), out NetlinkResult failure);
        return failure.IsSuccess ? new(result) : failure;
    }

    /// <summary>Sends many requests in one system call and reads what the kernel says of each.</summary>
    /// <param name="requests">
    /// Messages with sequence numbers without a gap; at least the last with NLM_F_ACK. At most 1 MiB.
    /// </param>
    /// <param name="results">One for each message.</param>
    /// <param name="firstFailure">The first failure with the kernel's words; success when there is none.</param>
    /// <returns>
    /// How many failed. EINTR: the kernel did not answer, as it does (netlink_rcv_skb) when what it waited for was
    /// interrupted; whether the request was carried out is not known.
    /// </returns>
    public int ExecuteBatch(ReadOnlySpan<byte> requests, Span<Errno> results, out NetlinkResult firstFailure)
    {
        firstFailure = default;
        results.Clear();
        uint firstSequence = MemoryMarshal.Read<nlmsghdr>(requests).nlmsg_seq;
        Errno errno = Send(requests);
        if (errno != Errno.Success)
        {
            results.Fill(errno);
            firstFailure = new(errno);
            return results.Length;
        }
        int failures = 0;
        bool lost = false;
        while (true)
        {
            errno = Receive(AckTimeout, out int length);
            if (errno == Errno.ENOBUFS)
            {
                lost = true; // what is still queued is read, then the unanswered count as failed
                continue;
            }
            if (errno != Errno.Success)
            {
                errno = errno == Errno.ETIMEDOUT ? Errno.EINTR : errno;
                return FailRest(results, lost ? Errno.ENOBUFS : errno, ref firstFailure);
            }
            if (ReadAcks(_buffer.AsSpan(0, length), requests, firstSequence, results, ref failures, ref firstFailure))
            {
                return lost ? FailRest(results, Errno.ENOBUFS, ref firstFailure) : failures;
            }
        }
    }

    /// <summary>Sends a dump request and gives every entry to a visitor.</summary>
    /// <remarks>Begins again when the kernel says that the table changed meanwhile (NLM_F_DUMP_INTR).</remarks>
    internal NetlinkResult Dump<TVisitor>(Span<byte> request, ref TVisitor visitor)
        where TVisitor : INetlinkVisitor
    {
        for (int attempt = 1; ; attempt++)
        {
            uint sequence = TakeSequence();
            ref nlmsghdr header = ref MemoryMarshal.AsRef<nlmsghdr>(request);
            header.nlmsg_seq = sequence;
            visitor.Restart();
            Errno errno = Send(request);
            NetlinkResult result = errno == Errno.Success ? ReadDump(sequence, ref visitor) : new(errno);
            if (result.Errno != Errno.EINTR || attempt == DumpAttemptsMax)
            {
                return result;
            }
        }
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>Opens a handle with the options that every netlink socket has here.</summary>
    internal static SocketHandle OpenHandle(int family, int receiveBufferBytes)
    {
        LinuxException.ThrowIf(SocketHandle.TryOpen(AF.AF_NETLINK, SOCK.SOCK_RAW, family, out SocketHandle handle),
            $"open a netlink socket of family {family}");
        try
        {
            LinuxException.ThrowIf(handle.SetReceiveBuffer(receiveBufferBytes), "netlink: set the receive buffer");
            LinuxException.ThrowIf(handle.SetSendBuffer(KernelBufferBytes), "netlink: set the send buffer");
            LinuxException.ThrowIf(handle.Set((int)SOL.SOL_NETLINK, (int)NetlinkOption.NETLINK_EXT_ACK, 1),
                "netlink: ask for extended acks", "needs Linux 4.12 or newer");
            LinuxException.ThrowIf(handle.Set((int)SOL.SOL_NETLINK, (int)NetlinkOption.NETLINK_CAP_ACK, 1),
                "netlink: ask for short acks", "needs Linux 4.3 or newer");
            LinuxException.ThrowIf(handle.Bind(new sockaddr_nl { nl_family = (ushort)AF.AF_NETLINK }),
                "netlink: bind");
        }
        catch
        {
            handle.Dispose();
            throw;
        }
        return handle;
    }

    /// <summary>What an ack or error message says.</summary>
    internal static NetlinkResult ReadAck(nlmsghdr header, ReadOnlySpan<byte> body, ReadOnlySpan<byte> request)
    {
        if (body.Length < Unsafe.SizeOf<nlmsgerr>())
        {
            return new(Errno.EBADMSG);
        }
        nlmsgerr error = MemoryMarshal.Read<nlmsgerr>(body);
        if (error.error == 0)
        {
            return default;
        }
        string? text = null;
        ushort attribute = 0;
        if ((header.nlmsg_flags & (ushort)NLM_F.NLM_F_ACK_TLVS) != 0)
        {
            int skip = (header.nlmsg_flags & (ushort)NLM_F.NLM_F_CAPPED) != 0
                ? Unsafe.SizeOf<nlmsgerr>() : sizeof(int) + (int)((error.msg.nlmsg_len + 3) & ~3u);
            NetlinkReader reader = new(skip > body.Length ? default : body[skip..]);
            ReadExtendedAck(ref reader, request, out text, out attribute);
        }
        return new((Errno)(-error.error), text, attribute);
    }

    private static void ReadExtendedAck(
        ref NetlinkReader reader, ReadOnlySpan<byte> request, out string? text, out ushort attribute)
    {
        text = null;
        attribute = 0;
        while (reader.MoveNext())
        {
            switch ((NLMSGERR_ATTR)reader.Type)
            {
                case NLMSGERR_ATTR.NLMSGERR_ATTR_MSG:
                    text = Encoding.UTF8.GetString(reader.ReadUtf8());
                    break;
                case NLMSGERR_ATTR.NLMSGERR_ATTR_OFFS:
                    uint offset = reader.Read<uint>();
                    attribute = offset + 4 <= request.Length
                        ? (ushort)(MemoryMarshal.Read<nlattr>(request[(int)offset..]).nla_type & 0x3FFF) : (ushort)0;
                    break;
                case NLMSGERR_ATTR.NLMSGERR_ATTR_MISS_TYPE:
                    attribute = (ushort)reader.Read<uint>();
                    break;
                default:
                    break;
            }
        }
    }

    // Returns true when the answer to the last request was seen.
    private static bool ReadAcks(
        ReadOnlySpan<byte> received, ReadOnlySpan<byte> requests, uint firstSequence,
        Span<Errno> results, ref int failures, ref NetlinkResult firstFailure)
    {
        bool last = false;
        NetlinkMessages messages = new(received);
        while (messages.MoveNext())
        {
            uint index = messages.Header.nlmsg_seq - firstSequence;
            if (messages.Header.nlmsg_type != (ushort)NLMSG.NLMSG_ERROR || index >= (uint)results.Length)
            {
                continue;
            }
            // The words are decoded, and allocated, for the first failure only.
            bool wanted = firstFailure.IsSuccess;
            Errno errno = messages.Body.Length < sizeof(int)
                ? Errno.EBADMSG : (Errno)(-MemoryMarshal.Read<int>(messages.Body));
            if (errno != Errno.Success)
            {
                failures++;
                results[(int)index] = errno;
                firstFailure = wanted
                    ? ReadAck(messages.Header, messages.Body, MessageAt(requests, (int)index)) : firstFailure;
            }
            last |= index == results.Length - 1;
        }
        return last;
    }

    private static ReadOnlySpan<byte> MessageAt(ReadOnlySpan<byte> requests, int index)
    {
        for (; index > 0; index--)
        {
            requests = requests[(int)((MemoryMarshal.Read<nlmsghdr>(requests).nlmsg_len + 3) & ~3u)..];
        }
        return requests;
    }

    private static int FailRest(Span<Errno> results, Errno errno, ref NetlinkResult firstFailure)
    {
        foreach (ref Errno result in results)
        {
            result = result == Errno.Success ? errno : result;
        }
        firstFailure = firstFailure.IsSuccess ? new(errno) : firstFailure;
        return results.Length;
    }

    private NetlinkResult ReadDump<TVisitor>(uint sequence, ref TVisitor visitor)
        where TVisitor : INetlinkVisitor
    {
        bool interrupted = false;
        while (true)
        {
            Errno errno = Receive(AnswerTimeout, out int length);
            if (errno != Errno.Success)
            {
                return new(errno == Errno.ENOBUFS ? Errno.EINTR : errno);
            }
            NetlinkMessages messages = new(_buffer.AsSpan(0, length));
            while (messages.MoveNext())
            {
                nlmsghdr header = messages.Header;
                if (header.nlmsg_seq != sequence)
                {
                    continue;
                }
                interrupted |= (header.nlmsg_flags & (ushort)NLM_F.NLM_F_DUMP_INTR) != 0;
                switch ((NLMSG)header.nlmsg_type)
                {
                    case NLMSG.NLMSG_DONE:
                        int status = messages.Body.Length < sizeof(int) ? 0 : MemoryMarshal.Read<int>(messages.Body);
                        return new(status < 0 ? (Errno)(-status) : interrupted ? Errno.EINTR : Errno.Success);
                    case NLMSG.NLMSG_ERROR:
                        return ReadAck(header, messages.Body, default);
                    default:
                        visitor.Visit(header.nlmsg_type, messages.Body);
                        break;
                }
            }
        }
    }

    private Errno Send(ReadOnlySpan<byte> data)
    {
        sockaddr_nl kernel = new() { nl_family = (ushort)AF.AF_NETLINK };
        fixed (byte* pointer = data)
        {
            nint sent = LibC.sendto(Descriptor, pointer, (nuint)data.Length, (int)MSG.MSG_NOSIGNAL,
                &kernel, (uint)sizeof(sockaddr_nl));
            return sent < 0 ? LibC.LastError : Errno.Success;
        }
    }

    private Errno Receive(TimeSpan patience, out int length)
    {
        sockaddr_nl sender = default;
        fixed (byte* pointer = _buffer)
        {
            while (true)
            {
                uint senderLength = (uint)sizeof(sockaddr_nl);
                length = (int)LibC.recvfrom(Descriptor, pointer, ReceiveBufferSize, 0, &sender, &senderLength);
                Errno errno = length < 0 ? LibC.LastError : Errno.Success;
                if (errno == Errno.Success && sender.nl_pid != 0)
                {
                    continue; // from another process, not from the kernel
                }
                if (errno == Errno.EAGAIN && !DescriptorWait.ForRead(Descriptor, patience))
                {
                    return Errno.ETIMEDOUT;
                }
                if (errno is not (Errno.EAGAIN or Errno.EINTR))
                {
                    return errno;
                }
            }
        }
    }
}
