using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.Files;
using Holdfast.Linux.Uring;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Engine;

/// <summary>Whether io_uring can carry a loop here, and why not.</summary>
/// <param name="IsUsable">Whether it can.</param>
/// <param name="Reason">For the log: what was found.</param>
public sealed record TransportProbe(bool IsUsable, string Reason)
{
    private const ulong ReceiveToken = 1;
    private const long PatienceMilliseconds = 2000;

    /// <summary>Tries what a loop does: a receive that goes on by itself into a provided buffer.</summary>
    /// <remarks>
    /// A trial instead of version numbers: containers forbid io_uring by seccomp, hosts by
    /// kernel.io_uring_disabled, and distributions backport parts of it.
    /// </remarks>
    public static TransportProbe TryUring()
    {
        Errno errno = IoUring.TryCreate(8, 16, out IoUring? ring);
        if (errno != Errno.Success)
        {
            return new(false, errno switch
            {
                Errno.ENOSYS => "the kernel has no io_uring",
                Errno.EPERM or Errno.EACCES => "io_uring is forbidden here (kernel.io_uring_disabled, or seccomp)",
                Errno.EINVAL or Errno.EOPNOTSUPP => "the kernel's io_uring is older than Linux 6.0",
                _ => $"no io_uring: {errno}",
            });
        }
        using (ring)
        {
            errno = ring!.RegisterBufferRing(8);
            return errno == Errno.Success ? TryReceive(ring)
                : new(false, $"io_uring without provided buffers: {errno}");
        }
    }

    private static TransportProbe TryReceive(IoUring ring)
    {
        using BufferSlab slab = new(1, 4096);
        Errno errno = UnixSocket.TryCreatePair(out FdHandle one, out FdHandle other);
        using (one)
        using (other)
        {
            if (errno != Errno.Success)
            {
                return new(false, $"no sockets to try io_uring with: {errno}");
            }
            ring.ProvideBuffer(slab, 0, 0);
            ring.PublishBuffers();
            ring.ReceiveMany(one.Number, isWaitingFirst: false, ReceiveToken);
            _ = DescriptorIo.Write(other.Number, [1], out int _);
            MonotonicTime deadline = MonotonicClock.Now + TimeSpan.FromMilliseconds(PatienceMilliseconds);
            errno = ring.Enter(isWaiting: true, deadline);
            bool hasResult = ring.TryTake(out UringCompletion completion);
            return errno != Errno.Success || !hasResult ? new(false, $"io_uring does not answer: {errno}")
                : completion.Result != 1 || completion.Buffer != 0 || !completion.HasMore
                    ? new(false, $"io_uring cannot receive on and on ({completion.Errno}): older than Linux 6.0")
                : new(true, ring.IsDeferred ? "io_uring" : "io_uring, without deferred work (older than Linux 6.1)");
        }
    }
}
