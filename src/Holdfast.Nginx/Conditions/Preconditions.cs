using Holdfast.Http.H1;
using Holdfast.Http.Headers;

namespace Holdfast.Nginx.Conditions;

/// <summary>What conditions of a request make of its answer.</summary>
public enum PreconditionOutcome : byte
{
    /// <summary>It is sent as it is.</summary>
    Send,

    /// <summary>304: the client has it already.</summary>
    NotModified,

    /// <summary>412: it is not what the client thinks that it is.</summary>
    Failed,
}

/// <summary><c>if_modified_since</c>.</summary>
public enum ModifiedSinceMode : byte
{
    /// <summary>The time must be the very same. The default.</summary>
    Exact,

    /// <summary>The time must not be earlier.</summary>
    Before,

    /// <summary>The header says nothing.</summary>
    Off,
}

/// <summary>Conditions of requests, in the order in which nginx looks at them. For answers with status 200 only.
/// </summary>
public static class Preconditions
{
    /// <summary>The word of <c>if_modified_since</c>.</summary>
    public static ModifiedSinceMode ModeOf(string word) => word switch
    {
        "before" => ModifiedSinceMode.Before,
        "off" => ModifiedSinceMode.Off,
        _ => ModifiedSinceMode.Exact,
    };

    /// <summary>Looks at the conditions of a request.</summary>
    /// <param name="head">Its head.</param>
    /// <param name="entity">What would be sent.</param>
    /// <param name="mode"><c>if_modified_since</c>.</param>
    public static PreconditionOutcome Evaluate(HeadView head, Entity entity, ModifiedSinceMode mode)
    {
        int unmodified = head.Find(KnownHeader.IfUnmodifiedSince);
        if (unmodified >= 0 && !IsUnmodified(head.ValueAt(unmodified), entity))
        {
            return PreconditionOutcome.Failed;
        }
        int match = head.Find(KnownHeader.IfMatch);
        if (match >= 0 && !Matches(head.ValueAt(match), entity.Tag, isWeak: false))
        {
            return PreconditionOutcome.Failed;
        }
        int modified = head.Find(KnownHeader.IfModifiedSince);
        int noneMatch = head.Find(KnownHeader.IfNoneMatch);
        // Both must say that nothing has changed, where both are there.
        bool isSent = (modified < 0 && noneMatch < 0)
            || (modified >= 0 && IsModified(head.ValueAt(modified), entity, mode))
            || (noneMatch >= 0 && !Matches(head.ValueAt(noneMatch), entity.Tag, isWeak: true));
        return isSent ? PreconditionOutcome.Send : PreconditionOutcome.NotModified;
    }

    /// <summary>Whether one of a list of tags is this one.</summary>
    /// <param name="list">The value of the header.</param>
    /// <param name="tag">The tag of the content; empty: it has none.</param>
    /// <param name="isWeak">Whether the marks of weak tags do not count.</param>
    public static bool Matches(ReadOnlySpan<byte> list, ReadOnlySpan<byte> tag, bool isWeak)
    {
        if (list.SequenceEqual("*"u8))
        {
            return true;
        }
        if (tag.IsEmpty)
        {
            return false;
        }
        tag = isWeak ? WithoutMark(tag) : tag;
        while (!list.IsEmpty)
        {
            list = isWeak ? WithoutMark(list) : list;
            if (list.StartsWith(tag))
            {
                ReadOnlySpan<byte> behind = HttpText.Trim(list[tag.Length..]);
                if (behind.IsEmpty || behind[0] == ',')
                {
                    return true;
                }
            }
            int comma = list.IndexOf((byte)',');
            list = comma < 0 ? default : list[comma..].TrimStart(" \t,"u8);
        }
        return false;
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> text)
        => text.StartsWith(EntityTags.WeakMark) ? text[EntityTags.WeakMark.Length..] : text;

    private static bool IsUnmodified(ReadOnlySpan<byte> date, Entity entity)
        => entity.LastModified != HttpDate.None && HttpDate.TryParse(date, out long since)
            && since >= entity.LastModified;

    private static bool IsModified(ReadOnlySpan<byte> date, Entity entity, ModifiedSinceMode mode)
        => entity.LastModified == HttpDate.None || mode == ModifiedSinceMode.Off
            || !HttpDate.TryParse(date, out long since)
            || (mode == ModifiedSinceMode.Exact ? since != entity.LastModified : since < entity.LastModified);
}
