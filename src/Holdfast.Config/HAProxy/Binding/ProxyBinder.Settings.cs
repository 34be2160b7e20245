using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Simple settings, timeouts, bind and server lines.</summary>
internal sealed partial class ProxyBinder
{
    private void Setting(Statement statement)
    {
        string name = statement.Keyword.Text;
        switch (name)
        {
            case "mode":
                Mode(statement);
                return;
            case "disabled" or "enabled":
                _proxy = _proxy with { IsDisabled = name == "disabled" };
                return;
            case "redispatch":
                _proxy = _proxy with { Redispatch = -1 };
                return;
            case "transparent":
                _proxy = _proxy with { Options = _proxy.Options | ProxyOptions.Transparent };
                return;
            case "bind-process" or "filter" or "use-fcgi-app" or "email-alert" or "guid"
                or "load-server-state-from-file" or "server-state-file-name" or "log-steps":
                if (name is "filter" or "use-fcgi-app" && Argument(statement, "an argument") is null)
                {
                    return;
                }
                if (name == "filter")
                {
                    _context.Look(KeywordGroup.Filter, statement.Words[1], "filter");
                    if (statement.Text(1) == "compression")
                    {
                        return; // it only orders filters, and there is no other one
                    }
                }
                Keep(statement);
                return;
            default:
                break;
        }
        if (KeywordTable.Find(KeywordGroup.Proxy, name) is { Support: SupportClass.Refused or SupportClass.Behaviour })
        {
            Keep(statement);
            return;
        }
        if (Argument(statement, "an argument") is { } value)
        {
            Setting(statement, name, value);
        }
    }

    private void Setting(Statement statement, string name, Word value)
    {
        switch (name)
        {
            case "maxconn":
                _proxy = _proxy with { MaxConnections = _values.Atol(value, name) };
                break;
            case "backlog":
                _proxy = _proxy with { Backlog = _values.Atol(value, name) };
                break;
            case "fullconn":
                _proxy = _proxy with { FullConnections = _values.Atol(value, name) };
                break;
            case "max-keep-alive-queue":
                _proxy = _proxy with { KeepAliveQueueMax = _values.Atol(value, name) };
                break;
            case "max-session-srv-conns":
                _proxy = _proxy with { SessionConnectionsMax = _values.Integer(value, name) ?? 5 };
                break;
            case "retries":
                _proxy = _proxy with { Retries = _values.Atol(value, name) };
                break;
            case "id":
                _proxy = _proxy with { Id = _values.Integer(value, name, 1) ?? _proxy.Id };
                break;
            case "description":
                _proxy = _proxy with
                {
                    Description = string.Join(' ', statement.Words.Skip(1).Select(static w => w.Text)),
                };
                break;
            case "http-reuse":
                _proxy = _proxy with
                {
                    HttpReuse = _values.Choice(value, name, "never", "safe", "aggressive", "always")
                        ?? _proxy.HttpReuse,
                };
                break;
            case "http-send-name-header":
                _proxy = _proxy with { SendNameHeader = value.Text };
                break;
            case "rate-limit":
                if (_values.Choice(value, name, "sessions") is not null
                    && _values.Argument(statement, 2, "a number") is { } rate)
                {
                    _proxy = _proxy with { SessionRateLimit = _values.Integer(rate, name) ?? 0 };
                }
                break;
            case "retry-on":
                RetryOn(statement);
                break;
            case "source":
                int index = 1;
                _proxy = _proxy with { Source = _parse.Servers.Source(statement, ref index) };
                _values.NoMore(statement, index + 1);
                break;
            default:
                KeepAlive(name, value, statement);
                break;
        }
    }

    private void Mode(Statement statement)
    {
        if (Argument(statement, "a mode") is not { } word
            || _values.Choice(word, "mode", "tcp", "http", "log", "spop", "health") is not { } mode)
        {
            return;
        }
        if (mode == "health")
        {
            _context.Error(FindingCodes.RemovedLost, word, "mode health was removed from haproxy",
                "write: mode http, with http-request return status 200");
            return;
        }
        if (mode is "log" or "spop")
        {
            _context.Error(FindingCodes.NotYet, word, $"mode {mode} is not supported yet",
                "remove it, or load with --accept-loss to run without it");
        }
        _proxy = _proxy with
        {
            Mode = mode switch
            {
                "http" => ProxyMode.Http,
                "log" => ProxyMode.Log,
                "spop" => ProxyMode.Spop,
                _ => ProxyMode.Tcp,
            },
        };
    }

    private void RetryOn(Statement statement)
    {
        var words = new List<string>();
        foreach (Word word in statement.Words.Skip(1))
        {
            if (_context.Look(KeywordGroup.RetryOn, word, "retry-on") is not null)
            {
                words.Add(word.Text);
            }
        }
        if (words.Contains("none") && words.Count > 1)
        {
            _context.Error(FindingCodes.Conflict, statement.Words[1], "'retry-on none' stands alone");
        }
        _proxy = _proxy with { RetryOn = [.. words] };
    }

    private void KeepAlive(string name, Word value, Statement statement)
    {
        bool isClient = name.StartsWith("clitcpka", StringComparison.Ordinal);
        KeepAliveModel old = isClient ? _proxy.ClientKeepAlive : _proxy.ServerKeepAlive;
        KeepAliveModel? changed = name[(name.LastIndexOf('-') + 1)..] switch
        {
            "cnt" => old with { Count = _values.Integer(value, name) },
            "idle" => old with { Idle = _values.Time(value, name, ValueReader.Seconds) },
            "intvl" => old with { Interval = _values.Time(value, name, ValueReader.Seconds) },
            _ => null,
        };
        if (changed is null || !(isClient || name.StartsWith("srvtcpka", StringComparison.Ordinal)))
        {
            Keep(statement);
            return;
        }
        _proxy = isClient ? _proxy with { ClientKeepAlive = changed } : _proxy with { ServerKeepAlive = changed };
    }

    private void Timeout(Statement statement)
    {
        bool isOld = statement.Keyword.Text != "timeout";
        if (!isOld && Argument(statement, "the name of a timeout") is null)
        {
            return;
        }
        Word name = isOld ? statement.Keyword : statement.Words[1];
        string which = name.Text switch
        {
            "clitimeout" => "client",
            "srvtimeout" => "server",
            "contimeout" => "connect",
            _ => name.Text,
        };
        if (!isOld)
        {
            if (_context.Look(KeywordGroup.Timeout, name, "timeout") is not { } spec
                || !IsAllowed(spec, name, $"timeout {name}"))
            {
                return;
            }
        }
        int index = isOld ? 1 : 2;
        if (_values.Argument(statement, index, "a time") is not { } word
            || _values.Time(word, $"timeout {which}") is not { } time || !_values.NoMore(statement, index + 1))
        {
            return;
        }
        TimeoutsModel t = _proxy.Timeouts;
        _proxy = _proxy with
        {
            Timeouts = which switch
            {
                "client" => t with { Client = time },
                "client-fin" => t with { ClientFin = time },
                "client-hs" => t with { ClientHandshake = time },
                "connect" => t with { Connect = time },
                "server" => t with { Server = time },
                "server-fin" => t with { ServerFin = time },
                "check" => t with { Check = time },
                "queue" => t with { Queue = time },
                "http-request" => t with { HttpRequest = time },
                "http-keep-alive" => t with { HttpKeepAlive = time },
                "tunnel" => t with { Tunnel = time },
                _ => t with { Tarpit = time },
            },
        };
    }

    private void Line(Statement statement)
    {
        switch (statement.Keyword.Text)
        {
            case "bind":
                BindModel? bind = _parse.Binds.Parse(statement, 1);
                if (bind is null)
                {
                    _context.BrokenBinds.Add(_section.Name);
                }
                _proxy = _proxy with { Binds = With(_proxy.Binds, bind) };
                break;
            case "server":
                _proxy = _proxy with { Servers = With(_proxy.Servers, _parse.Servers.Parse(statement,
                    _defaultServer)) };
                break;
            case "server-template":
                _proxy = _proxy with
                {
                    Servers = _proxy.Servers.AddRange(_parse.Servers.ParseTemplate(statement, _defaultServer)),
                };
                break;
            default:
                _defaultServer = _parse.Servers.ParseDefaults(statement, _defaultServer);
                break;
        }
    }
}
