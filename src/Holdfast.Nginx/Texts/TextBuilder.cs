namespace Holdfast.Nginx.Texts;

/// <summary>A text that grows while it is put together; used again for the next one.</summary>
public sealed class TextBuilder
{
    private byte[] _bytes = new byte[512];

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>What was put.</summary>
    public ReadOnlySpan<byte> Text => _bytes.AsSpan(0, Length);

    /// <summary>Puts bytes behind.</summary>
    public void Put(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Puts one byte behind.</summary>
    public void Put(byte value) => Put([value]);

    /// <summary>Room behind, for whoever says with <see cref="Advance"/> how much of it was used.</summary>
    /// <param name="length">Bytes at least.</param>
    public Span<byte> Room(int length)
    {
        if (_bytes.Length - Length < length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + length));
        }
        return _bytes.AsSpan(Length);
    }

    /// <summary>Takes what was written into <see cref="Room"/>.</summary>
    public void Advance(int length) => Length += length;

    /// <summary>Leaves what is behind an offset away.</summary>
    public void Cut(int length) => Length = Math.Min(Length, length);

    /// <summary>Makes it empty.</summary>
    public void Clear() => Length = 0;
}
