namespace Holdfast.Balancing.Persistence;

/// <summary>Dates in cookies: five characters of six bits, in units of four seconds since 1970.</summary>
public static class CookieDate
{
    /// <summary>Characters of a date.</summary>
    public const int Length = 5;

    /// <summary>Seconds of a unit.</summary>
    public const int Unit = 4;

    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// <summary>Writes a date.</summary>
    /// <param name="unixSeconds">Seconds since 1970; what of a unit has begun is lost.</param>
    /// <param name="destination">At least five bytes.</param>
    public static void Write(long unixSeconds, Span<byte> destination)
    {
        long units = unixSeconds / Unit;
        for (int index = Length - 1; index >= 0; index--, units >>= 6)
        {
            destination[index] = (byte)Digits[(int)(units & 63)];
        }
    }

    /// <summary>Reads a date.</summary>
    /// <returns>Seconds since 1970; null: these are not five such characters.</returns>
    public static long? Read(ReadOnlySpan<byte> text)
    {
        if (text.Length != Length)
        {
            return null;
        }
        long units = 0;
        foreach (byte b in text)
        {
            int digit = Digits.IndexOf((char)b, StringComparison.Ordinal);
            if (digit < 0)
            {
                return null;
            }
            units = (units << 6) | (uint)digit;
        }
        return units * Unit;
    }
}
