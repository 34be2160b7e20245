namespace Holdfast.Nginx.Texts;

/// <summary>Where a request keeps the texts that were made for it, until it ends.</summary>
/// <remarks>
/// Blocks stay where they are, so spans of them hold until <see cref="Clear"/>. The first block is used again; what a
/// request needs beyond it is the garbage collector's, up to a bound: then texts are cut, and the request fails.
/// </remarks>
public sealed class TextArena
{
    private const int BlockSize = 4096;

    private readonly byte[] _first = new byte[BlockSize];
    private readonly int _max;
    private byte[] _block;
    private int _used;
    private int _total;

    /// <summary>An empty one.</summary>
    /// <param name="max">Bytes of all texts of a request at most.</param>
    public TextArena(int max = 1 << 20)
    {
        _max = max;
        _block = _first;
    }

    /// <summary>Whether a text was cut because it did not fit.</summary>
    public bool HasOverflown { get; private set; }

    /// <summary>Keeps a copy.</summary>
    public Span<byte> Keep(scoped ReadOnlySpan<byte> text)
    {
        Span<byte> room = Take(text.Length);
        text[..room.Length].CopyTo(room);
        return room;
    }

    /// <summary>Room for a text; less than was asked for when the bound is reached.</summary>
    public Span<byte> Take(int length)
    {
        if (length > _max - _total)
        {
            HasOverflown = true;
            length = _max - _total;
        }
        if (length > _block.Length - _used)
        {
            _block = new byte[Math.Max(length, BlockSize)];
            _used = 0;
        }
        Span<byte> room = _block.AsSpan(_used, length);
        _used += length;
        _total += length;
        return room;
    }

    /// <summary>The same as memory, to be kept in a field.</summary>
    public ReadOnlyMemory<byte> Remember(scoped ReadOnlySpan<byte> text)
    {
        int length = Keep(text).Length;
        return _block.AsMemory(_used - length, length);
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _block = _first;
        _used = 0;
        _total = 0;
        HasOverflown = false;
    }
}
