using Holdfast.Primitives;

namespace Holdfast.Runtime.Supervision;

/// <summary>Whether a process that crashed is started again.</summary>
/// <remarks>
/// Always at once: its successor goes on from the state board, so that a crash now and then moves nothing, however
/// often it happens. Only many crashes in a short time are a loop: what crashed so often will crash again, and a node
/// that resigns lets another one serve.
/// </remarks>
/// <param name="crashesMax">So many crashes within <paramref name="window"/> are a loop.</param>
/// <param name="window">A crash longer ago does not count.</param>
public sealed class RestartPolicy(int crashesMax, TimeSpan window)
{
    private readonly Queue<MonotonicTime> _crashes = new(crashesMax);

    /// <summary>5.</summary>
    public const int DefaultCrashesMax = 5;

    /// <summary>10 seconds.</summary>
    public static TimeSpan DefaultWindow => TimeSpan.FromSeconds(10);

    /// <summary>How many crashes count now.</summary>
    public int Crashes => _crashes.Count;

    /// <summary>A crash happened.</summary>
    /// <param name="now">When.</param>
    /// <returns>Whether to start again, at once; false in a crash loop.</returns>
    public bool OnCrash(MonotonicTime now)
    {
        while (_crashes.TryPeek(out MonotonicTime first) && now - first >= window)
        {
            _crashes.Dequeue();
        }
        _crashes.Enqueue(now);
        return _crashes.Count < crashesMax;
    }

    /// <summary>What happened does not count any more: something else runs now.</summary>
    public void Clear() => _crashes.Clear();
}
