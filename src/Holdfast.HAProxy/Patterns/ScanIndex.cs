using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.Headers;

namespace Holdfast.HAProxy.Patterns;

/// <summary>Methods that must look at one pattern after the other: sub, end, dir, dom.</summary>
internal sealed class ScanIndex(IReadOnlyList<PatternEntry> entries, MatchMethod method) : PatternIndex
{
    private readonly PatternEntry[] _entries = [.. entries];

    public override PatternEntry? Find(RequestContext context, ref Sample sample)
    {
        if (!Casts.TryText(context, ref sample))
        {
            return null;
        }
        foreach (PatternEntry entry in _entries)
        {
            if (Matches(sample.Bytes, entry))
            {
                return entry;
            }
        }
        return null;
    }

    private bool Matches(ReadOnlySpan<byte> text, PatternEntry entry) => method switch
    {
        MatchMethod.Substring => Contains(text, entry.Bytes, entry.IgnoreCase),
        MatchMethod.End => text.Length >= entry.Bytes.Length
            && AreEqual(text[^entry.Bytes.Length..], entry.Bytes, entry.IgnoreCase),
        MatchMethod.Directory => HasWord(text, entry.Bytes, "/?"u8, entry.IgnoreCase),
        _ => HasWord(text, entry.Bytes, "/?.:"u8, entry.IgnoreCase),
    };

    private static bool AreEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, bool ignoreCase)
        => ignoreCase ? HttpText.EqualsIgnoreCase(a, b) : a.SequenceEqual(b);

    private static bool Contains(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part, bool ignoreCase)
    {
        if (!ignoreCase)
        {
            return text.IndexOf(part) >= 0;
        }
        for (int i = 0; i + part.Length <= text.Length; i++)
        {
            if (HttpText.EqualsIgnoreCase(text.Slice(i, part.Length), part))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether the words stand in the text, with a delimiter or an end on both sides.</summary>
    private static bool HasWord(
        ReadOnlySpan<byte> text, ReadOnlySpan<byte> words, ReadOnlySpan<byte> delimiters, bool ignoreCase)
    {
        ReadOnlySpan<byte> wanted = words.Trim(delimiters);
        bool mayBegin = !wanted.IsEmpty;
        for (int i = 0; i + wanted.Length <= text.Length; i++)
        {
            if (i < text.Length && delimiters.Contains(text[i]))
            {
                mayBegin = !wanted.IsEmpty;
                continue;
            }
            int end = i + wanted.Length;
            if (mayBegin && AreEqual(text[i..end], wanted, ignoreCase)
                && (end == text.Length || delimiters.Contains(text[end])))
            {
                return true;
            }
            mayBegin = false;
        }
        return false;
    }
}
