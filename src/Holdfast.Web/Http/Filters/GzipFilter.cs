using Holdfast.Http.Headers;
using Holdfast.Linux.Compression;
using Holdfast.Nginx.Conditions;
using Holdfast.Nginx.Gzip;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Http.Answers;

namespace Holdfast.Web.Http.Filters;

/// <summary><c>gzip</c></summary>
/// <param name="rule">Which answers are compressed.</param>
/// <param name="level"><c>gzip_comp_level</c></param>
/// <param name="isVary"><c>gzip_vary</c></param>
internal sealed class GzipFilter(GzipRule rule, int level, bool isVary) : HeadFilter
{
    private const int MillisecondsPerSecond = 1000;

    private static readonly ReadOnlyMemory<byte> s_name = "Content-Encoding"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> s_gzip = "gzip"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> s_tag = "ETag"u8.ToArray();

    internal override void OnHead(Exchange exchange)
    {
        AnswerHead answer = exchange.Answer;
        if (exchange.Parent is not null)
        {
            return;
        }
        int expires = answer.Find(KnownHeader.Expires);
        int control = answer.Find(KnownHeader.CacheControl);
        GzipDecision decision = rule.Decide(exchange.View, new GzipAnswer
        {
            Status = answer.Status,
            Length = answer.ContentLength,
            Type = answer.ContentType.Span,
            IsEncoded = answer.Find(KnownHeader.ContentEncoding) >= 0,
            Expires = expires < 0 ? default : answer.Fields[expires].Value.Span,
            CacheControl = control < 0 ? default : answer.Fields[control].Value.Span,
            HasLastModified = answer.LastModified >= 0 || answer.Find(KnownHeader.LastModified) >= 0,
            HasTag = answer.Find(KnownHeader.ETag) >= 0,
        }, exchange.Now / MillisecondsPerSecond);
        answer.VariesByEncoding |= isVary && decision != GzipDecision.None;
        if (decision != GzipDecision.Compress)
        {
            return;
        }
        Deflater? deflater = exchange.IsHead ? null : Deflater.TryCreate(DeflateFormat.Gzip, level);
        if (deflater is null && !exchange.IsHead)
        {
            return; // no memory: it goes as it is
        }
        answer.Add(s_name, s_gzip, KnownHeader.ContentEncoding);
        answer.ForgetLength();
        exchange.CanSeek = false;
        Weaken(exchange, answer);
        if (deflater is not null)
        {
            exchange.Add(new GzipBody(deflater));
        }
    }

    private static void Weaken(Exchange exchange, AnswerHead answer)
    {
        int tag = answer.Find(KnownHeader.ETag);
        if (tag < 0)
        {
            return;
        }
        TextBuilder text = exchange.Request.Builders.Rent();
        bool isLeft = EntityTags.TryWeaken(answer.Fields[tag].Value.Span, text);
        ReadOnlyMemory<byte> weak = exchange.Request.Arena.Remember(text.Text);
        exchange.Request.Builders.Return();
        if (isLeft)
        {
            answer.Fields[tag] = new AnswerField { Name = s_tag, Value = weak, Id = KnownHeader.ETag };
        }
        else
        {
            answer.Remove(KnownHeader.ETag);
        }
    }
}

/// <summary>Compresses a body.</summary>
internal sealed class GzipBody(Deflater deflater) : BodyFilter
{
    private const int RoomSize = 8192;

    internal override void OnBody(Exchange exchange, scoped ReadOnlySpan<byte> bytes)
        => Run(exchange, bytes, DeflateFlush.None);

    internal override void OnEnd(Exchange exchange)
    {
        Run(exchange, default, DeflateFlush.Finish);
        base.OnEnd(exchange);
    }

    internal override void Dispose() => deflater.Dispose();

    private void Run(Exchange exchange, scoped ReadOnlySpan<byte> bytes, DeflateFlush flush)
    {
        Span<byte> room = stackalloc byte[RoomSize];
        bool isDone = false;
        while (!isDone)
        {
            isDone = deflater.Step(bytes, room, flush, out int consumed, out int written);
            bytes = bytes[consumed..];
            if (written > 0)
            {
                PassOn(exchange, room[..written]);
            }
        }
    }
}
