using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Lab;

/// <summary>A growing list that one thread writes and others read or wait on.</summary>
internal sealed class Journal<T>
{
    private readonly object _gate = new();
    private readonly List<T> _entries = [];
    private bool _sealed;

    /// <summary>How many entries there are.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Whether nothing more will come.</summary>
    internal bool IsSealed
    {
        get
        {
            lock (_gate)
            {
                return _sealed;
            }
        }
    }

    internal void Add(T entry)
    {
        lock (_gate)
        {
            _entries.Add(entry);
            Monitor.PulseAll(_gate);
        }
    }

    internal void Seal()
    {
        lock (_gate)
        {
            _sealed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A copy of the entries from a number on.</summary>
    internal IReadOnlyList<T> Copy(int first = 0)
    {
        lock (_gate)
        {
            return _entries[Math.Min(first, _entries.Count)..];
        }
    }

    /// <summary>Waits for an entry, also one that has come already.</summary>
    /// <returns>Whether one came before the time was over or the journal was sealed.</returns>
    internal bool TryWait(Func<T, bool> predicate, TimeSpan timeout, int first, out T found)
    {
        MonotonicTime deadline = MonotonicClock.Now + timeout;
        lock (_gate)
        {
            for (int next = first; ;)
            {
                for (; next < _entries.Count; next++)
                {
                    found = _entries[next];
                    if (predicate(found))
                    {
                        return true;
                    }
                }
                found = default!;
                TimeSpan left = deadline - MonotonicClock.Now;
                if (_sealed || left <= TimeSpan.Zero)
                {
                    return false;
                }
                Monitor.Wait(_gate, left);
            }
        }
    }

    /// <summary>Waits until it is sealed.</summary>
    internal bool TryWaitSealed(TimeSpan timeout)
    {
        _ = TryWait(static _ => false, timeout, int.MaxValue, out _);
        return IsSealed;
    }
}
