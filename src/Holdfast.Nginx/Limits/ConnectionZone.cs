using System.Runtime.CompilerServices;

namespace Holdfast.Nginx.Limits;

/// <summary>A <c>limit_conn_zone</c>: for each key how many requests there are now. On any thread.</summary>
public sealed class ConnectionZone
{
    /// <summary>Bytes of the longest key; a request with a longer one is not limited.</summary>
    public const int KeyMax = 255;

    /// <summary>Bytes of nginx's entry besides its key.</summary>
    private const int EntrySize = 36;
    private const int OwnSize = 64;
    private const int NameSize = 23;

    private static readonly int s_keyOffset = Unsafe.SizeOf<Entry>();

    private readonly Lock _lock = new();
    private readonly SlabPages _pages;
    private readonly KeyIndex _keys;

    /// <summary>An empty zone.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="size">Bytes of its memory.</param>
    public ConnectionZone(string name, long size)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        _pages = new SlabPages(size);
        _keys = new KeyIndex(_pages, s_keyOffset);
        _ = _pages.Take(OwnSize);
        _ = _pages.Take(NameSize + name.Length);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>How many keys it knows: those that have requests now.</summary>
    public int Count { get; private set; }

    /// <summary>Counts a request.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="max">How many there may be.</param>
    /// <param name="entry">What <see cref="Leave"/> takes; <see cref="SlabPages.None"/>: it was not counted.</param>
    internal bool TryEnter(ReadOnlySpan<byte> key, int max, out int entry)
    {
        uint hash = KeyIndex.HashOf(key);
        lock (_lock)
        {
            entry = _keys.Find(hash, key);
            if (entry == SlabPages.None)
            {
                entry = _pages.Take(EntrySize + key.Length);
                if (entry == SlabPages.None)
                {
                    return false;
                }
                _keys.Add(entry, hash, key);
                _pages.As<Entry>(entry).Requests = 1;
                Count++;
                return true;
            }
            ref Entry one = ref _pages.As<Entry>(entry);
            if (one.Requests >= max)
            {
                entry = SlabPages.None;
                return false;
            }
            one.Requests++;
            return true;
        }
    }

    /// <summary>A request has ended.</summary>
    internal void Leave(int entry)
    {
        lock (_lock)
        {
            if (--_pages.As<Entry>(entry).Requests == 0)
            {
                _keys.Remove(entry);
                _pages.Return(entry);
                Count--;
            }
        }
    }

    private struct Entry
    {
        internal KeyedEntry Keyed;
        internal int Requests;
    }
}
