using Holdfast.Primitives;

namespace Holdfast.Runtime.Logging;

/// <summary>
/// Keeps equal messages from filling a disk: a few are let through in each window, the rest is counted.
/// </summary>
/// <remarks>
/// Memory is bounded: at most <see cref="TextsMax"/> different messages are remembered; the oldest gives way. Not
/// thread-safe.
/// </remarks>
internal sealed class RepeatFilter
{
    /// <summary>So many equal messages are let through in one window.</summary>
    internal const int FreeInWindow = 5;

    /// <summary>So many different messages are remembered.</summary>
    internal const int TextsMax = 64;

    private readonly Dictionary<(LogLevel Level, string Text), Window> _windows = [];

    /// <summary>How long equal messages are counted together.</summary>
    internal static TimeSpan WindowLength => TimeSpan.FromSeconds(60);

    /// <summary>When the next summary is due; never while nothing was held back.</summary>
    internal MonotonicTime Deadline { get; private set; } = MonotonicTime.Never;

    /// <summary>Whether a message is let through; otherwise it is counted.</summary>
    internal bool Admits(LogLevel level, string text, MonotonicTime now)
    {
        if (!_windows.TryGetValue((level, text), out Window? window))
        {
            if (_windows.Count >= TextsMax)
            {
                ForgetOldest();
            }
            _windows.Add((level, text), new Window { Start = now, Count = 1 });
            return true;
        }
        if (window.HeldBack == 0 && now - window.Start >= WindowLength)
        {
            window.Start = now;
            window.Count = 0;
        }
        if (++window.Count <= FreeInWindow)
        {
            return true;
        }
        window.HeldBack++;
        Deadline = MonotonicTime.Min(Deadline, window.Start + WindowLength);
        return false;
    }

    /// <summary>Takes out what is due.</summary>
    /// <param name="now">The present.</param>
    /// <param name="all">Whether also what is not due yet.</param>
    /// <returns>Messages with how often each was held back, and in which time.</returns>
    internal List<(LogLevel Level, string Text, int Count, TimeSpan Time)> TakeDue(MonotonicTime now, bool all)
    {
        List<(LogLevel Level, string Text, int Count, TimeSpan Time)> due = [];
        Deadline = MonotonicTime.Never;
        foreach (((LogLevel level, string text), Window window) in _windows.ToArray())
        {
            MonotonicTime end = window.Start + WindowLength;
            if (end <= now || all)
            {
                _windows.Remove((level, text));
                if (window.HeldBack > 0)
                {
                    due.Add((level, text, window.HeldBack, now - window.Start));
                }
            }
            else if (window.HeldBack > 0)
            {
                Deadline = MonotonicTime.Min(Deadline, end);
            }
        }
        return due;
    }

    /// <summary>One with nothing held back if there is any, so that no count is lost without need.</summary>
    private void ForgetOldest()
        => _windows.Remove(_windows.MinBy(static w => (w.Value.HeldBack > 0, w.Value.Start.Nanoseconds)).Key);

    private sealed class Window
    {
        internal MonotonicTime Start { get; set; }

        internal int Count { get; set; }

        internal int HeldBack { get; set; }
    }
}
