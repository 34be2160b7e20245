namespace Holdfast.Http.Headers;

/// <summary>
/// Byte strings as keys. Hashes are seeded anew in each process, so that nobody can choose collisions.
/// </summary>
/// <param name="ignoreCase">Whether the case of ASCII letters counts not.</param>
public sealed class BytesComparer(bool ignoreCase)
    : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    /// <summary>Byte for byte.</summary>
    public static BytesComparer Exact { get; } = new(false);

    /// <summary>The case of ASCII letters aside.</summary>
    public static BytesComparer Folded { get; } = new(true);

    /// <inheritdoc/>
    public bool Equals(byte[]? x, byte[]? y) => Equals(x.AsSpan(), y!);

    /// <inheritdoc/>
    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    /// <inheritdoc/>
    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other)
        => ignoreCase ? HttpText.EqualsIgnoreCase(alternate, other) : alternate.SequenceEqual(other);

    /// <inheritdoc/>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = new HashCode();
        if (!ignoreCase)
        {
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
        Span<byte> folded = stackalloc byte[64];
        for (; !alternate.IsEmpty; alternate = alternate[Math.Min(64, alternate.Length)..])
        {
            int count = Math.Min(64, alternate.Length);
            for (int i = 0; i < count; i++)
            {
                folded[i] = HttpText.Lower(alternate[i]);
            }
            hash.AddBytes(folded[..count]);
        }
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
