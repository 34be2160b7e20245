using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>An ACL line with what conditions must know of it.</summary>
/// <param name="Model">The ACL.</param>
/// <param name="Places">Where its sample can be taken.</param>
internal sealed record ParsedAcl(AclModel Model, SamplePlaces Places);

/// <summary>Reads what follows an ACL's name, and what stands between braces.</summary>
internal sealed class AclParser(BindContext context, ExpressionParser expressions)
{
    private static readonly string[] s_operators = ["eq", "ge", "gt", "le", "lt"];

    /// <summary>Reads an ACL; null, and an error, when it cannot be read.</summary>
    /// <param name="name">Its name; empty between braces.</param>
    /// <param name="words">Expression, flags, patterns.</param>
    /// <param name="span">The whole of it.</param>
    public ParsedAcl? Parse(string name, ReadOnlySpan<Word> words, SourceSpan span)
    {
        int index = 0;
        if (expressions.Parse(words, ref index, isAcl: true) is not { } parsed)
        {
            return null;
        }
        var draft = new Draft(parsed);
        if (!Flags(words, ref index, draft))
        {
            return null;
        }
        if (Method(words[0], draft) is not { } method)
        {
            return null;
        }
        ImmutableArray<AclPattern>.Builder patterns = ImmutableArray.CreateBuilder<AclPattern>();
        string comparison = "eq";
        for (; index < words.Length; index++)
        {
            Word word = words[index];
            if (method is MatchMethod.Integer or MatchMethod.Length && s_operators.Contains(word.Text))
            {
                comparison = word.Text;
                continue;
            }
            if (Pattern(word, word.Text, word.Span, method, comparison, draft) is not { } pattern)
            {
                return null;
            }
            patterns.Add(new AclPattern(pattern, draft.IgnoreCase));
        }
        if (patterns.Count == 0 && draft.Files.Count == 0 && !draft.HasEnd
            && method is not (MatchMethod.Found or MatchMethod.Boolean))
        {
            context.Findings.Report(FindingCodes.NeverMatches, words[0],
                "no pattern to match against: this ACL never matches", "to ask for existence write '-m found'");
        }
        ImmutableArray<PatternFile> files = [.. draft.Files.Select(f => ReadFile(f, method, draft))];
        return new ParsedAcl(new AclModel(name, parsed.Expression, method, patterns.ToImmutable(), files, span)
        {
            ResolvesNames = draft.ResolvesNames,
            IsMap = draft.IsMap,
            UniqueId = draft.UniqueId,
        }, parsed.Places);
    }

    private sealed class Draft(ParsedExpression parsed)
    {
        public ParsedExpression Parsed { get; } = parsed;

        public bool IgnoreCase { get; set; }

        public bool ResolvesNames { get; set; } = true;

        public bool IsMap { get; set; }

        public bool HasEnd { get; set; }

        public int? UniqueId { get; set; }

        public Word? Method { get; set; }

        public List<(Word Word, bool IgnoreCase)> Files { get; } = [];
    }

    private bool Flags(ReadOnlySpan<Word> words, ref int index, Draft draft)
    {
        for (; index < words.Length && words[index].Text.StartsWith('-'); index++)
        {
            Word flag = words[index];
            KeywordSpec? spec = KeywordTable.Find(KeywordGroup.AclFlag, flag.Text);
            if (spec is null)
            {
                context.Findings.Report(FindingCodes.BadAcl, flag, $"'{flag}' is not a valid ACL option",
                    "write '--' before patterns that begin with '-'");
                return false;
            }
            context.Support(spec, flag.Span, $"ACL flag {flag}");
            if (flag.Text == "--")
            {
                draft.HasEnd = true;
                index++;
                return true;
            }
            if (flag.Text is "-f" or "-m" or "-u" && ++index >= words.Length)
            {
                context.Findings.Report(FindingCodes.MissingArgument, flag, $"'{flag}' expects an argument");
                return false;
            }
            switch (flag.Text)
            {
                case "-i":
                    draft.IgnoreCase = true;
                    break;
                case "-n":
                    draft.ResolvesNames = false;
                    break;
                case "-M":
                    draft.IsMap = true;
                    break;
                case "-f":
                    draft.Files.Add((words[index], draft.IgnoreCase));
                    break;
                case "-m":
                    draft.Method = words[index];
                    break;
                default:
                    draft.UniqueId = (int)Math.Clamp(Units.Atol(words[index].Text), 0, int.MaxValue);
                    break;
            }
        }
        return true;
    }

    private MatchMethod? Method(Word first, Draft draft)
    {
        SampleType type = draft.Parsed.Expression.Type;
        string? word = draft.Method?.Text ?? draft.Parsed.AclMethod;
        if (draft.Method is { } written
            && context.Look(KeywordGroup.Match, written, "matching method") is null)
        {
            return null;
        }
        MatchMethod? method = word switch
        {
            "found" => MatchMethod.Found,
            "bool" => MatchMethod.Boolean,
            "int" => MatchMethod.Integer,
            "ip" => MatchMethod.Ip,
            "bin" => MatchMethod.Binary,
            "len" => MatchMethod.Length,
            "str" => type == SampleType.Method ? MatchMethod.Method : MatchMethod.Exact,
            "sub" => MatchMethod.Substring,
            "reg" => MatchMethod.Regex,
            "beg" => MatchMethod.Begin,
            "end" => MatchMethod.End,
            "dir" => MatchMethod.Directory,
            "dom" => MatchMethod.Domain,
            _ => type switch
            {
                SampleType.Boolean => MatchMethod.Boolean,
                SampleType.Integer => MatchMethod.Integer,
                SampleType.Address or SampleType.Ipv4 or SampleType.Ipv6 => MatchMethod.Ip,
                SampleType.Text => MatchMethod.Exact,
                SampleType.Method => MatchMethod.Method,
                _ => null,
            },
        };
        if (method is null)
        {
            context.Findings.Report(FindingCodes.BadAcl, first,
                "the matching method must be said first for a sample of this type", "write '-m str', for example");
            return null;
        }
        SampleType wanted = method switch
        {
            MatchMethod.Found => SampleType.Any,
            MatchMethod.Boolean or MatchMethod.Integer => SampleType.Integer,
            MatchMethod.Ip => SampleType.Address,
            MatchMethod.Binary => SampleType.Binary,
            MatchMethod.Method => SampleType.Method,
            _ => SampleType.Text,
        };
        if (!SampleTable.CanCast(type, wanted))
        {
            context.Findings.Report(FindingCodes.TypeMismatch, draft.Method ?? first,
                $"matching method '{word}' cannot be applied to this sample");
            return null;
        }
        return method;
    }

    private Pattern? Pattern(Word word, string text, SourceSpan span, MatchMethod method, string comparison,
        Draft draft)
    {
        (long minimum, long maximum) = (long.MinValue, long.MaxValue);
        string? problem = null;
        switch (method)
        {
            case MatchMethod.Integer or MatchMethod.Length:
                problem = Range(text, comparison, draft.Parsed.Expression.Fetch, out minimum, out maximum);
                break;
            case MatchMethod.Ip:
                problem = IsNetwork(text, draft.ResolvesNames) ? null
                    : $"'{text}' is not a valid IPv4 or IPv6 address";
                break;
            case MatchMethod.Binary:
                problem = text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit) ? null
                    : $"'{text}' is no sequence of hexadecimal bytes";
                break;
            case MatchMethod.Regex:
                context.CheckRegex(word, text, draft.IgnoreCase);
                break;
            default:
                break;
        }
        if (problem is not null)
        {
            context.Findings.Report(FindingCodes.BadAcl, span, problem);
            return null;
        }
        return new Pattern(text, minimum, maximum, span);
    }

    /// <summary>A number, a range, or a version such as 1.1; null when it is good.</summary>
    private static string? Range(string text, string comparison, string fetch, out long minimum, out long maximum)
    {
        (minimum, maximum) = (long.MinValue, long.MaxValue);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        bool isVersion = fetch is "req.ssl_ver";
        if (colon >= 0)
        {
            bool good = (colon == 0 || TryNumber(text[..colon], isVersion, out minimum))
                & (colon == text.Length - 1 || TryNumber(text[(colon + 1)..], isVersion, out maximum));
            return !good || minimum > maximum ? $"'{text}' is not a valid number range"
                : comparison == "eq" ? null : $"only operator 'eq' goes with a range such as '{text}'";
        }
        if (!TryNumber(text, isVersion, out long value))
        {
            return $"'{text}' is not a number";
        }
        (minimum, maximum) = comparison switch
        {
            "ge" => (value, long.MaxValue),
            "gt" => (value == long.MaxValue ? value : value + 1, long.MaxValue),
            "le" => (long.MinValue, value),
            "lt" => (long.MinValue, value == long.MinValue ? value : value - 1),
            _ => (value, value),
        };
        return null;
    }

    private static bool TryNumber(string text, bool isVersion, out long value)
    {
        int dot = isVersion ? text.IndexOf('.', StringComparison.Ordinal) : -1;
        if (dot > 0 && long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture,
            out long major)
            && long.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long minor))
        {
            value = (major << 16) + minor;
            return true;
        }
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>An address, a network with bits or a mask, or a name that is looked up at start.</summary>
    private static bool IsNetwork(string text, bool resolves)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string host = slash < 0 ? text : text[..slash];
        string mask = slash < 0 ? "" : text[(slash + 1)..];
        if (!IpAddress.TryParse(host, out IpAddress address))
        {
            return host.Length > 0 && (host.Split('.') is { Length: <= 3 } parts && slash >= 0
                ? parts.All(static p => byte.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                : resolves && slash < 0 && (EndpointParser.IsHostName(host) || IsOldAddress(host)));
        }
        return slash < 0 || (int.TryParse(mask, NumberStyles.None, CultureInfo.InvariantCulture, out int bits)
            ? bits <= address.BitCount : address.IsV4 && IpAddress.TryParse(mask, out IpAddress bitmask)
                && bitmask.IsV4);
    }

    /// <summary>Forms of addresses that only the resolver takes, such as 127.1 and 127.00.0.1.</summary>
    private static bool IsOldAddress(string text)
    {
        string[] parts = text.Split('.');
        return parts.Length <= 4 && parts.All(static p =>
            uint.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _));
    }

    private PatternFile ReadFile((Word Word, bool IgnoreCase) file, MatchMethod method, Draft draft)
    {
        ImmutableArray<Pattern>.Builder patterns = ImmutableArray.CreateBuilder<Pattern>();
        string name = file.Word.Text;
        bool isVirtual = name.StartsWith("virt@", StringComparison.Ordinal);
        bool isOptional = name.StartsWith("opt@", StringComparison.Ordinal);
        string path = isOptional ? name[4..] : name.StartsWith("file@", StringComparison.Ordinal) ? name[5..] : name;
        string text = isVirtual || isOptional ? "" : context.ReadFile(file.Word, path) ?? "";
        foreach ((string pattern, int line) in PatternLines.Read(text))
        {
            string key = draft.IsMap && pattern.AsSpan().IndexOfAny(' ', '\t') is var end and >= 0
                ? pattern[..end] : pattern;
            var span = new SourceSpan(path, line, 1, key.Length);
            if (Pattern(file.Word, key, span, method, "eq", draft) is { } good)
            {
                patterns.Add(good);
            }
        }
        return new PatternFile(name, file.IgnoreCase, patterns.ToImmutable(), file.Word.Span);
    }
}
