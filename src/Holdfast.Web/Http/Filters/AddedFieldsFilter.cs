using Holdfast.Http.Headers;
using Holdfast.Nginx.Conditions;
using Holdfast.Nginx.Headers;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Http.Answers;

namespace Holdfast.Web.Http.Filters;

/// <summary><c>add_header</c> and <c>expires</c></summary>
internal sealed class AddedFieldsFilter(AddedFields fields) : HeadFilter
{
    private const int MillisecondsPerSecond = 1000;

    private static readonly ReadOnlyMemory<byte> s_expires = "Expires"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> s_cacheControl = "Cache-Control"u8.ToArray();

    internal override void OnHead(Exchange exchange)
    {
        if (exchange.Parent is not null)
        {
            return;
        }
        AnswerHead answer = exchange.Answer;
        if (fields.Expires is { } rule && AddedFields.IsSafe(answer.Status))
        {
            PutExpiry(exchange, rule, answer);
        }
        foreach (AddedField field in fields.Headers)
        {
            if (!AddedFields.TryRead(field, exchange.Request, answer.Status, out ReadOnlySpan<byte> value))
            {
                continue;
            }
            if (field.Replaces)
            {
                answer.Remove(field.Id);
                answer.LastModified = field.Id != KnownHeader.LastModified ? answer.LastModified
                    : HttpDate.TryParse(value, out long seconds) ? seconds : -1;
            }
            if (!value.IsEmpty)
            {
                answer.Add(field.Name, exchange.Request.Arena.Remember(value), field.Id);
            }
        }
    }

    private static void PutExpiry(Exchange exchange, ExpiryRule rule, AnswerHead answer)
    {
        Request request = exchange.Request;
        if (!rule.TryFind(request, exchange.Now / MillisecondsPerSecond, exchange.UtcOffset, answer.LastModified,
            out Expiry expiry))
        {
            return;
        }
        TextBuilder text = request.Builders.Rent();
        AnswerWriter.PutDate(text, expiry.Expires);
        answer.Set(s_expires, request.Arena.Remember(text.Text), KnownHeader.Expires);
        text.Clear();
        ExpiryRule.PutCacheControl(expiry, text);
        answer.Set(s_cacheControl, request.Arena.Remember(text.Text), KnownHeader.CacheControl);
        request.Builders.Return();
    }
}
