using System.Buffers.Text;
using System.Globalization;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Http.Answers;

/// <summary>What of a connection and its server is written into a head.</summary>
/// <param name="Server">Name and version for the field Server.</param>
/// <param name="IsUpgrade">Whether it is the 101 after which bytes go both ways.</param>
/// <param name="KeepAliveSeconds">What a field Keep-Alive says; negative: there is none.</param>
internal readonly record struct AnswerOptions(
    ReadOnlyMemory<byte> Server, bool IsUpgrade, int KeepAliveSeconds);

/// <summary>Writes heads of answers, in nginx's order.</summary>
internal static class AnswerWriter
{
    private const int DateLength = 29;

    /// <summary>Writes a head with its empty line.</summary>
    internal static void Write(AnswerHead head, in AnswerOptions options, LoopClock clock, TextBuilder to)
    {
        to.Put("HTTP/1.1 "u8);
        PutNumber(to, head.Status);
        to.Put((byte)' ');
        to.Put(head.Reason.IsEmpty ? StatusPhrases.Of(head.Status) : head.Reason.Span);
        to.Put("\r\n"u8);
        if (!head.OmitsServer && head.Find(KnownHeader.Server) < 0)
        {
            Put(to, "Server: "u8, options.Server.Span);
        }
        if (!head.OmitsDate && head.Find(KnownHeader.Date) < 0)
        {
            Put(to, "Date: "u8, clock.Date);
        }
        PutContent(head, to);
        PutConnection(head, options, to);
        foreach (ref AnswerField field in head.Fields)
        {
            if (!field.IsRemoved)
            {
                to.Put(field.Name.Span);
                Put(to, ": "u8, field.Value.Span);
            }
        }
        to.Put("\r\n"u8);
    }

    /// <summary>A time as fields have it.</summary>
    internal static void PutDate(TextBuilder to, long unixSeconds)
    {
        _ = DateTimeOffset.FromUnixTimeSeconds(unixSeconds)
            .TryFormat(to.Room(DateLength), out int length, "R", CultureInfo.InvariantCulture);
        to.Advance(length);
    }

    /// <summary>A number.</summary>
    internal static void PutNumber(TextBuilder to, long value)
    {
        _ = Utf8Formatter.TryFormat(value, to.Room(20), out int length);
        to.Advance(length);
    }

    private static void PutContent(AnswerHead head, TextBuilder to)
    {
        if (!head.ContentType.IsEmpty)
        {
            to.Put("Content-Type: "u8);
            to.Put(head.ContentType.Span);
            if (!head.Charset.IsEmpty)
            {
                to.Put("; charset="u8);
                to.Put(head.Charset.Span);
            }
            to.Put("\r\n"u8);
        }
        if (head.ContentLength >= 0)
        {
            to.Put("Content-Length: "u8);
            PutNumber(to, head.ContentLength);
            to.Put("\r\n"u8);
        }
        if (head.LastModified >= 0 && head.Find(KnownHeader.LastModified) < 0)
        {
            to.Put("Last-Modified: "u8);
            PutDate(to, head.LastModified);
            to.Put("\r\n"u8);
        }
        if (!head.Location.IsEmpty)
        {
            Put(to, "Location: "u8, head.Location.Span);
        }
    }

    private static void PutConnection(AnswerHead head, in AnswerOptions options, TextBuilder to)
    {
        if (head.IsChunked)
        {
            to.Put("Transfer-Encoding: chunked\r\n"u8);
        }
        if (options.IsUpgrade)
        {
            to.Put("Connection: upgrade\r\n"u8);
        }
        else if (head.KeepsAlive)
        {
            to.Put("Connection: keep-alive\r\n"u8);
            if (options.KeepAliveSeconds >= 0)
            {
                to.Put("Keep-Alive: timeout="u8);
                PutNumber(to, options.KeepAliveSeconds);
                to.Put("\r\n"u8);
            }
        }
        else
        {
            to.Put("Connection: close\r\n"u8);
        }
        if (head.VariesByEncoding)
        {
            to.Put("Vary: Accept-Encoding\r\n"u8);
        }
    }

    private static void Put(TextBuilder to, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        to.Put(name);
        to.Put(value);
        to.Put("\r\n"u8);
    }
}
