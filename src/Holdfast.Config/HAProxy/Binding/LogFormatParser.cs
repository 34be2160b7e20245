using System.Collections.Immutable;
using System.Text;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Reads log formats, and the texts with variables that rules take.</summary>
internal sealed class LogFormatParser(BindContext context, ExpressionParser expressions)
{
    private static readonly string[] s_httpOnly =
    [
        "CC", "CS", "HM", "HP", "HPO", "HQ", "HU", "HV", "Ta", "Ti", "Tq", "TR", "r", "tr", "trg", "trl", "tsc",
    ];

    /// <summary>Reads one word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="places">Where it is evaluated; expressions must be available there.</param>
    /// <param name="isHttp">Whether variables of HTTP may be in it.</param>
    public LogFormat? Parse(Word word, SamplePlaces places, bool isHttp = true)
    {
        ImmutableArray<LogItem>.Builder items = ImmutableArray.CreateBuilder<LogItem>();
        var literal = new StringBuilder();
        string text = word.Text;
        LogItemFlags common = LogItemFlags.None;
        int literalStart = 0;
        for (int at = 0; at < text.Length;)
        {
            if (text[at] != '%')
            {
                literal.Append(text[at++]);
                continue;
            }
            if (at + 1 < text.Length && text[at + 1] == '%')
            {
                literal.Append('%');
                at += 2;
                continue;
            }
            if (literal.Length > 0)
            {
                items.Add(new LogLiteral(literal.ToString(), word.At(literalStart, at - literalStart)));
                literal.Clear();
            }
            if (Item(word, ref at, places, isHttp, ref common) is not { } item)
            {
                return null;
            }
            if (item is not LogAlias { Name: "o" })
            {
                items.Add(item);
            }
            literalStart = at;
        }
        if (literal.Length > 0)
        {
            items.Add(new LogLiteral(literal.ToString(), word.At(literalStart, text.Length - literalStart)));
        }
        return new LogFormat(text, items.ToImmutable(), word.Span);
    }

    private LogItem? Item(Word word, ref int at, SamplePlaces places, bool isHttp, ref LogItemFlags common)
    {
        string text = word.Text;
        int start = at++;
        string? key = null;
        LogItemFlags flags = common;
        if (at < text.Length && text[at] == '(')
        {
            int close = text.IndexOf(')', at);
            if (close < 0)
            {
                return Fail(word, start, "missing ')' after '%('");
            }
            key = text[(at + 1)..close];
            at = close + 1;
        }
        if (at < text.Length && text[at] == '{')
        {
            int close = text.IndexOf('}', at);
            if (close < 0)
            {
                return Fail(word, start, "missing '}' after '%{'");
            }
            flags = Flags(word, at + 1, close, flags);
            at = close + 1;
        }
        if (at >= text.Length)
        {
            return Fail(word, start, "truncated line after '%'");
        }
        if (text[at] == '[')
        {
            return Expression(word, ref at, start, key, flags, places);
        }
        int name = at;
        while (at < text.Length && char.IsAsciiLetterOrDigit(text[at]))
        {
            at++;
        }
        string alias = text[name..at];
        KeywordSpec? spec = KeywordTable.Find(KeywordGroup.LogAlias, alias);
        if (spec is null)
        {
            context.Findings.Report(FindingCodes.BadLogFormat, word.At(start, Math.Max(1, at - start)),
                alias.Length == 0 ? $"unexpected character '{text[name]}' after '%'"
                    : $"no such format variable '{alias}'", "for a percent sign write '%%'",
                alias.Length < 2 ? null : KeywordTable.Nearest(KeywordGroup.LogAlias, alias));
            return null;
        }
        if (!isHttp && s_httpOnly.Contains(alias))
        {
            return Fail(word, start, $"format variable '{alias}' is reserved for HTTP mode");
        }
        context.Support(spec, word.At(start, at - start), $"log format variable %{alias}");
        if (alias == "o")
        {
            common = flags;
        }
        return new LogAlias(alias, key, flags, word.At(start, at - start));
    }

    private LogSample? Expression(Word word, ref int at, int start, string? key, LogItemFlags flags,
        SamplePlaces places)
    {
        int open = at++;
        ParsedExpression? parsed = expressions.Parse(word, ref at, isAcl: false, ']');
        if (parsed is null)
        {
            return null;
        }
        if (at >= word.Text.Length)
        {
            Fail(word, open, "missing ']' after the expression");
            return null;
        }
        at++;
        return expressions.CheckPlace(parsed, places)
            ? new LogSample(parsed.Expression, key, flags, word.At(start, at - start)) : null;
    }

    private LogItemFlags Flags(Word word, int start, int end, LogItemFlags flags)
    {
        int at = start;
        foreach (string raw in word.Text[start..end].Split(','))
        {
            string flag = raw.Trim();
            LogItemFlags bit = flag.TrimStart('+', '-') switch
            {
                "Q" => LogItemFlags.Quoted,
                "X" => LogItemFlags.Hexadecimal,
                "E" => LogItemFlags.Escaped,
                "M" => LogItemFlags.Mandatory,
                "json" => LogItemFlags.Json,
                "cbor" => LogItemFlags.Cbor,
                _ => LogItemFlags.None,
            };
            if (bit == LogItemFlags.None && flag.TrimStart('+', '-') is not ("bin" or ""))
            {
                context.Findings.Report(FindingCodes.IgnoredKeyword, word.At(at, raw.Length),
                    $"unknown flag '{flag}' is ignored", "flags are Q, X, E, M, json, cbor, each with + or -");
            }
            flags = flag.StartsWith('-') ? flags & ~bit : flags | bit;
            at += raw.Length + 1;
        }
        return flags;
    }

    private LogItem? Fail(Word word, int at, string message)
    {
        context.Findings.Report(FindingCodes.BadLogFormat, word.At(at, 1), message, "for a percent sign write '%%'");
        return null;
    }
}
