using System.Security.Cryptography;

namespace Holdfast.Nginx.Access;

#pragma warning disable CA5351 // The files say MD5, and what they say is checked.

/// <summary>Passwords as htpasswd(1) of Apache hashes them: "$apr1$salt$digest", a thousand rounds of MD5.</summary>
internal static class Apr1Hash
{
    private const int DigestLength = 16;
    private const int SaltMax = 8;
    private const int TextLength = 22;
    private const int Rounds = 1000;

    internal static ReadOnlySpan<byte> Mark => "$apr1$"u8;

    private static ReadOnlySpan<byte> Digits => "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8;

    /// <summary>The bytes of the digest in the order in which they are written, three for four letters.</summary>
    private static ReadOnlySpan<byte> Order => [0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 4, 10, 5];

    internal static bool Matches(ReadOnlySpan<byte> password, ReadOnlySpan<byte> hash)
    {
        ReadOnlySpan<byte> rest = hash[Mark.Length..];
        int end = rest.IndexOf((byte)'$');
        ReadOnlySpan<byte> salt = rest[..Math.Min(end < 0 ? rest.Length : end, SaltMax)];
        Span<byte> digest = stackalloc byte[DigestLength];
        Compute(password, salt, digest);
        Span<byte> text = stackalloc byte[TextLength];
        Write(digest, text);
        return end >= 0 && end <= SaltMax && CryptographicOperations.FixedTimeEquals(text, rest[(end + 1)..]);
    }

    private static void Compute(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Span<byte> digest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(password);
        hash.AppendData(salt);
        hash.AppendData(password);
        hash.GetHashAndReset(digest);

        hash.AppendData(password);
        hash.AppendData(Mark);
        hash.AppendData(salt);
        for (int left = password.Length; left > 0; left -= DigestLength)
        {
            hash.AppendData(digest[..Math.Min(left, DigestLength)]);
        }
        for (int bits = password.Length; bits != 0; bits >>= 1)
        {
            hash.AppendData((bits & 1) != 0 ? [0] : password[..1]);
        }
        hash.GetHashAndReset(digest);

        for (int round = 0; round < Rounds; round++)
        {
            hash.AppendData((round & 1) != 0 ? password : digest);
            hash.AppendData(round % 3 != 0 ? salt : default);
            hash.AppendData(round % 7 != 0 ? password : default);
            hash.AppendData((round & 1) != 0 ? digest : password);
            hash.GetHashAndReset(digest);
        }
    }

    private static void Write(ReadOnlySpan<byte> digest, Span<byte> text)
    {
        int length = 0;
        for (int i = 0; i < Order.Length; i += 3)
        {
            uint bits = ((uint)digest[Order[i]] << 16) | ((uint)digest[Order[i + 1]] << 8) | digest[Order[i + 2]];
            length = Put(bits, 4, text, length);
        }
        _ = Put(digest[11], 2, text, length);
    }

    private static int Put(uint bits, int count, Span<byte> text, int length)
    {
        for (; count > 0; count--, bits >>= 6)
        {
            text[length++] = Digits[(int)(bits & 63)];
        }
        return length;
    }
}
