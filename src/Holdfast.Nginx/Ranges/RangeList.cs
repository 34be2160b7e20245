namespace Holdfast.Nginx.Ranges;

/// <summary>Bytes of a content.</summary>
/// <param name="Start">The first one, from 0.</param>
/// <param name="End">The one behind the last one.</param>
public readonly record struct ByteRange(long Start, long End)
{
    /// <summary>How many bytes.</summary>
    public long Length => End - Start;
}

/// <summary>The ranges that a request asks for, in its order; used again for the next request.</summary>
/// <remarks>They are at most as many as fit into a header: three bytes make one.</remarks>
public sealed class RangeList
{
    private ByteRange[] _ranges = new ByteRange[4];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them, from 0.</summary>
    public ByteRange this[int index] => _ranges.AsSpan(0, Count)[index];

    /// <summary>Forgets them.</summary>
    public void Clear() => Count = 0;

    internal void Add(ByteRange range)
    {
        if (Count == _ranges.Length)
        {
            Array.Resize(ref _ranges, Count * 2);
        }
        _ranges[Count++] = range;
    }
}
