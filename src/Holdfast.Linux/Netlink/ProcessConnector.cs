using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;

namespace Holdfast.Linux.Netlink;

/// <summary>What happened to a process.</summary>
public enum ProcessEventKind : byte
{
    /// <summary>It was forked; its name and command line are its parent's.</summary>
    Forked,

    /// <summary>It runs another program.</summary>
    Executed,

    /// <summary>It changed its name (comm).</summary>
    Renamed,

    /// <summary>It ended.</summary>
    Ended,
}

/// <summary>One event. Threads other than the first of a process make none.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Pid">To which process.</param>
/// <param name="ParentPid">For <see cref="ProcessEventKind.Forked"/> the parent, else 0.</param>
public readonly record struct ProcessEvent(ProcessEventKind Kind, int Pid, int ParentPid);

/// <summary>The kernel's process connector: every fork, exec and exit of this machine, when it happens.</summary>
/// <remarks>Nonblocking; reading allocates nothing. Works in the initial network and PID namespace alone.</remarks>
public sealed unsafe class ProcessConnector : IDisposable
{
    private const int ReceiveBufferBytes = 1 << 20;
    private const int EventOffset = 16 + 20; // after nlmsghdr and cn_msg
    private const int DataOffset = EventOffset + 16; // after what, cpu and timestamp_ns
    private const int MessageSize = EventOffset + 4;
    private const int AcknowledgementsMax = 4096;

    private readonly SocketHandle _handle;
    private readonly byte[] _buffer = new byte[256];

    private ProcessConnector(SocketHandle handle) => _handle = handle;

    /// <summary>The descriptor, for epoll.</summary>
    public int Fd => _handle.Descriptor;

    /// <summary>Starts to listen.</summary>
    /// <param name="connector">The connector; null on failure.</param>
    /// <returns>
    /// ECONNREFUSED: not in the initial network namespace. ENODATA: not in the initial PID namespace. EPERM: no
    /// CAP_NET_ADMIN. EPROTONOSUPPORT: the kernel has none.
    /// </returns>
    public static Errno TryOpen(out ProcessConnector? connector)
    {
        connector = null;
        Errno errno = SocketHandle.TryOpen(
            AF.AF_NETLINK, SOCK.SOCK_DGRAM, (int)NetlinkFamily.NETLINK_CONNECTOR, out SocketHandle handle);
        if (errno != Errno.Success)
        {
            handle.Dispose();
            return errno;
        }
        var opened = new ProcessConnector(handle);
        errno = opened.Listen();
        if (errno != Errno.Success)
        {
            opened.Dispose();
            return errno;
        }
        connector = opened;
        return Errno.Success;
    }

    /// <summary>Reads the next event.</summary>
    /// <returns>EAGAIN: there is none. ENOBUFS: some were lost; the present state has to be read anew.</returns>
    public Errno TryRead(out ProcessEvent read)
    {
        read = default;
        while (true)
        {
            Errno errno = Receive(out int length);
            if (errno != Errno.Success)
            {
                return errno;
            }
            if (length >= DataOffset + sizeof(fork_proc_event) && TryParse(out read))
            {
                return Errno.Success;
            }
        }
    }

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        if (!_handle.IsInvalid && !_handle.IsClosed)
        {
            _ = Send(PROC_CN.PROC_CN_MCAST_IGNORE); // an older kernel goes on to make events for nobody otherwise
        }
        _handle.Dispose();
    }

    private Errno Listen()
    {
        Errno errno = ClassicFilter.Attach(_handle, Filter());
        errno = errno == Errno.Success ? _handle.SetReceiveBuffer(ReceiveBufferBytes) : errno;
        if (errno == Errno.Success)
        {
            errno = _handle.Bind(new sockaddr_nl
            {
                nl_family = (ushort)AF.AF_NETLINK,
                nl_groups = (uint)CN.CN_IDX_PROC,
            });
        }
        errno = errno == Errno.Success ? Send(PROC_CN.PROC_CN_MCAST_LISTEN) : errno;
        return errno == Errno.Success ? AwaitAcknowledgement() : errno;
    }

    /// <summary>
    /// The kernel answers before the sending returns; in another PID namespace not at all, though the events that
    /// others have asked for arrive.
    /// </summary>
    private Errno AwaitAcknowledgement()
    {
        for (int count = 0; count < AcknowledgementsMax; count++)
        {
            Errno errno = Receive(out int length);
            if (errno != Errno.Success)
            {
                return errno == Errno.EAGAIN ? Errno.ENODATA : errno;
            }
            ref readonly cn_msg header = ref MemoryMarshal.AsRef<cn_msg>(_buffer.AsSpan(16));
            if (length >= DataOffset + 4 && What == PROC_EVENT.PROC_EVENT_NONE && header.ack == Request + 1)
            {
                return (Errno)BitConverter.ToInt32(_buffer, DataOffset);
            }
        }
        return Errno.ENODATA;
    }

    // Others see their own answers alone by this; the sequence number of an answer is the kernel's.
    private static uint Request => (uint)Environment.ProcessId;

    private PROC_EVENT What => (PROC_EVENT)BitConverter.ToUInt32(_buffer, EventOffset);

    private bool TryParse(out ProcessEvent read)
    {
        int first = BitConverter.ToInt32(_buffer, DataOffset + 4); // the process of exec, comm and exit
        switch (What)
        {
            case PROC_EVENT.PROC_EVENT_FORK:
                fork_proc_event fork = MemoryMarshal.Read<fork_proc_event>(_buffer.AsSpan(DataOffset));
                read = new(ProcessEventKind.Forked, fork.child_tgid, fork.parent_tgid);
                return true;
            case PROC_EVENT.PROC_EVENT_EXEC:
                read = new(ProcessEventKind.Executed, first, 0);
                return true;
            case PROC_EVENT.PROC_EVENT_COMM:
                read = new(ProcessEventKind.Renamed, first, 0);
                return true;
            case PROC_EVENT.PROC_EVENT_EXIT:
                read = new(ProcessEventKind.Ended, first, 0);
                return true;
            default:
                read = default;
                return false;
        }
    }

    private Errno Send(PROC_CN operation)
    {
        Span<byte> message = stackalloc byte[MessageSize];
        message.Clear();
        MemoryMarshal.Write(message, new nlmsghdr { nlmsg_len = MessageSize, nlmsg_type = (ushort)NLMSG.NLMSG_DONE });
        MemoryMarshal.Write(message[16..], new cn_msg
        {
            id = new cb_id { idx = (uint)CN.CN_IDX_PROC, val = (uint)CN.CN_VAL_PROC },
            ack = Request,
            len = sizeof(uint),
        });
        MemoryMarshal.Write(message[EventOffset..], (int)operation);
        sockaddr_nl kernel = new() { nl_family = (ushort)AF.AF_NETLINK };
        fixed (byte* data = message)
        {
            nint sent = LibC.sendto(Fd, data, MessageSize, (int)MSG.MSG_NOSIGNAL, &kernel, (uint)sizeof(sockaddr_nl));
            return sent < 0 ? LibC.LastError : Errno.Success;
        }
    }

    private Errno Receive(out int length)
    {
        sockaddr_nl sender = default;
        uint size = (uint)sizeof(sockaddr_nl);
        fixed (byte* data = _buffer)
        {
            length = (int)LibC.recvfrom(Fd, data, (nuint)_buffer.Length, 0, &sender, &size);
        }
        Errno errno = length < 0 ? LibC.LastError : Errno.Success;
        length = sender.nl_pid == 0 ? length : 0; // what another process sends is not an event
        return errno;
    }

    /// <summary>Events of whole processes only; threads come and go by the thousand.</summary>
    private static FilterInstruction[] Filter()
    {
        const uint Second = DataOffset + 4;
        const uint Child = DataOffset + 8;
        return
        [
            ClassicFilter.LoadWord(EventOffset),
            ClassicFilter.JumpIfEqual(InPacket(PROC_EVENT.PROC_EVENT_NONE), 12, 0),
            ClassicFilter.JumpIfEqual(InPacket(PROC_EVENT.PROC_EVENT_EXEC), 11, 0),
            ClassicFilter.JumpIfEqual(InPacket(PROC_EVENT.PROC_EVENT_COMM), 2, 0),
            ClassicFilter.JumpIfEqual(InPacket(PROC_EVENT.PROC_EVENT_EXIT), 1, 0),
            ClassicFilter.JumpIfEqual(InPacket(PROC_EVENT.PROC_EVENT_FORK), 3, 9),
            ClassicFilter.LoadWord(DataOffset),
            new((ushort)(BPF.BPF_MISC | BPF.BPF_TAX), 0, 0, 0),
            new((ushort)(BPF.BPF_JMP | BPF.BPF_JA), 0, 0, 3),
            ClassicFilter.LoadWord(Child),
            new((ushort)(BPF.BPF_MISC | BPF.BPF_TAX), 0, 0, 0),
            new((ushort)(BPF.BPF_JMP | BPF.BPF_JA), 0, 0, 4),
            ClassicFilter.LoadWord(Second),
            new((ushort)(BPF.BPF_JMP | BPF.BPF_JEQ | BPF.BPF_X), 0, 1, 0),
            ClassicFilter.Accept,
            ClassicFilter.Drop,
            ClassicFilter.LoadWord(Child + 4),
            new((ushort)(BPF.BPF_JMP | BPF.BPF_JEQ | BPF.BPF_X), 0, 1, 0),
            ClassicFilter.Accept,
            ClassicFilter.Drop,
        ];
    }

    /// <summary>The kernel writes a number in the machine's byte order, and a filter reads it as big-endian.</summary>
    private static uint InPacket(PROC_EVENT what)
        => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness((uint)what) : (uint)what;
}
