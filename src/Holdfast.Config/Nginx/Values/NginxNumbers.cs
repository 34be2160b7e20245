namespace Holdfast.Config.Nginx.Values;

/// <summary>Numbers and sizes as nginx.conf writes them.</summary>
internal static class NginxNumbers
{
    /// <summary>Digits and nothing else.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        foreach (char c in text)
        {
            int digit = c - '0';
            if (digit is < 0 or > 9 || value > (long.MaxValue - digit) / 10)
            {
                return false;
            }
            value = (value * 10) + digit;
        }
        return text.Length > 0;
    }

    /// <summary>Bytes, with k or m.</summary>
    public static bool TrySize(ReadOnlySpan<char> text, out long bytes) => Scaled(text, false, out bytes);

    /// <summary>Bytes, with k, m or g.</summary>
    public static bool TryOffset(ReadOnlySpan<char> text, out long bytes) => Scaled(text, true, out bytes);

    private static bool Scaled(ReadOnlySpan<char> text, bool mayBeGiga, out long bytes)
    {
        bytes = 0;
        long scale = text.IsEmpty ? 1 : text[^1] switch
        {
            'k' or 'K' => 1L << 10,
            'm' or 'M' => 1L << 20,
            'g' or 'G' when mayBeGiga => 1L << 30,
            _ => 1,
        };
        if (!TryNumber(scale == 1 ? text : text[..^1], out long value) || value > long.MaxValue / scale)
        {
            return false;
        }
        bytes = value * scale;
        return true;
    }
}
