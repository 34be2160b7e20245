using Holdfast.Http.H1;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Http.Places;

namespace Holdfast.Web.Http.Answers;

/// <summary>The pages of statuses, byte for byte those of nginx.</summary>
internal static class PageTexts
{
    /// <summary>Their type.</summary>
    internal static ReadOnlyMemory<byte> Type { get; } = "text/html"u8.ToArray();

    /// <summary>Writes the page of a status; nothing for one that has none.</summary>
    internal static void Put(
        int status, PlaceProgram place, ReadOnlySpan<byte> userAgent, H1Version version, TextBuilder to)
    {
        ReadOnlySpan<byte> heading = HeadingOf(status);
        if (heading.IsEmpty)
        {
            return;
        }
        to.Put("<html>\r\n<head><title>"u8);
        PutNumbered(to, status, heading);
        to.Put("</title></head>\r\n<body>\r\n<center><h1>"u8);
        PutNumbered(to, status is >= 494 and <= 497 ? 400 : status, status is >= 494 and <= 497
            ? "Bad Request"u8 : heading);
        to.Put("</h1></center>\r\n"u8);
        ReadOnlySpan<byte> note = NoteOf(status);
        if (!note.IsEmpty)
        {
            to.Put("<center>"u8);
            to.Put(note);
            to.Put("</center>\r\n"u8);
        }
        to.Put("<hr><center>"u8);
        to.Put(place.Signature.Span);
        to.Put("</center>\r\n</body>\r\n</html>\r\n"u8);
        // Old browsers showed a page of their own in place of a short one.
        if (place.PadsForMsie && status >= 400 && version >= H1Version.Http10 && userAgent.IndexOf("MSIE "u8) >= 0
            && userAgent.IndexOf("Opera"u8) < 0)
        {
            for (int i = 0; i < 6; i++)
            {
                to.Put("<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n"u8);
            }
        }
    }

    private static void PutNumbered(TextBuilder to, int status, ReadOnlySpan<byte> heading)
    {
        AnswerWriter.PutNumber(to, status is >= 494 and <= 497 ? 400 : status);
        to.Put((byte)' ');
        to.Put(heading);
    }

    private static ReadOnlySpan<byte> HeadingOf(int status) => status switch
    {
        301 => "Moved Permanently"u8,
        302 => "Found"u8,
        401 => "Authorization Required"u8,
        303 or 307 or 308 => StatusPhrases.Of(status),
        494 => "Request Header Or Cookie Too Large"u8,
        495 => "The SSL certificate error"u8,
        496 => "No required SSL certificate was sent"u8,
        497 => "The plain HTTP request was sent to HTTPS port"u8,
        408 => "Request Time-out"u8,
        >= 400 => StatusPhrases.Of(status),
        _ => default,
    };

    private static ReadOnlySpan<byte> NoteOf(int status) => status is >= 494 and <= 497 ? HeadingOf(status) : default;
}
