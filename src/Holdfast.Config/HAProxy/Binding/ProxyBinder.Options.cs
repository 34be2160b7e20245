using System.Collections.Frozen;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary><c>option</c> lines.</summary>
internal sealed partial class ProxyBinder
{
    private static readonly FrozenDictionary<string, ProxyOptions> s_flags = Enum.GetValues<ProxyOptions>()
        .Where(static o => o != ProxyOptions.None).ToFrozenDictionary(static o => o.ToString().ToLowerInvariant());

    private void Option(Statement statement)
    {
        if (Argument(statement, "the name of an option") is not { } word)
        {
            return;
        }
        if (KeywordTable.Find(KeywordGroup.Option, word.Text) is not { } spec)
        {
            _context.Error(FindingCodes.UnknownKeyword, word, $"unknown option '{word}'", null,
                KeywordTable.Nearest(KeywordGroup.Option, word.Text));
            return;
        }
        if (!IsAllowed(spec, word, $"option {spec.Name}"))
        {
            return;
        }
        _context.Support(spec, word.Span, $"option {spec.Name}");
        bool isOn = statement.Prefix == Prefix.None;
        string flag = word.Text.Replace("-", "", StringComparison.Ordinal);
        if (s_flags.TryGetValue(flag, out ProxyOptions bit))
        {
            if (_values.NoMore(statement, 2))
            {
                _proxy = _proxy with { Options = isOn ? _proxy.Options | bit : _proxy.Options & ~bit };
            }
            return;
        }
        if (!isOn && word.Text is not ("httpclose" or "http-server-close" or "http-keep-alive" or "redispatch")
            && spec.Support != SupportClass.Performance)
        {
            _context.Error(FindingCodes.BadPrefix, word,
                $"'{(statement.Prefix == Prefix.No ? "no" : "default")}' is not "
                + $"supported for option '{word}'");
            return;
        }
        NamedOption(statement, word, isOn);
    }

    private void NamedOption(Statement statement, Word word, bool isOn)
    {
        switch (word.Text)
        {
            case "httpclose" or "forceclose" or "http-server-close" or "http-keep-alive" or "tcpka"
                when !_values.NoMore(statement, 2):
                break;
            case "httpclose" or "forceclose":
                SetConnectionMode(ConnectionMode.Close, isOn);
                break;
            case "http-server-close":
                SetConnectionMode(ConnectionMode.ServerClose, isOn);
                break;
            case "http-keep-alive":
                SetConnectionMode(ConnectionMode.KeepAlive, isOn);
                break;
            case "tcpka":
                _proxy = _proxy with
                {
                    ClientKeepAlive = _proxy.ClientKeepAlive with { IsEnabled = isOn },
                    ServerKeepAlive = _proxy.ServerKeepAlive with { IsEnabled = isOn },
                };
                break;
            case "httplog" or "httpslog" or "tcplog":
                LogOption(statement, word);
                break;
            case "forwardfor" or "originalto":
                ForwardedFor(statement, word, isOn);
                break;
            case "redispatch":
                int interval = -1;
                if (isOn && statement.Words.Length > 2)
                {
                    interval = _values.Atol(statement.Words[2], "option redispatch");
                }
                _proxy = _proxy with { Redispatch = isOn ? interval : null };
                break;
            case "http-restrict-req-hdr-names":
                if (_values.Argument(statement, 2, "preserve, delete or reject") is { } names)
                {
                    _proxy = _proxy with
                    {
                        RestrictHeaderNames = _values.Choice(names, "http-restrict-req-hdr-names", "preserve",
                            "delete", "reject") ?? _proxy.RestrictHeaderNames,
                    };
                }
                break;
            case "httpchk" or "tcp-check" or "mysql-check" or "pgsql-check" or "redis-check" or "smtpchk"
                or "ldap-check" or "ssl-hello-chk" or "external-check" or "spop-check":
                CheckOption(statement, word, isOn);
                break;
            default:
                _proxy = _proxy with { Others = _proxy.Others.Add(Generic(statement)) };
                break;
        }
    }

    private void SetConnectionMode(ConnectionMode mode, bool isOn) => _proxy = _proxy with
    {
        ConnectionMode = isOn ? mode : _proxy.ConnectionMode == mode ? ConnectionMode.KeepAlive : _proxy.ConnectionMode,
    };

    private void LogOption(Statement statement, Word word)
    {
        bool isClf = word.Text == "httplog" && statement.Text(2) == "clf";
        if (!_values.NoMore(statement, isClf ? 3 : 2))
        {
            return;
        }
        if (_place == Places.Backend && !IsInherited)
        {
            _context.Error(FindingCodes.IgnoredKeyword, word,
                $"'option {word}' is ignored because {Title} does not listen");
        }
        _proxy = _proxy with
        {
            LogFormat = null,
            LogFormatName = isClf ? "clf" : word.Text[..^"log".Length],
        };
    }

    private void ForwardedFor(Statement statement, Word word, bool isOn)
    {
        bool isOriginal = word.Text == "originalto";
        ForwardedForModel? model = null;
        if (isOn)
        {
            model = new ForwardedForModel(isOriginal ? "X-Original-To" : "X-Forwarded-For", null, false, false,
                statement.Span);
            for (int i = 2; i < statement.Words.Length; i++)
            {
                Word name = statement.Words[i];
                if (name.Text == "if-none" && !isOriginal)
                {
                    model = model with { IfNone = true };
                    continue;
                }
                if (name.Text is not ("except" or "header"))
                {
                    _context.Error(FindingCodes.BadWord, name, $"'option {word}' supports only 'except', 'header'"
                        + (isOriginal ? "" : " and 'if-none'") + $", but got '{name}'", null,
                        Text.NearestWord.Find(name.Text, ["except", "header", "if-none"]));
                    return;
                }
                if (++i >= statement.Words.Length)
                {
                    _context.Error(FindingCodes.MissingArgument, name, $"'{name}' lacks its value");
                    return;
                }
                Word value = statement.Words[i];
                if (name.Text == "header")
                {
                    model = model with { Header = value.Text, HasOwnHeader = true };
                    continue;
                }
                if (!IpPrefix.TryParse(value.Text, out IpPrefix except))
                {
                    _context.Error(FindingCodes.BadAddress, value,
                        $"'except' expects an address or network, but got '{value}'");
                    return;
                }
                model = model with { Except = except };
            }
        }
        _proxy = isOriginal ? _proxy with { OriginalTo = model } : _proxy with { ForwardedFor = model };
    }

    private void CheckOption(Statement statement, Word word, bool isOn)
    {
        HealthCheckKind kind = word.Text switch
        {
            "httpchk" => HealthCheckKind.Http,
            "tcp-check" => HealthCheckKind.TcpScript,
            "mysql-check" => HealthCheckKind.MySql,
            "pgsql-check" => HealthCheckKind.Postgres,
            "redis-check" => HealthCheckKind.Redis,
            "smtpchk" => HealthCheckKind.Smtp,
            "ldap-check" => HealthCheckKind.Ldap,
            "ssl-hello-chk" => HealthCheckKind.TlsHello,
            "external-check" => HealthCheckKind.External,
            _ => HealthCheckKind.Spop,
        };
        int most = kind switch
        {
            HealthCheckKind.Http => 6,
            HealthCheckKind.MySql => 5,
            HealthCheckKind.Postgres or HealthCheckKind.Smtp => 4,
            _ => 2,
        };
        if (!_values.NoMore(statement, most))
        {
            return;
        }
        if (kind == HealthCheckKind.Postgres && isOn
            && (statement.Text(2) != "user" || statement.Words.Length < 4))
        {
            _context.Error(FindingCodes.MissingArgument, word, "'option pgsql-check' expects 'user' and a name");
            return;
        }
        if (kind == HealthCheckKind.MySql && statement.Words.Length > 2 && !MySqlWords(statement))
        {
            return;
        }
        HealthCheckModel check = _proxy.HealthCheck;
        _proxy = _proxy with
        {
            HealthCheck = isOn ? check with
            {
                Kind = kind,
                Arguments = [.. statement.Words.Skip(2).Select(static w => w.Text)],
                Span = statement.Span,
            }
            : check.Kind == kind ? check with { Kind = HealthCheckKind.Tcp, Arguments = [] } : check,
        };
    }

    private bool MySqlWords(Statement statement)
    {
        if (_values.Choice(statement.Words[2], "option mysql-check", "user") is null)
        {
            return false;
        }
        if (statement.Words.Length < 4)
        {
            _context.Error(FindingCodes.MissingArgument, statement.Words[2], "'user' expects a name");
            return false;
        }
        return statement.Words.Length < 5
            || _values.Choice(statement.Words[4], "option mysql-check", "post-41", "pre-41", "post-80") is not null;
    }
}
