using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>What options of bind and server lines share: how many words they take, and those of TLS.</summary>
internal static class LineOptions
{
    private static readonly string[] s_flagsOfBind =
    [
        "accept-proxy", "allow-0rtt", "defer-accept", "force-sslv3", "force-tlsv10", "force-tlsv11", "force-tlsv12",
        "force-tlsv13", "generate-certificates", "no-ca-names", "no-sslv3", "no-tls-tickets", "no-tlsv10",
        "no-tlsv11", "no-tlsv12", "no-tlsv13", "prefer-client-ciphers", "ssl", "strict-sni", "tfo", "transparent",
        "v4v6", "v6only", "quic-force-retry", "no-alpn", "no-strict-sni", "tls-tickets", "force-strict-sni",
    ];

    private static readonly string[] s_flagsOfServer =
    [
        "agent-check", "allow-0rtt", "backup", "check", "check-send-proxy", "check-ssl", "check-via-socks4",
        "disabled", "enabled", "force-sslv3", "force-tlsv10", "force-tlsv11", "force-tlsv12", "force-tlsv13",
        "non-stick", "send-proxy", "send-proxy-v2", "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn", "ssl", "ssl-reuse",
        "stick", "tfo", "tls-tickets", "strict-maxconn", "sni-auto", "check-sni-auto", "renegotiate",
        "check-reuse-pool",
    ];

    /// <summary>Versions of TLS by the number in no-tlsvNN.</summary>
    public static readonly string[] Versions = ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

    /// <summary>Options that ssl-default-bind-options and ssl-default-server-options may have.</summary>
    private static readonly string[] s_defaults =
    [
        "force-sslv3", "force-tlsv10", "force-tlsv11", "force-tlsv12", "force-tlsv13", "no-sslv3", "no-tlsv10",
        "no-tlsv11", "no-tlsv12", "no-tlsv13", "no-tls-tickets", "ssl-min-ver", "ssl-max-ver",
    ];

    private static readonly string[] s_defaultsOfBind = ["prefer-client-ciphers", "strict-sni"];

    /// <summary>Whether an option may stand in ssl-default-bind-options or ssl-default-server-options.</summary>
    public static bool MayBeDefault(KeywordGroup group, string name)
        => s_defaults.Contains(name) || (group == KeywordGroup.Bind && s_defaultsOfBind.Contains(name));

    /// <summary>How many words follow an option.</summary>
    public static int ArgumentsOf(KeywordGroup group, string name)
    {
        if (group == KeywordGroup.Bind)
        {
            return s_flagsOfBind.Contains(name) ? 0 : 1;
        }
        return s_flagsOfServer.Contains(name) || name.StartsWith("no-", StringComparison.Ordinal) ? 0
            : 1;
    }

    /// <summary>Applies an option of TLS; null when it is none.</summary>
    public static TlsSettings? Apply(TlsSettings tls, string name, Word? value, ValueReader values) => name switch
    {
        "ciphers" => tls with { Ciphers = value!.Text },
        "ciphersuites" => tls with { Ciphersuites = value!.Text },
        "curves" or "ecdhe" => tls with { Curves = value!.Text },
        "alpn" => tls with { Alpn = [.. value!.Text.Split(',')] },
        "ca-file" => tls with { CaFile = value!.Text },
        "crl-file" => tls with { CrlFile = value!.Text },
        "ssl-min-ver" => values.Choice(value!, name, Versions) is { } v ? tls with { MinimumVersion = v } : tls,
        "ssl-max-ver" => values.Choice(value!, name, Versions) is { } v ? tls with { MaximumVersion = v } : tls,
        "no-tls-tickets" => tls with { Tickets = false },
        "tls-tickets" => tls with { Tickets = true },
        "no-sslv3" => Without(tls, 0),
        "no-tlsv10" => Without(tls, 1),
        "no-tlsv11" => Without(tls, 2),
        "no-tlsv12" => Without(tls, 3),
        "no-tlsv13" => Without(tls, 4),
        "force-sslv3" => Only(tls, 0),
        "force-tlsv10" => Only(tls, 1),
        "force-tlsv11" => Only(tls, 2),
        "force-tlsv12" => Only(tls, 3),
        "force-tlsv13" => Only(tls, 4),
        _ => null,
    };

    /// <summary>Only HTTP/1 is spoken, whether a line says it or not.</summary>
    public static void CheckProtocol(BindContext context, Word name, Word value)
    {
        if (value.Text is not ("h1" or "none"))
        {
            context.Error(FindingCodes.NotYet, value, $"'{name} {value}' is not supported yet",
                "remove it, or load with --accept-loss to run without it");
        }
    }

    /// <summary>An option as words.</summary>
    public static GenericStatement Keep(Word name, Word? value)
        => new(name.Text, value is null ? ImmutableArray<string>.Empty : [value.Text], false, name.Span);

    private static TlsSettings Without(TlsSettings tls, int version)
        => tls with { DisabledVersions = tls.DisabledVersions.Add(Versions[version]) };

    private static TlsSettings Only(TlsSettings tls, int version)
        => tls with { MinimumVersion = Versions[version], MaximumVersion = Versions[version] };
}
