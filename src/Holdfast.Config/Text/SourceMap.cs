using Holdfast.Primitives;

namespace Holdfast.Config.Text;

/// <summary>A file that is being read, with the include line that opened it.</summary>
internal sealed record SourceFile(string Path, SourceSpan? IncludedFrom);

/// <summary>Why a text stands elsewhere than where it was written: the use of a definition.</summary>
internal sealed record Expansion(string Name, SourceSpan Place);

/// <summary>One physical line of a file, perhaps expanded from a definition.</summary>
internal sealed record SourceLine(SourceFile File, int Number, Expansion? Via = null);

/// <summary>A run of characters of a <see cref="MappedText"/> that come from one place.</summary>
/// <param name="Start">Index of the first of them.</param>
/// <param name="Line">The line that they come from.</param>
/// <param name="Column">1-based column of the first one.</param>
/// <param name="FixedLength">
/// 0: characters advance one by one; else all of them stand for so many characters at <paramref name="Column"/>.
/// </param>
internal readonly record struct SourceSegment(int Start, SourceLine Line, int Column, int FixedLength);

/// <summary>A text each of whose characters knows its file, line, column and include chain.</summary>
internal sealed class MappedText
{
    private readonly SourceSegment _first;
    private readonly SourceSegment[]? _more;

    public MappedText(string text, SourceLine line, int column)
        : this(text, new SourceSegment(0, line, column, 0), null)
    {
    }

    private MappedText(string text, SourceSegment first, SourceSegment[]? more)
    {
        Text = text;
        _first = first;
        _more = more;
    }

    public string Text { get; }

    public int Length => Text.Length;

    public SourceLine FirstLine => _first.Line;

    /// <summary>Part of this text.</summary>
    public MappedText Slice(int start, int length)
    {
        if (start == 0 && length == Text.Length)
        {
            return this;
        }
        if (_more is null)
        {
            return new MappedText(Text.Substring(start, length), Shift(_first, start), null);
        }
        var builder = new MappedTextBuilder();
        builder.Append(this, start, length);
        return builder.Build(_first.Line);
    }

    /// <summary>The same text without blanks at both ends.</summary>
    public MappedText Trim()
    {
        int start = 0, end = Text.Length;
        while (start < end && Blank.Is(Text[start]))
        {
            start++;
        }
        while (end > start && Blank.Is(Text[end - 1]))
        {
            end--;
        }
        return Slice(start, end - start);
    }

    /// <summary>The same characters, as they appear in the expansion of a definition.</summary>
    public MappedText WithExpansion(Expansion via)
    {
        SourceSegment[]? more = _more is null ? null
            : Array.ConvertAll(_more, s => s with { Line = s.Line with { Via = via } });
        return new MappedText(Text, _first with { Line = _first.Line with { Via = via } }, more);
    }

    /// <summary>Where a part of the text comes from.</summary>
    public SourceSpan Span(int start, int length)
    {
        SourceSegment segment = SegmentAt(start);
        int column = segment.FixedLength > 0 ? segment.Column : segment.Column + (start - segment.Start);
        int size = segment.FixedLength > 0 ? segment.FixedLength : SizeWithin(start, length);
        SourceFile file = segment.Line.File;
        return new SourceSpan(file.Path, segment.Line.Number, column, size, file.IncludedFrom);
    }

    /// <summary>The use of a definition that brought the character here; null when it was written here.</summary>
    public Expansion? ExpansionAt(int start) => SegmentAt(start).Line.Via;

    internal void CopySegments(int start, int length, int target, List<SourceSegment> into)
    {
        int count = 1 + (_more?.Length ?? 0);
        for (int i = 0; i < count; i++)
        {
            SourceSegment segment = i == 0 ? _first : _more![i - 1];
            int end = i + 1 < count ? _more![i].Start : Text.Length;
            if (end <= start || segment.Start >= start + length)
            {
                continue;
            }
            SourceSegment cut = Shift(segment, Math.Max(0, start - segment.Start));
            into.Add(cut with { Start = target + Math.Max(0, segment.Start - start) });
        }
    }

    internal static MappedText Build(string text, List<SourceSegment> segments, SourceLine fallback)
        => segments.Count switch
        {
            0 => new MappedText(text, fallback, 1),
            1 => new MappedText(text, segments[0], null),
            _ => new MappedText(text, segments[0], segments.GetRange(1, segments.Count - 1).ToArray()),
        };

    private static SourceSegment Shift(SourceSegment segment, int by) => segment with
    {
        Start = 0,
        Column = segment.FixedLength > 0 ? segment.Column : segment.Column + by,
    };

    private SourceSegment SegmentAt(int index)
    {
        SourceSegment found = _first;
        if (_more is not null)
        {
            foreach (SourceSegment segment in _more)
            {
                if (segment.Start > index)
                {
                    break;
                }
                found = segment;
            }
        }
        return found;
    }

    private int SizeWithin(int start, int length)
    {
        if (_more is not null)
        {
            foreach (SourceSegment segment in _more)
            {
                if (segment.Start > start)
                {
                    return Math.Min(length, segment.Start - start);
                }
            }
        }
        return length;
    }
}

/// <summary>Joins pieces of <see cref="MappedText"/>.</summary>
internal sealed class MappedTextBuilder
{
    private readonly System.Text.StringBuilder _text = new();
    private readonly List<SourceSegment> _segments = [];

    public int Length => _text.Length;

    public void Append(MappedText source, int start, int length)
    {
        if (length > 0)
        {
            source.CopySegments(start, length, _text.Length, _segments);
            _text.Append(source.Text, start, length);
        }
    }

    /// <summary>Appends a text that stands for a part of another one, such as the value of a variable.</summary>
    public void AppendFixed(string text, MappedText origin, int start, int length)
    {
        if (text.Length > 0)
        {
            SourceSpan place = origin.Span(start, length);
            var file = new SourceFile(place.File, place.IncludedFrom);
            var line = new SourceLine(file, place.Line, origin.ExpansionAt(start));
            _segments.Add(new SourceSegment(_text.Length, line, place.Column, Math.Max(1, place.Length)));
            _text.Append(text);
        }
    }

    public MappedText Build(SourceLine fallback) => MappedText.Build(_text.ToString(), _segments, fallback);
}

/// <summary>What separates words.</summary>
internal static class Blank
{
    public static bool Is(char c) => c is ' ' or '\t' or '\f' or '\v';
}
