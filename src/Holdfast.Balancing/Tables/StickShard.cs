namespace Holdfast.Balancing.Tables;

/// <summary>A part of a table: entries found by key, and in the order of their last use. Under its owner's lock.
/// </summary>
/// <remarks>
/// Entries stand in pages that are made when they are first needed and never given back, so that an empty table costs
/// its buckets alone and a full one allocates nothing. All entries live equally long, so the order of use is the order
/// of expiry. For each entry: 40 bytes, 4 for the bucket, the key, and 8 for each word of data.
/// </remarks>
internal sealed class StickShard(int size, int keyLength, int words)
{
    public const int None = 0;
    private const int PageBits = 8;
    private const int PageSize = 1 << PageBits;

    private readonly int[] _buckets = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size)];
    private readonly List<Page> _pages = [];
    private int _made;
    private int _free;
    private int _oldest;
    private int _newest;

    /// <summary>Entry numbers are below or equal to this.</summary>
    public int Made => _made;

    /// <summary>Entries in use.</summary>
    public int Count { get; private set; }

    public int Find(ReadOnlySpan<byte> key, ulong hash)
    {
        int entry = _buckets[Bucket(hash)];
        while (entry != None && !(At(entry).Hash == (uint)hash && Key(entry).SequenceEqual(key)))
        {
            entry = At(entry).Chain;
        }
        return entry;
    }

    public int Add(ReadOnlySpan<byte> key, ulong hash, long expires)
    {
        int entry = _free;
        if (entry == None)
        {
            entry = ++_made;
            if ((entry - 1) >> PageBits == _pages.Count)
            {
                _pages.Add(new(PageSize, keyLength, words));
            }
        }
        else
        {
            _free = At(entry).Chain;
        }
        ref Entry made = ref At(entry);
        ref int bucket = ref _buckets[Bucket(hash)];
        made = made with { Chain = bucket, Hash = (uint)hash, IsUsed = true, References = 0, Expires = expires };
        bucket = entry;
        key.CopyTo(Key(entry));
        Words(entry).Clear();
        Append(entry);
        Count++;
        return entry;
    }

    public void Touch(int entry, long expires)
    {
        At(entry).Expires = expires;
        if (_newest != entry)
        {
            Unlink(entry);
            Append(entry);
        }
    }

    public void Remove(int entry)
    {
        ref Entry removed = ref At(entry);
        ref int link = ref _buckets[removed.Hash & (uint)(_buckets.Length - 1)];
        while (link != entry)
        {
            link = ref At(link).Chain;
        }
        link = removed.Chain;
        Unlink(entry);
        removed.Chain = _free;
        removed.IsUsed = false;
        removed.Generation++;
        _free = entry;
        Count--;
    }

    /// <summary>The entry whose last use is longest ago and that nobody holds; none among the first 256: none.
    /// </summary>
    public int Oldest()
    {
        int entry = _oldest;
        for (int count = 0; count < 256 && entry != None && At(entry).References > 0; count++)
        {
            entry = At(entry).Newer;
        }
        return entry != None && At(entry).References == 0 ? entry : None;
    }

    public ref Entry At(int entry) => ref _pages[(entry - 1) >> PageBits].Entries[(entry - 1) & (PageSize - 1)];

    public Span<byte> Key(int entry)
        => _pages[(entry - 1) >> PageBits].Keys.AsSpan(((entry - 1) & (PageSize - 1)) * keyLength, keyLength);

    public Span<long> Words(int entry)
        => _pages[(entry - 1) >> PageBits].Words.AsSpan(((entry - 1) & (PageSize - 1)) * words, words);

    private uint Bucket(ulong hash) => (uint)hash & (uint)(_buckets.Length - 1);

    private void Append(int entry)
    {
        ref Entry last = ref At(entry);
        last.Older = _newest;
        last.Newer = None;
        if (_newest == None)
        {
            _oldest = entry;
        }
        else
        {
            At(_newest).Newer = entry;
        }
        _newest = entry;
    }

    private void Unlink(int entry)
    {
        Entry gone = At(entry);
        if (gone.Older == None)
        {
            _oldest = gone.Newer;
        }
        else
        {
            At(gone.Older).Newer = gone.Newer;
        }
        if (gone.Newer == None)
        {
            _newest = gone.Older;
        }
        else
        {
            At(gone.Newer).Older = gone.Older;
        }
    }

    /// <summary>What is known of a key beside its data. Entries are numbered from 1; 0 is none.</summary>
    internal record struct Entry
    {
        public long Expires;
        public int Chain;
        public int Older;
        public int Newer;
        public int References;
        public uint Hash;
        public uint Generation;
        public bool IsUsed;
    }

    private sealed class Page(int count, int keyLength, int words)
    {
        public Entry[] Entries { get; } = new Entry[count];

        public byte[] Keys { get; } = new byte[count * keyLength];

        public long[] Words { get; } = new long[count * words];
    }
}
