namespace Holdfast.Http.Headers;

/// <summary>
/// Where a piece of text of a message stands: in the caller's buffer, or among the texts that edits have added.
/// </summary>
/// <remarks>
/// Offsets are whole integers on purpose: a proxy before us was open to request smuggling because a name's length
/// wrapped around in a narrower field (CVE-2021-40346).
/// </remarks>
public readonly record struct TextRange
{
    private readonly int _start;

    private TextRange(int start, int length)
    {
        _start = start;
        Length = length;
    }

    /// <summary>Number of bytes.</summary>
    public int Length { get; }

    /// <summary>Whether it stands in the caller's buffer, and not among the added texts.</summary>
    public bool IsReceived => _start >= 0;

    /// <summary>First byte, from the start of the message or of the added texts.</summary>
    public int Start => _start >= 0 ? _start : ~_start;

    /// <summary>Offset behind the last byte.</summary>
    public int End => Start + Length;

    /// <summary>Bytes of the caller's buffer, counted from the start of the message.</summary>
    public static TextRange Received(int start, int length) => new(start, length);

    /// <summary>Bytes that an edit has added.</summary>
    public static TextRange Added(int start, int length) => new(~start, length);

    /// <summary>A part of this text.</summary>
    /// <param name="offset">First byte of the part, counted from the start of this one.</param>
    /// <param name="length">Bytes of the part.</param>
    public TextRange Part(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset, (uint)Length, nameof(offset));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)(Length - offset), nameof(length));
        return new(_start >= 0 ? _start + offset : ~(~_start + offset), length);
    }

    /// <summary>The part from <paramref name="offset"/> to the end.</summary>
    public TextRange From(int offset) => Part(offset, Length - offset);
}
