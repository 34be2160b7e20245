using Holdfast.Http.Headers;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Patterns;

/// <summary>
/// Byte strings as keys. Hashes are seeded anew in each process, so that nobody can choose collisions.
/// </summary>
internal sealed class BytesComparer(bool ignoreCase)
    : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static BytesComparer Exact { get; } = new(false);

    public static BytesComparer Folded { get; } = new(true);

    public bool Equals(byte[]? x, byte[]? y) => Equals(x.AsSpan(), y!);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other)
        => ignoreCase ? HttpText.EqualsIgnoreCase(alternate, other) : alternate.SequenceEqual(other);

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

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}

/// <summary>Addresses as keys, with seeded hashes.</summary>
internal sealed class AddressComparer : IEqualityComparer<IpAddress>
{
    public static AddressComparer Instance { get; } = new();

    public bool Equals(IpAddress x, IpAddress y) => x == y;

    public int GetHashCode(IpAddress obj) => HashCode.Combine(obj.High, obj.Low);
}
