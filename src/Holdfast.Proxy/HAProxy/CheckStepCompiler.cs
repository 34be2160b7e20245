using System.Buffers;
using System.Text;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Health.Scripts;
using Holdfast.Health.Servers;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Rules;
using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;
using Holdfast.Proxy.Checks;

namespace Holdfast.Proxy.HAProxy;

/// <summary>Makes steps of <c>tcp-check</c> and <c>http-check</c> lines runnable.</summary>
internal sealed class CheckStepCompiler(
    CompileEnvironment environment, EndpointTranslator endpoints, TranslationProblems problems)
{
    /// <summary>Whether a step compiled so far needs a context.</summary>
    internal bool NeedsContext { get; private set; }

    internal ConnectStep Connect(CheckConnect model, int number, string? comment)
    {
        if (model.Alpn.Length > 0)
        {
            problems.Add(model.Span, "'alpn' of a single connection is not carried out",
                "write check-alpn on the server's line");
        }
        return new ConnectStep(number, comment)
        {
            IsDefault = model.IsDefault,
            Lingers = model.Lingers,
            IsTls = model.IsTls,
            Port = model.Port ?? (model.Address is { Port: > 0 } address ? address.Port : null),
            Route = new CheckRoute
            {
                Address = model.Address is null ? null : endpoints.AddressOf(model.Address),
                Port = model.Port ?? (model.Address is { Port: > 0 } at ? at.Port : null),
                PortNumber = model.PortExpression is { } port ? Number(port, model.Span) : null,
                SendsProxy = model.SendsProxy,
                IsTls = model.IsTls,
                ServerName = model.Sni is { } name ? ByteText.ToBytes(name) : null,
            },
        };
    }

    internal SendStep Send(CheckTcpSend model, int number, string? comment)
    {
        CheckText text = Text(model.Data);
        return new SendStep(number, model.IsBinary ? Decoded(text) : text, comment);
    }

    internal VariableStep Variable(CheckVariable model, int number)
    {
        NeedsContext = true;
        var rule = new RuleModel(model.Action, null, model.Span);
        CompiledRules? rules = Compile(
            model.Span, () => new CompiledRules([rule], RuleSet.HttpResponse, environment));
        return new VariableStep(number, session => rules!.Run(((ProxyCheckSession)session).Prepared()));
    }

    internal ExpectStep Expect(CheckExpect model, int number, string? comment, bool isHttp)
    {
        ExpectKind kind = KindOf(model.Match, isHttp);
        return new ExpectStep(number, kind, comment)
        {
            IsNegated = model.IsNegated,
            Pattern = kind == ExpectKind.Binary ? Convert.FromHexString(model.Pattern)
                : ByteText.ToBytes(model.Pattern),
            Format = model.Format is not { } format ? null
                : kind == ExpectKind.BinaryFormat ? Decoded(Text(format)) : Text(format),
            Regex = kind is ExpectKind.Regex or ExpectKind.BinaryRegex or ExpectKind.HttpStatusRegex
                or ExpectKind.HttpBodyRegex ? Regex(model.Pattern, model.Span) : null,
            Condition = kind == ExpectKind.HttpHeader ? Header(model) : null,
            Statuses = model.Statuses,
            MinimumReceived = model.MinimumReceived,
            OkStatus = Status(model.OkStatus) ?? CheckStatus.L7Ok,
            ErrorStatus = Status(model.ErrorStatus),
            TimeoutStatus = Status(model.TimeoutStatus) ?? CheckStatus.L7Timeout,
            OnSuccess = model.OnSuccess is { } success ? Text(success) : null,
            OnError = model.OnError is { } error ? Text(error) : null,
            StatusNumber = model.StatusCode is { } code ? Number(code, model.Span) : null,
        };
    }

    /// <summary>A text of the configuration, with or without variables.</summary>
    internal CheckText Text(LogFormat format)
    {
        CompiledLogFormat? compiled = Compile(format.Span,
            () => CompiledLogFormat.Compile(format, environment, LogFormatUse.Message));
        if (compiled is null || compiled.Constant is not null)
        {
            return CheckTexts.Constant(compiled?.Constant ?? []);
        }
        NeedsContext = true;
        return (session, to, out length) =>
        {
            RequestContext context = ((ProxyCheckSession)session).Prepared();
            length = compiled.Write(context, to);
            return length < to.Length;
        };
    }

    private static ExpectKind KindOf(string match, bool isHttp) => match switch
    {
        "status" => ExpectKind.HttpStatus,
        "rstatus" => ExpectKind.HttpStatusRegex,
        "hdr" or "fhdr" => ExpectKind.HttpHeader,
        "string" => isHttp ? ExpectKind.HttpBody : ExpectKind.Text,
        "rstring" => isHttp ? ExpectKind.HttpBodyRegex : ExpectKind.Regex,
        "string-lf" => isHttp ? ExpectKind.HttpBodyFormat : ExpectKind.TextFormat,
        "binary" => ExpectKind.Binary,
        "rbinary" => ExpectKind.BinaryRegex,
        _ => ExpectKind.BinaryFormat,
    };

    private static CheckStatus? Status(string? name) => name is null ? null : CheckStatusNames.Find(name);

    private static CheckText Decoded(CheckText digits) => (session, to, out length) =>
    {
        length = 0;
        byte[] text = ArrayPool<byte>.Shared.Rent(2 * to.Length);
        bool isDone = digits(session, text, out int count) && count % 2 == 0
            && Convert.FromHexString(Encoding.ASCII.GetString(text, 0, count), to, out _, out length)
                == OperationStatus.Done;
        ArrayPool<byte>.Shared.Return(text);
        return isDone;
    };

    private CheckNumber Number(SampleExpression model, SourceSpan span)
    {
        NeedsContext = true;
        CompiledExpression? expression = Compile(span, () => SampleCompiler.Compile(model, environment));
        return session =>
        {
            RequestContext context = ((ProxyCheckSession)session).Prepared();
            int mark = context.Scratch.Mark;
            var sample = new Sample();
            bool has = expression!.TryEvaluateAs(SampleType.Integer, context, ref sample);
            long value = sample.Integer;
            context.Scratch.Release(mark);
            return has && value is >= int.MinValue and <= int.MaxValue ? (int)value : null;
        };
    }

    private CheckRegex Regex(string pattern, SourceSpan span)
    {
        IRegex? regex = Compile(span, () => environment.Regex.Compile(pattern, ignoreCase: false));
        return subject => regex!.TryMatch(subject, 0, stackalloc int[2]);
    }

    private CheckCondition Header(CheckExpect model)
    {
        HeaderTest name = Test(model.HeaderName!, model.Span);
        HeaderTest? value = model.HeaderValue is { } pattern ? Test(pattern, model.Span) : null;
        var condition = new HeaderCondition(name, value, model.Match == "fhdr");
        return condition.Holds;
    }

    private HeaderTest Test(CheckHeaderPattern pattern, SourceSpan span) => new(
        pattern.Method, pattern.Format is { } format ? Text(format)
            : CheckTexts.Constant(ByteText.ToBytes(pattern.Text)),
        pattern.Method == "reg" ? Regex(pattern.Text, span) : null);

    private T? Compile<T>(SourceSpan span, Func<T> compile)
        where T : class
    {
        try
        {
            return compile();
        }
        catch (NotSupportedException lacking)
        {
            problems.Add(span, $"{lacking.Message} is not carried out yet");
        }
        catch (FormatException bad)
        {
            problems.Add(span, $"regular expression: {bad.Message}");
        }
        return null;
    }
}
