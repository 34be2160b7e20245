using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Config.Text;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Reads the global sections into one.</summary>
internal sealed class GlobalBinder(Parsers parse)
{
    private static readonly HashSet<string> s_flags = new(StringComparer.Ordinal)
    {
        "daemon", "external-check", "quiet", "debug", "zero-warning", "noepoll", "nopoll", "nokqueue", "noevports",
        "nogetaddrinfo", "noreuseport", "nosplice", "strict-limits", "insecure-fork-wanted", "insecure-setuid-wanted",
        "busy-polling", "master-worker", "no-memory-trimming", "pp2-never-send-local", "ssl-mode-async",
        "h1-accept-payload-with-any-method", "expose-experimental-directives", "tune.fail-alloc", "set-dumpable",
        "log-send-hostname", "resetenv", "ssl-load-extra-del-ext", "ssl-skip-self-issued-ca", "limited-quic",
        "tune.ssl.force-private-cache", "h2-workaround-bogus-websocket-clients", "description", "no-quic",
        "tune.disable-fast-forward", "tune.disable-zero-copy-forwarding", "expose-deprecated-directives", "prealloc-fd",
        "numa-cpu-mapping", "wurfl-engine-mode", "wurfl-useragent-priority", "issuers-chain-path",
    };

    private static readonly string[] s_flagsWithWords =
        ["master-worker", "log-send-hostname", "resetenv", "description", "issuers-chain-path", "numa-cpu-mapping"];

    private static readonly string[] s_single =
    [
        "maxconn", "nbthread", "user", "group", "uid", "gid", "chroot", "pidfile", "ulimit-n", "spread-checks",
        "log-tag", "node", "tune.bufsize", "tune.maxrewrite", "tune.http.maxhdr", "maxsslconn", "maxconnrate",
        "maxsessrate", "maxsslrate", "maxpipes", "ca-base", "crt-base", "localpeer", "max-spread-checks",
        "ssl-server-verify", "tune.maxaccept",
    ];

    private readonly BindContext _context = parse.Context;
    private readonly ValueReader _values = parse.Values;

    /// <summary>What was read so far.</summary>
    public GlobalModel Model { get; private set; } = new();

    /// <summary>Reads one section.</summary>
    public void Bind(Section section)
    {
        foreach (Statement statement in section.Statements)
        {
            Word keyword = statement.Keyword;
            if (KeywordTable.Find(KeywordGroup.Global, keyword.Text) is not { } spec)
            {
                ReportUnknown(keyword);
                continue;
            }
            _context.Support(spec, keyword.Span, $"global {spec.Name}");
            if (statement.Words.Length < 2 && !s_flags.Contains(spec.Name))
            {
                _context.Error(FindingCodes.MissingArgument, keyword, $"'{keyword}' expects an argument");
                continue;
            }
            if ((s_single.Contains(spec.Name) && !_values.NoMore(statement, 2))
                || (s_flags.Contains(spec.Name) && !s_flagsWithWords.Contains(spec.Name)
                    && !_values.NoMore(statement, 1)))
            {
                continue;
            }
            Apply(statement, spec.Name);
        }
    }

    private void ReportUnknown(Word keyword)
    {
        if (KeywordTable.Find(KeywordGroup.Proxy, keyword.Text) is not null)
        {
            _context.Error(FindingCodes.MisplacedKeyword, keyword, $"unknown keyword '{keyword}' in 'global' section",
                "it belongs into defaults, frontend, listen or backend");
            return;
        }
        _context.Error(FindingCodes.UnknownKeyword, keyword, $"unknown keyword '{keyword}' in 'global' section", null,
            NearestWord.Find(keyword.Text, KeywordTable.Of(KeywordGroup.Global).Select(static k => k.Name)));
    }

    private void Apply(Statement statement, string name)
    {
        Word value = statement.Words[^1];
        value = statement.Words.Length > 1 ? statement.Words[1] : value;
        bool isOn = statement.Prefix == Prefix.None;
        switch (name)
        {
            case "daemon":
                Model = Model with { IsDaemon = _values.NoMore(statement, 1) || Model.IsDaemon };
                break;
            case "master-worker":
                Model = Model with { IsMasterWorker = true };
                break;
            case "external-check":
                Model = Model with { AllowsExternalChecks = true };
                break;
            case "insecure-fork-wanted":
                Model = Model with { AllowsFork = isOn };
                break;
            case "maxconn":
                Model = Model with { MaxConnections = _values.Atol(value, name) };
                break;
            case "maxconnrate":
                Model = Model with { MaxConnectionRate = _values.Atol(value, name) };
                break;
            case "maxsessrate":
                Model = Model with { MaxSessionRate = _values.Atol(value, name) };
                break;
            case "maxsslconn":
                Model = Model with { MaxTlsConnections = _values.Atol(value, name) };
                break;
            case "maxsslrate":
                Model = Model with { MaxTlsRate = _values.Atol(value, name) };
                break;
            case "ulimit-n":
                Model = Model with { DescriptorLimit = _values.Atol(value, name) };
                break;
            case "nbthread":
                Model = Model with { Threads = _values.Integer(value, name, 1, 4096) ?? Model.Threads };
                break;
            case "user" or "uid":
                Model = Model with { User = value.Text };
                break;
            case "group" or "gid":
                Model = Model with { Group = value.Text };
                break;
            case "log":
                Log(statement);
                break;
            case "stats":
                Stats(statement);
                break;
            case "default-path":
                DefaultPath(statement, value);
                break;
            case "set-var" or "set-var-fmt":
                Variable(statement, name);
                break;
            case "h1-case-adjust" or "h1-case-adjust-file":
                HeaderCase(statement, name, value);
                break;
            default:
                Other(statement, name, value);
                break;
        }
    }

    private void Other(Statement statement, string name, Word value)
    {
        switch (name)
        {
            case "ssl-default-bind-options" or "ssl-default-server-options":
                TlsOptions(statement, name == "ssl-default-bind-options" ? KeywordGroup.Bind : KeywordGroup.Server);
                break;
            case "ca-base" or "crt-base" when (name == "ca-base" ? Model.CaBase : Model.CertificateBase) is not null:
                _context.Error(FindingCodes.Conflict, statement.Keyword, $"'{name}' is already given");
                break;
            case "setenv" or "presetenv" when statement.Words.Length < 3:
                _context.Error(FindingCodes.MissingArgument, value, $"'{name}' expects a name and a value");
                break;
            default:
                if (!Numbers(name, value) && !Texts(statement, name, value))
                {
                    Model = Model with { Settings = Model.Settings.Add(ProxyBinder.Generic(statement)) };
                }
                break;
        }
    }

    private void TlsOptions(Statement statement, KeywordGroup group)
    {
        for (int i = 1; i < statement.Words.Length; i++)
        {
            Word word = statement.Words[i];
            if (!LineOptions.MayBeDefault(group, word.Text))
            {
                _context.Error(FindingCodes.UnknownKeyword, word,
                    $"unknown option '{word}' of '{statement.Keyword}'", null, KeywordTable.Nearest(group, word.Text));
                return;
            }
            if (word.Text is "ssl-min-ver" or "ssl-max-ver"
                && (_values.Argument(statement, ++i, $"a version behind '{word}'") is not { } version
                    || _values.Choice(version, word.Text, LineOptions.Versions) is null))
            {
                return;
            }
        }
        Model = Model with { Settings = Model.Settings.Add(ProxyBinder.Generic(statement)) };
    }

    private bool Numbers(string name, Word value)
    {
        switch (name)
        {
            case "hard-stop-after":
                Model = Model with { HardStopAfter = _values.Time(value, name) };
                return true;
            case "grace":
                Model = Model with { Grace = _values.Time(value, name) ?? 0 };
                return true;
            case "spread-checks":
                int percent = _values.Atol(value, name);
                if (percent is < 0 or > 50)
                {
                    _context.Error(FindingCodes.BadNumber, value, "'spread-checks' is a percentage from 0 to 50");
                }
                Model = Model with { SpreadChecks = percent };
                return true;
            case "max-spread-checks":
                Model = Model with { MaxSpreadChecks = _values.Time(value, name) };
                return true;
            case "tune.bufsize":
                int size = _values.Atol(value, name);
                if (size <= 0)
                {
                    _context.Error(FindingCodes.BadNumber, value, "'tune.bufsize' expects a positive integer");
                    return true;
                }
                Model = Model with { BufferSize = size };
                return true;
            case "tune.maxrewrite":
                int rewrite = _values.Atol(value, name);
                if (rewrite < 0)
                {
                    _context.Error(FindingCodes.BadNumber, value, "'tune.maxrewrite' expects a positive integer");
                }
                Model = Model with { MaxRewrite = rewrite };
                return true;
            case "tune.http.maxhdr":
                Model = Model with { MaxHeaders = _values.Integer(value, name, 1, 32_767) ?? Model.MaxHeaders };
                return true;
            case "tune.http.logurilen":
                Model = Model with { LogUriLength = _values.Atol(value, name) };
                return true;
            case "tune.http.cookielen":
                Model = Model with { CookieLength = _values.Atol(value, name) };
                return true;
            default:
                return false;
        }
    }

    private bool Texts(Statement statement, string name, Word value)
    {
        string rest = string.Join(' ', statement.Words.Skip(1).Select(static w => w.Text));
        GlobalModel? changed = name switch
        {
            "chroot" => Model with { Chroot = value.Text },
            "pidfile" => Model with { PidFile = value.Text },
            "log-tag" => Model with { LogTag = value.Text },
            "log-send-hostname" => Model with { LogHostName = statement.Text(1) },
            "node" => Model with { Node = value.Text },
            "description" => Model with { Description = rest },
            "localpeer" => Model with { LocalPeer = value.Text },
            "ca-base" => Model with { CaBase = value.Text },
            "crt-base" => Model with { CertificateBase = value.Text },
            "ssl-server-verify" => Model with
            {
                TrustsServers = _values.Choice(value, name, "none", "required") == "none",
            },
            _ => null,
        };
        Model = changed ?? Model;
        return changed is not null;
    }

    private void Variable(Statement statement, string name)
    {
        if (statement.Words.Length < 3)
        {
            _context.Error(FindingCodes.MissingArgument, statement.Words[^1],
                $"'{name}' expects a variable and a value");
            return;
        }
        Word variable = statement.Words[1];
        if (!parse.Expressions.CheckVariable(variable.Text, variable.Span, variable))
        {
            return;
        }
        if (!variable.Text.StartsWith("proc.", StringComparison.Ordinal))
        {
            _context.Error(FindingCodes.BadWord, variable, "only variables of the scope proc. can be set in global");
            return;
        }
        int index = 2;
        SampleExpression? expression = name == "set-var"
            ? parse.Expressions.ParseFor(statement.Words, ref index, SamplePlaces.Config, name) : null;
        LogFormat? format = name == "set-var" ? null : parse.Formats.Parse(statement.Words[2], SamplePlaces.Config);
        if (expression is not null || format is not null)
        {
            var action = new SetVariableAction(name, variable.Text, [], expression, format);
            Model = Model with { Variables = Model.Variables.Add(new RuleModel(action, null, statement.Span)) };
        }
    }

    private void HeaderCase(Statement statement, string name, Word value)
    {
        if (name == "h1-case-adjust")
        {
            if (statement.Words.Length < 3)
            {
                _context.Error(FindingCodes.MissingArgument, value, "'h1-case-adjust' expects two names");
                return;
            }
            AddCase(value, value.Text, statement.Words[2].Text);
            return;
        }
        foreach (string line in (_context.ReadFile(value, value.Text) ?? "").Split('\n'))
        {
            string[] names = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (names.Length > 0 && names[0][0] != '#')
            {
                AddCase(value, names[0], names.Length > 1 ? names[1] : "");
            }
        }
    }

    private void AddCase(Word word, string from, string to)
    {
        if (from.Length == 0 || from.AsSpan().ContainsAnyInRange('A', 'Z')
            || !from.Equals(to, StringComparison.OrdinalIgnoreCase))
        {
            _context.Error(FindingCodes.BadWord, word,
                $"'h1-case-adjust' expects a name in lower case and the same one as it is to be: '{from} {to}'");
        }
        else if (Model.HeaderCases.ContainsKey(from))
        {
            _context.Error(FindingCodes.Conflict, word, $"the case of '{from}' is already given");
        }
        else
        {
            Model = Model with { HeaderCases = Model.HeaderCases.Add(from, to) };
        }
    }

    private void Log(Statement statement)
    {
        if (statement.Prefix == Prefix.No)
        {
            Model = Model with { Logs = [] };
        }
        else if (parse.Logs.Parse(statement) is { } target)
        {
            Model = Model with { Logs = Model.Logs.Add(target) };
        }
    }

    private void Stats(Statement statement)
    {
        Word word = statement.Words[1];
        switch (_values.Choice(word, "stats", "socket", "timeout", "maxconn", "bind-process"))
        {
            case "socket":
                if (parse.Binds.Parse(statement, 2, isStatsSocket: true) is { } socket)
                {
                    Model = Model with { StatsSockets = Model.StatsSockets.Add(socket) };
                }
                break;
            case "timeout":
                if (_values.Argument(statement, 2, "a time") is { } time && _values.Time(time, "stats timeout")
                    is { } t)
                {
                    if (t == 0)
                    {
                        _context.Error(FindingCodes.BadTime, time, "'stats timeout' expects a positive time");
                    }
                    Model = Model with { StatsTimeout = t };
                }
                break;
            case "maxconn":
                if (_values.Argument(statement, 2, "a number") is { } number)
                {
                    Model = Model with { StatsMaxConnections = _values.Integer(number, "stats maxconn", 1) ?? 10 };
                }
                break;
            case "bind-process":
                _context.Support(KeywordTable.Find(KeywordGroup.Stats, word.Text)!, word.Span, "stats bind-process");
                break;
            default:
                break;
        }
    }

    private void DefaultPath(Statement statement, Word value)
    {
        if (_values.Choice(value, "default-path", "current", "config", "parent", "origin") is not { } policy)
        {
            return;
        }
        if (policy == "origin")
        {
            if (_values.Argument(statement, 2, "a directory") is not { } directory)
            {
                return;
            }
            _context.PathOrigin = directory.Text;
        }
        _context.PathPolicy = policy;
    }
}
