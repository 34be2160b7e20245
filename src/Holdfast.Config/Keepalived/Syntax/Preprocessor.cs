using System.Globalization;
using System.Text;
using Holdfast.Config.Text;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>
/// Layers 1 to 8 of the language: physical lines, comments, includes, conditions, definitions, sequences,
/// substitution, brace splitting. What comes out are logical lines that know where they were written.
/// </summary>
internal sealed partial class Preprocessor(IConfigFiles files, KeepalivedParseOptions options, Findings findings)
{
    private const int MaxLineBytes = 1024;
    private const int MaxDepth = 64;
    private const int MaxOutputLines = 1_000_000;
    private const int MaxExpansions = 3_000_000;
    private const long MaxOutputCharacters = 64L << 20;

    private readonly Dictionary<string, Definition> _definitions = new(StringComparer.Ordinal);
    private readonly List<LogicalLine> _output = [];
    private readonly string _configId = options.ConfigId ?? files.HostName.Split('.')[0];
    private Definition? _open;
    private bool _overflow;
    private bool _inGlobal;
    private int _depth;
    private int _expansions;
    private long _characters;

    /// <summary>The texts that were read, by path.</summary>
    public Dictionary<string, string> Texts { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether an include check failed: the original then has no configuration at all.</summary>
    public bool IncludeFailed { get; private set; }

    /// <summary>Reads the first file and all that it includes.</summary>
    public List<LogicalLine> Run(string path, string text)
    {
        _checks = options.StrictIncludes ? IncludeChecks.All : IncludeChecks.None;
        ReadText(new SourceFile(path, null), text, depth: 0);
        return _output;
    }

    private void ReadText(SourceFile file, string text, int depth)
    {
        Texts.TryAdd(file.Path, text);
        int number = 0;
        int at = 0;
        while (at < text.Length && !_overflow)
        {
            int newline = text.IndexOf('\n', at);
            int end = newline < 0 ? text.Length : newline;
            number++;
            string physical = text[at..end].TrimEnd('\r');
            at = end + 1;
            var line = new MappedText(physical, new SourceLine(file, number), 1);
            if (IsAcceptable(line))
            {
                ReadLine(line, depth);
            }
        }
        if (_open is not null)
        {
            // The last line of a file ends a definition, too: nothing can follow it.
            findings.Report(FindingCodes.DefinitionUnfinished, _open.Span,
                $"the definition of ${_open.Name} ends with a backslash and nothing follows");
            _open = null;
        }
    }

    private bool IsAcceptable(MappedText line)
    {
        string text = line.Text;
        if (text.Length > MaxLineBytes || Encoding.UTF8.GetByteCount(text) > MaxLineBytes)
        {
            findings.Report(FindingCodes.LineTooLong, line.Span(0, 1),
                $"this line is longer than {MaxLineBytes} bytes and is left out",
                "split it, for example with a multi-line definition");
            return false;
        }
        if (text.Contains('\0'))
        {
            findings.Report(FindingCodes.NulByte, line.Span(0, 1), "this line holds a NUL byte and is left out");
            return false;
        }
        return true;
    }

    private void ReadLine(MappedText physical, int depth)
    {
        MappedText line = Comments.Remove(physical, out MappedText? comment, out int unclosedQuote);
        if (unclosedQuote >= 0)
        {
            findings.Report(FindingCodes.UnclosedQuote, physical.Span(unclosedQuote, 1),
                "this quote is not closed on its line", "add the closing \"");
        }
        if (comment is not null && comment.Text.StartsWith("#holdfast:", StringComparison.Ordinal))
        {
            Emit(LogicalLineKind.Option, comment.Slice(10, comment.Length - 10).Trim());
        }
        if (_open is not null)
        {
            ContinueDefinition(line, isEmpty: physical.Trim().Length == 0);
            return;
        }
        if (line.Length == 0)
        {
            return;
        }
        if (IncludeWords.TryParse(line.Text, out IncludeChecks checks, out int patternStart))
        {
            Include(line, checks, patternStart, depth);
            return;
        }
        Expand(line, depth: 0);
    }

    private void Expand(MappedText line, int depth)
    {
        if (depth > MaxDepth)
        {
            findings.Report(FindingCodes.DefinitionTooDeep, line.Span(0, line.Length),
                "definitions refer to one another without end", "break the ring");
            return;
        }
        // A few nested sequences could otherwise keep the parser busy for years without a line of output.
        if (++_expansions > MaxExpansions)
        {
            Overflow(line);
            return;
        }
        if (!PassesConditions(ref line) || line.Length == 0)
        {
            return;
        }
        if (line.Text[0] == '$' && TryDefine(line))
        {
            return;
        }
        if (line.Text[0] == '~' && TryRepeat(line, depth))
        {
            return;
        }
        if (line.Text.Contains('$') && TrySubstitute(line, depth))
        {
            return;
        }
        SplitBraces(line);
    }

    /// <summary>Layer 4: <c>@id rest</c> stays on the machine with that id, <c>@^id rest</c> on all others.</summary>
    private bool PassesConditions(ref MappedText line)
    {
        while (line.Length > 0 && line.Text[0] == '@')
        {
            string text = line.Text;
            int end = 1;
            while (end < text.Length && !Blank.Is(text[end]))
            {
                end++;
            }
            bool negated = end > 1 && text[1] == '^';
            bool equal = text.AsSpan((negated ? 2 : 1)..end).SequenceEqual(_configId);
            if (equal == negated)
            {
                return false;
            }
            line = line.Slice(end, text.Length - end).Trim();
        }
        return true;
    }

    private bool TryDefine(MappedText line)
    {
        if (!Definition.TryParse(line.Text, out string name, out int valueStart))
        {
            return false;
        }
        var definition = new Definition(name, line.Span(1, name.Length));
        _definitions[name] = definition;
        MappedText value = line.Slice(valueStart, line.Length - valueStart);
        if (value.Text.EndsWith('\\'))
        {
            definition.IsMultiLine = true;
            _open = definition;
            AddDefinitionLine(definition, value.Slice(0, value.Length - 1).Trim());
            return true;
        }
        definition.Lines.Add(value);
        return true;
    }

    private void ContinueDefinition(MappedText line, bool isEmpty)
    {
        Definition definition = _open!;
        if (isEmpty)
        {
            _open = null;
            return;
        }
        bool goesOn = line.Text.EndsWith('\\');
        AddDefinitionLine(definition, goesOn ? line.Slice(0, line.Length - 1).Trim() : line);
        if (!goesOn)
        {
            _open = null;
        }
    }

    private static void AddDefinitionLine(Definition definition, MappedText line)
    {
        if (line.Length > 0)
        {
            definition.Lines.Add(line);
        }
    }

    /// <summary>Layer 8: outside double quotes each brace is a logical line of its own.</summary>
    private void SplitBraces(MappedText line)
    {
        string text = line.Text;
        if (text.AsSpan().IndexOfAny('{', '}') < 0)
        {
            Emit(LogicalLineKind.Words, line);
            return;
        }
        bool quoted = false;
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            quoted ^= text[i] == '"';
            if (!quoted && text[i] is '{' or '}')
            {
                EmitWords(line, start, i);
                Emit(text[i] == '{' ? LogicalLineKind.Open : LogicalLineKind.Close, line.Slice(i, 1));
                start = i + 1;
            }
        }
        EmitWords(line, start, text.Length);
    }

    private void EmitWords(MappedText line, int start, int end)
    {
        MappedText part = line.Slice(start, end - start).Trim();
        if (part.Length > 0)
        {
            Emit(LogicalLineKind.Words, part);
        }
    }

    private void Emit(LogicalLineKind kind, MappedText text)
    {
        _characters += text.Length;
        if (_output.Count >= MaxOutputLines || _characters > MaxOutputCharacters)
        {
            Overflow(text);
            return;
        }
        _output.Add(new LogicalLine(kind, text));
        FollowGlobal(kind, text);
    }

    private void Overflow(MappedText text)
    {
        if (!_overflow)
        {
            findings.Report(FindingCodes.ExpansionTooLarge, text.Span(0, text.Length), string.Create(
                CultureInfo.InvariantCulture, $"the configuration grows beyond {MaxOutputLines} lines here"));
        }
        _overflow = true;
    }

    /// <summary>
    /// include_check and random_seed have their effect while files are read, and only in global_defs.
    /// </summary>
    private void FollowGlobal(LogicalLineKind kind, MappedText text)
    {
        switch (kind)
        {
            case LogicalLineKind.Open:
                _depth++;
                break;
            case LogicalLineKind.Close:
                _depth = Math.Max(0, _depth - 1);
                break;
            case LogicalLineKind.Words when _depth == 0:
                _inGlobal = text.Text.StartsWith("global_defs", StringComparison.Ordinal);
                break;
            case LogicalLineKind.Words when _depth == 1 && _inGlobal
                && text.Text.StartsWith("random_seed ", StringComparison.Ordinal):
                _ = ulong.TryParse(text.Text.AsSpan(12).Trim(), CultureInfo.InvariantCulture, out _random);
                break;
            case LogicalLineKind.Words when _depth == 1 && _inGlobal
                && text.Text.StartsWith("include_check", StringComparison.Ordinal):
                SetIncludeChecks(text);
                break;
            default:
                break;
        }
    }
}
