using System.Numerics;

namespace Holdfast.Proxy.Engine;

/// <summary>Deadlines in milliseconds: moving one later costs a store, everything else a few instructions.</summary>
/// <remarks>
/// Seven levels of 64 slots; an entry stands at the level of the highest six bits in which its deadline differs from
/// the present, so the lowest level that is not empty has what comes first. An entry whose deadline has moved later
/// stays where it is, and is put anew when its slot comes: the same step by which entries come down the levels.
/// Allocates nothing.
/// </remarks>
public sealed class TimerWheel
{
    private const int Bits = 6;
    private const int SlotCount = 1 << Bits;
    private const int LevelCount = 7;

    private readonly TimerEntry?[] _slots = new TimerEntry?[LevelCount * SlotCount];
    private readonly ulong[] _occupied = new ulong[LevelCount];

    /// <summary>Begins at a time.</summary>
    /// <param name="now">Milliseconds.</param>
    public TimerWheel(long now) => Now = now;

    /// <summary>Up to when entries have been called, in milliseconds.</summary>
    public long Now { get; private set; }

    /// <summary>How many entries stand in the wheel.</summary>
    public int Count { get; private set; }

    /// <summary>Moves the deadline of an entry.</summary>
    /// <param name="entry">The entry, in this wheel or in none.</param>
    /// <param name="deadline">Milliseconds; <see cref="TimerEntry.Never"/> takes the deadline away.</param>
    public void Set(TimerEntry entry, long deadline)
    {
        ArgumentNullException.ThrowIfNull(entry);
        entry.Deadline = deadline;
        if (entry.Place >= 0)
        {
            if (entry.Position <= deadline)
            {
                return; // later than its slot, or never: seen when the slot comes
            }
            Unlink(entry);
        }
        if (deadline != TimerEntry.Never)
        {
            Link(entry);
        }
    }

    /// <summary>Takes an entry out, which then belongs to no wheel.</summary>
    public void Remove(TimerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        entry.Deadline = TimerEntry.Never;
        if (entry.Place >= 0)
        {
            Unlink(entry);
        }
    }

    /// <summary>When <see cref="Advance"/> has something to do next; <see cref="TimerEntry.Never"/>: nothing.</summary>
    public long NextDue
    {
        get
        {
            for (int level = 0; level < LevelCount; level++)
            {
                if (_occupied[level] != 0)
                {
                    return StartOf(level, BitOperations.TrailingZeroCount(_occupied[level]));
                }
            }
            return TimerEntry.Never;
        }
    }

    /// <summary>Calls what is due up to now, in the order of the deadlines.</summary>
    /// <param name="now">Milliseconds; never goes back.</param>
    public void Advance(long now)
    {
        while (NextDue is long due && due <= now)
        {
            int level = 0;
            while (_occupied[level] == 0)
            {
                level++;
            }
            int place = (level * SlotCount) + BitOperations.TrailingZeroCount(_occupied[level]);
            Now = Math.Max(Now, due);
            while (_slots[place] is { } entry)
            {
                Unlink(entry);
                if (entry.Deadline <= Now)
                {
                    entry.Deadline = TimerEntry.Never;
                    entry.OnDue();
                }
                else if (entry.Deadline != TimerEntry.Never)
                {
                    Link(entry);
                }
            }
        }
        Now = Math.Max(Now, now);
    }

    private long StartOf(int level, int slot)
    {
        int shift = level * Bits;
        return (Now >> (shift + Bits) << (shift + Bits)) | ((long)slot << shift);
    }

    private void Link(TimerEntry entry)
    {
        long position = Math.Max(entry.Deadline, Now + 1);
        ulong difference = (ulong)(position ^ Now);
        int level = Math.Min((63 - BitOperations.LeadingZeroCount(difference | 1)) / Bits, LevelCount - 1);
        int shift = level * Bits;
        int slot = (int)(position >> shift) & (SlotCount - 1);
        int place = (level * SlotCount) + slot;
        entry.Place = place;
        entry.Position = position >> shift << shift;
        entry.Previous = null;
        entry.Next = _slots[place];
        if (entry.Next is not null)
        {
            entry.Next.Previous = entry;
        }
        _slots[place] = entry;
        _occupied[level] |= 1UL << slot;
        Count++;
    }

    private void Unlink(TimerEntry entry)
    {
        if (entry.Previous is null)
        {
            _slots[entry.Place] = entry.Next;
            if (entry.Next is null)
            {
                _occupied[entry.Place / SlotCount] &= ~(1UL << (entry.Place % SlotCount));
            }
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }
        if (entry.Next is not null)
        {
            entry.Next.Previous = entry.Previous;
        }
        entry.Next = null;
        entry.Previous = null;
        entry.Place = -1;
        Count--;
    }
}
