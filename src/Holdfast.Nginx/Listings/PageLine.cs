using System.Buffers.Text;
using System.Globalization;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Uris;

namespace Holdfast.Nginx.Listings;

/// <summary>How entries look in a page.</summary>
/// <param name="HasExactSize"><c>autoindex_exact_size</c>.</param>
/// <param name="UtcOffset">Seconds that are added to times: local time less UTC for <c>autoindex_localtime</c>.</param>
/// <param name="IsUtf8">Whether the answer's charset is utf-8, so that columns are counted in its letters.</param>
public readonly record struct PageStyle(bool HasExactSize, int UtcOffset, bool IsUtf8);

/// <summary>An entry in a page: a link, cut or filled up to its column, the time and the size.</summary>
internal static class PageLine
{
    private const int NameMax = 50;
    private const int CutMax = NameMax - 3;
    private const int ExactWidth = 19;
    private const int RoundedWidth = 6;

    internal static void Put(ListingEntry entry, in PageStyle style, TextBuilder to)
    {
        ReadOnlySpan<byte> name = entry.Name.Span;
        bool isDirectory = entry.Kind == ListingKind.Directory;
        to.Put("<a href=\""u8);
        to.Advance(UriEscaper.Escape(name, EscapeSet.Component, to.Room(name.Length * 3)));
        to.Put(isDirectory ? "/\">"u8 : "\">"u8);
        int length = style.IsUtf8 ? LettersOf(name) : name.Length;
        if (length > NameMax)
        {
            ListingEscapes.PutMarkup(name[..(style.IsUtf8 ? BytesOf(name, CutMax) : CutMax)], to);
            to.Put("..&gt;</a>"u8);
            length = NameMax;
        }
        else
        {
            ListingEscapes.PutMarkup(name, to);
            bool hasSlash = isDirectory && length < NameMax;
            to.Put(hasSlash ? "/</a>"u8 : "</a>"u8);
            length += hasSlash ? 1 : 0;
        }
        PutBlanks(NameMax - length, to);
        to.Put((byte)' ');
        _ = DateTime.UnixEpoch.AddSeconds(entry.Modified + style.UtcOffset)
            .TryFormat(to.Room(20), out int written, "dd-MMM-yyyy HH:mm ", CultureInfo.InvariantCulture);
        to.Advance(written);
        PutSize(entry, style, to);
        to.Put("\r\n"u8);
    }

    private static void PutSize(ListingEntry entry, in PageStyle style, TextBuilder to)
    {
        if (entry.Kind == ListingKind.Directory)
        {
            PutBlanks(style.HasExactSize ? ExactWidth - 1 : RoundedWidth, to);
            to.Put((byte)'-');
            return;
        }
        if (style.HasExactSize)
        {
            PutRight(entry.Size, ExactWidth, to);
            return;
        }
        (int shift, byte letter) = entry.Size switch
        {
            > 1_073_741_823 => (30, (byte)'G'),
            > 1_048_575 => (20, (byte)'M'),
            > 9999 => (10, (byte)'K'),
            _ => (0, (byte)0),
        };
        long half = (1L << shift) / 2;
        long size = (entry.Size >> shift) + (shift > 0 && (entry.Size & ((1L << shift) - 1)) > half - 1 ? 1 : 0);
        PutRight(size, letter == 0 ? RoundedWidth + 1 : RoundedWidth, to);
        to.Put(letter == 0 ? default : [letter]);
    }

    private static void PutRight(long value, int width, TextBuilder to)
    {
        Span<byte> text = stackalloc byte[20];
        _ = Utf8Formatter.TryFormat(value, text, out int length);
        PutBlanks(width - length, to);
        to.Put(text[..length]);
    }

    private static void PutBlanks(int count, TextBuilder to)
    {
        for (; count > 0; count--)
        {
            to.Put((byte)' ');
        }
    }

    private static int LettersOf(ReadOnlySpan<byte> text)
    {
        int count = 0;
        foreach (byte one in text)
        {
            count += (one & 0xC0) == 0x80 ? 0 : 1;
        }
        return count;
    }

    private static int BytesOf(ReadOnlySpan<byte> text, int letters)
    {
        for (int at = 0; at < text.Length; at++)
        {
            if ((text[at] & 0xC0) != 0x80 && letters-- == 0)
            {
                return at;
            }
        }
        return text.Length;
    }
}
