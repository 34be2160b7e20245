using Holdfast.Primitives;

namespace Holdfast.HAProxy.Converters;

/// <summary>What a regular expression's match is replaced by: text with <c>\1</c> for groups.</summary>
/// <param name="template">The text; <c>\0</c> to <c>\9</c> are groups, any other escaped byte is itself.</param>
public sealed class RegexReplacement(byte[] template)
{
    /// <summary>Groups that a replacement can name, the whole match included.</summary>
    public const int GroupsMax = 10;

    /// <summary>Expands the template for one match.</summary>
    /// <param name="subject">What was matched.</param>
    /// <param name="groups">Starts and ends.</param>
    /// <param name="to">Where to.</param>
    /// <returns>Bytes written; -1 when there is no room.</returns>
    public int Expand(ReadOnlySpan<byte> subject, ReadOnlySpan<int> groups, Span<byte> to)
        => Expand(template, subject, groups, to);

    /// <summary>As above, of a template that a log format has made.</summary>
    public static int Expand(
        ReadOnlySpan<byte> template, ReadOnlySpan<byte> subject, ReadOnlySpan<int> groups, Span<byte> to)
    {
        int length = 0;
        for (int i = 0; i < template.Length; i++)
        {
            ReadOnlySpan<byte> piece = template.Slice(i, 1);
            if (template[i] == '\\' && i + 1 < template.Length)
            {
                byte next = template[++i];
                piece = template.Slice(i, 1);
                if ((uint)(next - '0') <= 9)
                {
                    int start = groups[(next - '0') * 2];
                    int end = groups[((next - '0') * 2) + 1];
                    piece = start >= 0 && end >= start ? subject[start..end] : [];
                }
            }
            if (!piece.TryCopyTo(to[length..]))
            {
                return -1;
            }
            length += piece.Length;
        }
        return length;
    }

    /// <summary>Replaces the first match, or all of them, in a text.</summary>
    /// <returns>Bytes written; -1 when there is no room.</returns>
    public int ReplaceIn(ReadOnlySpan<byte> text, IRegex regex, bool isGlobal, Span<byte> to)
    {
        Span<int> groups = stackalloc int[GroupsMax * 2];
        int at = 0;
        int length = 0;
        while (at <= text.Length && regex.TryMatch(text[at..], 0, groups))
        {
            ReadOnlySpan<byte> rest = text[at..];
            if (!rest[..groups[0]].TryCopyTo(to[length..]))
            {
                return -1;
            }
            length += groups[0];
            int written = Expand(rest, groups, to[length..]);
            if (written < 0)
            {
                return -1;
            }
            length += written;
            at += groups[1];
            if (groups[1] == 0)
            {
                // An empty match: the byte behind it goes on, or it would match for ever.
                if (at >= text.Length || length >= to.Length)
                {
                    break;
                }
                to[length++] = text[at++];
            }
            if (!isGlobal || at >= text.Length)
            {
                break;
            }
        }
        ReadOnlySpan<byte> tail = at < text.Length ? text[at..] : [];
        return tail.TryCopyTo(to[length..]) ? length + tail.Length : -1;
    }
}
