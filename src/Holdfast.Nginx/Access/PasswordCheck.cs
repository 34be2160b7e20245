using System.Buffers.Text;
using System.Security.Cryptography;

namespace Holdfast.Nginx.Access;

#pragma warning disable CA5350 // The files say SHA-1, and what they say is checked.

/// <summary>Checks a password by crypt(3).</summary>
/// <param name="password">What somebody has sent.</param>
/// <param name="hash">What the file has.</param>
public delegate bool CryptCheck(ReadOnlySpan<byte> password, ReadOnlySpan<byte> hash);

/// <summary>Checks passwords by the hashes that nginx knows; how long it takes says nothing of how much is right.
/// </summary>
/// <param name="crypt">For hashes of the system: the slow ones.</param>
public sealed class PasswordCheck(CryptCheck crypt)
{
    private const int Sha1Length = 20;
    private const int SaltedMax = 512;
    private const int PasswordMax = 4096;

    /// <summary>Whether a password is the one of a hash.</summary>
    /// <param name="password">What somebody has sent.</param>
    /// <param name="hash">What the file has.</param>
    public bool Matches(ReadOnlySpan<byte> password, ReadOnlySpan<byte> hash)
    {
        if (password.Length > PasswordMax || password.Contains((byte)0))
        {
            return false; // crypt(3) would read what stands before the zero only
        }
        ReadOnlySpan<byte> plain = "{PLAIN}"u8;
        ReadOnlySpan<byte> sha = "{SHA}"u8;
        ReadOnlySpan<byte> salted = "{SSHA}"u8;
        return hash.StartsWith(Apr1Hash.Mark) ? Apr1Hash.Matches(password, hash)
            : hash.StartsWith(plain) ? CryptographicOperations.FixedTimeEquals(password, hash[plain.Length..])
            : hash.StartsWith(sha) ? MatchesSha(password, hash[sha.Length..])
            : hash.StartsWith(salted) ? MatchesSalted(password, hash[salted.Length..])
            : crypt(password, hash);
    }

    private static bool MatchesSha(ReadOnlySpan<byte> password, ReadOnlySpan<byte> encoded)
    {
        Span<byte> digest = stackalloc byte[Sha1Length];
        _ = SHA1.HashData(password, digest);
        Span<byte> text = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(Sha1Length)];
        _ = Base64.EncodeToUtf8(digest, text, out _, out _);
        return CryptographicOperations.FixedTimeEquals(text, encoded);
    }

    private static bool MatchesSalted(ReadOnlySpan<byte> password, ReadOnlySpan<byte> encoded)
    {
        Span<byte> room = stackalloc byte[SaltedMax];
        if (encoded.Length > SaltedMax || !BasicCredentials.TryDecode(encoded, room, out int length)
            || length < Sha1Length)
        {
            return false;
        }
        ReadOnlySpan<byte> salt = room[Sha1Length..length];
        Span<byte> salted = stackalloc byte[PasswordMax + SaltedMax];
        password.CopyTo(salted);
        salt.CopyTo(salted[password.Length..]);
        Span<byte> digest = stackalloc byte[Sha1Length];
        _ = SHA1.HashData(salted[..(password.Length + salt.Length)], digest);
        return CryptographicOperations.FixedTimeEquals(digest, room[..Sha1Length]);
    }
}
