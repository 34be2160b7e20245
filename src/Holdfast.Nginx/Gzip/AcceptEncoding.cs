using Holdfast.Http.Headers;

namespace Holdfast.Nginx.Gzip;

/// <summary>Whether a client takes gzip, read as nginx reads Accept-Encoding.</summary>
public static class AcceptEncoding
{
    /// <summary>Whether the value of the header names gzip, and with no weight of zero.</summary>
    public static bool HasGzip(ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> name = "gzip"u8;
        for (int at = 0; at + name.Length <= value.Length; at++)
        {
            if (HttpText.EqualsIgnoreCase(value.Slice(at, name.Length), name))
            {
                if (at == 0 || value[at - 1] is (byte)',' or (byte)' ')
                {
                    return IsWanted(value[(at + name.Length)..]);
                }
                at += name.Length - 1;
            }
        }
        return false;
    }

    private static bool IsWanted(ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart((byte)' ');
        if (rest.IsEmpty || rest[0] == ',')
        {
            return true;
        }
        if (rest[0] != ';')
        {
            return false;
        }
        rest = rest[1..].TrimStart((byte)' ');
        return rest.IsEmpty || (rest is [(byte)'q' or (byte)'Q', (byte)'=', _, ..] && HasWeight(rest[2..]));
    }

    private static bool HasWeight(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAny((byte)',', (byte)' ');
        text = end < 0 ? text : text[..end];
        if (text.IsEmpty || text[0] is not ((byte)'0' or (byte)'1') || (text.Length > 1 && text[1] != '.'))
        {
            return false;
        }
        ReadOnlySpan<byte> digits = text.Length > 2 ? text[2..] : default;
        bool isZero = !digits.ContainsAnyExcept((byte)'0');
        return digits.Length <= 3 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && (text[0] == '1' ? isZero : !isZero);
    }
}
