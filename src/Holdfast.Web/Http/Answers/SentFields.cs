using Holdfast.Http.Headers;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Web.Http.Answers;

/// <summary>Fields of an answer by their names: <c>$sent_http_…</c>.</summary>
internal static class SentFields
{
    /// <summary>Finds one; what the server decides on itself is put together.</summary>
    internal static bool TryGet(
        AnswerHead head, Request request, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = KnownHeaders.Find(name) switch
        {
            KnownHeader.ContentType when !head.ContentType.IsEmpty => TypeOf(head, request),
            KnownHeader.ContentLength when head.ContentLength >= 0 => Number(request, head.ContentLength),
            KnownHeader.LastModified when head.LastModified >= 0 && head.Find(KnownHeader.LastModified) < 0
                => Date(request, head.LastModified),
            KnownHeader.Location when !head.Location.IsEmpty => head.Location.Span,
            KnownHeader.TransferEncoding when head.IsChunked => "chunked"u8,
            KnownHeader.Connection when head.Status > 0 => head.Status == 101 ? "upgrade"u8
                : head.KeepsAlive ? "keep-alive"u8 : "close"u8,
            _ => Listed(head, request, name),
        };
        return !value.IsEmpty;
    }

    private static ReadOnlySpan<byte> Listed(AnswerHead head, Request request, ReadOnlySpan<byte> name)
    {
        int at = head.Find(name);
        if (at < 0)
        {
            return default;
        }
        int next = head.Find(name, at);
        if (next < 0)
        {
            return head.Fields[at].Value.Span;
        }
        var joined = new TextBuilder();
        joined.Put(head.Fields[at].Value.Span);
        for (; next >= 0; next = head.Find(name, next))
        {
            joined.Put(", "u8);
            joined.Put(head.Fields[next].Value.Span);
        }
        return request.Arena.Keep(joined.Text);
    }

    private static ReadOnlySpan<byte> TypeOf(AnswerHead head, Request request)
    {
        if (head.Charset.IsEmpty)
        {
            return head.ContentType.Span;
        }
        var text = new TextBuilder();
        text.Put(head.ContentType.Span);
        text.Put("; charset="u8);
        text.Put(head.Charset.Span);
        return request.Arena.Keep(text.Text);
    }

    private static ReadOnlySpan<byte> Number(Request request, long value)
    {
        var text = new TextBuilder();
        AnswerWriter.PutNumber(text, value);
        return request.Arena.Keep(text.Text);
    }

    private static ReadOnlySpan<byte> Date(Request request, long seconds)
    {
        var text = new TextBuilder();
        AnswerWriter.PutDate(text, seconds);
        return request.Arena.Keep(text.Text);
    }
}
