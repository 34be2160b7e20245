using System.Runtime.CompilerServices;

namespace Holdfast.Nginx.Limits;

/// <summary>What a zone says of a request.</summary>
internal enum ZoneAnswer : byte
{
    /// <summary>It may go on, and was counted.</summary>
    Counted,

    /// <summary>It may go on, and is to be counted when all other zones have agreed.</summary>
    Held,

    /// <summary>It is above the burst.</summary>
    Busy,

    /// <summary>The zone is full.</summary>
    Full,
}

/// <summary>
/// A <c>limit_req_zone</c>: for each key how far it is above the rate, in thousandths of a request; what has not been
/// asked for longest leaves when the zone is full. On any thread.
/// </summary>
public sealed class RequestZone
{
    /// <summary>Bytes of the longest key; a request with a longer one is not limited.</summary>
    public const int KeyMax = 65_535;

    /// <summary>Bytes of nginx's entry besides its key.</summary>
    private const int EntrySize = 80;
    private const int OwnSize = 80;
    private const int NameSize = 22;

    /// <summary>Milliseconds after which an entry without excess is not worth keeping.</summary>
    private const long IdleMin = 60_000;

    /// <summary>When a key was asked for that never was: whatever it would have been above the rate is gone.</summary>
    private const long LongAgo = -(1L << 60);

    private static readonly int s_keyOffset = Unsafe.SizeOf<Entry>();

    private readonly Lock _lock = new();
    private readonly SlabPages _pages;
    private readonly KeyIndex _keys;
    private int _newest = SlabPages.None;
    private int _oldest = SlabPages.None;

    /// <summary>An empty zone.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="size">Bytes of its memory.</param>
    /// <param name="rate">Thousandths of a request that a key may make a second; at least 1.</param>
    public RequestZone(string name, long size, long rate)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(rate, 1);
        Name = name;
        Rate = rate;
        _pages = new SlabPages(size);
        _keys = new KeyIndex(_pages, s_keyOffset);
        // What nginx keeps of a zone in the zone itself takes room that keys do not have.
        _ = _pages.Take(OwnSize);
        _ = _pages.Take(NameSize + name.Length);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Thousandths of a request that a key may make a second.</summary>
    public long Rate { get; }

    /// <summary>How many keys it knows.</summary>
    public int Count { get; private set; }

    /// <summary>Asks for a request.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="burst">Thousandths of a request that it may be above the rate.</param>
    /// <param name="counts">Whether it is counted at once; else by <see cref="Charge"/>.</param>
    /// <param name="now">In milliseconds.</param>
    /// <param name="excess">Thousandths of a request that it is above the rate.</param>
    /// <param name="entry">What <see cref="Charge"/> and <see cref="Release"/> take.</param>
    internal ZoneAnswer Ask(
        ReadOnlySpan<byte> key, long burst, bool counts, long now, out long excess, out int entry)
    {
        uint hash = KeyIndex.HashOf(key);
        lock (_lock)
        {
            entry = _keys.Find(hash, key);
            excess = 0;
            if (entry == SlabPages.None)
            {
                return Add(hash, key, counts, now, out entry);
            }
            Unlink(entry);
            LinkNewest(entry);
            ref Entry one = ref _pages.As<Entry>(entry);
            excess = ExcessAt(one, now);
            if (excess > burst)
            {
                return ZoneAnswer.Busy;
            }
            if (!counts)
            {
                one.Holders++;
                return ZoneAnswer.Held;
            }
            Note(ref one, excess, now);
            return ZoneAnswer.Counted;
        }
    }

    /// <summary>Counts a request that was held.</summary>
    /// <returns>Thousandths of a request that it is above the rate.</returns>
    internal long Charge(int entry, long now)
    {
        lock (_lock)
        {
            ref Entry one = ref _pages.As<Entry>(entry);
            long excess = ExcessAt(one, now);
            Note(ref one, excess, now);
            one.Holders--;
            return excess;
        }
    }

    /// <summary>Lets a request go that was held, and does not count it.</summary>
    internal void Release(int entry)
    {
        lock (_lock)
        {
            _pages.As<Entry>(entry).Holders--;
        }
    }

    private ZoneAnswer Add(uint hash, ReadOnlySpan<byte> key, bool counts, long now, out int entry)
    {
        RemoveIdle(isForced: false, now);
        int size = EntrySize + key.Length;
        entry = _pages.Take(size);
        if (entry == SlabPages.None)
        {
            RemoveIdle(isForced: true, now);
            entry = _pages.Take(size);
            if (entry == SlabPages.None)
            {
                return ZoneAnswer.Full;
            }
        }
        _keys.Add(entry, hash, key);
        ref Entry one = ref _pages.As<Entry>(entry);
        one.Excess = 0;
        one.At = counts ? now : LongAgo;
        one.Holders = counts ? 0 : 1;
        LinkNewest(entry);
        Count++;
        return counts ? ZoneAnswer.Counted : ZoneAnswer.Held;
    }

    /// <summary>Removes up to two of the oldest that have been idle, and before them the oldest one, if forced.
    /// </summary>
    private void RemoveIdle(bool isForced, long now)
    {
        for (int i = isForced ? 0 : 1; i < 3 && _oldest != SlabPages.None; i++)
        {
            int entry = _oldest;
            Entry one = _pages.As<Entry>(entry);
            bool isIdle = i == 0
                || (Math.Abs(now - one.At) >= IdleMin && one.Excess <= Drained(Math.Abs(now - one.At)));
            if (one.Holders > 0 || !isIdle)
            {
                return;
            }
            Unlink(entry);
            _keys.Remove(entry);
            _pages.Return(entry);
            Count--;
        }
    }

    private long ExcessAt(in Entry entry, long now)
        => Math.Max(0, entry.Excess - Drained(Passed(entry, now)) + 1000);

    private static void Note(ref Entry entry, long excess, long now)
    {
        entry.Excess = excess;
        entry.At = Passed(entry, now) != 0 ? now : entry.At;
    }

    /// <summary>Milliseconds since it was asked last; a clock that goes back a little does not count.</summary>
    private static long Passed(in Entry entry, long now)
        => now - entry.At is var passed && passed >= 0 ? passed : passed < -IdleMin ? 1 : 0;

    private long Drained(long passed) => passed > long.MaxValue / 2 / Rate ? long.MaxValue / 2 : Rate * passed / 1000;

    private void LinkNewest(int entry)
    {
        ref Entry one = ref _pages.As<Entry>(entry);
        one.Newer = SlabPages.None;
        one.Older = _newest;
        if (_newest == SlabPages.None)
        {
            _oldest = entry;
        }
        else
        {
            _pages.As<Entry>(_newest).Newer = entry;
        }
        _newest = entry;
    }

    private void Unlink(int entry)
    {
        Entry one = _pages.As<Entry>(entry);
        if (one.Newer == SlabPages.None)
        {
            _newest = one.Older;
        }
        else
        {
            _pages.As<Entry>(one.Newer).Older = one.Older;
        }
        if (one.Older == SlabPages.None)
        {
            _oldest = one.Newer;
        }
        else
        {
            _pages.As<Entry>(one.Older).Newer = one.Newer;
        }
    }

    private struct Entry
    {
        internal KeyedEntry Keyed;

        /// <summary>Requests that hold it between two steps: it must not go.</summary>
        internal int Holders;

        internal int Newer;
        internal int Older;
        internal long At;
        internal long Excess;
    }
}
