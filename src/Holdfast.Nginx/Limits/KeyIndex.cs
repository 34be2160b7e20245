using System.Numerics;
using Holdfast.Balancing.Hashing;

namespace Holdfast.Nginx.Limits;

/// <summary>What every entry of a zone begins with.</summary>
internal struct KeyedEntry
{
    internal uint Hash;

    /// <summary>The next entry of the same bucket.</summary>
    internal int NextOfBucket;

    internal int KeyLength;
}

/// <summary>Finds entries of a zone by their key. Guarded by its zone.</summary>
/// <param name="pages">Where they are.</param>
/// <param name="keyOffset">Where the key stands in an entry.</param>
internal sealed class KeyIndex(SlabPages pages, int keyOffset)
{
    private const int BucketsMax = 1 << 24;

    private readonly int[] _buckets = NewBuckets(pages.EntriesMax);

    /// <summary>The hash of a key.</summary>
    internal static uint HashOf(ReadOnlySpan<byte> key) => Hash32.Compute(HashFunction.Crc32, key);

    /// <summary>The entry of a key; <see cref="SlabPages.None"/>: there is none.</summary>
    internal int Find(uint hash, ReadOnlySpan<byte> key)
    {
        for (int entry = Bucket(hash); entry != SlabPages.None;)
        {
            ref KeyedEntry one = ref pages.As<KeyedEntry>(entry);
            if (one.Hash == hash && pages.BytesOf(entry).Slice(keyOffset, one.KeyLength).SequenceEqual(key))
            {
                return entry;
            }
            entry = one.NextOfBucket;
        }
        return SlabPages.None;
    }

    /// <summary>Adds an entry, and writes its key into it.</summary>
    internal void Add(int entry, uint hash, ReadOnlySpan<byte> key)
    {
        ref KeyedEntry one = ref pages.As<KeyedEntry>(entry);
        one.Hash = hash;
        one.KeyLength = key.Length;
        key.CopyTo(pages.BytesOf(entry)[keyOffset..]);
        ref int bucket = ref Bucket(hash);
        one.NextOfBucket = bucket;
        bucket = entry;
    }

    /// <summary>Takes an entry out.</summary>
    internal void Remove(int entry)
    {
        ref KeyedEntry removed = ref pages.As<KeyedEntry>(entry);
        ref int at = ref Bucket(removed.Hash);
        while (at != entry)
        {
            at = ref pages.As<KeyedEntry>(at).NextOfBucket;
        }
        at = removed.NextOfBucket;
    }

    private static int[] NewBuckets(int entriesMax)
    {
        // Most entries take two of the smallest slots at least.
        int[] buckets = new int[(int)Math.Clamp(BitOperations.RoundUpToPowerOf2((uint)entriesMax / 2), 1, BucketsMax)];
        Array.Fill(buckets, SlabPages.None);
        return buckets;
    }

    private ref int Bucket(uint hash) => ref _buckets[hash & (uint)(_buckets.Length - 1)];
}
