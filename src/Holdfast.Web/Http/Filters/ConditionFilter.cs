using Holdfast.Http.Headers;
using Holdfast.Nginx.Conditions;
using Holdfast.Web.Http.Answers;

namespace Holdfast.Web.Http.Filters;

/// <summary>If-Modified-Since, If-None-Match and the like: 304 or 412 in place of the content.</summary>
internal sealed class ConditionFilter(ModifiedSinceMode mode) : HeadFilter
{
    internal override void OnHead(Exchange exchange)
    {
        AnswerHead answer = exchange.Answer;
        if (answer.Status != 200 || exchange.Parent is not null || exchange.LeavesConditions)
        {
            return;
        }
        switch (Preconditions.Evaluate(exchange.View, Entities.Of(answer), mode))
        {
            case PreconditionOutcome.NotModified:
                answer.Status = 304;
                answer.Reason = default;
                answer.ContentType = default;
                answer.ContentLength = -1;
                answer.AllowsRanges = false;
                answer.Remove(KnownHeader.AcceptRanges);
                break;
            case PreconditionOutcome.Failed:
                exchange.ReplaceBy(412);
                break;
            default:
                break;
        }
    }
}

/// <summary>What an answer says of its content.</summary>
internal static class Entities
{
    internal static Entity Of(AnswerHead answer)
    {
        int tag = answer.Find(KnownHeader.ETag);
        return new Entity(answer.LastModified, tag < 0 ? default : answer.Fields[tag].Value.Span);
    }
}
