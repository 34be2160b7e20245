using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>A fetch as an ACL or expression names it.</summary>
/// <param name="Expression">The expression.</param>
/// <param name="Places">Where it can be taken.</param>
/// <param name="AclMethod">The method that its name implies in an ACL; null: none.</param>
internal sealed record ParsedExpression(SampleExpression Expression, SamplePlaces Places, string? AclMethod);

/// <summary>Reads <c>fetch(args),converter(args)…</c>, with types.</summary>
internal sealed class ExpressionParser(BindContext context)
{
    private static readonly string[] s_scopes = ["proc", "sess", "txn", "req", "res", "check"];

    /// <summary>
    /// Reads a whole word, and converters in the words behind it when they begin with a comma or are names.
    /// </summary>
    /// <param name="words">The words.</param>
    /// <param name="index">The word that begins; afterwards the first one that does not belong to it.</param>
    /// <param name="isAcl">Whether names of ACLs, such as hdr_beg, count.</param>
    public ParsedExpression? Parse(ReadOnlySpan<Word> words, ref int index, bool isAcl = false)
    {
        Word word = words[index++];
        int at = 0;
        ParsedExpression? parsed = Parse(word, ref at, isAcl, '\0');
        while (!isAcl && parsed is not null && index < words.Length && IsConverter(words[index].Text))
        {
            at = 0;
            SampleType type = parsed.Expression.Type;
            Word next = words[index++];
            if (Converter(next, ref at, '\0', ref type) is not { } call)
            {
                return null;
            }
            parsed = parsed with
            {
                Expression = parsed.Expression with { Converters = parsed.Expression.Converters.Add(call) },
            };
        }
        return parsed;
    }

    /// <summary>Whether a word of its own is one more converter, without arguments of other words.</summary>
    private static bool IsConverter(string text)
    {
        int open = text.IndexOf('(', StringComparison.Ordinal);
        return SampleTable.Converter(open < 0 ? text : text[..open]) is not null
            && (open < 0 || text.EndsWith(')'));
    }

    /// <summary>Reads an expression of one word, or the part of it up to a closing character.</summary>
    public ParsedExpression? Parse(Word word, ref int at, bool isAcl, char end)
    {
        string text = word.Text;
        int start = at;
        string name = Name(text, ref at, end);
        (string Fetch, string Method)? acl = isAcl ? SampleTable.AclName(name) : null;
        FetchSpec? fetch = SampleTable.Fetch(acl?.Fetch ?? name);
        if (fetch is null)
        {
            IEnumerable<string> candidates = KeywordTable.Of(KeywordGroup.Fetch).Select(static k => k.Name);
            context.Findings.Report(FindingCodes.UnknownFetch, word.At(start, Math.Max(1, name.Length)),
                name.Length == 0 ? "missing fetch method" : $"unknown fetch method '{name}'", null,
                NearestWord.Find(name, isAcl ? candidates.Concat(SampleTable.AclWords) : candidates));
            return null;
        }
        context.Support(fetch.Spec, word.At(start, name.Length), $"fetch {fetch.Spec.Name}");
        if (Arguments(word, ref at, name, fetch.Arguments, fetch.Required, isFetch: true) is not { } arguments)
        {
            return null;
        }
        if (fetch.Spec.Name == "var" && arguments.Length > 0 && !CheckVariable(word, arguments[0]))
        {
            return null;
        }
        ImmutableArray<ConverterCall>.Builder calls = ImmutableArray.CreateBuilder<ConverterCall>();
        SampleType type = fetch.Type;
        while (at < text.Length && text[at] == ',')
        {
            at++;
            if (Converter(word, ref at, end, ref type) is not { } call)
            {
                return null;
            }
            calls.Add(call);
        }
        if (at < text.Length && text[at] != end)
        {
            context.Findings.Report(FindingCodes.BadExpression, word.At(at, 1),
                $"unexpected character '{text[at]}' in expression '{text[start..]}'",
                "converters follow after a comma");
            return null;
        }
        var expression = new SampleExpression(fetch.Spec.Name, arguments, fetch.Type, calls.ToImmutable(),
            word.At(start, Math.Max(1, at - start)));
        return new ParsedExpression(expression, fetch.Places, acl?.Method);
    }

    /// <summary>Reads an expression and demands that it can be taken where it stands.</summary>
    /// <param name="words">The words.</param>
    /// <param name="index">The word that begins; afterwards the next one.</param>
    /// <param name="places">Where it runs.</param>
    /// <param name="what">What it is for, in messages.</param>
    public SampleExpression? ParseFor(ReadOnlySpan<Word> words, ref int index, SamplePlaces places, string what)
    {
        if (index >= words.Length)
        {
            context.Findings.Report(FindingCodes.MissingArgument, words[^1], $"'{what}' expects an expression");
            return null;
        }
        ParsedExpression? parsed = Parse(words, ref index);
        return parsed is null || !CheckPlace(parsed, places) ? null : parsed.Expression;
    }

    /// <summary>Whether it can be taken there; an error when not.</summary>
    public bool CheckPlace(ParsedExpression parsed, SamplePlaces places)
    {
        if ((parsed.Places & places) != 0)
        {
            return true;
        }
        context.Findings.Report(FindingCodes.NotHere, parsed.Expression.Span,
            $"fetch '{parsed.Expression.Fetch}' needs {Needs(parsed.Places)}, which is not there when this rule runs");
        return false;
    }

    /// <summary>What a fetch needs, in words.</summary>
    public static string Needs(SamplePlaces places)
        => (places & SamplePlaces.FrontendTcpConnection) != 0 ? "internal state"
            : (places & SamplePlaces.FrontendTcpSession) != 0 ? "the TLS session of the client"
            : (places & SamplePlaces.FrontendHttpRequest) != 0 && (places & SamplePlaces.BackendHttpResponse) == 0
                ? "the request"
            : (places & SamplePlaces.FrontendHttpRequest) != 0 ? "the contents of a buffer"
            : (places & SamplePlaces.ServerSource) != 0 ? "a server" : "the response";

    /// <summary>Whether a name of a variable has a scope that exists.</summary>
    public bool CheckVariable(Word word, SampleArgument argument) => CheckVariable(argument.Text, argument.Span, word);

    /// <summary>As above, for a name in a rule.</summary>
    public bool CheckVariable(string name, SourceSpan span, Word word)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        string scope = dot < 0 ? name : name[..dot];
        if (dot < 0 || dot == name.Length - 1
            || !(s_scopes.Contains(scope) || (scope.StartsWith('p') && s_scopes.Contains(scope[1..]))))
        {
            context.Findings.Report(FindingCodes.BadWord, span,
                $"invalid variable name '{name}': it begins with its scope, proc. sess. txn. req. res. or check.");
            return false;
        }
        if (name.AsSpan(dot + 1).ContainsAnyExcept(s_variableCharacters))
        {
            context.Findings.Report(FindingCodes.BadWord, span,
                $"invalid variable name '{name}': only letters, digits, '.' and '_' may be in it");
            return false;
        }
        return word.Text.Length > 0;
    }

    private static readonly System.Buffers.SearchValues<char> s_variableCharacters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._");

    private static readonly string[] s_signatures =
    [
        "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512",
    ];

    private ConverterCall? Converter(Word word, ref int at, char end, ref SampleType type)
    {
        int start = at;
        string name = Name(word.Text, ref at, end);
        ConverterSpec? spec = SampleTable.Converter(name);
        if (spec is null)
        {
            context.Findings.Report(FindingCodes.UnknownConverter, word.At(start, Math.Max(1, name.Length)),
                name.Length == 0 ? "missing converter after the comma" : $"unknown converter '{name}'", null,
                KeywordTable.Nearest(KeywordGroup.Converter, name));
            return null;
        }
        context.Support(spec.Spec, word.At(start, name.Length), $"converter {spec.Spec.Name}");
        if (!SampleTable.CanCast(type, spec.Input))
        {
            context.Findings.Report(FindingCodes.TypeMismatch, word.At(start, name.Length),
                $"converter '{name}' takes {Words(spec.Input)}, and cannot be applied to {Words(type)}");
            return null;
        }
        if (Arguments(word, ref at, name, spec.Arguments, spec.Required, isFetch: false) is not { } arguments
            || !CheckConverter(word, name, arguments))
        {
            return null;
        }
        type = spec.Output == SampleType.Any ? type : spec.Output;
        return new ConverterCall(name, arguments, spec.Input, spec.Output, word.At(start, at - start));
    }

    /// <summary>What digest and hmac can be asked for.</summary>
    private static readonly FrozenSet<string> s_digests = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "md5", "sha1", "sha256", "sha384", "sha512");

    /// <summary>What the table of arguments cannot say of a converter.</summary>
    private bool CheckConverter(Word word, string name, ImmutableArray<SampleArgument> arguments)
    {
        if (name is "set-var" or "unset-var")
        {
            return CheckVariable(word, arguments[0]);
        }
        if (name.StartsWith("map", StringComparison.Ordinal))
        {
            context.LoadMap(word, arguments[0].Text);
            return true;
        }
        if (name == "jwt_verify" && !arguments[0].Text.Contains('.', StringComparison.Ordinal)
            && !s_signatures.Contains(arguments[0].Text))
        {
            context.Error(FindingCodes.BadWord, word, arguments[0].Text.StartsWith("PS", StringComparison.Ordinal)
                ? "RSASSA-PSS JWS signing not managed yet" : $"unknown JWT algorithm: {arguments[0].Text}");
            return false;
        }
        if (name is ("digest" or "hmac") && !s_digests.Contains(arguments[0].Text))
        {
            context.Error(FindingCodes.BadWord, word,
                $"algorithm '{arguments[0].Text}' of '{name}' is none of md5, sha1, sha256, sha384 and sha512");
            return false;
        }
        if (name == "sha2" && arguments.Length > 0 && arguments[0].Integer is not (256 or 384 or 512))
        {
            context.Error(FindingCodes.BadWord, word,
                $"converter 'sha2' knows 256, 384 and 512 bits, not {arguments[0].Text}");
            return false;
        }
        if (name is "add" or "sub" or "mul" or "div" or "mod" or "and" or "or" or "xor"
            && !long.TryParse(arguments[0].Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            return CheckVariable(word, arguments[0]);
        }
        return true;
    }

    private ImmutableArray<SampleArgument>? Arguments(Word word, ref int at, string name,
        ImmutableArray<SampleArgumentKind> kinds, int required, bool isFetch)
    {
        string what = isFetch ? "fetch method" : "converter";
        List<Argument> raw = [];
        int open = at;
        if (at < word.Text.Length && word.Text[at] == '(')
        {
            at++;
            if (!ArgumentLexer.TryRead(word.Text, ref at, out raw, out string? fault))
            {
                context.Findings.Report(FindingCodes.BadExpression, word.At(open, 1),
                    $"{fault} of the arguments of {what} '{name}'");
                return null;
            }
        }
        if (raw.Count > kinds.Length)
        {
            context.Findings.Report(FindingCodes.ExtraArgument,
                word.At(raw[kinds.Length].Start, Math.Max(1, raw[kinds.Length].Length)), kinds.Length == 0
                    ? $"{what} '{name}' takes no argument" : $"{what} '{name}' takes {kinds.Length} arguments at most");
            return null;
        }
        // A proxy, server, table or userlist that is left out is that where it stands, or is found missing later.
        int wanted = required;
        while (wanted > raw.Count && kinds[wanted - 1] is SampleArgumentKind.Table or SampleArgumentKind.Backend
            or SampleArgumentKind.Frontend or SampleArgumentKind.Server or SampleArgumentKind.Userlist)
        {
            wanted--;
        }
        if (raw.Count < wanted)
        {
            context.Findings.Report(FindingCodes.MissingArgument, word.At(open - name.Length, name.Length),
                $"{what} '{name}' needs {required} arguments, and has {raw.Count}");
            return null;
        }
        ImmutableArray<SampleArgument>.Builder arguments = ImmutableArray.CreateBuilder<SampleArgument>(raw.Count);
        for (int i = 0; i < raw.Count; i++)
        {
            if (Argument(word, raw[i], kinds[i], name, i + 1) is not { } argument)
            {
                return null;
            }
            arguments.Add(argument);
            Refer(argument.Kind, argument.Text, argument.Span);
        }
        if (raw.Count == 0 && required > 0)
        {
            Refer(kinds[0], "", word.At(open - name.Length, name.Length));
        }
        return arguments.ToImmutable();
    }

    /// <summary>Remembers a name that an expression needs.</summary>
    private void Refer(SampleArgumentKind kind, string text, SourceSpan span)
    {
        ReferenceKind? wanted = kind switch
        {
            SampleArgumentKind.Table => ReferenceKind.Table,
            SampleArgumentKind.Backend => ReferenceKind.Backend,
            SampleArgumentKind.Frontend => ReferenceKind.Frontend,
            SampleArgumentKind.Server => ReferenceKind.Server,
            SampleArgumentKind.Userlist => ReferenceKind.Userlist,
            _ => null,
        };
        if (wanted is { } known)
        {
            context.Refer(known, text, span);
        }
    }

    private SampleArgument? Argument(Word word, Argument raw, SampleArgumentKind kind, string name, int position)
    {
        SourceSpan span = word.At(raw.Start, Math.Max(1, raw.Length));
        long number = 0;
        bool good = kind switch
        {
            SampleArgumentKind.Integer => TryInteger(raw.Text, out number),
            SampleArgumentKind.Ipv4 => IsAddress(raw.Text, 32),
            SampleArgumentKind.Ipv6 => IsAddress(raw.Text, 128),
            _ => true,
        };
        if (!good)
        {
            context.Findings.Report(kind == SampleArgumentKind.Integer ? FindingCodes.BadNumber
                : FindingCodes.BadAddress, span, $"argument {position} of '{name}' is no "
                    + (kind == SampleArgumentKind.Integer ? "integer" : "address or mask") + $": '{raw.Text}'");
            return null;
        }
        if (kind == SampleArgumentKind.Regex)
        {
            context.CheckRegex(word, raw.Text, ignoreCase: false);
        }
        return new SampleArgument(kind, raw.Text, number, span);
    }

    private static bool TryInteger(string text, out long value)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out value);
        }
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    private static bool IsAddress(string text, int bits)
        => (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int mask) && mask <= bits)
            || IpAddress.TryParse(text, out _);

    private static string Name(string text, ref int at, char end)
    {
        int start = at;
        while (at < text.Length && text[at] is not ('(' or ',') && (end == '\0' || text[at] != end))
        {
            at++;
        }
        return text[start..at];
    }

    private static string Words(SampleType type) => type switch
    {
        SampleType.Boolean => "a boolean",
        SampleType.Integer => "an integer",
        SampleType.Address or SampleType.Ipv4 or SampleType.Ipv6 => "an address",
        SampleType.Text => "a text",
        SampleType.Binary => "bytes",
        SampleType.Method => "a method",
        _ => "any type",
    };
}
