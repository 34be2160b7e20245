using Holdfast.Nginx.Ranges;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Http.Answers;

namespace Holdfast.Web.Http.Filters;

/// <summary>Cuts ranges out of a body that goes by. Several are parts of one message, in ascending order or not: what
/// comes out of order is gathered first.</summary>
/// <param name="ranges">The ranges.</param>
/// <param name="form">How several are put together; null: there is one.</param>
internal sealed class RangeBody(RangeList ranges, MultipartForm? form) : BodyFilter
{
    private readonly byte[]?[] _gathered = form is null ? [] : new byte[ranges.Count][];
    private long _position;

    internal override void OnBody(Exchange exchange, scoped ReadOnlySpan<byte> bytes)
    {
        if (form is null)
        {
            PassOn(exchange, Overlap(ranges[0], bytes, out _));
        }
        else
        {
            for (int i = 0; i < ranges.Count; i++)
            {
                ReadOnlySpan<byte> part = Overlap(ranges[i], bytes, out long start);
                if (!part.IsEmpty)
                {
                    part.CopyTo((_gathered[i] ??= new byte[ranges[i].Length]).AsSpan((int)(start - ranges[i].Start)));
                }
            }
        }
        _position += bytes.Length;
    }

    internal override void OnEnd(Exchange exchange)
    {
        for (int i = 0; i < _gathered.Length; i++)
        {
            PassOn(exchange, form!.HeadOf(exchange, ranges[i]));
            PassOn(exchange, _gathered[i]);
        }
        if (form is not null)
        {
            PassOn(exchange, form.End(exchange));
        }
        base.OnEnd(exchange);
    }

    private ReadOnlySpan<byte> Overlap(ByteRange range, ReadOnlySpan<byte> bytes, out long start)
    {
        start = Math.Max(range.Start, _position);
        long end = Math.Min(range.End, _position + bytes.Length);
        return start < end ? bytes[(int)(start - _position)..(int)(end - _position)] : default;
    }
}

/// <summary>An answer of several ranges.</summary>
internal sealed class MultipartForm
{
    private static long s_boundary = Random.Shared.NextInt64();

    private readonly ulong _boundary = (ulong)Interlocked.Increment(ref s_boundary);
    private readonly byte[] _type;
    private readonly long _length;

    private MultipartForm(byte[] type, long length) => (_type, _length) = (type, length);

    /// <summary>Makes the head that of several ranges.</summary>
    internal static MultipartForm Apply(Exchange exchange, AnswerHead answer, long length)
    {
        TextBuilder text = exchange.Request.Builders.Rent();
        text.Put(answer.ContentType.Span);
        if (!answer.Charset.IsEmpty)
        {
            text.Put("; charset="u8);
            text.Put(answer.Charset.Span);
        }
        var form = new MultipartForm(text.Text.ToArray(), length);
        text.Clear();
        answer.ContentLength = RangeTexts.LengthOf(exchange.Ranges, form._type, length, text);
        text.Clear();
        RangeTexts.PutMultipartType(form._boundary, text);
        answer.ContentType = exchange.Request.Arena.Remember(text.Text);
        answer.Charset = default;
        exchange.Request.Builders.Return();
        return form;
    }

    /// <summary>What stands before a part.</summary>
    internal ReadOnlySpan<byte> HeadOf(Exchange exchange, ByteRange range)
    {
        TextBuilder text = exchange.Request.Builders.Rent();
        RangeTexts.PutPartHead(_boundary, _type, range, _length, text);
        ReadOnlySpan<byte> head = exchange.Request.Arena.Keep(text.Text);
        exchange.Request.Builders.Return();
        return head;
    }

    /// <summary>What stands behind the last part.</summary>
    internal ReadOnlySpan<byte> End(Exchange exchange)
    {
        TextBuilder text = exchange.Request.Builders.Rent();
        RangeTexts.PutEnd(_boundary, text);
        ReadOnlySpan<byte> end = exchange.Request.Arena.Keep(text.Text);
        exchange.Request.Builders.Return();
        return end;
    }
}
