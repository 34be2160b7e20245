using Holdfast.Http.Headers;
using Holdfast.Nginx.Ranges;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Http.Answers;

namespace Holdfast.Web.Http.Filters;

/// <summary>Parts of a content: 206 with one or several ranges, 416.</summary>
/// <param name="max"><c>max_ranges</c>; null: no limit.</param>
internal sealed class RangeFilter(int? max) : HeadFilter
{
    private static readonly ReadOnlyMemory<byte> s_acceptRanges = "Accept-Ranges"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> s_bytes = "bytes"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> s_contentRange = "Content-Range"u8.ToArray();

    internal override void OnHead(Exchange exchange)
    {
        AnswerHead answer = exchange.Answer;
        if (answer.Status != 200 || answer.ContentLength < 0 || !answer.AllowsRanges || exchange.Parent is not null
            || exchange.Head.Version < Holdfast.Http.H1.H1Version.Http10)
        {
            return;
        }
        if (max == 0)
        {
            return;
        }
        RangeOutcome outcome = RangeDecision.Decide(
            exchange.View, Entities.Of(answer), answer.ContentLength, max, exchange.Ranges);
        switch (outcome)
        {
            case RangeOutcome.Whole:
                answer.Add(s_acceptRanges, s_bytes, KnownHeader.AcceptRanges);
                break;
            case RangeOutcome.Unsatisfiable:
                PutUnsatisfied(exchange, answer);
                break;
            default:
                Cut(exchange, answer);
                break;
        }
    }

    private static void PutUnsatisfied(Exchange exchange, AnswerHead answer)
    {
        TextBuilder text = exchange.Request.Builders.Rent();
        RangeTexts.PutUnsatisfied(answer.ContentLength, text);
        answer.Add(s_contentRange, exchange.Request.Arena.Remember(text.Text), KnownHeader.ContentRange);
        exchange.Request.Builders.Return();
        answer.ContentLength = -1;
        exchange.ReplaceBy(416);
    }

    private static void Cut(Exchange exchange, AnswerHead answer)
    {
        long length = answer.ContentLength;
        if (exchange.Ranges.Count > 1 && !exchange.CanSeek && SumOf(exchange.Ranges) > GatheredMax)
        {
            exchange.Ranges.Clear();
            return; // all of it, which a server may send at any time
        }
        answer.Status = 206;
        answer.Reason = default;
        if (exchange.Ranges.Count == 1)
        {
            ByteRange range = exchange.Ranges[0];
            TextBuilder text = exchange.Request.Builders.Rent();
            RangeTexts.PutContentRange(range, length, text);
            answer.Add(s_contentRange, exchange.Request.Arena.Remember(text.Text), KnownHeader.ContentRange);
            exchange.Request.Builders.Return();
            answer.ContentLength = range.Length;
            if (exchange.CanSeek)
            {
                exchange.SoughtRange = range;
            }
            else
            {
                exchange.Add(new RangeBody(exchange.Ranges, null));
            }
            return;
        }
        MultipartForm form = MultipartForm.Apply(exchange, answer, length);
        if (exchange.CanSeek)
        {
            exchange.SoughtParts = form;
        }
        else
        {
            exchange.Add(new RangeBody(exchange.Ranges, form));
        }
    }

    private static long SumOf(RangeList ranges)
    {
        long sum = 0;
        for (int i = 0; i < ranges.Count; i++)
        {
            sum += ranges[i].Length;
        }
        return sum;
    }

    /// <summary>Bytes of several ranges that are kept until the content has gone by.</summary>
    private const long GatheredMax = 1 << 20;
}
