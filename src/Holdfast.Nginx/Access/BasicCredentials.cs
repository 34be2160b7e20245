using Holdfast.Http.Headers;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Access;

/// <summary>User and password of an Authorization header (RFC 7617).</summary>
/// <param name="user">The user; empty: the header names none.</param>
/// <param name="password">The password.</param>
public readonly ref struct BasicCredentials(ReadOnlySpan<byte> user, ReadOnlySpan<byte> password)
{
    private const int NotADigit = 255;

    /// <summary>The user; empty: the header names none.</summary>
    public ReadOnlySpan<byte> User { get; } = user;

    /// <summary>The password.</summary>
    public ReadOnlySpan<byte> Password { get; } = password;

    /// <summary>Reads the value of the header.</summary>
    /// <param name="value">The value.</param>
    /// <param name="arena">Where the texts are kept.</param>
    public static BasicCredentials Read(ReadOnlySpan<byte> value, TextArena arena)
    {
        ArgumentNullException.ThrowIfNull(arena);
        ReadOnlySpan<byte> scheme = "Basic "u8;
        if (value.Length < scheme.Length || !HttpText.EqualsIgnoreCase(value[..scheme.Length], scheme))
        {
            return default;
        }
        ReadOnlySpan<byte> encoded = value[scheme.Length..].TrimStart((byte)' ');
        Span<byte> room = arena.Take(encoded.Length);
        if (room.Length < encoded.Length || !TryDecode(encoded, room, out int length))
        {
            return default;
        }
        ReadOnlySpan<byte> text = room[..length];
        int colon = text.IndexOf((byte)':');
        return colon <= 0 ? default : new(text[..colon], text[(colon + 1)..]);
    }

    /// <summary>Reads base64; what stands behind a "=" does not count, nor does its absence.</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> to, out int length)
    {
        length = 0;
        uint bits = 0;
        int count = 0;
        foreach (byte one in text)
        {
            if (one == '=')
            {
                break;
            }
            int digit = DigitOf(one);
            if (digit == NotADigit)
            {
                return false;
            }
            bits = ((bits & 0x3F_FFFF) << 6) | (uint)digit;
            if (++count % 4 != 1)
            {
                to[length++] = (byte)((bits >> (6 - (2 * ((count + 3) % 4)))) & 0xFF);
            }
        }
        return count % 4 != 1 && count > 0;
    }

    private static int DigitOf(byte one) => (char)one switch
    {
        >= 'A' and <= 'Z' => one - 'A',
        >= 'a' and <= 'z' => one - 'a' + 26,
        >= '0' and <= '9' => one - '0' + 52,
        '+' => 62,
        '/' => 63,
        _ => NotADigit,
    };
}
