using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Fetches;

/// <summary>Addresses, ports and names of both sides (sections 7.3.2 and 7.3.3 of the manual).</summary>
internal static class ConnectionFetches
{
    private static readonly string[] s_tlsText =
    [
        "alpn", "cipher", "protocol", "sni", "session_id", "unique_id", "is_resumed", "alg_keysize", "use_keysize",
        "has_crt", "has_sni", "has_early", "err", "err_str", "npn", "client_random", "server_random", "session_key",
        "protocol_hello_id", "cipherlist_hex", "cipherlist_bin", "cipherlist_str", "cipherlist_xxh",
        "eclist_bin", "ecformats_bin", "extlist_bin", "client_early_traffic_secret", "client_handshake_traffic_secret",
        "server_handshake_traffic_secret", "client_traffic_secret_0", "server_traffic_secret_0", "exporter_secret",
        "early_exporter_secret",
    ];

    private static readonly string[] s_certificate =
    [
        "der", "i_dn", "s_dn", "serial", "sha1", "sig_alg", "key_alg", "notafter", "notbefore", "version",
        "chain_der",
    ];

    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("src", static (c, ref s) => s.Set(c.Client.Source));
        table.Register("src_port", static (c, ref s) => s.Set((long)c.Client.SourcePort) && !c.Client.Source.IsNone);
        table.Register("dst", static (c, ref s) => s.Set(c.Client.Destination));
        table.Register("dst_port",
            static (c, ref s) => s.Set((long)c.Client.DestinationPort) && !c.Client.Destination.IsNone);
        table.Register("fc_src", static (c, ref s) => s.Set(c.ClientConnection.Source));
        table.Register("fc_src_port", static (c, ref s) => s.Set((long)c.ClientConnection.SourcePort));
        table.Register("fc_dst", static (c, ref s) => s.Set(c.ClientConnection.Destination));
        table.Register("fc_dst_port", static (c, ref s) => s.Set((long)c.ClientConnection.DestinationPort));
        table.Register("bc_src", static (c, ref s) => s.Set(c.Server.Source));
        table.Register("bc_src_port",
            static (c, ref s) => s.Set((long)c.Server.SourcePort) && !c.Server.Source.IsNone);
        table.Register("bc_dst", static (c, ref s) => s.Set(c.Server.Destination));
        table.Register("bc_dst_port",
            static (c, ref s) => s.Set((long)c.Server.DestinationPort) && !c.Server.Destination.IsNone);
        table.Register("src_is_local fc_src_is_local", static (c, ref s) => s.Set(c.Client.Source.IsLoopback));
        table.Register("dst_is_local fc_dst_is_local",
            static (c, ref s) => s.Set(c.Client.Destination.IsLoopback));
        table.Register("fc_rcvd_proxy", static (c, ref s) => s.Set(c.HasProxyHeader));
        table.Register("fc_http_major",
            static (c, ref s) => c.Session is not { IsHttp: false } && s.Set(1L));
        table.Register("bc_http_major",
            static (c, ref s) => c.Session is not { IsHttp: false } && s.Set(1L));
        table.Register("fe_name", static (c, ref s) => s.SetText(c.Frontend.NameBytes));
        table.Register("fe_id", static (c, ref s) => s.Set((long)c.Frontend.Id));
        table.Register("fe_defbe", static (c, ref s) => c.DefaultBackend is { } name && s.SetText(name));
        table.Register("be_name", static (c, ref s) => s.SetText(c.Backend.NameBytes));
        table.Register("be_id", static (c, ref s) => s.Set((long)c.Backend.Id));
        table.Register("so_id", static (c, ref s) => s.Set((long)c.ListenerId));
        table.Register("so_name", static (c, ref s) => c.ListenerName.Length > 0 && s.SetText(c.ListenerName));
        table.Register("srv_name", static (c, ref s) => c.ChosenServer is { } srv && s.SetText(srv.NameBytes));
        table.Register("srv_id", static (c, ref s) => c.ChosenServer is { } srv && s.Set((long)srv.Id));
        RegisterTls(table);
    }

    private static void RegisterTls(Dictionary<string, StepFactory> table)
    {
        table.Register("ssl_fc", static (c, ref s) => s.Set(c.ClientTls is not null));
        table.Register("ssl_bc", static (c, ref s) => s.Set(c.ServerTls is not null));
        foreach (string name in s_tlsText)
        {
            table.Register($"ssl_fc_{name}", a => Tls($"fc_{name}", a, isClient: true));
            table.Register($"ssl_bc_{name}", a => Tls($"bc_{name}", a, isClient: false));
        }
        foreach (string name in s_certificate)
        {
            table.Register($"ssl_c_{name}", a => Tls($"c_{name}", a, isClient: true));
            table.Register($"ssl_f_{name}", a => Tls($"f_{name}", a, isClient: true));
            table.Register($"ssl_s_{name}", a => Tls($"s_{name}", a, isClient: false));
        }
        foreach (string name in (string[])["used", "verify", "err", "ca_err", "ca_err_depth"])
        {
            table.Register($"ssl_c_{name}", a => Tls($"c_{name}", a, isClient: true));
        }
    }

    private static SampleStep Tls(string name, StepArguments a, bool isClient)
    {
        string[] arguments = [.. a.All.Select(static x => x.Text)];
        // These are answered without TLS, too: no.
        bool isKnown = name is "fc_is_resumed" or "bc_is_resumed" or "fc_has_sni";
        return (c, ref s) => (isClient ? c.ClientTls : c.ServerTls) is { } tls
            ? tls.TryRead(name, arguments, c, ref s) : isKnown && s.Set(false);
    }
}
