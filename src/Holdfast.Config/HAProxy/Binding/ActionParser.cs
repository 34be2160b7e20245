using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>A rule's line while it is read.</summary>
/// <param name="words">Its words.</param>
/// <param name="index">The action; moves on as it is read.</param>
/// <param name="places">Where the rule runs.</param>
internal sealed class RuleLine(Word[] words, int index, SamplePlaces places)
{
    public Word[] Words => words;

    public SamplePlaces Places => places;

    public int Index { get; set; } = index;

    public Word Action { get; } = words[index];

    /// <summary>Whether there is a word left that belongs to the action.</summary>
    public bool HasArgument => Index < words.Length && words[Index].Text is not ("if" or "unless");

    /// <summary>The text of the next word; empty at the end.</summary>
    public string Peek => Index < words.Length ? words[Index].Text : "";
}

/// <summary>Reads the actions of rules.</summary>
internal sealed partial class ActionParser(BindContext context, ValueReader values, ExpressionParser expressions,
    LogFormatParser formats, ConditionParser conditions)
{
    /// <summary>Reads action and condition; null, and errors, when they cannot be read.</summary>
    public RuleModel? Parse(RuleSet set, KeywordGroup group, Statement statement, int index, AclScope acls,
        SamplePlaces places)
    {
        string title = string.Join(' ', statement.Words.Take(index).Select(static w => w.Text));
        if (values.Argument(statement, index, "an action") is not { } word)
        {
            return null;
        }
        KeywordSpec? spec = KeywordTable.Find(group, word.Text);
        if (spec is null)
        {
            string? near = KeywordTable.Nearest(group, word.Text);
            context.Error(FindingCodes.UnknownKeyword, word, $"unknown action '{word}' of {title}", null, near);
            return null;
        }
        context.Support(spec, word.Span, $"{title} {spec.Name}");
        var line = new RuleLine(statement.Words, index, places) { Index = index + 1 };
        RuleAction? action = Action(set, spec, line);
        if (action is null
            || !conditions.TryParse(statement.Words, line.Index, acls, places, out RuleCondition? condition))
        {
            return null;
        }
        return new RuleModel(action, condition, statement.Span);
    }

    private RuleAction? Action(RuleSet set, KeywordSpec spec, RuleLine line)
    {
        switch (spec.Name)
        {
            case "allow" or "accept" or "close" or "silent-drop" or "disable-l7-retry" or "expect-proxy":
                return Simple(spec, line);
            case "reject":
                return new SimpleAction("reject");
            case "deny" or "tarpit" or "return":
                return ReplyOf(spec.Name, set, line) is { } reply ? new ReplyAction(spec.Name, reply) : null;
            case "redirect":
                return Redirect(line.Words, line, isOwnLine: false) is { } redirect
                    ? new RedirectAction(redirect) : null;
            case "auth":
                return Auth(line);
            case "set-header" or "add-header" or "early-hint":
                return SetHeader(spec.Name, line);
            case "del-header":
                return DeleteHeader(line);
            case "replace-header" or "replace-value":
                return ReplaceHeader(spec.Name, line);
            case "replace-path" or "replace-pathq" or "replace-uri":
                return ReplaceLine(spec.Name, line);
            case "set-method" or "set-path" or "set-pathq" or "set-query" or "set-uri":
                return Format(line) is { } value ? new SetRequestLineAction(spec.Name, value) : null;
            case "set-status":
                return SetStatus(line);
            case "set-var" or "set-var-fmt" or "unset-var":
                return Variable(spec.Name, line);
            case "track-sc":
                return Track(line);
            case "sc-inc-gpc" or "sc-inc-gpc0" or "sc-inc-gpc1" or "sc-set-gpt" or "sc-set-gpt0" or "sc-add-gpc":
                return Counter(spec.Name, line);
            case "set-map" or "del-map" or "add-acl" or "del-acl":
                return PatternUpdate(spec.Name, line);
            case "capture":
                return Capture(line, set);
            case "set-src" or "set-dst" or "set-src-port" or "set-dst-port":
                return Expression(line, spec.Name) is { } sample ? new SetSampleAction(spec.Name, sample) : null;
            case "set-priority-class" or "set-priority-offset":
                return Expression(line, spec.Name) is { } priority ? new SetPriorityAction(spec.Name, priority) : null;
            case "set-timeout":
                return SetTimeout(line);
            case "wait-for-body":
                return WaitForBody(line);
            case "set-log-level" or "set-nice" or "set-tos" or "set-mark" or "strict-mode" or "use-service"
                or "switch-mode" or "normalize-uri" or "set-retries" or "pause" or "set-fc-mark" or "set-fc-tos"
                or "set-bc-mark" or "set-bc-tos":
                return SetWord(spec.Name, line);
            default:
                return Other(spec, line);
        }
    }

    private SimpleAction? Simple(KeywordSpec spec, RuleLine line)
    {
        if (spec.Name == "silent-drop" && line.Peek == "rst-ttl")
        {
            context.Error(FindingCodes.NotYet, line.Words[line.Index], "silent-drop rst-ttl is not supported yet",
                "remove it, or load with --accept-loss to run without it");
            line.Index += 2;
        }
        if (spec.Name == "expect-proxy")
        {
            if (line.Peek != "layer4")
            {
                Missing(line, "expect-proxy", "'layer4'");
                return null;
            }
            line.Index++;
        }
        return new SimpleAction(spec.Name);
    }

    private static OtherAction Other(KeywordSpec spec, RuleLine line)
    {
        int start = line.Index;
        while (line.HasArgument)
        {
            line.Index++;
        }
        string[] words = [.. line.Words[start..line.Index].Select(static w => w.Text)];
        return new OtherAction(new GenericStatement(line.Action.Text, [.. words], false, line.Action.Span));
    }

    private AuthAction? Auth(RuleLine line)
    {
        string? realm = null;
        if (line.Peek == "realm")
        {
            line.Index++;
            if (!line.HasArgument)
            {
                Missing(line, "realm", "a text");
                return null;
            }
            realm = line.Words[line.Index++].Text;
        }
        return new AuthAction(realm);
    }

    private RuleAction? SetHeader(string name, RuleLine line)
    {
        if (line.Index + 1 >= line.Words.Length || !line.HasArgument)
        {
            Missing(line, name, "a name and a format");
            return null;
        }
        Word header = line.Words[line.Index];
        LogFormat? key = Format(line);
        LogFormat? value = key is null ? null : Format(line);
        return key is null || value is null ? null
            : name == "early-hint" ? new EarlyHintAction(header.Text, value)
            : new SetHeaderAction(name, key, value);
    }

    private DeleteHeaderAction? DeleteHeader(RuleLine line)
    {
        if (!line.HasArgument)
        {
            Missing(line, "del-header", "a name");
            return null;
        }
        string header = line.Words[line.Index++].Text;
        MatchMethod method = MatchMethod.Exact;
        if (line.Peek == "-m")
        {
            line.Index++;
            if (!line.HasArgument)
            {
                Missing(line, "-m", "a matching method");
                return null;
            }
            string? word = values.Choice(line.Words[line.Index], "-m", "str", "beg", "end", "sub", "reg");
            line.Index++;
            method = word switch
            {
                "beg" => MatchMethod.Begin,
                "end" => MatchMethod.End,
                "sub" => MatchMethod.Substring,
                "reg" => MatchMethod.Regex,
                _ => MatchMethod.Exact,
            };
        }
        return new DeleteHeaderAction(header, method);
    }

    private ReplaceHeaderAction? ReplaceHeader(string name, RuleLine line)
    {
        if (line.Index + 2 >= line.Words.Length)
        {
            Missing(line, name, "a name, a regular expression and a format");
            return null;
        }
        string header = line.Words[line.Index++].Text;
        RegexModel regex = Regex(line);
        return Format(line) is { } value ? new ReplaceHeaderAction(name, header, regex, value) : null;
    }

    private ReplaceRequestLineAction? ReplaceLine(string name, RuleLine line)
    {
        if (line.Index + 1 >= line.Words.Length || !line.HasArgument)
        {
            Missing(line, name, "a regular expression and a format");
            return null;
        }
        RegexModel regex = Regex(line);
        return Format(line) is { } value ? new ReplaceRequestLineAction(name, regex, value) : null;
    }

    private RegexModel Regex(RuleLine line)
    {
        Word word = line.Words[line.Index++];
        context.CheckRegex(word, word.Text, ignoreCase: false);
        return new RegexModel(word.Text, false, word.Span);
    }

    private SetStatusAction? SetStatus(RuleLine line)
    {
        if (!line.HasArgument || values.Integer(line.Words[line.Index], "set-status", 100, 999) is not { } status)
        {
            if (!line.HasArgument)
            {
                Missing(line, "set-status", "a status");
            }
            return null;
        }
        line.Index++;
        string? reason = null;
        if (line.Peek == "reason" && line.Index + 1 < line.Words.Length)
        {
            reason = line.Words[line.Index + 1].Text;
            line.Index += 2;
        }
        return new SetStatusAction(status, reason);
    }

    private SetTimeoutAction? SetTimeout(RuleLine line)
    {
        if (line.Index + 1 >= line.Words.Length || !line.HasArgument)
        {
            Missing(line, "set-timeout", "server or tunnel, and a time or an expression");
            return null;
        }
        string? which = values.Choice(line.Words[line.Index++], "set-timeout", "server", "tunnel", "client", "connect",
            "queue", "tarpit");
        Word value = line.Words[line.Index];
        if (which is null)
        {
            return null;
        }
        if (value.Text.Length > 0 && char.IsAsciiDigit(value.Text[0]))
        {
            line.Index++;
            return values.Time(value, "set-timeout") is { } time ? new SetTimeoutAction(which, time, null) : null;
        }
        return Expression(line, "set-timeout") is { } expression ? new SetTimeoutAction(which, null, expression) : null;
    }

    private WaitForBodyAction? WaitForBody(RuleLine line)
    {
        long? time = null, size = null;
        while (line.HasArgument)
        {
            Word name = line.Words[line.Index++];
            if (!line.HasArgument)
            {
                Missing(line, name.Text, "a value");
                return null;
            }
            Word value = line.Words[line.Index++];
            switch (values.Choice(name, "wait-for-body", "time", "at-least"))
            {
                case "time":
                    time = values.Time(value, "time");
                    break;
                case "at-least":
                    size = values.Size(value, "at-least");
                    break;
                default:
                    return null;
            }
        }
        if (time is null)
        {
            Missing(line, "wait-for-body", "'time' and a time");
            return null;
        }
        return new WaitForBodyAction(time.Value, size);
    }

    private SampleExpression? Expression(RuleLine line, string what)
    {
        if (!line.HasArgument)
        {
            Missing(line, what, "an expression");
            return null;
        }
        int index = line.Index;
        SampleExpression? expression = expressions.ParseFor(line.Words, ref index, line.Places, what);
        line.Index = index;
        return expression;
    }

    private LogFormat? Format(RuleLine line)
    {
        if (!line.HasArgument)
        {
            Missing(line, line.Action.Text, "a format");
            return null;
        }
        return formats.Parse(line.Words[line.Index++], line.Places);
    }

    private void Missing(RuleLine line, string what, string wanted)
        => context.Error(FindingCodes.MissingArgument, line.Words[Math.Min(line.Index, line.Words.Length) - 1],
            $"'{what}' expects {wanted}");

    /// <summary>The arguments in the parentheses of the action's own word.</summary>
    private List<Argument>? InParentheses(RuleLine line, string name, int least)
    {
        Word word = line.Action;
        int open = word.Text.IndexOf('(', StringComparison.Ordinal);
        List<Argument> arguments = [];
        if (open >= 0)
        {
            int at = open + 1;
            if (!ArgumentLexer.TryRead(word.Text, ref at, out arguments, out string? fault) || at < word.Text.Length)
            {
                context.Findings.Report(FindingCodes.BadRule, word.At(open, 1),
                    fault ?? "nothing may follow the closing parenthesis");
                return null;
            }
        }
        if (arguments.Count < least)
        {
            context.Error(FindingCodes.MissingArgument, word, $"'{name}' expects an argument in parentheses");
            return null;
        }
        return arguments;
    }
}
