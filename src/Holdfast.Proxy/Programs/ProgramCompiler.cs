using System.Collections.Frozen;
using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Rules;
using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Programs;

/// <summary>Makes programs of the sections of one file.</summary>
/// <param name="environment">The file, and what expressions need of the host.</param>
/// <param name="report">Told what cannot be compiled, with its place.</param>
internal sealed partial class ProgramCompiler(CompileEnvironment environment, Action<SourceSpan, string> report)
{
    private readonly Dictionary<ProxyModel, ProxyRules> _rules = [];
    private FrozenDictionary<string, FrozenDictionary<int, ErrorPage>>? _sections;

    internal FrontendProgram Frontend(ProxyModel proxy)
    {
        environment.CurrentProxy = proxy.Name;
        environment.NamesOwnEnd = false;
        CompiledLogFormat? uniqueId = Format(proxy.UniqueIdFormat, LogFormatUse.UniqueId);
        environment.UniqueId = uniqueId;
        ProxyRules rules = Rules(proxy);
        CompiledLogFormat? log = Format(
            proxy.LogFormatName is { } name ? DefaultFormats.Of(name) : proxy.LogFormat, LogFormatUse.Log);
        CompiledChoices? useBackend = Choices(proxy.UseBackend.Select(static c => (c.Name, c.Condition, c.Span)));
        ImmutableArray<CompiledCondition> monitorFail = Conditions(proxy.MonitorFail);
        return new FrontendProgram(rules)
        {
            UseBackend = useBackend,
            DefaultBackend = proxy.DefaultBackend?.Name.Constant is { } fallback ? ByteText.ToBytes(fallback) : null,
            MonitorUri = proxy.MonitorUri is { } uri ? ByteText.ToBytes(uri) : null,
            MonitorFail = monitorFail,
            RequestCaptures = [.. proxy.Captures.Request.Select(Captured), .. OwnCaptures(proxy)],
            ResponseCaptures = [.. proxy.Captures.Response.Select(Captured)],
            CookieCapture = proxy.Captures.Cookie is { } cookie
                ? Captured(cookie) with { Length = Math.Min(cookie.Length, environment.Model.Global.CookieLength) }
                : null,
            LogFormat = log,
            ErrorLogFormat = Format(proxy.ErrorLogFormat, LogFormatUse.Log),
            LogFormatStructured = Format(proxy.LogFormatStructured, LogFormatUse.Log),
            UniqueId = uniqueId,
            UniqueIdHeader = proxy.UniqueIdHeader is { } header ? ByteText.ToBytes(header) : null,
            KeepsContext = LivesLong(proxy),
            SessionConnectionsMax = proxy.SessionConnectionsMax,
            RestrictedNames = proxy.RestrictHeaderNames switch
            {
                "delete" => NameRestriction.Delete,
                "reject" => NameRestriction.Reject,
                _ => NameRestriction.None,
            },
            Sections = _sections ??= environment.Model.HttpErrors.ToFrozenDictionary(
                static one => one.Name, one => ErrorPages(one.Pages), StringComparer.Ordinal),
            NamesOwnEnd = environment.NamesOwnEnd,
            Tarpit = proxy.Timeouts.Tarpit ?? proxy.Timeouts.Connect ?? -1,
            NeedsContext = rules.NeedsContext || useBackend is not null || proxy.MonitorUri is not null
                || log is not null || proxy.UniqueIdHeader is not null || proxy.ForwardedFor is not null
                || proxy.OriginalTo is not null || proxy.Captures.Request.Length > 0
                || proxy.Captures.Response.Length > 0 || proxy.Captures.Cookie is not null,
        };
    }

    /// <summary>Sets variables of the process, as the global section says.</summary>
    internal void SetVariables(ImmutableArray<RuleModel> lines)
    {
        foreach (RuleModel line in lines)
        {
            _ = TryCompile(line.Span, () =>
            {
                ProcessVariables.Set([line], environment);
                return environment;
            }, out _);
        }
    }

    /// <summary>The rules of a section: both halves of a <c>listen</c> get the same object.</summary>
    private ProxyRules Rules(ProxyModel proxy)
    {
        if (_rules.TryGetValue(proxy, out ProxyRules? known))
        {
            return known;
        }
        environment.NextCapture = proxy.Captures.Request.Length;
        CompiledRules? redirects = null;
        ProxyRules rules = new(new ProxyIdentity(proxy.Name, proxy.Id), set => Rules(proxy.RulesOf(set), set))
        {
            Page = proxy is { Stats: { } stats, Mode: ProxyMode.Http }
                ? new StatisticsRule(proxy.Name, stats.Uri, Conditions(stats.Admin),
                    Rules(proxy.RulesOf(RuleSet.StatsRequest), RuleSet.HttpRequest)) : null,
            Redirects = redirects = Rules(proxy.Redirects, RuleSet.HttpRequest),
            RequestInspectDelay = proxy.RequestInspectDelay ?? 0,
            ResponseInspectDelay = proxy.ResponseInspectDelay ?? 0,
            Options = proxy.Options,
            ConnectionMode = proxy.ConnectionMode,
            ClientCases = (proxy.Options & ProxyOptions.H1CaseAdjustBogusClient) != 0 ? Cases : null,
            ServerCases = (proxy.Options & ProxyOptions.H1CaseAdjustBogusServer) != 0 ? Cases : null,
            Compression = proxy is { Compression: { } compression, Mode: ProxyMode.Http }
                ? new CompressionProgram(compression) : null,
            ErrorPages = ErrorPages(proxy.ErrorPages),
            ForwardedFor = proxy.Mode == ProxyMode.Http ? proxy.ForwardedFor : null,
            OriginalTo = proxy.Mode == ProxyMode.Http ? proxy.OriginalTo : null,
        };
        return _rules[proxy] = rules;
    }

    /// <summary>All names of <c>h1-case-adjust</c> and of its file; null: none.</summary>
    private HeaderCases? Cases => environment.Model.Global.HeaderCases is { Count: > 0 } names
        ? _cases ??= new HeaderCases(names) : null;

    private HeaderCases? _cases;

    private CompiledRules? Rules(ImmutableArray<RuleModel> rules, RuleSet set)
    {
        if (rules.IsEmpty)
        {
            return null;
        }
        foreach (RuleModel rule in rules)
        {
            // Alone first, so that what cannot be compiled is named with its place.
            int next = environment.NextCapture;
            if (!TryCompile(rule.Span, () => new CompiledRules([rule], set, environment), out _))
            {
                return null;
            }
            environment.NextCapture = next;
        }
        return new CompiledRules(rules, set, environment);
    }

    private FrozenDictionary<int, ErrorPage> ErrorPages(IEnumerable<ErrorPageModel> pages)
    {
        Dictionary<int, ErrorPage> all = [];
        foreach (ErrorPageModel one in pages)
        {
            ErrorPageModel? page = one.Reply is { Body: ReplyBody.ErrorSection } named
                ? environment.Model.HttpErrors.FirstOrDefault(s => s.Name == named.Source)?.Pages
                    .LastOrDefault(p => p.Status == one.Status)
                : one;
            if (page is not null && TryCompile(page.Span, () => Page(page), out ErrorPage? compiled))
            {
                all[page.Status] = compiled!;
            }
        }
        return all.ToFrozenDictionary();
    }

    private ErrorPage Page(ErrorPageModel page)
    {
        if (page.Message is { } message)
        {
            return new ErrorPage(Message: ByteText.ToBytes(message));
        }
        if (page.Location is { } location)
        {
            string reason = page.LocationStatus == 303 ? "See Other" : "Found";
            return new ErrorPage(Message: ByteText.ToBytes($"HTTP/1.1 {page.LocationStatus} {reason}\r\n"
                + $"cache-control: no-cache\r\ncontent-length: 0\r\nlocation: {location}\r\n\r\n"));
        }
        return page.Reply is { } reply ? new ErrorPage(Reply: new CompiledReply(reply, environment)) : new ErrorPage();
    }

    private CompiledChoices? Choices(IEnumerable<(LogFormat Name, RuleCondition? Condition, SourceSpan Span)> choices)
    {
        List<(LogFormat Name, RuleCondition? Condition)> good = [];
        foreach ((LogFormat name, RuleCondition? condition, SourceSpan span) in choices)
        {
            if (TryCompile(span, () => new CompiledChoices([(name, condition)], environment), out _))
            {
                good.Add((name, condition));
            }
        }
        return good.Count == 0 ? null : new CompiledChoices(good, environment);
    }

    private ImmutableArray<CompiledCondition> Conditions(IEnumerable<RuleCondition> conditions)
    {
        ImmutableArray<CompiledCondition>.Builder all = ImmutableArray.CreateBuilder<CompiledCondition>();
        foreach (RuleCondition condition in conditions)
        {
            if (TryCompile(condition.Span, () => new CompiledCondition(condition, environment),
                out CompiledCondition? one))
            {
                all.Add(one!);
            }
        }
        return all.ToImmutable();
    }

    /// <summary>An expression of a section; null: it cannot be compiled, which is reported.</summary>
    internal CompiledExpression? Expression(ProxyModel proxy, SampleExpression expression)
    {
        environment.CurrentProxy = proxy.Name;
        return TryCompile(expression.Span, () => SampleCompiler.Compile(expression, environment),
            out CompiledExpression? compiled) ? compiled : null;
    }

    private CompiledLogFormat? Format(LogFormat? format, LogFormatUse use)
        => format is not null && TryCompile(format.Span,
            () => CompiledLogFormat.Compile(format, environment, use), out CompiledLogFormat? compiled)
            ? compiled : null;

    private bool TryCompile<T>(SourceSpan span, Func<T> compile, out T? compiled)
        where T : class
    {
        try
        {
            compiled = compile();
            return true;
        }
        catch (NotSupportedException lacking)
        {
            report(span, $"{lacking.Message} is not carried out yet");
        }
        catch (FormatException bad)
        {
            report(span, $"regular expression: {bad.Message}");
        }
        compiled = null;
        return false;
    }

    private static CapturedHeader Captured(CaptureSlot slot)
        => new(slot.Header is { } name ? ByteText.ToBytes(name) : [], slot.Length);

    /// <summary>Slots that rules with a length of their own have taken, behind those of lines.</summary>
    private static IEnumerable<CapturedHeader> OwnCaptures(ProxyModel proxy)
        => new[] { RuleSet.TcpContent, RuleSet.HttpRequest }.SelectMany(set => proxy.RulesOf(set))
            .Select(static rule => rule.Action).OfType<CaptureAction>()
            .Where(static action => action.Length is not null)
            .Select(static action => new CapturedHeader([], action.Length!.Value));

    /// <summary>Whether something of the file lives as long as a connection.</summary>
    private bool LivesLong(ProxyModel proxy)
        => environment.Model.Proxies.SelectMany(static p => p.Rules.Values).SelectMany(static rules => rules)
                .Any(static rule => rule.Action is SetVariableAction set
                    && (set.Variable.StartsWith("sess.", StringComparison.Ordinal)
                        || set.Variable.StartsWith("psess.", StringComparison.Ordinal)))
            || proxy.RulesOf(RuleSet.TcpConnection).Concat(proxy.RulesOf(RuleSet.TcpSession))
                .Any(static rule => rule.Action is TrackAction);
}
