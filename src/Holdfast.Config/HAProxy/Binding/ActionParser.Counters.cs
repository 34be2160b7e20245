using System.Globalization;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Actions on variables, counters, maps and captures, and those with one word.</summary>
internal sealed partial class ActionParser
{
    private static readonly string[] s_levels =
        ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug", "silent"];

    private static readonly string[] s_normalizers =
    [
        "fragment-encode", "fragment-strip", "path-merge-slashes", "path-strip-dot", "path-strip-dotdot",
        "percent-decode-unreserved", "percent-to-uppercase", "query-sort-by-name",
    ];

    private RuleAction? Variable(string name, RuleLine line)
    {
        if (InParentheses(line, name, 1) is not { } arguments)
        {
            return null;
        }
        Argument variable = arguments[0];
        if (!expressions.CheckVariable(variable.Text, line.Action.At(variable.Start, Math.Max(1, variable.Length)),
            line.Action))
        {
            return null;
        }
        string[] conditionWords = [.. arguments.Skip(1).Select(static a => a.Text)];
        switch (name)
        {
            case "unset-var":
                return new UnsetVariableAction(variable.Text);
            case "set-var-fmt":
                return Format(line) is { } format
                    ? new SetVariableAction(name, variable.Text, [.. conditionWords], null, format) : null;
            default:
                return Expression(line, name) is { } expression
                    ? new SetVariableAction(name, variable.Text, [.. conditionWords], expression, null) : null;
        }
    }

    private TrackAction? Track(RuleLine line)
    {
        string number = line.Action.Text["track-sc".Length..];
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int counter) || counter > 2)
        {
            context.Error(FindingCodes.BadNumber, line.Action, "only counters 0 to 2 can be tracked: track-sc0, "
                + "track-sc1, track-sc2");
            return null;
        }
        if (Expression(line, "track-sc") is not { } key)
        {
            return null;
        }
        string table = "";
        if (line.Peek == "table")
        {
            line.Index++;
            if (!line.HasArgument)
            {
                Missing(line, "table", "a name");
                return null;
            }
            table = line.Words[line.Index++].Text;
        }
        return new TrackAction(counter, key, table);
    }

    private CounterAction? Counter(string name, RuleLine line)
    {
        if (InParentheses(line, name, 1) is not { } arguments)
        {
            return null;
        }
        bool hasIndex = name is "sc-inc-gpc" or "sc-set-gpt" or "sc-add-gpc";
        Argument last = arguments[^1];
        if (!int.TryParse(last.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int counter) || counter > 2)
        {
            context.Findings.Report(FindingCodes.BadNumber, line.Action.At(last.Start, Math.Max(1, last.Length)),
                $"'{name}' expects a tracked counter from 0 to 2, but got '{last.Text}'");
            return null;
        }
        int index = name is "sc-inc-gpc1" ? 1 : 0;
        if (hasIndex && (arguments.Count < 2
            || !int.TryParse(arguments[0].Text, NumberStyles.None, CultureInfo.InvariantCulture, out index)
            || index > 99))
        {
            context.Error(FindingCodes.BadNumber, line.Action, $"'{name}' expects an index from 0 to 99 and a counter");
            return null;
        }
        if (name is "sc-inc-gpc" or "sc-inc-gpc0" or "sc-inc-gpc1")
        {
            return new CounterAction(name, counter, index, 1, null);
        }
        if (line.HasArgument && long.TryParse(line.Peek, NumberStyles.None, CultureInfo.InvariantCulture,
            out long value))
        {
            line.Index++;
            return new CounterAction(name, counter, index, value, null);
        }
        return Expression(line, name) is { } expression
            ? new CounterAction(name, counter, index, null, expression) : null;
    }

    private PatternUpdateAction? PatternUpdate(string name, RuleLine line)
    {
        if (InParentheses(line, name, 1) is not { } arguments || Format(line) is not { } key)
        {
            return null;
        }
        LogFormat? value = null;
        if (name == "set-map" && (value = Format(line)) is null)
        {
            return null;
        }
        return new PatternUpdateAction(name, arguments[0].Text, key, value);
    }

    private CaptureAction? Capture(RuleLine line, RuleSet set)
    {
        if (Expression(line, "capture") is not { } expression)
        {
            return null;
        }
        if (!line.HasArgument)
        {
            Missing(line, "capture", set == RuleSet.HttpResponse ? "'id' and a slot" : "'len' and a length, or 'id'");
            return null;
        }
        Word name = line.Words[line.Index++];
        if (values.Choice(name, "capture", "len", "id") is not { } word)
        {
            return null;
        }
        if (!line.HasArgument)
        {
            Missing(line, word, "a number");
            return null;
        }
        Word number = line.Words[line.Index++];
        if (values.Integer(number, word, word == "len" ? 1 : 0) is not { } value)
        {
            return null;
        }
        return word == "len" ? new CaptureAction(expression, value, null) : new CaptureAction(expression, null, value);
    }

    private SetWordAction? SetWord(string name, RuleLine line)
    {
        if (!line.HasArgument)
        {
            Missing(line, name, "an argument");
            return null;
        }
        Word word = line.Words[line.Index++];
        switch (name)
        {
            case "set-log-level" when values.Choice(word, name, s_levels) is null:
            case "strict-mode" when values.Choice(word, name, "on", "off") is null:
            case "normalize-uri" when values.Choice(word, name, s_normalizers) is null:
                return null;
            case "use-service" when word.Text != "prometheus-exporter"
                && !word.Text.StartsWith("lua.", StringComparison.Ordinal):
                context.Error(FindingCodes.BadWord, word, $"unknown service '{word}'", null,
                    Text.NearestWord.Find(word.Text, ["prometheus-exporter"]));
                return null;
            case "switch-mode" when values.Choice(word, name, "http") is null:
                return null;
            case "set-tos" or "set-mark" or "set-fc-mark" or "set-fc-tos" or "set-bc-mark" or "set-bc-tos"
                when !IsNumber(word.Text):
                context.Error(FindingCodes.BadNumber, word, $"'{name}' expects an integer, decimal or with 0x");
                return null;
            default:
                break;
        }
        string value = word.Text;
        while (line.HasArgument && name is "switch-mode" or "normalize-uri" && line.HasArgument)
        {
            value += " " + line.Words[line.Index++].Text;
        }
        return new SetWordAction(name, value);
    }

    private static bool IsNumber(string text)
        => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? text.Length > 2 && text.Skip(2).All(char.IsAsciiHexDigit)
            : text.Length > 0 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;
}
