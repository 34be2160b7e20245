using System.Globalization;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.TrafficGuest;

/// <summary>Conditions that come true, and those that must hold.</summary>
internal static class Await
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until something is so.</summary>
    /// <returns>How long it took.</returns>
    internal static TimeSpan Until(Func<bool> condition, string what)
    {
        MonotonicTime begin = MonotonicClock.Now;
        using var never = new EventFd();
        while (!condition())
        {
            Holds(MonotonicClock.Now - begin < Patience, $"not within {Patience.TotalSeconds} s: {what}");
            _ = DescriptorWait.ForRead(never.Fd, Interval);
        }
        return MonotonicClock.Now - begin;
    }

    internal static void Holds(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new CaseException(otherwise);
        }
    }

    /// <summary>A measured value, for the reader of the tests' output.</summary>
    internal static void Figure(string what, TimeSpan time)
        => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"figure {what}: {time.TotalMilliseconds:F0} ms"));
}
