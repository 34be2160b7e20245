using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Uring;

/// <summary>One thread's io_uring: operations are gathered, and one system call submits them and waits.</summary>
/// <remarks>
/// Must be created and used on one thread alone (IORING_SETUP_SINGLE_ISSUER). Operations are in
/// <c>IoUring.Operations.cs</c>. Nothing is allocated after construction. What an operation points to (buffers,
/// addresses) must stay until it has completed; vectors and timeouts only until the next <see cref="Enter"/>.
/// </remarks>
public sealed unsafe partial class IoUring : IDisposable
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly FdHandle _ring;
    private readonly io_uring_sqe* _entries;
    private readonly uint* _submissionHead;
    private readonly uint* _submissionTail;
    private readonly uint* _submissionFlags;
    private readonly uint _submissionMask;
    private readonly uint _submissionCount;
    private readonly uint* _completionHead;
    private readonly uint* _completionTail;
    private readonly uint _completionMask;
    private readonly io_uring_cqe* _completions;
    private readonly byte* _rings;
    private readonly nuint _ringsSize;
    private readonly nuint _entriesSize;
    private uint _enterDescriptor;
    private uint _enterFlags;
    private uint _tail;
    private bool _isDisposed;

    private IoUring(FdHandle ring, in io_uring_params parameters, byte* rings, nuint ringsSize, byte* entries)
    {
        _ring = ring;
        _rings = rings;
        _ringsSize = ringsSize;
        _entries = (io_uring_sqe*)entries;
        _entriesSize = parameters.sq_entries * (nuint)sizeof(io_uring_sqe);
        _submissionCount = parameters.sq_entries;
        _submissionHead = (uint*)(rings + parameters.sq_off.head);
        _submissionTail = (uint*)(rings + parameters.sq_off.tail);
        _submissionFlags = (uint*)(rings + parameters.sq_off.flags);
        _submissionMask = *(uint*)(rings + parameters.sq_off.ring_mask);
        _completionHead = (uint*)(rings + parameters.cq_off.head);
        _completionTail = (uint*)(rings + parameters.cq_off.tail);
        _completionMask = *(uint*)(rings + parameters.cq_off.ring_mask);
        _completions = (io_uring_cqe*)(rings + parameters.cq_off.cqes);
        _tail = *_submissionTail;
        uint* array = (uint*)(rings + parameters.sq_off.array);
        for (uint i = 0; i < _submissionCount; i++)
        {
            array[i] = i; // entries are always used in order
        }
        _messages = (msghdr*)NativeMemory.AllocZeroed(_submissionCount, (nuint)sizeof(msghdr));
        _vectors = (iovec*)NativeMemory.AllocZeroed(_submissionCount * VectorsPerEntry, (nuint)sizeof(iovec));
        RegisterOwnDescriptor();
    }

    /// <summary>Whether results wait for our next call (Linux 6.1) instead of interrupting the thread.</summary>
    public bool IsDeferred { get; private init; }

    /// <summary>Creates a ring for this thread.</summary>
    /// <param name="entries">Operations that can be gathered; rounded up to a power of two.</param>
    /// <param name="completions">Results that can wait; rounded up to a power of two.</param>
    /// <param name="ring">The ring; null after an error.</param>
    /// <returns>
    /// ENOSYS: the kernel has no io_uring; EPERM: it is forbidden; EOPNOTSUPP: too old (needs Linux 6.0).
    /// </returns>
    public static Errno TryCreate(uint entries, uint completions, out IoUring? ring)
    {
        const Abi.Uring Always = Abi.Uring.IORING_SETUP_CQSIZE | Abi.Uring.IORING_SETUP_CLAMP
            | Abi.Uring.IORING_SETUP_SUBMIT_ALL | Abi.Uring.IORING_SETUP_SINGLE_ISSUER;
        Errno errno = TryCreate(entries, completions, Always | Abi.Uring.IORING_SETUP_DEFER_TASKRUN, out ring);
        return errno == Errno.EINVAL
            ? TryCreate(entries, completions, Always | Abi.Uring.IORING_SETUP_COOP_TASKRUN, out ring) : errno;
    }

    /// <summary>Submits what was gathered, and waits.</summary>
    /// <param name="isWaiting">Whether to wait for at least one result.</param>
    /// <param name="deadline">When to return at the latest.</param>
    /// <returns>Success, also at the deadline and after a signal; EBUSY: results must be taken first.</returns>
    public Errno Enter(bool isWaiting, MonotonicTime deadline)
    {
        Volatile.Write(ref *_submissionTail, _tail);
        uint submit = _tail - Volatile.Read(ref *_submissionHead);
        timespec timeout = default;
        io_uring_getevents_arg argument = default;
        uint flags = _enterFlags | (uint)Abi.Uring.IORING_ENTER_GETEVENTS;
        if (isWaiting && !deadline.IsNever)
        {
            long left = Math.Max(0, deadline.Nanoseconds - MonotonicClock.Now.Nanoseconds);
            timeout.tv_sec = left / NanosecondsPerSecond;
            timeout.tv_nsec = left % NanosecondsPerSecond;
            argument.ts = (ulong)&timeout;
            flags |= (uint)Abi.Uring.IORING_ENTER_EXT_ARG;
        }
        bool hasArgument = argument.ts != 0;
        nint result = LibC.io_uring_enter((nint)UringCalls.SYS_io_uring_enter, _enterDescriptor, submit,
            isWaiting ? 1u : 0u, flags, hasArgument ? &argument : null,
            hasArgument ? (nuint)sizeof(io_uring_getevents_arg) : 0);
        Errno errno = result < 0 ? LibC.LastError : Errno.Success;
        return errno is Errno.ETIME or Errno.EINTR or Errno.EAGAIN ? Errno.Success : errno;
    }

    /// <summary>Takes the oldest result.</summary>
    /// <returns>Whether there was one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(out UringCompletion completion)
    {
        uint head = *_completionHead;
        if (head == Volatile.Read(ref *_completionTail))
        {
            completion = default;
            return false;
        }
        io_uring_cqe* entry = _completions + (head & _completionMask);
        completion = new(entry->user_data, entry->res, entry->flags);
        Volatile.Write(ref *_completionHead, head + 1);
        return true;
    }

    /// <summary>Whether a result can be taken without a system call.</summary>
    public bool HasCompletion => *_completionHead != Volatile.Read(ref *_completionTail);

    /// <summary>Closes the ring; the kernel cancels what is under way.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }
        _isDisposed = true;
        _ring.Dispose();
        _ = LibC.munmap(_entries, _entriesSize);
        _ = LibC.munmap(_rings, _ringsSize);
        NativeMemory.Free(_messages);
        NativeMemory.Free(_vectors);
        FreeBufferRing();
    }

    private static Errno TryCreate(uint entries, uint completions, Abi.Uring setup, out IoUring? ring)
    {
        const Abi.Uring Needed = Abi.Uring.IORING_FEAT_SINGLE_MMAP | Abi.Uring.IORING_FEAT_NODROP
            | Abi.Uring.IORING_FEAT_SUBMIT_STABLE | Abi.Uring.IORING_FEAT_EXT_ARG | Abi.Uring.IORING_FEAT_CQE_SKIP;
        ring = null;
        io_uring_params parameters = new() { flags = (uint)setup, cq_entries = completions };
        nint fd = LibC.io_uring_setup((nint)UringCalls.SYS_io_uring_setup, entries, &parameters);
        if (fd < 0)
        {
            return LibC.LastError;
        }
        FdHandle handle = new((int)fd);
        if ((parameters.features & (uint)Needed) != (uint)Needed)
        {
            handle.Dispose();
            return Errno.EOPNOTSUPP;
        }
        nuint size = Math.Max(parameters.sq_off.array + (parameters.sq_entries * sizeof(uint)),
            parameters.cq_off.cqes + (parameters.cq_entries * (uint)sizeof(io_uring_cqe)));
        void* rings = Map((int)fd, size, Abi.Uring.IORING_OFF_SQ_RING);
        void* queue = (nint)rings == -1 ? rings : Map(
            (int)fd, parameters.sq_entries * (nuint)sizeof(io_uring_sqe), Abi.Uring.IORING_OFF_SQES);
        if ((nint)queue == -1)
        {
            Errno errno = LibC.LastError;
            handle.Dispose();
            return errno;
        }
        ring = new IoUring(handle, parameters, (byte*)rings, size, (byte*)queue)
        {
            IsDeferred = setup.HasFlag(Abi.Uring.IORING_SETUP_DEFER_TASKRUN),
        };
        return Errno.Success;
    }

    private static void* Map(int fd, nuint size, Abi.Uring offset) => LibC.mmap(null, size,
        SysMman.PROT_READ | SysMman.PROT_WRITE, SysMman.MAP_SHARED | SysMman.MAP_POPULATE, fd, (long)offset);

    /// <summary>Saves looking the descriptor up in each call, where the kernel can (Linux 5.18).</summary>
    private void RegisterOwnDescriptor()
    {
        io_uring_rsrc_update update = new() { offset = uint.MaxValue, data = (ulong)_ring.Number };
        nint registered = LibC.io_uring_register((nint)UringCalls.SYS_io_uring_register, _ring.Number,
            (uint)Abi.Uring.IORING_REGISTER_RING_FDS, &update, 1);
        _enterDescriptor = registered == 1 ? update.offset : (uint)_ring.Number;
        _enterFlags = registered == 1 ? (uint)Abi.Uring.IORING_ENTER_REGISTERED_RING : 0;
    }

    private io_uring_sqe* Next()
    {
        if (_tail - Volatile.Read(ref *_submissionHead) == _submissionCount)
        {
            // Full: what was gathered goes now. With SUBMIT_ALL the kernel takes every entry.
            _ = Enter(isWaiting: false, MonotonicTime.Zero);
            Invariant.Check(_tail - Volatile.Read(ref *_submissionHead) < _submissionCount);
        }
        io_uring_sqe* entry = _entries + (_tail & _submissionMask);
        Unsafe.InitBlockUnaligned(entry, 0, (uint)sizeof(io_uring_sqe));
        _tail++;
        return entry;
    }
}
