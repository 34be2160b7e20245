using Holdfast.Http.H1;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Conditions;

namespace Holdfast.Nginx.Ranges;

/// <summary>Whether a request gets ranges of a content. For answers with status 200 and a known length.</summary>
public static class RangeDecision
{
    /// <summary>Looks at Range and If-Range.</summary>
    /// <param name="head">The head of the request.</param>
    /// <param name="entity">The content.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="max"><c>max_ranges</c>; null: no limit.</param>
    /// <param name="ranges">Where the ranges are put.</param>
    public static RangeOutcome Decide(HeadView head, Entity entity, long length, int? max, RangeList ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        ranges.Clear();
        int range = head.Find(KnownHeader.Range);
        int ifRange = head.Find(KnownHeader.IfRange);
        return range < 0 || (ifRange >= 0 && !IsSame(head.ValueAt(ifRange), entity))
            ? RangeOutcome.Whole : RangeParser.Parse(head.ValueAt(range), length, max, ranges);
    }

    /// <summary>Whether If-Range names the content: its tag, compared strongly, or the time of its change.</summary>
    private static bool IsSame(ReadOnlySpan<byte> value, Entity entity)
        => value.Length >= 2 && value[^1] == '"' ? value.SequenceEqual(entity.Tag) && !entity.Tag.IsEmpty
            : entity.LastModified != HttpDate.None && HttpDate.TryParse(value, out long time)
                && time == entity.LastModified;
}
