using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Reads one step of a scripted check.</summary>
internal sealed class CheckStepParser(Parsers parse, Statement statement, AclScope acls)
{
    private const SamplePlaces Places = SamplePlaces.TcpCheck;

    private readonly BindContext _context = parse.Context;
    private readonly ValueReader _values = parse.Values;
    private int _index = 2;

    private string Title => $"{statement.Keyword} {statement.Text(1)}";

    private bool HasMore => _index < statement.Words.Length;

    /// <summary>Reads it; null, and an error, when it cannot be read.</summary>
    public CheckStep? Parse(string name, bool isHttp)
    {
        switch (name)
        {
            case "comment":
                return Value("comment") is { } comment ? new CheckComment(comment.Text, statement.Span) : null;
            case "connect":
                return Connect();
            case "send" when isHttp:
                return HttpSend();
            case "send" or "send-lf" or "send-binary" or "send-binary-lf":
                return TcpSend(name);
            case "expect":
                return Expect(isHttp);
            default:
                return Variable();
        }
    }

    private CheckVariable? Variable()
    {
        RuleModel? rule = parse.Actions.Parse(RuleSet.HttpRequest, KeywordGroup.HttpRequestAction, statement, 1, acls,
            Places);
        return rule is null ? null : new CheckVariable(rule.Action, statement.Span);
    }

    private CheckConnect? Connect()
    {
        var step = new CheckConnect(null, statement.Span);
        while (HasMore)
        {
            Word word = statement.Words[_index++];
            if (_context.Look(KeywordGroup.CheckConnect, word, "connect option") is null)
            {
                return null;
            }
            bool isFlag = word.Text is "default" or "send-proxy" or "ssl" or "linger" or "via-socks4";
            Word? value = isFlag ? null : Value(word.Text);
            if (!isFlag && value is null)
            {
                return null;
            }
            switch (word.Text)
            {
                case "default":
                    step = step with { IsDefault = true };
                    break;
                case "send-proxy":
                    step = step with { SendsProxy = true };
                    break;
                case "ssl":
                    step = step with { IsTls = true };
                    break;
                case "linger":
                    step = step with { Lingers = true };
                    break;
                case "sni":
                    step = step with { Sni = value!.Text };
                    break;
                case "alpn":
                    step = step with { Alpn = [.. value!.Text.Split(',')] };
                    break;
                case "comment":
                    step = step with { Comment = value!.Text };
                    break;
                case "addr":
                    step = step with
                    {
                        Address = parse.Endpoints.Parse(value!, EndpointRules.MayHavePort | EndpointRules.MayBeLocal,
                            "addr"),
                    };
                    break;
                case "port":
                    if (Port(value!, step) is not { } withPort)
                    {
                        return null;
                    }
                    step = withPort;
                    break;
                default:
                    break;
            }
        }
        return step;
    }

    private CheckConnect? Port(Word value, CheckConnect step)
    {
        if (int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return _values.Integer(value, "port", 1, 65_535) is { } port ? step with { Port = port } : null;
        }
        int index = 0;
        return parse.Expressions.ParseFor([value], ref index, Places, "port") is { } expression
            ? step with { PortExpression = expression } : null;
    }

    private CheckHttpSend? HttpSend()
    {
        var step = new CheckHttpSend(null, statement.Span);
        while (HasMore)
        {
            Word word = statement.Words[_index++];
            if (_values.Choice(word, Title, "meth", "uri", "uri-lf", "ver", "hdr", "body", "body-lf", "comment") is null
                || Value(word.Text) is not { } value)
            {
                return null;
            }
            switch (word.Text)
            {
                case "meth":
                    step = step with { Method = value.Text };
                    break;
                case "ver":
                    step = step with { Version = value.Text };
                    break;
                case "comment":
                    step = step with { Comment = value.Text };
                    break;
                case "hdr":
                    if (Value("hdr") is not { } text || parse.Formats.Parse(text, Places) is not { } header)
                    {
                        return null;
                    }
                    step = step with { Headers = step.Headers.Add((value.Text, header)) };
                    break;
                case "uri" or "body":
                    LogFormat plain = Constant(value);
                    step = word.Text == "uri" ? step with { Uri = plain } : step with { Body = plain };
                    break;
                default:
                    if (parse.Formats.Parse(value, Places) is not { } format)
                    {
                        return null;
                    }
                    step = word.Text == "uri-lf" ? step with { Uri = format } : step with { Body = format };
                    break;
            }
        }
        return step;
    }

    private CheckTcpSend? TcpSend(string name)
    {
        if (Value(name) is not { } data)
        {
            return null;
        }
        bool isBinary = name.StartsWith("send-binary", StringComparison.Ordinal);
        if (name == "send-binary" && (data.Text.Length % 2 != 0 || !data.Text.All(char.IsAsciiHexDigit)))
        {
            _context.Error(FindingCodes.BadWord, data, $"'{name}' expects pairs of hexadecimal digits");
            return null;
        }
        LogFormat? format = name.EndsWith("-lf", StringComparison.Ordinal) ? parse.Formats.Parse(data, Places)
            : Constant(data);
        string? comment = null;
        while (HasMore)
        {
            Word word = statement.Words[_index++];
            if (_values.Choice(word, Title, "comment") is null || Value("comment") is not { } text)
            {
                return null;
            }
            comment = text.Text;
        }
        return format is null ? null : new CheckTcpSend(isBinary, format, comment, statement.Span);
    }

    private CheckExpect? Expect(bool isHttp)
    {
        var step = new CheckExpect("", false, "", null, statement.Span);
        while (HasMore)
        {
            Word word = statement.Words[_index++];
            bool negated = word.Text.StartsWith('!');
            string bare = word.Text.TrimStart('!');
            if (bare.Length == 0 && HasMore)
            {
                bare = statement.Words[_index++].Text;
            }
            if (KeywordTable.Find(KeywordGroup.CheckExpect, bare) is not { } spec || !Fits(bare, isHttp))
            {
                _context.Error(FindingCodes.UnknownKeyword, word, $"'{Title}' does not know '{word}'", null,
                    KeywordTable.Nearest(KeywordGroup.CheckExpect, bare));
                return null;
            }
            _context.Support(spec, word.Span, $"expect {bare}");
            bool isMatch = bare is "status" or "rstatus" or "string" or "rstring" or "string-lf" or "binary"
                or "rbinary"
                or "binary-lf" or "hdr" or "fhdr";
            if (Value(bare) is not { } value || (isMatch && step.Match.Length > 0 && Twice(word)))
            {
                return null;
            }
            CheckExpect? next = isMatch ? Match(step, bare, negated, value) : Word(step, bare, value);
            if (next is null)
            {
                return null;
            }
            step = next;
        }
        if (step.Match.Length == 0)
        {
            _context.Error(FindingCodes.MissingArgument, statement.Words[^1], $"'{Title}' expects a pattern to match");
            return null;
        }
        return step;
    }

    private static bool Fits(string word, bool isHttp) => isHttp
        ? word is not ("binary" or "rbinary" or "binary-lf")
        : word is not ("status" or "rstatus" or "hdr" or "fhdr");

    private bool Twice(Word word)
    {
        _context.Error(FindingCodes.Conflict, word, "only one pattern can be expected in a line");
        return true;
    }

    private CheckExpect? Match(CheckExpect step, string kind, bool negated, Word value)
    {
        step = step with { Match = kind, IsNegated = negated, Pattern = value.Text };
        switch (kind)
        {
            case "status":
                return Statuses(value) is { } ranges ? step with { Statuses = ranges } : null;
            case "rstatus" or "rstring":
                _context.CheckRegex(value, value.Text, ignoreCase: false);
                return step;
            case "string-lf" or "binary-lf":
                return parse.Formats.Parse(value, Places) is { } format ? step with { Format = format } : null;
            case "binary" when value.Text.Length % 2 != 0 || !value.Text.All(char.IsAsciiHexDigit):
                _context.Error(FindingCodes.BadWord, value, "'binary' expects pairs of hexadecimal digits");
                return null;
            case "hdr" or "fhdr":
                return Header(step, value);
            default:
                return step;
        }
    }

    /// <summary>Reads <c>name [-m METHOD] TEXT [value [-m METHOD] TEXT]</c>.</summary>
    private CheckExpect? Header(CheckExpect step, Word first)
    {
        if (_values.Choice(first, Title, "name", "name-lf") is null
            || HeaderPattern(first.Text == "name-lf") is not { } name)
        {
            return null;
        }
        step = step with { HeaderName = name };
        if (!HasMore || statement.Text(_index) is not ("value" or "value-lf"))
        {
            return step;
        }
        bool isFormat = statement.Words[_index++].Text == "value-lf";
        return HeaderPattern(isFormat) is { } value ? step with { HeaderValue = value } : null;
    }

    private CheckHeaderPattern? HeaderPattern(bool isFormat)
    {
        string method = "str";
        if (HasMore && statement.Text(_index) == "-m")
        {
            _index++;
            if (Value("-m") is not { } word
                || _values.Choice(word, "-m", "str", "beg", "end", "sub", "reg") is not { } chosen)
            {
                return null;
            }
            method = chosen;
        }
        if (Value("hdr") is not { } text)
        {
            return null;
        }
        if (method == "reg")
        {
            _context.CheckRegex(text, text.Text, ignoreCase: false);
        }
        LogFormat? format = isFormat ? parse.Formats.Parse(text, Places) : null;
        return isFormat && format is null ? null : new CheckHeaderPattern(method, text.Text, format);
    }

    private CheckExpect? Word(CheckExpect step, string name, Word value)
    {
        switch (name)
        {
            case "comment":
                return step with { Comment = value.Text };
            case "min-recv":
                return _values.Integer(value, "min-recv", -1) is { } n ? step with { MinimumReceived = n } : null;
            case "ok-status":
                return _values.Choice(value, name, "L4OK", "L6OK", "L7OK", "L7OKC") is { } ok
                    ? step with { OkStatus = ok } : null;
            case "error-status":
                return _values.Choice(value, name, "L7OKC", "L4CON", "L6RSP", "L7RSP", "L7STS") is { } error
                    ? step with { ErrorStatus = error } : null;
            case "tout-status":
                return _values.Choice(value, name, "L4TOUT", "L6TOUT", "L7TOUT") is { } timeout
                    ? step with { TimeoutStatus = timeout } : null;
            case "on-success":
                return parse.Formats.Parse(value, Places) is { } success ? step with { OnSuccess = success } : null;
            case "on-error":
                return parse.Formats.Parse(value, Places) is { } onError ? step with { OnError = onError } : null;
            default:
                int index = 0;
                return parse.Expressions.ParseFor([value], ref index, Places, "status-code") is { } expression
                    ? step with { StatusCode = expression } : null;
        }
    }

    private ImmutableArray<(int From, int To)>? Statuses(Word value)
    {
        ImmutableArray<(int, int)>.Builder ranges = ImmutableArray.CreateBuilder<(int, int)>();
        foreach (string part in value.Text.Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int from)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int to) || to < from)
            {
                _context.Error(FindingCodes.BadNumber, value, $"'{part}' is no status or range of statuses");
                return null;
            }
            ranges.Add((from, to));
        }
        return ranges.ToImmutable();
    }

    private static LogFormat Constant(Word word)
        => new(word.Text, [new LogLiteral(word.Text, word.Span)], word.Span);

    private Word? Value(string name)
    {
        if (HasMore)
        {
            return statement.Words[_index++];
        }
        _context.Error(FindingCodes.MissingArgument, statement.Words[^1], $"'{name}' lacks its value");
        return null;
    }
}
