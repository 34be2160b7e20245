using System.Buffers.Text;
using System.Globalization;
using Holdfast.Nginx.Conditions;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Listings;

/// <summary>The body of a listing, byte for byte that of nginx. Entries are put one after the other, in order.
/// </summary>
/// <param name="format">How.</param>
/// <param name="to">Where it is put; whoever sends it may empty it between two entries.</param>
public sealed class DirectoryListing(ListingFormat format, TextBuilder to)
{
    private const int CallbackMax = 128;

    private bool _hasCallback;
    private bool _hasEntries;

    /// <summary>The type of its answer.</summary>
    /// <param name="format">How it is written.</param>
    /// <param name="hasCallback">Whether the request names a function.</param>
    public static ReadOnlySpan<byte> TypeOf(ListingFormat format, bool hasCallback) => format switch
    {
        ListingFormat.Html => "text/html"u8,
        ListingFormat.Xml => "text/xml"u8, // with the charset utf-8
        _ => format == ListingFormat.Jsonp && hasCallback ? "application/javascript"u8 : "application/json"u8,
    };

    /// <summary>Whether a function can have this name; else the answer is 400. None at all is fine, too.</summary>
    public static bool IsCallback(ReadOnlySpan<byte> name)
    {
        foreach (byte one in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)one) && one is not ((byte)'_' or (byte)'.'))
            {
                return false;
            }
        }
        return name.Length <= CallbackMax;
    }

    /// <summary>Puts what stands before the entries.</summary>
    /// <param name="path">The path of the request.</param>
    /// <param name="callback">Of jsonp: the function's name; empty: none.</param>
    public void Begin(ReadOnlySpan<byte> path, ReadOnlySpan<byte> callback)
    {
        switch (format)
        {
            case ListingFormat.Html:
                to.Put("<html>\r\n<head><title>Index of "u8);
                ListingEscapes.PutMarkup(path, to);
                to.Put("</title></head>\r\n<body>\r\n<h1>Index of "u8);
                ListingEscapes.PutMarkup(path, to);
                to.Put("</h1><hr><pre><a href=\"../\">../</a>\r\n"u8);
                break;
            case ListingFormat.Xml:
                to.Put("<?xml version=\"1.0\"?>\r\n<list>\r\n"u8);
                break;
            default:
                _hasCallback = format == ListingFormat.Jsonp && !callback.IsEmpty;
                if (_hasCallback)
                {
                    to.Put("/* callback */\r\n"u8);
                    to.Put(callback);
                    to.Put((byte)'(');
                }
                to.Put("["u8);
                break;
        }
    }

    /// <summary>Puts an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="page">How it looks in a page.</param>
    public void Put(ListingEntry entry, in PageStyle page)
    {
        switch (format)
        {
            case ListingFormat.Html:
                PageLine.Put(entry, page, to);
                break;
            case ListingFormat.Xml:
                PutXml(entry);
                break;
            default:
                to.Put(_hasEntries ? ",\r\n"u8 : "\r\n"u8);
                PutJson(entry);
                break;
        }
        _hasEntries = true;
    }

    /// <summary>Puts what stands behind the entries.</summary>
    public void End() => to.Put(format switch
    {
        ListingFormat.Html => "</pre><hr></body>\r\n</html>\r\n"u8,
        ListingFormat.Xml => "</list>\r\n"u8,
        _ => _hasCallback ? "\r\n]);"u8 : "\r\n]"u8,
    });

    private static ReadOnlySpan<byte> WordOf(ListingKind kind) => kind switch
    {
        ListingKind.Directory => "directory"u8,
        ListingKind.File => "file"u8,
        _ => "other"u8,
    };

    private void PutXml(ListingEntry entry)
    {
        to.Put((byte)'<');
        to.Put(WordOf(entry.Kind));
        to.Put(" mtime=\""u8);
        _ = DateTime.UnixEpoch.AddSeconds(entry.Modified)
            .TryFormat(to.Room(20), out int length, "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        to.Advance(length);
        if (entry.Kind == ListingKind.File)
        {
            to.Put("\" size=\""u8);
            PutNumber(entry.Size);
        }
        to.Put("\">"u8);
        ListingEscapes.PutMarkup(entry.Name.Span, to);
        to.Put("</"u8);
        to.Put(WordOf(entry.Kind));
        to.Put(">\r\n"u8);
    }

    private void PutJson(ListingEntry entry)
    {
        to.Put("{ \"name\":\""u8);
        ListingEscapes.PutJson(entry.Name.Span, to);
        to.Put("\", \"type\":\""u8);
        to.Put(WordOf(entry.Kind));
        to.Put("\", \"mtime\":\""u8);
        HttpDate.Write(entry.Modified, to.Room(HttpDate.Length));
        to.Advance(HttpDate.Length);
        to.Put((byte)'"');
        if (entry.Kind == ListingKind.File)
        {
            to.Put(", \"size\":"u8);
            PutNumber(entry.Size);
        }
        to.Put(" }"u8);
    }

    private void PutNumber(long value)
    {
        _ = Utf8Formatter.TryFormat(value, to.Room(20), out int length);
        to.Advance(length);
    }
}
