using System.Buffers;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Listings;

/// <summary>Names in pages and in JSON.</summary>
internal static class ListingEscapes
{
    private static readonly SearchValues<byte> s_markup = SearchValues.Create("<>&\""u8);

    private static ReadOnlySpan<byte> Digits => "0123456789ABCDEF"u8;

    /// <summary>Puts a text into HTML or XML.</summary>
    internal static void PutMarkup(ReadOnlySpan<byte> text, TextBuilder to)
    {
        for (int at; (at = text.IndexOfAny(s_markup)) >= 0; text = text[(at + 1)..])
        {
            to.Put(text[..at]);
            to.Put(text[at] switch
            {
                (byte)'<' => "&lt;"u8,
                (byte)'>' => "&gt;"u8,
                (byte)'&' => "&amp;"u8,
                _ => "&quot;"u8,
            });
        }
        to.Put(text);
    }

    /// <summary>Puts a text into a JSON string.</summary>
    internal static void PutJson(ReadOnlySpan<byte> text, TextBuilder to)
    {
        foreach (byte one in text)
        {
            if (one >= 0x20)
            {
                to.Put(one is (byte)'"' or (byte)'\\' ? "\\"u8 : default);
                to.Put(one);
                continue;
            }
            to.Put((byte)'\\');
            int letter = "\n\r\t\b\f"u8.IndexOf(one);
            if (letter >= 0)
            {
                to.Put("nrtbf"u8[letter]);
                continue;
            }
            to.Put("u00"u8);
            to.Put(Digits[one >> 4]);
            to.Put(Digits[one & 15]);
        }
    }
}
