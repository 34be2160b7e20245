using Holdfast.Primitives;

namespace Holdfast.Runtime.Supervision;

/// <summary>How long a process that crashed waits before it is started again.</summary>
/// <remarks>
/// At once, unless it crashes again and again: then each wait is twice the one before, so that it costs the others
/// nothing. Unlike the VRRP process it is never given up: nobody else takes over its work.
/// </remarks>
/// <param name="crashesMax">So many crashes within <paramref name="window"/> are a loop.</param>
/// <param name="window">A crash longer ago does not count.</param>
public sealed class RestartBackoff(int crashesMax, TimeSpan window)
{
    private readonly RestartPolicy _policy = new(crashesMax, window);
    private MonotonicTime _last = MonotonicTime.Zero;
    private TimeSpan _delay;

    /// <summary>The first wait: 1 s.</summary>
    public static TimeSpan DelayMin => TimeSpan.FromSeconds(1);

    /// <summary>The longest wait: 60 s.</summary>
    public static TimeSpan DelayMax => TimeSpan.FromSeconds(60);

    /// <summary>Whether it is being kept from running.</summary>
    public bool IsLoop => _delay > TimeSpan.Zero;

    /// <summary>A crash happened.</summary>
    /// <param name="now">When.</param>
    /// <returns>When to start again.</returns>
    public MonotonicTime OnCrash(MonotonicTime now)
    {
        bool again = _policy.OnCrash(now);
        // In a loop its own waits would make the crashes rare enough not to count.
        bool isLoop = !again || (IsLoop && now - _last < _delay + window);
        _delay = !isLoop ? TimeSpan.Zero
            : _delay == TimeSpan.Zero ? DelayMin
            : _delay * 2 < DelayMax ? _delay * 2 : DelayMax;
        _last = now;
        return now + _delay;
    }

    /// <summary>What happened does not count any more: something else runs now.</summary>
    public void Clear()
    {
        _policy.Clear();
        _delay = TimeSpan.Zero;
    }
}
