using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>Waits for one descriptor without an event loop: for start-up, tools and tests.</summary>
public static unsafe class DescriptorWait
{
    /// <summary>Waits until <paramref name="fd"/> can be read or has an error.</summary>
    /// <param name="fd">The descriptor.</param>
    /// <param name="timeout">The longest wait; rounded up to milliseconds.</param>
    /// <returns>False when the time was over first.</returns>
    public static bool ForRead(int fd, TimeSpan timeout)
    {
        MonotonicTime deadline = MonotonicClock.Now + timeout;
        while (true)
        {
            double left = (deadline - MonotonicClock.Now).TotalMilliseconds;
            pollfd entry = new() { fd = fd, events = (short)POLL.POLLIN };
            int ready = LibC.poll(&entry, 1, left <= 0 ? 0 : (int)Math.Min(Math.Ceiling(left), int.MaxValue));
            if (ready > 0)
            {
                return true;
            }
            if (ready < 0 && LibC.LastError != Errno.EINTR)
            {
                throw new LinuxException($"poll descriptor {fd}", LibC.LastError);
            }
            if (left <= 0)
            {
                return false;
            }
        }
    }
}
