using Holdfast.Primitives;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// Tells of removals by somebody else: the first of a burst at once, and how many it was when it is over.
/// </summary>
internal sealed class RestoreReport(int owners, Action<string> warn)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private readonly Burst[] _bursts = new Burst[owners];

    /// <summary>When a burst may be over.</summary>
    public MonotonicTime NextDeadline { get; private set; } = MonotonicTime.Never;

    /// <summary>An entry was taken away.</summary>
    /// <param name="owner">Index of the instance.</param>
    /// <param name="name">Its name.</param>
    /// <param name="entry">What was taken away, in words.</param>
    /// <param name="now">The time.</param>
    public void Removed(int owner, string name, string entry, MonotonicTime now)
    {
        ref Burst burst = ref _bursts[owner];
        if (burst.Count++ == 0)
        {
            burst.Begin = now;
            burst.Name = name;
            warn($"({name}) {entry} was removed by somebody else, adding it again");
        }
        burst.Last = now;
        NextDeadline = MonotonicTime.Min(NextDeadline, now + Quiet);
    }

    /// <summary>Ends the bursts that have been quiet for five seconds.</summary>
    public void Run(MonotonicTime now)
    {
        if (NextDeadline > now)
        {
            return;
        }
        NextDeadline = MonotonicTime.Never;
        foreach (ref Burst burst in _bursts.AsSpan())
        {
            if (burst.Count > 0 && now - burst.Last >= Quiet)
            {
                if (burst.Count > 1)
                {
                    warn($"({burst.Name}) {burst.Count} entries were removed by somebody else within "
                        + $"{(burst.Last - burst.Begin).TotalSeconds:F1} s, and added again");
                }
                burst = default;
            }
            else if (burst.Count > 0)
            {
                NextDeadline = MonotonicTime.Min(NextDeadline, burst.Last + Quiet);
            }
        }
    }

    private struct Burst
    {
        public int Count;
        public string Name;
        public MonotonicTime Begin;
        public MonotonicTime Last;
    }
}
