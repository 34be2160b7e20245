using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>The options of a server.</summary>
internal sealed partial class ServerLineParser
{
    private ServerModel Apply(ServerModel server, Word name, Word? value)
    {
        if (ApplyCheck(server.Check, name, value) is { } check)
        {
            return server with { Check = check };
        }
        if (ApplyAgent(server.Agent, name, value) is { } agent)
        {
            return server with { Agent = agent };
        }
        if (LineOptions.Apply(server.Tls.Settings, name.Text, value, values) is { } settings)
        {
            return server with { Tls = server.Tls with { Settings = settings } };
        }
        return ApplyTls(server, name, value) ?? ApplyTraffic(server, name, value)
            ?? server with { Others = server.Others.Add(LineOptions.Keep(name, value)) };
    }

    private ServerCheck? ApplyCheck(ServerCheck check, Word name, Word? value) => name.Text switch
    {
        "check" => check with { IsEnabled = true },
        "no-check" => check with { IsEnabled = false },
        "inter" => Interval(value!, "inter") is { } t ? check with { Interval = t } : check,
        "fastinter" => Interval(value!, "fastinter") is { } t ? check with { FastInterval = t } : check,
        "downinter" => Interval(value!, "downinter") is { } t ? check with { DownInterval = t } : check,
        "rise" => Positive(value!, "rise") is { } n ? check with { Rise = n } : check,
        "fall" => Positive(value!, "fall") is { } n ? check with { Fall = n } : check,
        "port" => check with { Port = values.Integer(value!, "port", 0, 65_535) ?? check.Port },
        "addr" => check with
        {
            Address = endpoints.Parse(value!, EndpointRules.MayHavePort | EndpointRules.MayBeLocal, "addr"),
        },
        "check-ssl" => check with { UsesTls = true },
        "no-check-ssl" => check with { UsesTls = false },
        "check-sni" => check with { Sni = value!.Text },
        "check-alpn" => check with { Alpn = [.. value!.Text.Split(',')] },
        "check-send-proxy" => check with { SendsProxy = true },
        "no-check-send-proxy" => check with { SendsProxy = false },
        _ => null,
    };

    private ServerAgent? ApplyAgent(ServerAgent agent, Word name, Word? value) => name.Text switch
    {
        "agent-check" => agent with { IsEnabled = true },
        "no-agent-check" => agent with { IsEnabled = false },
        "agent-inter" => Interval(value!, "agent-inter") is { } t ? agent with { Interval = t } : agent,
        "agent-port" => agent with { Port = values.Integer(value!, "agent-port", 0, 65_535) ?? agent.Port },
        "agent-addr" => agent with { Address = value!.Text },
        "agent-send" => agent with { Send = value!.Text },
        _ => null,
    };

    private ServerModel? ApplyTls(ServerModel server, Word name, Word? value)
    {
        ServerTls tls = server.Tls;
        switch (name.Text)
        {
            case "ssl":
                return server with { IsTls = true };
            case "no-ssl":
                return server with { IsTls = false };
            case "verify":
                string? verify = values.Choice(value!, "verify", "none", "required");
                return server with
                {
                    Tls = tls with { Verify = verify == "none" ? TlsVerify.None : TlsVerify.Required },
                };
            case "verifyhost":
                return server with { Tls = tls with { VerifyHost = value!.Text } };
            case "no-verifyhost":
                return server with { Tls = tls with { VerifyHost = null } };
            case "crt":
                return server with { Tls = tls with { Certificate = value!.Text } };
            case "ssl-reuse":
                return server with { Tls = tls with { ReusesSessions = true } };
            case "no-ssl-reuse":
                return server with { Tls = tls with { ReusesSessions = false } };
            case "sni":
                int index = 0;
                SampleExpression? sni = expressions.ParseFor([value!], ref index, SamplePlaces.ServerSource
                    | SamplePlaces.BackendServer, "sni");
                return server with { Tls = tls with { Sni = sni } };
            default:
                return null;
        }
    }

    private ServerModel? ApplyTraffic(ServerModel server, Word name, Word? value)
    {
        switch (name.Text)
        {
            case "id":
                return server with { Id = values.Integer(value!, "id", 1) ?? server.Id };
            case "weight":
                return server with { Weight = values.Integer(value!, "weight", 0, 256) ?? server.Weight };
            case "backup":
                return server with { IsBackup = true };
            case "no-backup":
                return server with { IsBackup = false };
            case "disabled" or "enabled":
                return server with { IsDisabled = name.Text == "disabled" };
            case "cookie":
                return server with { Cookie = value!.Text };
            case "maxconn":
                return server with { MaxConnections = values.Atol(value!, "maxconn") };
            case "minconn":
                return server with { MinConnections = values.Atol(value!, "minconn") };
            case "maxqueue":
                return server with { MaxQueue = values.Atol(value!, "maxqueue") };
            case "slowstart":
                return server with { SlowStart = values.Time(value!, "slowstart") ?? 0 };
            case "track":
                int slash = value!.Text.IndexOf('/', StringComparison.Ordinal);
                return server with
                {
                    Track = slash < 0 ? ("", value.Text) : (value.Text[..slash], value.Text[(slash + 1)..]),
                };
            case "observe":
                return server with
                {
                    Observe = values.Choice(value!, "observe", "none", "layer4", "layer7") ?? server.Observe,
                };
            case "error-limit":
                return server with { ErrorLimit = Positive(value!, "error-limit") ?? server.ErrorLimit };
            case "on-error":
                return server with
                {
                    OnError = values.Choice(value!, "on-error", "fastinter", "fail-check", "sudden-death", "mark-down")
                        ?? server.OnError,
                };
            case "on-marked-down":
                return server with
                {
                    ShutsDownSessions = values.Choice(value!, "on-marked-down", "shutdown-sessions") is not null,
                };
            case "on-marked-up":
                return server with
                {
                    ShutsDownBackupSessions =
                        values.Choice(value!, "on-marked-up", "shutdown-backup-sessions") is not null,
                };
            default:
                return ApplyConnection(server, name, value);
        }
    }

    private ServerModel? ApplyConnection(ServerModel server, Word name, Word? value)
    {
        switch (name.Text)
        {
            case "init-addr":
                string[] methods = value!.Text.Split(',');
                if (Array.Find(methods, static m => m is not ("last" or "libc" or "none")
                    && !Primitives.IpAddress.TryParse(m, out _)) is { } unknown)
                {
                    context.Error(FindingCodes.BadWord, value, $"'init-addr' expects last, libc, none or an address, "
                        + $"but got '{unknown}'", null, Text.NearestWord.Find(unknown, ["last", "libc", "none"]));
                }
                return server with { InitialAddress = [.. methods] };
            case "send-proxy":
                return server with { SendsProxy = ProxyHeader.Version1 };
            case "send-proxy-v2":
                return server with { SendsProxy = ProxyHeader.Version2 };
            case "send-proxy-v2-ssl":
                return server with { SendsProxy = ProxyHeader.Version2Tls };
            case "send-proxy-v2-ssl-cn":
                return server with { SendsProxy = ProxyHeader.Version2TlsCommonName };
            case "no-send-proxy" or "no-send-proxy-v2" or "no-send-proxy-v2-ssl" or "no-send-proxy-v2-ssl-cn":
                return server with { SendsProxy = ProxyHeader.None };
            case "proxy-v2-options":
                return server with { ProxyOptions = [.. value!.Text.Split(',')] };
            case "max-reuse":
                return server with { MaxReuse = values.Integer(value!, "max-reuse", -1) ?? server.MaxReuse };
            case "redir":
                return server with { RedirectPrefix = value!.Text };
            case "non-stick" or "stick":
                return server with { IsNonStick = name.Text == "non-stick" };
            case "tfo" or "no-tfo":
                return server with { OpensFast = name.Text == "tfo" };
            case "proto" or "check-proto":
                LineOptions.CheckProtocol(context, name, value!);
                return server;
            case "tcp-ut":
                return server with { UserTimeout = values.Time(value!, "tcp-ut") };
            default:
                return null;
        }
    }

    private long? Interval(Word word, string what)
    {
        long? time = values.Time(word, what);
        if (time == 0)
        {
            context.Error(FindingCodes.BadTime, word, $"'{what}' cannot be 0");
            return null;
        }
        return time;
    }

    private int? Positive(Word word, string what)
    {
        int value = values.Atol(word, what);
        if (value <= 0)
        {
            context.Error(FindingCodes.BadNumber, word, $"'{what}' must be more than 0");
            return null;
        }
        return value;
    }
}
