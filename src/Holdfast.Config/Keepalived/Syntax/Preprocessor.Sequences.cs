using System.Globalization;
using Holdfast.Config.Text;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>Layer 6: <c>~SEQ</c>, <c>~SEQx</c> and <c>~LST</c> repeat the rest of their line.</summary>
internal sealed partial class Preprocessor
{
    private const int MaxSequenceLength = 1_000_000;

    private bool TryRepeat(MappedText line, int depth)
    {
        string text = line.Text;
        int open = text.IndexOf('(', StringComparison.Ordinal);
        int close = open < 0 ? -1 : text.IndexOf(')', open);
        string word = open < 0 ? text : text[..open].TrimEnd();
        if (word is not ("~SEQ" or "~SEQx" or "~LST"))
        {
            return false;
        }
        if (close >= 0 && line.Slice(close + 1, text.Length - close - 1).Trim().Length == 0)
        {
            return Bad(line, $"{word} has nothing to repeat on its line");
        }
        if (close < 0)
        {
            return Bad(line, $"{word} lacks its closing parenthesis");
        }
        MappedText template = line.Slice(close + 1, text.Length - close - 1).Trim();
        string parameters = ExpandInline(line, text[(open + 1)..close], depth: 0);
        return word == "~LST" ? RepeatList(line, parameters, template, depth)
            : RepeatSequence(line, parameters, template, depth, hex: word == "~SEQx");
    }

    private bool RepeatSequence(MappedText line, string parameters, MappedText template, int depth, bool hex)
    {
        string[] parts = parameters.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length is < 2 or > 4 || !IsName(parts[0]))
        {
            return Bad(line, "a sequence is written ~SEQ(NAME, [START,] [STEP,] END)");
        }
        Span<long> numbers = stackalloc long[3];
        for (int i = 1; i < parts.Length; i++)
        {
            if (!TryNumber(parts[i], out numbers[i - 1]))
            {
                return Bad(line, $"'{parts[i]}' is not a number");
            }
        }
        int count = parts.Length - 1;
        long end = numbers[count - 1];
        long start = count == 1 ? (end < 0 ? -1 : 1) : numbers[0];
        long step = count == 3 ? numbers[1] : end < start ? -1 : 1;
        if (hex && (start < 0 || end < 0))
        {
            return Bad(line, "~SEQx knows no negative numbers");
        }
        if (step == 0 || (end > start && step < 0) || (end < start && step > 0)
            || (end - start) / step >= MaxSequenceLength)
        {
            findings.Report(FindingCodes.SequenceStep, line.Span(0, line.Length - template.Length),
                string.Create(CultureInfo.InvariantCulture, $"from {start} to {end} by {step} does not end in time"));
            return true;
        }
        string format = hex ? "x" : "d";
        for (long value = start; (step > 0 ? value <= end : value >= end) && !_overflow; value += step)
        {
            RunTemplate(line, template, [parts[0]], [value.ToString(format, CultureInfo.InvariantCulture)], depth);
        }
        return true;
    }

    private bool RepeatList(MappedText line, string parameters, MappedText template, int depth)
    {
        List<List<string>> groups = SplitGroups(parameters);
        if (groups.Count < 1 || groups[0].Count == 0 || !groups[0].TrueForAll(IsName))
        {
            return Bad(line, "a list is written ~LST(NAME, a, b) or ~LST({N1,N2}, {a,b}, {c,d})");
        }
        List<string> names = groups[0];
        for (int i = 1; i < groups.Count; i++)
        {
            if (groups[i].Count > names.Count)
            {
                findings.Report(FindingCodes.ListValues, line.Span(0, line.Length - template.Length),
                    $"a list of {names.Count} names has {groups[i].Count} values");
                return true;
            }
        }
        for (int i = 1; i < groups.Count && !_overflow; i++)
        {
            while (groups[i].Count < names.Count)
            {
                groups[i].Add("");
            }
            RunTemplate(line, template, names, groups[i], depth);
        }
        return true;
    }

    private void RunTemplate(
        MappedText line, MappedText template, List<string> names, List<string> values, int depth)
    {
        var saved = new Definition?[names.Count];
        for (int i = 0; i < names.Count; i++)
        {
            saved[i] = _definitions.GetValueOrDefault(names[i]);
            var definition = new Definition(names[i], line.Span(0, 1));
            definition.Lines.Add(new MappedText(values[i], line.FirstLine, 1));
            _definitions[names[i]] = definition;
        }
        if (template.Length > 0)
        {
            Expand(template, depth + 1);
        }
        for (int i = 0; i < names.Count; i++)
        {
            if (saved[i] is { } before)
            {
                _definitions[names[i]] = before;
            }
            else
            {
                _definitions.Remove(names[i]);
            }
        }
    }

    private string ExpandInline(MappedText line, string text, int depth)
    {
        for (int at = 0; depth < MaxDepth && VariableUse.TryFind(text, at, out VariableUse use); depth++)
        {
            string? value = _definitions.TryGetValue(use.Name, out Definition? definition)
                ? definition.SingleText : BuiltIn(use, line);
            at = value is null ? use.Start + use.Length : use.Start;
            text = value is null ? text
                : string.Concat(text.AsSpan(0, use.Start), value, text.AsSpan(use.Start + use.Length));
        }
        return text;
    }

    private static List<List<string>> SplitGroups(string parameters)
    {
        var groups = new List<List<string>>();
        int i = 0;
        while (i <= parameters.Length)
        {
            while (i < parameters.Length && Blank.Is(parameters[i]))
            {
                i++;
            }
            bool braced = i < parameters.Length && parameters[i] == '{';
            int end = parameters.IndexOf(braced ? '}' : ',', i);
            end = end < 0 ? parameters.Length : end;
            string body = parameters[(braced ? i + 1 : i)..end];
            groups.Add([.. braced ? body.Split(',', StringSplitOptions.TrimEntries) : [body.Trim()]]);
            int comma = braced ? parameters.IndexOf(',', end) : end;
            i = comma < 0 ? parameters.Length + 1 : comma + 1;
        }
        return groups;
    }

    private bool Bad(MappedText line, string message)
    {
        findings.Report(FindingCodes.SequenceForm, line.Span(0, line.Length), message);
        return true;
    }

    private static bool IsName(string text)
        => text.Length > 0 && Definition.IsNameStart(text[0]) && Definition.NameEnd(text, 0) == text.Length;

    private static bool TryNumber(string text, out long value)
    {
        ReadOnlySpan<char> digits = text.AsSpan().TrimStart("+-");
        bool negative = text.StartsWith('-');
        bool ok;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            ok = long.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
                && value is >= 0 and <= uint.MaxValue;
        }
        else if (digits.Length > 1 && digits[0] == '0')
        {
            ok = TryOctal(digits, out value);
        }
        else
        {
            ok = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value)
                && value <= uint.MaxValue;
        }
        value = negative ? -value : value;
        return ok;
    }

    private static bool TryOctal(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        foreach (char c in digits)
        {
            if (c is < '0' or > '7' || value > uint.MaxValue)
            {
                return false;
            }
            value = (value * 8) + (c - '0');
        }
        return true;
    }
}
