namespace Holdfast.Nginx.Uris;

/// <summary>The two hexadecimal digits of an escaped byte.</summary>
internal static class HexPair
{
    /// <summary>How many there are.</summary>
    internal const int Length = 2;

    /// <summary>Reads them at the beginning of a text.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        if (text.Length < Length || !char.IsAsciiHexDigit((char)text[0]) || !char.IsAsciiHexDigit((char)text[1]))
        {
            return false;
        }
        value = (byte)((Digit(text[0]) << 4) | Digit(text[1]));
        return true;
    }

    /// <summary>Writes a byte as two digits, in capitals.</summary>
    internal static void Write(byte value, Span<byte> to)
    {
        to[0] = Capital(value >> 4);
        to[1] = Capital(value & 15);
    }

    private static byte Capital(int value) => (byte)(value < 10 ? '0' + value : 'A' + value - 10);

    private static int Digit(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
