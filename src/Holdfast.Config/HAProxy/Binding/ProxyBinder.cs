using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Config.Text;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Reads one proxy section, with the lines of its defaults before its own.</summary>
internal sealed partial class ProxyBinder
{
    private static readonly string[] s_errorInFrontend =
        ["default-server", "server", "server-template", "retry-on", "use-server", "tcp-response", "use-fcgi-app"];

    // Words that take so many arguments and no more.
    private static readonly Dictionary<string, int> s_most = new(StringComparer.Ordinal)
    {
        ["disabled"] = 0, ["enabled"] = 0, ["transparent"] = 0, ["redispatch"] = 0, ["backlog"] = 1,
        ["default_backend"] = 1, ["dispatch"] = 1, ["fullconn"] = 1, ["http-reuse"] = 1, ["id"] = 1, ["maxconn"] = 1,
        ["mode"] = 1, ["monitor-uri"] = 1, ["retries"] = 1, ["server-state-file-name"] = 1, ["external-check"] = 2,
    };

    private readonly Parsers _parse;
    private readonly BindContext _context;
    private readonly ValueReader _values;
    private readonly Section _section;
    private readonly Places _place;
    private readonly GlobalModel _global;
    private readonly AclScope _acls = new();
    private ProxyModel _proxy;
    private ServerModel _defaultServer;

    public ProxyBinder(Parsers parse, Section section, GlobalModel global)
    {
        _parse = parse;
        _context = parse.Context;
        _values = parse.Values;
        _section = section;
        _global = global;
        _place = section.Kind switch
        {
            "defaults" => Places.Defaults,
            "frontend" => Places.Frontend,
            "backend" => Places.Backend,
            _ => Places.Listen,
        };
        ProxyKind kind = _place switch
        {
            Places.Frontend => ProxyKind.Frontend,
            Places.Backend => ProxyKind.Backend,
            _ => ProxyKind.Listen,
        };
        _proxy = new ProxyModel(section.Name, kind, section.Head.Span);
        _defaultServer = ServerLineParser.Initial(section.Head);
    }

    private bool IsDefaults => _place == Places.Defaults;

    private bool IsFrontend => _proxy.Kind.HasFlag(ProxyKind.Frontend);

    private bool IsBackend => _proxy.Kind.HasFlag(ProxyKind.Backend);

    /// <summary>Whether the lines that are read now are those of a defaults section of this proxy.</summary>
    private bool IsInherited { get; set; }

    /// <summary>Reads it.</summary>
    /// <param name="defaults">Its defaults sections, the farthest first.</param>
    public ProxyModel Bind(IEnumerable<Section> defaults)
    {
        IsInherited = true;
        bool wasQuiet = _context.Findings.IsQuiet;
        _context.Findings.IsQuiet = true;
        foreach (Section section in defaults)
        {
            _proxy = _proxy with { DefaultsSpan = section.Head.Span };
            bool mayHaveRules = section.Name.Length > 0 && section.Name != "from";
            section.Statements.FindAll(s => mayHaveRules || !IsRule(s)).ForEach(Apply);
        }
        _context.Findings.IsQuiet = wasQuiet;
        IsInherited = false;
        OldAddress();
        _section.Statements.ForEach(Apply);
        Finish();
        return _proxy;
    }

    /// <summary>Whether a line is one that only defaults with a name may have.</summary>
    public static bool IsRule(Statement statement) => statement.Keyword.Text is "acl" or "http-request"
        or "http-response" or "http-after-response" || (statement.Keyword.Text is "tcp-request" or "tcp-response"
        && statement.Text(1) != "inspect-delay");

    private void Finish()
    {
        if (_proxy.Stats is not null && _proxy.Mode != ProxyMode.Http && !IsDefaults)
        {
            _context.Findings.Report(FindingCodes.WrongMode, _proxy.Span,
                $"'stats' is ignored for {Title} as it requires HTTP mode");
        }
        // What defaults have set is not in the way of a proxy's own rules.
        bool hasOwnUsers = _section.Statements.Any(static line => line.Keyword.Text == "stats"
            && (line.Text(1) is "auth" or "realm"));
        if (hasOwnUsers && _proxy.RulesOf(RuleSet.StatsRequest).Length > 0 && !IsDefaults && !_proxy.IsDisabled
            && _proxy.Mode == ProxyMode.Http)
        {
            _context.Findings.Report(FindingCodes.Conflict, _proxy.RulesOf(RuleSet.StatsRequest)[0].Span,
                $"'stats auth' or 'stats realm' cannot be together with 'stats http-request' in {Title}");
        }
        CheckRuleModes();
    }

    private string Title => $"{_section.Kind} '{_section.Name}'";

    /// <summary>"listen NAME ADDRESS:PORT", as it was before 1.5.</summary>
    private void OldAddress()
    {
        int index = _section.Head.Words.Length > 3 && _section.Head.Text(2) == "from" ? 4 : 2;
        if (IsDefaults || _section.Head.Words.Length <= index || _section.Head.Text(index) == "from")
        {
            return;
        }
        Word word = _section.Head.Words[index];
        if (!IsFrontend)
        {
            _context.Error(FindingCodes.ExtraArgument, word,
                $"'{_section.Kind}' cannot handle unexpected argument '{word}'");
            return;
        }
        _context.Error(FindingCodes.Removed, word, $"an address on the '{_section.Kind}' line is old",
            $"write on a line of its own: bind {word}");
        if (_parse.Binds.Parse(_section.Head, index) is { } bind)
        {
            _proxy = _proxy with { Binds = _proxy.Binds.Add(bind) };
        }
    }

    private void Apply(Statement statement)
    {
        Word keyword = statement.Keyword;
        KeywordSpec? spec = KeywordTable.Find(KeywordGroup.Proxy, keyword.Text);
        if (spec is null)
        {
            ReportUnknown(keyword);
            return;
        }
        if (!IsAllowed(spec, statement))
        {
            return;
        }
        if (spec.Name != "filter" || statement.Text(1) != "compression")
        {
            _context.Support(spec, keyword.Span, spec.Name);
        }
        if (s_most.TryGetValue(spec.Name, out int most) && !_values.NoMore(statement, most + 1))
        {
            return;
        }
        Dispatch(statement, spec);
    }

    private void ReportUnknown(Word keyword)
    {
        if (KeywordTable.Find(KeywordGroup.Global, keyword.Text) is not null)
        {
            _context.Error(FindingCodes.MisplacedKeyword, keyword,
                $"'{keyword}' belongs into the global section, not into '{_section.Kind}'");
            return;
        }
        if (KeywordTable.Find(KeywordGroup.Option, keyword.Text) is not null)
        {
            _context.Error(FindingCodes.UnknownKeyword, keyword,
                $"unknown keyword '{keyword}' in '{_section.Kind}' section", $"write: option {keyword}");
            return;
        }
        _context.Error(FindingCodes.UnknownKeyword, keyword,
            $"unknown keyword '{keyword}' in '{_section.Kind}' section", null,
            NearestWord.Find(keyword.Text, KeywordTable.Of(KeywordGroup.Proxy).Where(k => (k.Places & _place) != 0
                && k.Support is not (SupportClass.Refused or SupportClass.Replaced)).Select(static k => k.Name)));
    }

    private bool IsAllowed(KeywordSpec spec, Statement statement) => IsAllowed(spec, statement.Keyword, spec.Name);

    private bool IsAllowed(KeywordSpec spec, Word word, string shown)
    {
        if (IsInherited || spec.Places == Places.None || (spec.Places & _place) != 0)
        {
            return true;
        }
        if (IsDefaults || spec.Places == Places.Global)
        {
            _context.Error(FindingCodes.MisplacedKeyword, word,
                $"'{shown}' is not allowed in a '{_section.Kind}' section");
            return false;
        }
        bool isError = _place == Places.Frontend ? s_errorInFrontend.Contains(shown) : shown == "declare";
        string lacks = _place == Places.Frontend ? "has no servers" : "does not listen";
        _context.Error(isError ? FindingCodes.MisplacedKeyword : FindingCodes.IgnoredKeyword, word, isError
            ? $"'{shown}' is not allowed because {Title} {lacks}" : $"'{shown}' is ignored because {Title} {lacks}",
            shown == "maxconn" ? "perhaps 'fullconn' is meant" : shown == "fullconn" ? "perhaps 'maxconn' is meant"
                : null);
        return false;
    }

    private void Dispatch(Statement statement, KeywordSpec spec)
    {
        switch (spec.Name)
        {
            case "option":
                Option(statement);
                break;
            case "timeout" or "clitimeout" or "contimeout" or "srvtimeout":
                Timeout(statement);
                break;
            case "bind" or "server" or "server-template" or "default-server":
                Line(statement);
                break;
            case "acl":
                Acl(statement);
                break;
            case "http-request" or "http-response" or "http-after-response" or "tcp-request" or "tcp-response":
                Rule(statement);
                break;
            case "redirect":
                RedirectLine(statement);
                break;
            case "block":
                Block(statement);
                break;
            case "dispatch":
                Dispatched(statement);
                break;
            case { } old when old.StartsWith("req", StringComparison.Ordinal)
                || old.StartsWith("rsp", StringComparison.Ordinal):
                OldRule(statement);
                break;
            case "use_backend" or "default_backend" or "use-server":
                Choice(statement);
                break;
            case "log" or "log-format" or "log-format-sd" or "error-log-format" or "log-tag" or "unique-id-format"
                or "unique-id-header":
                Log(statement);
                break;
            case "capture" or "declare":
                Capture(statement);
                break;
            case "stats":
                Stats(statement);
                break;
            case "http-check" or "tcp-check" or "external-check":
                Check(statement);
                break;
            case "stick-table" or "stick" or "cookie" or "persist" or "force-persist" or "ignore-persist"
                or "dynamic-cookie-key":
                Persistence(statement);
                break;
            case "balance" or "hash-type" or "hash-balance-factor":
                Balancing(statement);
                break;
            case "errorfile" or "errorfiles" or "errorloc" or "errorloc302" or "errorloc303" or "http-error":
                ErrorPage(statement);
                break;
            case "compression":
                Compression(statement);
                break;
            case "monitor" or "monitor-uri":
                Monitor(statement);
                break;
            default:
                Setting(statement);
                break;
        }
    }

    /// <summary>An argument that must be there; null, and an error, when it is not.</summary>
    private Word? Argument(Statement statement, string what) => _values.Argument(statement, 1, what);

    /// <summary>The places of an http-request rule and so on in this proxy.</summary>
    private SamplePlaces PlacesOf(SamplePlaces frontend, SamplePlaces backend)
        => (IsFrontend ? frontend : 0) | (IsBackend ? backend : 0);

    /// <summary>Reads a condition that may be there.</summary>
    private bool TryCondition(Statement statement, int index, SamplePlaces places, out RuleCondition? condition)
        => _parse.Conditions.TryParse(statement.Words, index, _acls, places, out condition);

    private void Keep(Statement statement) => _proxy = _proxy with
    {
        Others = _proxy.Others.Add(Generic(statement)),
    };

    /// <summary>A line as words.</summary>
    public static GenericStatement Generic(Statement statement) => new(statement.Keyword.Text,
        [.. statement.Words.Skip(1).Select(static w => w.Text)], statement.Prefix == Prefix.No, statement.Span);

    private static ImmutableArray<T> With<T>(ImmutableArray<T> list, T? item)
        where T : class
        => item is null ? list : list.Add(item);
}
