using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>ACLs, rules, and the choice of backend and server.</summary>
internal sealed partial class ProxyBinder
{
    private static readonly Dictionary<RuleSet, string> s_titles = new()
    {
        [RuleSet.TcpConnection] = "tcp-request connection",
        [RuleSet.TcpSession] = "tcp-request session",
        [RuleSet.TcpContent] = "tcp-request content",
        [RuleSet.HttpRequest] = "http-request",
        [RuleSet.TcpResponse] = "tcp-response content",
        [RuleSet.HttpResponse] = "http-response",
        [RuleSet.HttpAfterResponse] = "http-after-response",
        [RuleSet.StatsRequest] = "stats http-request",
    };

    private readonly HashSet<RuleSet> _closed = [];

    private SamplePlaces RequestPlaces
        => PlacesOf(SamplePlaces.FrontendHttpRequest, SamplePlaces.BackendHttpRequest);

    private void Acl(Statement statement)
    {
        if (statement.Words.Length < 3)
        {
            _context.Error(FindingCodes.MissingArgument, statement.Words[^1], "'acl' expects a name and an expression");
            return;
        }
        if (RefuseInDefaults(statement))
        {
            return;
        }
        Word name = statement.Words[1];
        if (!_values.Name(name, "ACL name"))
        {
            _acls.AddBroken(name.Text);
            return;
        }
        if (name.Text == "or")
        {
            _context.Error(FindingCodes.BadName, name, "an ACL cannot be named 'or', which separates alternatives");
            return;
        }
        ParsedAcl? acl = _parse.Acls.Parse(name.Text, statement.Words.AsSpan(2), statement.Span);
        if (acl is null)
        {
            _acls.AddBroken(name.Text);
            return;
        }
        _acls.Add(name.Text, acl);
    }

    /// <summary>Rules stand in defaults only when these have a name.</summary>
    private bool RefuseInDefaults(Statement statement)
    {
        if (!IsDefaults || (_section.Name.Length > 0 && _section.Name != "from"))
        {
            return false;
        }
        _context.Error(FindingCodes.RulesInAnonymousDefaults, statement.Keyword,
            $"'{statement.Keyword}' is not allowed in a 'defaults' section without a name", "write: defaults NAME, "
            + "and take it with: frontend F from NAME");
        return true;
    }

    private void Rule(Statement statement)
    {
        Word keyword = statement.Keyword;
        bool isTcp = keyword.Text is "tcp-request" or "tcp-response";
        if (Argument(statement, isTcp ? "connection, session, content or inspect-delay" : "an action")
            is not { } second)
        {
            return;
        }
        if (isTcp && second.Text == "inspect-delay")
        {
            InspectDelay(statement);
            return;
        }
        (RuleSet Set, KeywordGroup Group, SamplePlaces Places)? kind = (keyword.Text, second.Text) switch
        {
            ("tcp-request", "connection") => (RuleSet.TcpConnection, KeywordGroup.ConnectionAction,
                SamplePlaces.FrontendTcpConnection),
            ("tcp-request", "session") => (RuleSet.TcpSession, KeywordGroup.SessionAction,
                SamplePlaces.FrontendTcpSession),
            ("tcp-request", "content") => (RuleSet.TcpContent, KeywordGroup.ContentAction,
                PlacesOf(SamplePlaces.FrontendTcpContent, SamplePlaces.BackendTcpContent)),
            ("tcp-response", "content") => (RuleSet.TcpResponse, KeywordGroup.ResponseAction,
                PlacesOf(SamplePlaces.FrontendTcpResponse, SamplePlaces.BackendTcpResponse)),
            ("http-request", _) => (RuleSet.HttpRequest, KeywordGroup.HttpRequestAction, RequestPlaces),
            ("http-response", _) => (RuleSet.HttpResponse, KeywordGroup.HttpResponseAction,
                PlacesOf(SamplePlaces.FrontendHttpResponse, SamplePlaces.BackendHttpResponse)),
            ("http-after-response", _) => (RuleSet.HttpAfterResponse, KeywordGroup.HttpAfterResponseAction,
                PlacesOf(SamplePlaces.FrontendHttpResponse, SamplePlaces.BackendHttpResponse)),
            _ => null,
        };
        if (kind is null)
        {
            _values.Choice(second, keyword.Text, keyword.Text == "tcp-request"
                ? ["connection", "session", "content", "inspect-delay"] : ["content", "inspect-delay"]);
            return;
        }
        if (kind.Value.Set is RuleSet.TcpConnection or RuleSet.TcpSession && !IsFrontend)
        {
            _context.Error(FindingCodes.MisplacedKeyword, second,
                $"{s_titles[kind.Value.Set]} is not allowed because {Title} does not listen");
            return;
        }
        if (RefuseInDefaults(statement))
        {
            return;
        }
        RuleModel? rule = _parse.Actions.Parse(kind.Value.Set, kind.Value.Group, statement, isTcp ? 2 : 1, _acls,
            kind.Value.Places);
        if (rule?.Action is CaptureAction { Slot: null } && !IsFrontend)
        {
            _context.Error(FindingCodes.MisplacedKeyword, second,
                $"nothing can be captured because {Title} does not listen");
            return;
        }
        if (rule is not null)
        {
            WarnOfOrder(kind.Value.Set, statement);
            Add(kind.Value.Set, rule);
        }
    }

    private void Add(RuleSet set, RuleModel rule)
    {
        if (_closed.Contains(set) && !IsInherited)
        {
            _context.Findings.Report(FindingCodes.RuleAfterFinal, rule.Span,
                $"the {s_titles[set]} action before it is final and has no condition, so this is never reached");
        }
        if (rule.Action.IsFinal && rule.Condition is null)
        {
            _closed.Add(set);
        }
        _proxy = _proxy with { Rules = _proxy.Rules.SetItem(set, _proxy.RulesOf(set).Add(rule)) };
    }

    /// <summary>Rules run in an order of their own, whatever the order of the lines.</summary>
    private void WarnOfOrder(RuleSet set, Statement statement)
    {
        if (IsInherited || set is RuleSet.TcpResponse or RuleSet.HttpResponse or RuleSet.HttpAfterResponse)
        {
            return;
        }
        string? later = set < RuleSet.TcpSession && _proxy.RulesOf(RuleSet.TcpSession).Length > 0
                ? "tcp-request session"
            : set < RuleSet.TcpContent && _proxy.RulesOf(RuleSet.TcpContent).Length > 0 ? "tcp-request content"
            : set < RuleSet.HttpRequest && _proxy.RulesOf(RuleSet.HttpRequest).Length > 0 ? "http-request"
            : _proxy.Redirects.Length > 0 ? "redirect"
            : _proxy.UseBackend.Length > 0 ? "use_backend"
            : _proxy.UseServer.Length > 0 ? "use-server" : null;
        if (later is not null)
        {
            _context.Error(FindingCodes.RuleOrder, statement.Keyword,
                $"a '{s_titles[set]}' rule placed after a '{later}' rule will still be processed before");
        }
    }

    private void InspectDelay(Statement statement)
    {
        if (_values.Argument(statement, 2, "a time") is not { } word
            || _values.Time(word, "inspect-delay") is not { } time)
        {
            return;
        }
        if (statement.Words.Length > 3)
        {
            _context.Error(FindingCodes.IgnoredKeyword, statement.Words[3], "what stands behind the time is ignored");
        }
        _proxy = statement.Keyword.Text == "tcp-request" ? _proxy with { RequestInspectDelay = time }
            : _proxy with { ResponseInspectDelay = time };
    }

    private void RedirectLine(Statement statement)
    {
        var line = new RuleLine(statement.Words, 0, RequestPlaces) { Index = 1 };
        RedirectModel? redirect = _parse.Actions.Redirect(statement.Words, line, isOwnLine: true);
        if (redirect is null || !TryCondition(statement, line.Index, RequestPlaces, out RuleCondition? condition))
        {
            return;
        }
        _proxy = _proxy with
        {
            Redirects = _proxy.Redirects.Add(new RuleModel(new RedirectAction(redirect), condition, statement.Span)),
        };
    }

    private void Choice(Statement statement)
    {
        string keyword = statement.Keyword.Text;
        bool isServer = keyword == "use-server";
        if (Argument(statement, isServer ? "the name of a server" : "the name of a backend") is not { } word)
        {
            return;
        }
        SamplePlaces places = isServer ? SamplePlaces.BackendServer : SamplePlaces.FrontendUseBackend;
        LogFormat? name = _parse.Formats.Parse(word, SamplePlaces.FrontendHttpRequest | places
            | (isServer ? SamplePlaces.BackendHttpRequest : 0));
        if (name is null || !TryCondition(statement, 2, isServer ? SamplePlaces.BackendServer
            : SamplePlaces.FrontendHttpRequest | SamplePlaces.FrontendUseBackend, out RuleCondition? condition))
        {
            return;
        }
        if (isServer && condition is null)
        {
            _context.Error(FindingCodes.MissingArgument, word, "'use-server' expects a condition");
            return;
        }
        _proxy = keyword switch
        {
            "default_backend" => _proxy with { DefaultBackend = new BackendChoice(name, null, word.Span) },
            "use-server" => _proxy with { UseServer = _proxy.UseServer.Add(new ServerChoice(name, condition,
                word.Span)) },
            _ => _proxy with { UseBackend = _proxy.UseBackend.Add(new BackendChoice(name, condition, word.Span)) },
        };
    }

    /// <summary>HTTP rules in a proxy of TCP have no effect.</summary>
    private void CheckRuleModes()
    {
        if (IsDefaults || _proxy.Mode == ProxyMode.Http)
        {
            return;
        }
        foreach (RuleSet set in (RuleSet[])[RuleSet.HttpRequest, RuleSet.HttpResponse, RuleSet.HttpAfterResponse])
        {
            ImmutableArray<RuleModel> rules = _proxy.RulesOf(set);
            if (rules.Length > 0)
            {
                Ignored(rules[0].Span, $"'{s_titles[set]}' rules are");
            }
        }
        if (_proxy.Redirects.Length > 0)
        {
            Ignored(_proxy.Redirects[0].Span, "'redirect' rules are");
        }
        if (_proxy.Cookie is { } cookie)
        {
            Ignored(cookie.Span, "'cookie' is");
        }
        if (_proxy.ForwardedFor is { } forwarded)
        {
            Ignored(forwarded.Span, "'option forwardfor' is");
        }
        if (_proxy.OriginalTo is { } original)
        {
            Ignored(original.Span, "'option originalto' is");
        }
    }

    private void Ignored(SourceSpan span, string what)
        => _context.Findings.Report(FindingCodes.WrongMode, span,
            $"{what} ignored for {Title} as HTTP mode is required");
}
