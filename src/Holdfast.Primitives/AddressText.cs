using System.Buffers.Text;
using System.Net;

namespace Holdfast.Primitives;

/// <summary>Addresses as bytes of text.</summary>
public static class AddressText
{
    /// <summary>Bytes that the longest one takes.</summary>
    public const int LengthMax = 46;

    /// <summary>Reads an address; false when the whole text is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out IpAddress address)
    {
        Span<char> characters = stackalloc char[46];
        address = default;
        if (text.Length is 0 or > 46)
        {
            return false;
        }
        for (int i = 0; i < text.Length; i++)
        {
            characters[i] = (char)text[i];
        }
        return text.Contains((byte)':') ? TryParseV6(characters[..text.Length], out address)
            : TryParseV4(text, out int length, out address) && length == text.Length;
    }

    /// <summary>Reads four decimal numbers of at most 255 with dots at the beginning of a text.</summary>
    public static bool TryParseV4(ReadOnlySpan<byte> text, out int length, out IpAddress address)
    {
        (length, address) = (0, default);
        uint value = 0;
        for (int part = 0; part < 4; part++)
        {
            if (part > 0 && (length >= text.Length || text[length++] != '.'))
            {
                return false;
            }
            uint number = 0;
            int start = length;
            while (length < text.Length && char.IsAsciiDigit((char)text[length]) && number < 256)
            {
                number = (number * 10) + text[length++] - '0';
            }
            if (length == start || number > 255)
            {
                return false;
            }
            value = (value << 8) | number;
        }
        address = IpAddress.V4(value);
        return true;
    }

    /// <summary>Writes an address; its length in bytes.</summary>
    public static int Write(IpAddress address, Span<byte> to)
    {
        if (address.IsV4)
        {
            uint value = (uint)(address.High >> 32);
            int length = 0;
            for (int shift = 24; shift >= 0; shift -= 8)
            {
                Utf8Formatter.TryFormat((byte)((value >> shift) & 0xFF), to[length..], out int written);
                length += written;
                if (shift > 0)
                {
                    to[length++] = (byte)'.';
                }
            }
            return length;
        }
        return V6Text.Write(address, to);
    }

    private static bool TryParseV6(ReadOnlySpan<char> text, out IpAddress address)
    {
        bool good = IPAddress.IsValid(text) && !text.ContainsAny('%', '[');
        return IpAddress.TryParse(good ? text : [], out address);
    }
}
