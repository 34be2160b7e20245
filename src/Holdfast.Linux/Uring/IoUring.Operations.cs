using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.Sockets;

namespace Holdfast.Linux.Uring;

/// <summary>The operations, each of which is submitted by the next <see cref="Enter"/>.</summary>
public sealed unsafe partial class IoUring
{
    /// <summary>How many parts one send takes.</summary>
    public const int VectorsPerEntry = 8;

    private readonly msghdr* _messages;
    private readonly iovec* _vectors;
    private io_uring_buf* _bufferRing;
    private uint _bufferRingMask;
    private ushort _bufferRingTail;

    /// <summary>Accepts connections until it is cancelled or fails; sockets are close-on-exec, and blocking.</summary>
    public void AcceptMany(int listener, ulong token)
    {
        io_uring_sqe* entry = Begin(UringOp.IORING_OP_ACCEPT, listener, token);
        entry->ioprio = (ushort)Abi.Uring.IORING_ACCEPT_MULTISHOT;
        entry->msg_flags = (uint)SOCK.SOCK_CLOEXEC;
    }

    /// <summary>Receives once into a provided buffer.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="isWaitingFirst">Whether nothing is expected to be there yet, so that trying costs in vain.</param>
    /// <param name="token">Comes back with the result.</param>
    public void Receive(int fd, bool isWaitingFirst, ulong token)
    {
        io_uring_sqe* entry = Begin(UringOp.IORING_OP_RECV, fd, token);
        entry->flags = (byte)Abi.Uring.IOSQE_BUFFER_SELECT;
        entry->ioprio = isWaitingFirst ? (ushort)Abi.Uring.IORING_RECVSEND_POLL_FIRST : (ushort)0;
    }

    /// <summary>Receives into provided buffers until it is cancelled, fails, the stream ends or none is left.</summary>
    /// <inheritdoc cref="Receive"/>
    public void ReceiveMany(int fd, bool isWaitingFirst, ulong token)
    {
        io_uring_sqe* entry = Begin(UringOp.IORING_OP_RECV, fd, token);
        entry->flags = (byte)Abi.Uring.IOSQE_BUFFER_SELECT;
        entry->ioprio = (ushort)(Abi.Uring.IORING_RECV_MULTISHOT
            | (isWaitingFirst ? Abi.Uring.IORING_RECVSEND_POLL_FIRST : 0));
    }

    /// <summary>Sends all of the bytes, however often the socket must become writable for that.</summary>
    public void Send(int fd, BufferSlab slab, BufferPart part, ulong token)
    {
        io_uring_sqe* entry = Begin(UringOp.IORING_OP_SEND, fd, token);
        entry->addr = (ulong)TcpSocket.At(slab, part);
        entry->len = (uint)part.Length;
        entry->msg_flags = (uint)(MSG.MSG_NOSIGNAL | MSG.MSG_WAITALL);
    }

    /// <summary>Sends all of the bytes of several parts.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="slab">Where the parts are.</param>
    /// <param name="parts">At most <see cref="VectorsPerEntry"/>.</param>
    /// <param name="token">Comes back with the result.</param>
    public void Send(int fd, BufferSlab slab, ReadOnlySpan<BufferPart> parts, ulong token)
    {
        io_uring_sqe* entry = Begin(UringOp.IORING_OP_SENDMSG, fd, token);
        nint slot = (nint)(entry - _entries);
        iovec* vector = _vectors + (slot * VectorsPerEntry);
        TcpSocket.Fill(slab, parts, vector);
        _messages[slot] = new() { msg_iov = vector, msg_iovlen = (nuint)parts.Length };
        entry->addr = (ulong)(_messages + slot);
        entry->len = 1;
        entry->msg_flags = (uint)(MSG.MSG_NOSIGNAL | MSG.MSG_WAITALL);
    }

    /// <summary>Connects; completes when the connection stands or has failed.</summary>
    public void Connect(int fd, SocketEndpoint peer, ulong token)
    {
        ArgumentNullException.ThrowIfNull(peer);
        io_uring_sqe* entry = Begin(UringOp.IORING_OP_CONNECT, fd, token);
        entry->addr = (ulong)peer.Pointer;
        entry->off = peer.Length;
    }

    /// <summary>Waits, again and again, until a descriptor is readable.</summary>
    public void PollReadable(int fd, ulong token)
    {
        io_uring_sqe* entry = Begin(UringOp.IORING_OP_POLL_ADD, fd, token);
        entry->msg_flags = (uint)POLL.POLLIN;
        entry->len = (uint)Abi.Uring.IORING_POLL_ADD_MULTI;
    }

    /// <summary>Cancels an operation by its token, without a result of its own unless that fails.</summary>
    /// <param name="target">The token of the operation.</param>
    /// <param name="token">Comes back when there was nothing to cancel.</param>
    public void Cancel(ulong target, ulong token)
    {
        io_uring_sqe* entry = Begin(UringOp.IORING_OP_ASYNC_CANCEL, -1, token);
        entry->flags = (byte)Abi.Uring.IOSQE_CQE_SKIP_SUCCESS;
        entry->addr = target;
    }

    /// <summary>Cancels all operations on a descriptor, without a result of its own unless that fails.</summary>
    public void CancelAll(int fd, ulong token)
    {
        io_uring_sqe* entry = Begin(UringOp.IORING_OP_ASYNC_CANCEL, fd, token);
        entry->flags = (byte)Abi.Uring.IOSQE_CQE_SKIP_SUCCESS;
        entry->msg_flags = (uint)(Abi.Uring.IORING_ASYNC_CANCEL_FD | Abi.Uring.IORING_ASYNC_CANCEL_ALL);
    }

    /// <summary>Closes a descriptor, without a result unless that fails.</summary>
    public void Close(int fd, ulong token)
        => Begin(UringOp.IORING_OP_CLOSE, fd, token)->flags = (byte)Abi.Uring.IOSQE_CQE_SKIP_SUCCESS;

    /// <summary>Makes the ring from which receives take their buffers (Linux 5.19).</summary>
    /// <param name="entries">A power of two, at most 32768.</param>
    public Errno RegisterBufferRing(uint entries)
    {
        void* memory = NativeMemory.AlignedAlloc(entries * (nuint)sizeof(io_uring_buf), 4096);
        Unsafe.InitBlockUnaligned(memory, 0, entries * (uint)sizeof(io_uring_buf));
        io_uring_buf_reg registration = new() { ring_addr = (ulong)memory, ring_entries = entries };
        nint result = LibC.io_uring_register((nint)UringCalls.SYS_io_uring_register, _ring.Number,
            (uint)Abi.Uring.IORING_REGISTER_PBUF_RING, &registration, 1);
        if (result < 0)
        {
            Errno errno = LibC.LastError;
            NativeMemory.AlignedFree(memory);
            return errno;
        }
        _bufferRing = (io_uring_buf*)memory;
        _bufferRingMask = entries - 1;
        return Errno.Success;
    }

    /// <summary>Adds a buffer for receives; seen by the kernel after <see cref="PublishBuffers"/>.</summary>
    /// <param name="slab">Where it is.</param>
    /// <param name="index">Its number, which comes back with the result.</param>
    /// <param name="offset">Bytes in front that are left free.</param>
    /// <remarks>The caller counts: there must never be more of them than entries.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ProvideBuffer(BufferSlab slab, int index, int offset)
    {
        io_uring_buf* entry = _bufferRing + (_bufferRingTail & _bufferRingMask);
        entry->addr = (ulong)(slab.AddressOf(index) + offset);
        entry->len = (uint)(slab.BufferSize - offset);
        entry->bid = (ushort)index;
        _bufferRingTail++;
    }

    /// <summary>Shows the kernel what <see cref="ProvideBuffer"/> has added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PublishBuffers() => Volatile.Write(ref ((io_uring_buf_ring*)_bufferRing)->tail, _bufferRingTail);

    private void FreeBufferRing()
    {
        if (_bufferRing is not null)
        {
            NativeMemory.AlignedFree(_bufferRing);
            _bufferRing = null;
        }
    }

    private io_uring_sqe* Begin(UringOp operation, int fd, ulong token)
    {
        io_uring_sqe* entry = Next();
        entry->opcode = operation;
        entry->fd = fd;
        entry->user_data = token;
        return entry;
    }
}
