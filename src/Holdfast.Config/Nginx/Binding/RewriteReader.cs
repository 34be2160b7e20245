using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>The directives of the rewrite module, but for the blocks of <c>if</c>.</summary>
internal static class RewriteReader
{
    /// <summary>A step; null, and reported, when it cannot be read; null for what is none.</summary>
    public static RewriteStep? Step(BindContext context, NginxDirective directive) => directive.Name switch
    {
        "rewrite" => Rewrite(context, directive),
        "set" when context.Variable(directive, 0) is { } name =>
            new SetVariable(name, context.Text(directive, 1), directive.Span),
        "return" => Return(context, directive),
        "break" => new BreakRewrite(directive.Span),
        _ => null,
    };

    /// <summary>The condition of an <c>if</c>; null, and reported, when it cannot be read.</summary>
    public static RewriteCondition? Condition(BindContext context, NginxDirective directive)
    {
        var words = new List<(string Text, SourceSpan Span, int Index)>();
        for (int i = 0; i < directive.Count; i++)
        {
            words.Add((directive[i], directive.SpanOf(i), i));
        }
        if (!words[0].Text.StartsWith('('))
        {
            return Invalid(context, directive, directive[0]);
        }
        words[0] = (words[0].Text[1..], words[0].Span, 0);
        if (!words[^1].Text.EndsWith(')'))
        {
            return Invalid(context, directive, words[^1].Text);
        }
        words[^1] = (words[^1].Text[..^1], words[^1].Span, words[^1].Index);
        words.RemoveAll(static w => w.Text.Length == 0 && w.Span.Length <= 1);
        if (words.Count == 0)
        {
            return Invalid(context, directive, ")");
        }
        (string first, _, int _) = words[0];
        (string last, SourceSpan lastSpan, int _) = words[^1];
        if (first.Length > 1 && first[0] == '$')
        {
            return OfVariable(context, directive, words, first[1..].ToLowerInvariant(), last, lastSpan);
        }
        bool isNegated = first.StartsWith('!');
        ConditionKind? kind = (isNegated ? first[1..] : first) switch
        {
            "-f" => ConditionKind.IsFile,
            "-d" => ConditionKind.IsDirectory,
            "-e" => ConditionKind.Exists,
            "-x" => ConditionKind.IsExecutable,
            _ => null,
        };
        if (kind is null || words.Count < 2)
        {
            return Invalid(context, directive, first);
        }
        return new RewriteCondition(
            kind.Value, isNegated, null, context.Text(directive, last, lastSpan), null);
    }

    private static RewriteCondition? OfVariable(BindContext context, NginxDirective directive,
        List<(string Text, SourceSpan Span, int Index)> words, string variable, string last, SourceSpan lastSpan)
    {
        context.Use(directive, variable, words[0].Span);
        if (words.Count == 1)
        {
            return new RewriteCondition(ConditionKind.IsTrue, false, variable, null, null);
        }
        string sign = words[1].Text;
        switch (sign)
        {
            case "=" or "!=":
                return new RewriteCondition(ConditionKind.Equal, sign == "!=", variable,
                    words.Count > 2 ? context.Text(directive, last, lastSpan) : Texts.Of("", lastSpan), null);
            case "~" or "~*" or "!~" or "!~*":
                return new RewriteCondition(ConditionKind.Matches, sign.StartsWith('!'), variable, null,
                    context.Regex(directive, words.Count > 2 ? last : "", sign.EndsWith('*'), lastSpan));
            default:
                context.Bad(directive, words[1].Index, $"unexpected \"{sign}\" in condition",
                    "=, !=, ~, ~*, !~ or !~* may stand there");
                return null;
        }
    }

    private static RewriteCondition? Invalid(BindContext context, NginxDirective directive, string word)
    {
        context.Bad(directive, 0, $"invalid condition \"{(word.Length == 0 ? ")" : word)}\"",
            "such as ($a), ($a = b), ($a ~ regex), (-f path)");
        return null;
    }

    private static RewriteUri? Rewrite(BindContext context, NginxDirective directive)
    {
        NginxRegex regex = context.Regex(directive, directive[0], ignoresCase: false, directive.SpanOf(0));
        string text = directive[1];
        if (text.Length == 0)
        {
            context.Bad(directive, 1, "empty replacement");
            return null;
        }
        bool isAddress = text.StartsWith("http://", StringComparison.Ordinal)
            || text.StartsWith("https://", StringComparison.Ordinal)
            || text.StartsWith("$scheme", StringComparison.Ordinal);
        RewriteFlag? flag = directive.Count < 3 ? RewriteFlag.None : directive[2] switch
        {
            "last" => RewriteFlag.Last,
            "break" => RewriteFlag.Break,
            "redirect" => RewriteFlag.Redirect,
            "permanent" => RewriteFlag.Permanent,
            _ => null,
        };
        if (flag is null)
        {
            context.Bad(directive, 2, $"invalid parameter \"{directive[2]}\"", "last, break, redirect or permanent");
            return null;
        }
        bool drops = text.EndsWith('?');
        ComplexText replacement = context.Text(directive, drops ? text[..^1] : text, directive.SpanOf(1));
        if (isAddress && flag != RewriteFlag.Permanent)
        {
            flag = RewriteFlag.Redirect;
        }
        return new RewriteUri(regex, replacement, drops, flag.Value, directive.Span);
    }

    private static ReturnAnswer? Return(BindContext context, NginxDirective directive)
    {
        string first = directive[0];
        if (NginxNumbers.TryNumber(first, out long status))
        {
            if (status > 999)
            {
                context.Bad(directive, 0, $"invalid return code \"{first}\"");
                return null;
            }
            return new ReturnAnswer(
                (int)status, directive.Count > 1 ? context.Text(directive, 1) : null, directive.Span);
        }
        bool isAddress = first.StartsWith("http://", StringComparison.Ordinal)
            || first.StartsWith("https://", StringComparison.Ordinal)
            || first.StartsWith("$scheme", StringComparison.Ordinal);
        if (directive.Count != 1 || !isAddress)
        {
            context.Bad(directive, 0, $"invalid return code \"{first}\"",
                "a status, or an address that begins with http://, https:// or $scheme");
            return null;
        }
        return new ReturnAnswer(302, context.Text(directive, 0), directive.Span);
    }
}
