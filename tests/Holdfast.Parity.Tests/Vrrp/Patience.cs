using Holdfast.Lab;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Waiting for what must come in the end. The limit is of liveness, never a measure.</summary>
internal static class Patience
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(20);

    /// <summary>Lets time pass where time itself is what the test does to the routers.</summary>
    internal static void Pass(TimeSpan time)
    {
        using var never = new EventFd();
        _ = DescriptorWait.ForRead(never.Fd, time);
    }

    /// <summary>Looks again and again at something that the kernel or a file tells only when asked.</summary>
    internal static void Until(Func<bool> condition, string what) => Until(condition, () => what);

    /// <summary>The same, with a message that tells how things are in the end.</summary>
    internal static void Until(Func<bool> condition, Func<string> what)
    {
        MonotonicTime deadline = MonotonicClock.Now + Limit;
        object never = new();
        while (!condition())
        {
            if (MonotonicClock.Now > deadline)
            {
                throw new LabTimeoutException($"it did not come true: {what()}");
            }
            lock (never)
            {
                _ = Monitor.Wait(never, s_step);
            }
        }
    }
}
