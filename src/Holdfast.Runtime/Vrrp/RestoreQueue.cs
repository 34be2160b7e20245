using Holdfast.Primitives;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What kind of entry was taken away.</summary>
internal enum RestoredKind : byte
{
    /// <summary>A virtual address.</summary>
    Address,

    /// <summary>A virtual route.</summary>
    Route,

    /// <summary>A virtual rule.</summary>
    Rule,

    /// <summary>Static entries, all of them.</summary>
    Static,
}

/// <summary>One entry.</summary>
/// <param name="Instance">Index of its instance; −1 for static entries.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Position">Its place in the instance's list of that kind.</param>
internal readonly record struct RestoredEntry(int Instance, RestoredKind Kind, int Position);

/// <summary>
/// The entries that somebody took away and that are to be put back: five times at once each, then once a second, so
/// that two programs that disagree do not keep a processor busy. A request is delayed, never lost.
/// </summary>
internal sealed class RestoreQueue
{
    private const int BurstMax = 5;
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1);

    // When an entry would be free of debt if it were restored once per spacing.
    private readonly Dictionary<RestoredEntry, MonotonicTime> _paidUntil = [];
    private readonly Dictionary<RestoredEntry, MonotonicTime> _due = [];

    /// <summary>When the next entry is due.</summary>
    public MonotonicTime NextDeadline { get; private set; } = MonotonicTime.Never;

    /// <summary>Asks for an entry.</summary>
    /// <returns>Whether it was not asked for already.</returns>
    public bool Request(RestoredEntry entry, MonotonicTime now)
    {
        MonotonicTime due = _paidUntil.TryGetValue(entry, out MonotonicTime paidUntil)
            ? MonotonicTime.Max(now, paidUntil - (Spacing * (BurstMax - 1))) : now;
        if (!_due.TryAdd(entry, due))
        {
            return false;
        }
        NextDeadline = MonotonicTime.Min(NextDeadline, due);
        return true;
    }

    /// <summary>Takes one entry that is due.</summary>
    public bool TryTake(MonotonicTime now, out RestoredEntry entry)
    {
        entry = default;
        if (NextDeadline > now)
        {
            return false;
        }
        NextDeadline = MonotonicTime.Never;
        bool found = false;
        foreach ((RestoredEntry one, MonotonicTime due) in _due)
        {
            if (!found && due <= now)
            {
                found = true;
                entry = one;
            }
            else
            {
                NextDeadline = MonotonicTime.Min(NextDeadline, due);
            }
        }
        if (found)
        {
            _due.Remove(entry);
            MonotonicTime paid = _paidUntil.GetValueOrDefault(entry);
            _paidUntil[entry] = MonotonicTime.Max(paid, now) + Spacing;
        }
        return found;
    }
}
