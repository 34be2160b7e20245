namespace Holdfast.Proxy.Logs;

/// <summary>
/// The line that a thread writes: the text, with room before it for what each target puts in front. What stood there
/// last is kept, for lines that follow in the same second begin alike.
/// </summary>
internal sealed class LogLine
{
    /// <summary>Longest text in bytes.</summary>
    internal const int TextSizeMax = 65_535;

    private const int PrefixSizeMax = 1024;
    private const int UsualTextSize = 8192;

    [ThreadStatic]
    private static LogLine? t_line;

    private byte[] _bytes = new byte[PrefixSizeMax + UsualTextSize + 1];
    private int _prefixLength;
    private int _replacedAt;
    private byte _replaced;
    private (LogSender? Sender, int Level, long Second) _prefixOf;

    /// <summary>The line of this thread.</summary>
    internal static LogLine OfThread => t_line ??= new LogLine();

    /// <summary>Room for the text.</summary>
    internal Span<byte> Room => _bytes.AsSpan(PrefixSizeMax, _bytes.Length - PrefixSizeMax - 1);

    /// <summary>Bytes of the text.</summary>
    internal int Length { get; set; }

    /// <summary>The text is another one, cut at <see cref="TextSizeMax"/>.</summary>
    internal void Set(ReadOnlySpan<byte> text)
    {
        Length = Math.Min(text.Length, TextSizeMax);
        if (Length > Room.Length)
        {
            _bytes = new byte[PrefixSizeMax + TextSizeMax + 1];
            _prefixOf = default;
        }
        text[..Length].CopyTo(Room);
    }

    /// <summary>Whether what stands in front is that of this sender, level and second.</summary>
    internal bool HasPrefixOf(LogSender sender, int level, long second) => _prefixOf == (sender, level, second);

    /// <summary>Puts something in front.</summary>
    internal void SetPrefix(ReadOnlySpan<byte> prefix, LogSender? sender, int level, long second)
    {
        _prefixLength = Math.Min(prefix.Length, PrefixSizeMax);
        prefix[.._prefixLength].CopyTo(_bytes.AsSpan(PrefixSizeMax - _prefixLength));
        _prefixOf = (sender, level, second);
    }

    /// <summary>Prefix, text and a line feed; until the next one only.</summary>
    /// <param name="sizeMax">Longest in bytes; the end of the text is cut off.</param>
    internal ReadOnlySpan<byte> Whole(int sizeMax)
    {
        int size = Math.Min(_prefixLength + Length + 1, sizeMax);
        int start = PrefixSizeMax - _prefixLength;
        _replacedAt = start + size - 1;
        _replaced = _bytes[_replacedAt];
        _bytes[_replacedAt] = (byte)'\n';
        return _bytes.AsSpan(start, size);
    }

    /// <summary>The byte of the text that the line feed stands for is there again.</summary>
    internal void Restore() => _bytes[_replacedAt] = _replaced;
}
