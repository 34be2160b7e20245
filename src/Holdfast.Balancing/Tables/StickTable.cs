using Holdfast.Primitives;

namespace Holdfast.Balancing.Tables;

/// <summary>A held entry of a stick table (<c>track-sc</c>). The default value is none.</summary>
/// <param name="Shard">Part of the table.</param>
/// <param name="Entry">Entry there; 0: none.</param>
/// <param name="Generation">Which use of it: counting after the entry was removed does nothing.</param>
public readonly record struct StickHandle(int Shard, int Entry, uint Generation)
{
    /// <summary>Whether this is an entry.</summary>
    public bool IsSome => Entry != 0;
}

/// <summary>A stick table: what is remembered of clients, for any number of threads.</summary>
/// <remarks>
/// <para>
/// The table is cut into shards by a keyed hash, each under a lock of its own that is held for one operation on one
/// entry. An entry has a dozen fields that belong together (links, expiry, both words of a rate), which atomics do not
/// keep consistent; with 16 shards two threads rarely meet. HAProxy locks the table and the entry, too.
/// </para>
/// <para>
/// Exact with several threads: every count, and that the table never has more than
/// <see cref="StickTableSettings.Size"/> entries. When it is full, the entries longest unused give way, a 256th of the
/// table at a time, as in the original; in a table of 4,096 entries and more they are the oldest of one shard instead
/// of the whole table. Entries that are held do not give way.
/// </para>
/// <para>
/// Memory of an entry: 44 bytes, the key, 8 bytes for each count and 16 for each rate. Entries are made when they are
/// first needed and then used again, so nothing allocates once a table has been full. A shard keeps what it has made;
/// their shares of a keyed hash differ by a few percent.
/// </para>
/// </remarks>
public sealed partial class StickTable
{
    private const int ShardsOfLarge = 16;
    private const int Large = 4096;

    private readonly StickShard[] _shards;
    private readonly Lock[] _gates;
    private readonly SipHash13 _hash;
    private readonly int[] _offsets;
    private readonly StoredData[] _stored;
    private readonly long _expire;
    private int _count;

    /// <summary>Makes an empty table.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="seed">First half of the key of its hash: random, and secret.</param>
    /// <param name="secondSeed">Second half.</param>
    public StickTable(StickTableSettings settings, ulong seed, ulong secondSeed)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Size, 1, nameof(settings));
        Settings = settings;
        _hash = new(seed, secondSeed);
        _stored = new StoredData[Enum.GetValues<StickData>().Length];
        _offsets = new int[_stored.Length];
        Array.Fill(_offsets, -1);
        int words = 0;
        foreach (StoredData stored in settings.Stored)
        {
            _stored[(int)stored.Data] = stored;
            _offsets[(int)stored.Data] = words;
            words += stored.Words;
        }
        WordCount = words;
        _expire = settings.Expire is { } expire ? (long)expire.TotalMilliseconds : long.MaxValue;
        KeyLength = StickKey.StoredLength(settings);
        int shards = settings.Size >= Large ? ShardsOfLarge : 1;
        _shards = [.. Enumerable.Range(0, shards).Select(_ => new StickShard(
            (settings.Size + shards - 1) / shards, KeyLength, words))];
        _gates = [.. _shards.Select(static _ => new Lock())];
    }

    /// <summary>The configuration.</summary>
    public StickTableSettings Settings { get; }

    /// <summary>Bytes of a key.</summary>
    public int KeyLength { get; }

    /// <summary>64-bit words of data in an entry, for <see cref="TryRead"/>.</summary>
    public int WordCount { get; }

    /// <summary>Entries in the table.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether this is stored.</summary>
    public bool Stores(StickData data) => _offsets[(int)data] >= 0;

    /// <summary>Finds or makes the entry of a key, holds it, and begins its life anew.</summary>
    /// <param name="key">As <see cref="StickKey"/> writes it.</param>
    /// <param name="now">Now.</param>
    /// <param name="handle">The entry, to be given back by <see cref="Release"/>.</param>
    /// <returns>False: the table is full, and nothing may give way.</returns>
    public bool TryTrack(ReadOnlySpan<byte> key, MonotonicTime now, out StickHandle handle)
    {
        ulong hash = _hash.Compute(key);
        int shard = ShardOf(hash);
        long milliseconds = Milliseconds(now);
        handle = default;
        while (true)
        {
            lock (_gates[shard])
            {
                int entry = FindLive(_shards[shard], key, hash, milliseconds);
                if (entry == StickShard.None && TryReserve())
                {
                    entry = _shards[shard].Add(key, hash, ExpiryOf(milliseconds));
                }
                if (entry != StickShard.None)
                {
                    _shards[shard].Touch(entry, ExpiryOf(milliseconds));
                    ref StickShard.Entry found = ref _shards[shard].At(entry);
                    found.References++;
                    handle = new(shard, entry, found.Generation);
                    return true;
                }
            }
            if (Settings.KeepsOld ? Purge(now, 1) == 0 : !MakeRoom(shard))
            {
                return false;
            }
        }
    }

    /// <summary>Finds the entry of a key and holds it, without making one, or beginning its life anew.</summary>
    public bool TryLookup(ReadOnlySpan<byte> key, MonotonicTime now, out StickHandle handle)
    {
        ulong hash = _hash.Compute(key);
        int shard = ShardOf(hash);
        lock (_gates[shard])
        {
            int entry = FindLive(_shards[shard], key, hash, Milliseconds(now));
            if (entry == StickShard.None)
            {
                handle = default;
                return false;
            }
            ref StickShard.Entry found = ref _shards[shard].At(entry);
            found.References++;
            handle = new(shard, entry, found.Generation);
            return true;
        }
    }

    /// <summary>Lets an entry go that was tracked or looked up.</summary>
    /// <param name="handle">The entry; none does nothing.</param>
    /// <param name="now">Now.</param>
    /// <param name="touches">Whether its life begins anew: at the end of what was tracked where <c>conn_cur</c> is
    /// stored, as in the original.</param>
    public void Release(StickHandle handle, MonotonicTime now, bool touches = false)
    {
        if (!handle.IsSome)
        {
            return;
        }
        lock (_gates[handle.Shard])
        {
            StickShard shard = _shards[handle.Shard];
            ref StickShard.Entry entry = ref shard.At(handle.Entry);
            if (entry.Generation == handle.Generation && entry.References > 0)
            {
                entry.References--;
                if (touches)
                {
                    shard.Touch(handle.Entry, ExpiryOf(Milliseconds(now)));
                }
            }
        }
    }

    /// <summary>Removes the entry of a key, even if it is held (<c>clear table key</c>).</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(ReadOnlySpan<byte> key)
    {
        ulong hash = _hash.Compute(key);
        int shard = ShardOf(hash);
        lock (_gates[shard])
        {
            int entry = _shards[shard].Find(key, hash);
            if (entry == StickShard.None)
            {
                return false;
            }
            Drop(_shards[shard], entry);
            return true;
        }
    }

    /// <summary>Removes entries that have expired and that nobody holds.</summary>
    /// <param name="now">Now.</param>
    /// <param name="max">How many at most, in each shard.</param>
    /// <returns>How many were removed.</returns>
    public int Purge(MonotonicTime now, int max)
    {
        int removed = 0;
        for (int shard = 0; shard < _shards.Length; shard++)
        {
            lock (_gates[shard])
            {
                for (int count = 0; count < max; count++)
                {
                    int entry = _shards[shard].Oldest();
                    if (entry == StickShard.None || _shards[shard].At(entry).Expires > Milliseconds(now))
                    {
                        break;
                    }
                    Drop(_shards[shard], entry);
                    removed++;
                }
            }
        }
        return removed;
    }

    private static long Milliseconds(MonotonicTime now) => now.Nanoseconds / 1_000_000;

    private int ShardOf(ulong hash) => (int)(hash >> 32) & (_shards.Length - 1);

    private long ExpiryOf(long milliseconds) => _expire == long.MaxValue ? _expire : milliseconds + _expire;

    /// <summary>The entry of a key, unless it has expired: then it goes, if nobody holds it.</summary>
    private int FindLive(StickShard shard, ReadOnlySpan<byte> key, ulong hash, long now)
    {
        int entry = shard.Find(key, hash);
        if (entry == StickShard.None || shard.At(entry).Expires > now || shard.At(entry).References > 0)
        {
            return entry;
        }
        Drop(shard, entry);
        return StickShard.None;
    }

    private void Drop(StickShard shard, int entry)
    {
        shard.Remove(entry);
        Interlocked.Decrement(ref _count);
    }

    private bool TryReserve()
    {
        int count = Count;
        while (count < Settings.Size)
        {
            int seen = Interlocked.CompareExchange(ref _count, count + 1, count);
            if (seen == count)
            {
                return true;
            }
            count = seen;
        }
        return false;
    }

    /// <summary>Takes the oldest of one shard, of the next one if that has none to give.</summary>
    private bool MakeRoom(int first)
    {
        int wanted = (Settings.Size >> 8) + 1;
        for (int offset = 0; offset < _shards.Length; offset++)
        {
            int index = (first + offset) & (_shards.Length - 1);
            int dropped = 0;
            lock (_gates[index])
            {
                for (; dropped < wanted && _shards[index].Oldest() is not StickShard.None and int entry; dropped++)
                {
                    Drop(_shards[index], entry);
                }
            }
            if (dropped > 0)
            {
                return true;
            }
        }
        return false;
    }
}
