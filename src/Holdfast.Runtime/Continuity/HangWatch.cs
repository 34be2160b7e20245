using Holdfast.Primitives;

namespace Holdfast.Runtime.Continuity;

/// <summary>Decides whether the VRRP process hangs, from what it says on the <see cref="StateBoard"/>.</summary>
/// <remarks>
/// It says before each wait until when it will wait at most. It hangs when it has not moved for <see cref="Limit"/>
/// after that, as seen twice in a row by a watcher that was itself on time both times: when the whole host was paused,
/// or nobody is scheduled, the watcher is late as well, and the count begins anew.
/// </remarks>
internal sealed class HangWatch
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(30);
    private MonotonicTime _startedAt;
    private MonotonicTime _suspectedAt = MonotonicTime.Never;

    /// <summary>
    /// How long after the announced time it may be silent: 1.5 times the shortest interval between adverts, so that
    /// an Active that is killed then is back before the Backups have missed three; at least 50 ms, since shorter pauses
    /// are the scheduler's; at most 1 s.
    /// </summary>
    internal TimeSpan Limit { get; private set; } = TimeSpan.FromSeconds(1);

    /// <summary>When <see cref="IsHung"/> is to be asked.</summary>
    internal MonotonicTime Deadline { get; private set; } = MonotonicTime.Never;

    // Lateness of the watcher that says nothing about the watched.
    private TimeSpan Tolerance => Limit / 10 + TimeSpan.FromMilliseconds(5);

    // A process that only waits for packets has no deadline; and one may get an earlier one while we wait.
    private TimeSpan PollMax => Limit < TimeSpan.FromSeconds(0.5) ? Limit * 2 : TimeSpan.FromSeconds(1);

    private TimeSpan Grace => Limit / 20 + TimeSpan.FromMilliseconds(5);

    /// <summary>The process begins.</summary>
    internal void Begin(MonotonicTime now)
    {
        _startedAt = now;
        _suspectedAt = MonotonicTime.Never;
        Deadline = now + Limit;
    }

    /// <summary>The interval of a configuration that is now in use.</summary>
    internal void SetInterval(TimeSpan shortest)
        => Limit = TimeSpan.FromMilliseconds(Math.Clamp(shortest.TotalMilliseconds * 1.5, 50, 1000));

    /// <summary>Nothing is watched until the next <see cref="Begin"/>.</summary>
    internal void Rest() => Deadline = MonotonicTime.Never;

    /// <summary>Judges when <see cref="Deadline"/> has come.</summary>
    /// <param name="now">When.</param>
    /// <param name="isReady">Whether it has begun to take part.</param>
    /// <param name="progressAt">When it last moved.</param>
    /// <param name="nextWakeAt">Until when it would wait; zero: it has not said so yet.</param>
    internal bool IsHung(MonotonicTime now, bool isReady, MonotonicTime progressAt, MonotonicTime nextWakeAt)
    {
        bool isOnTime = now - Deadline <= Tolerance;
        MonotonicTime due = nextWakeAt == MonotonicTime.Zero
            ? isReady ? MonotonicTime.Never : _startedAt + s_startLimit
            : MonotonicTime.Max(progressAt, nextWakeAt) + Limit;
        if (now < due)
        {
            _suspectedAt = MonotonicTime.Never;
            Deadline = MonotonicTime.Min(due, now + PollMax);
            return false;
        }
        if (!isOnTime)
        {
            _suspectedAt = MonotonicTime.Never;
            Deadline = now + Limit;
            return false;
        }
        if (_suspectedAt == progressAt)
        {
            return true;
        }
        _suspectedAt = progressAt;
        Deadline = now + Grace;
        return false;
    }
}
