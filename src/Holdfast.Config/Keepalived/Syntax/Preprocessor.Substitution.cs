using System.Globalization;
using Holdfast.Config.Text;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>Layer 7: substitution of names, and the built-in ones.</summary>
internal sealed partial class Preprocessor
{
    private static readonly string[] s_builtIns = ["_PWD", "_INSTANCE", "_RANDOM", "_ENV", "_HASH", "_BANG"];

    private ulong _random = options.RandomSeed;

    /// <summary>Expands the names of a line; false when there was none to expand.</summary>
    private bool TrySubstitute(MappedText line, int depth)
    {
        var builder = new MappedTextBuilder();
        int copied = 0;
        bool any = false;
        for (int at = 0; VariableUse.TryFind(line.Text, at, out VariableUse use);)
        {
            at = use.Start + use.Length;
            _definitions.TryGetValue(use.Name, out Definition? definition);
            string? value = definition is { IsMultiLine: false } ? definition.SingleText
                : definition is null ? BuiltIn(use, line) : null;
            if (definition is { IsMultiLine: true })
            {
                if (line.Slice(at, line.Length - at).Trim().Length > 0)
                {
                    findings.Report(FindingCodes.MultiLineUse, line.Span(use.Start, use.Length),
                        $"${use.Name} has several lines, so it must be the last thing on its line");
                    continue;
                }
                builder.Append(line, copied, use.Start - copied);
                ExpandLines(builder, definition, line, use, depth);
                return true;
            }
            if (value is null)
            {
                ReportUndefined(line, use);
                continue;
            }
            builder.Append(line, copied, use.Start - copied);
            builder.AppendFixed(value, line, use.Start, use.Length);
            copied = at;
            any = true;
        }
        if (!any)
        {
            return false;
        }
        builder.Append(line, copied, line.Length - copied);
        ExpandAgain(builder.Build(line.FirstLine), depth);
        return true;
    }

    private void ExpandLines(
        MappedTextBuilder before, Definition definition, MappedText line, VariableUse use, int depth)
    {
        var via = new Expansion(definition.Name, line.Span(use.Start, use.Length));
        for (int i = 0; i < definition.Lines.Count && !_overflow; i++)
        {
            MappedText body = definition.Lines[i].WithExpansion(via);
            if (i == 0)
            {
                before.Append(body, 0, body.Length);
                body = before.Build(line.FirstLine);
            }
            if (_open is not null)
            {
                // A multi-line definition whose body defines another multi-line name.
                ContinueDefinition(body, isEmpty: false);
                continue;
            }
            ExpandAgain(body, depth);
        }
        if (definition.Lines.Count == 0 && before.Length > 0)
        {
            ExpandAgain(before.Build(line.FirstLine), depth);
        }
    }

    private void ExpandAgain(MappedText line, int depth)
    {
        if (line.Length > MaxLineBytes)
        {
            findings.Report(FindingCodes.LineTooLong, line.Span(0, 1),
                $"this line is longer than {MaxLineBytes} bytes after its names are expanded");
            return;
        }
        MappedText stripped = Comments.Remove(line, out _, out int unclosed);
        if (unclosed >= 0 && depth == 0)
        {
            findings.Report(FindingCodes.UnclosedQuote, line.Span(unclosed, 1), "this quote is not closed on its line");
        }
        if (stripped.Length > 0)
        {
            Expand(stripped, depth + 1);
        }
    }

    private void ReportUndefined(MappedText line, VariableUse use)
        => findings.Report(FindingCodes.UndefinedName, line.Span(use.Start, use.Length),
            $"${use.Name} is not defined, so it stays as text", "define it above this line with $NAME=value",
            NearestWord.Find(use.Name, [.. _definitions.Keys, .. s_builtIns]));

    private string? BuiltIn(VariableUse use, MappedText line)
    {
        switch (use.Name)
        {
            case "_PWD":
                string directory = PathText.DirectoryOf(line.FirstLine.File.Path);
                return PathText.Normalize(files.WorkingDirectory, directory);
            case "_INSTANCE":
                return options.InstanceName ?? "";
            case "_ENV":
                return files.GetEnvironment(use.Arguments) ?? "";
            case "_HASH":
                return "#";
            case "_BANG":
                return "!";
            case "_RANDOM":
                return Random(use.Arguments);
            default:
                return null;
        }
    }

    /// <summary>Default range 0 to 32767, as <c>$RANDOM</c> of a shell.</summary>
    private string Random(string arguments)
    {
        string[] parts = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        uint first = parts.Length > 0 && uint.TryParse(parts[0], CultureInfo.InvariantCulture, out uint a) ? a : 0;
        uint last = parts.Length > 1 && uint.TryParse(parts[1], CultureInfo.InvariantCulture, out uint b) ? b : 32767;

        // The step of splitmix64: small, and the same on every machine for the same seed.
        _random = unchecked(_random + 0x9E3779B97F4A7C15);
        ulong z = unchecked((_random ^ (_random >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        ulong width = last >= first ? (ulong)last - first + 1 : 1;
        return (first + ((z ^ (z >> 31)) % width)).ToString(CultureInfo.InvariantCulture);
    }
}
