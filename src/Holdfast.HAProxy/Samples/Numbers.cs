namespace Holdfast.HAProxy.Samples;

/// <summary>Decimal numbers in bytes, as the original reads them.</summary>
internal static class Numbers
{
    /// <summary>
    /// A number up to the first byte that is no digit; 0 without digits; it stops at the bounds of 64 bits.
    /// </summary>
    public static long Read(ReadOnlySpan<byte> text)
    {
        bool isNegative = !text.IsEmpty && text[0] == '-';
        long value = 0;
        for (int i = !text.IsEmpty && text[0] is (byte)'-' or (byte)'+' ? 1 : 0; i < text.Length; i++)
        {
            int digit = text[i] - '0';
            if ((uint)digit > 9)
            {
                break;
            }
            if (value > (long.MaxValue - digit) / 10)
            {
                return isNegative ? long.MinValue : long.MaxValue;
            }
            value = (value * 10) + digit;
        }
        return isNegative ? -value : value;
    }

    /// <summary>A number of 32 bits, without a sign but "-": what the header and cookie values are read as.</summary>
    public static long Read32(ReadOnlySpan<byte> text)
    {
        bool isNegative = !text.IsEmpty && text[0] == '-';
        int value = 0;
        for (int i = isNegative ? 1 : 0; i < text.Length && (uint)(text[i] - '0') <= 9; i++)
        {
            value = unchecked(isNegative ? (value * 10) - (text[i] - '0') : (value * 10) + text[i] - '0');
        }
        return value;
    }
}
