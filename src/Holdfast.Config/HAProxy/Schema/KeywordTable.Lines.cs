namespace Holdfast.Config.HAProxy.Schema;

/// <summary>Options of bind and server lines.</summary>
internal static partial class KeywordTable
{
    /// <summary>Options of a <c>bind</c> line.</summary>
    private static string BindRows => Text("""
        b: accept-proxy backlog alpn ca-file ca-ignore-err ca-verify-file ciphers ciphersuites crl-file crt
        b: crt-ignore-err
        b: crt-list curves defer-accept ecdhe expose-fd force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12
        b: force-tlsv13 gid group
        b: id interface level maxconn mode mss name no-ca-names no-sslv3 no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12
        b: no-tlsv13
        b: prefer-client-ciphers ssl ssl-max-ver ssl-min-ver strict-sni tcp-ut tls-ticket-keys transparent uid user
        b: v4v6 v6only
        b: verify severity-output proto
        F: nice process shards tfo thread allow-0rtt npn
        B: accept-netscaler-cip ca-sign-file ca-sign-pass generate-certificates namespace
        B: quic-cc-algo quic-force-retry
        b+: default-crt sigalgs client-sigalgs no-alpn no-strict-sni tls-tickets
        F+: nbconn quic-socket idle-ping ktls cc
        C+: guid-prefix label
        B+: ech force-strict-sni
        """u8);

    /// <summary>Options of a <c>server</c> line.</summary>
    private static string ServerRows => Text("""
        b: addr agent-addr agent-check agent-inter agent-port agent-send backup ca-file check check-alpn
        b: check-send-proxy
        b: check-sni check-ssl ciphers ciphersuites cookie crl-file crt disabled downinter enabled error-limit fall
        b: fastinter
        b: force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 id init-addr inter max-reuse maxconn
        b: maxqueue minconn
        b: no-agent-check no-backup no-check no-check-send-proxy no-check-ssl no-send-proxy no-send-proxy-v2
        b: no-send-proxy-v2-ssl
        b: no-send-proxy-v2-ssl-cn no-ssl no-ssl-reuse no-sslv3 no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13
        b: no-verifyhost non-stick observe on-error on-marked-down on-marked-up port proxy-v2-options redir rise
        b: send-proxy
        b: send-proxy-v2 send-proxy-v2-ssl send-proxy-v2-ssl-cn slowstart sni source usesrc interface ssl ssl-max-ver
        b: ssl-min-ver ssl-reuse
        b: stick tcp-ut tls-tickets track verifyhost weight alpn
        s: verify
        b: tfo no-tfo proto check-proto
        F: allow-0rtt npn pool-low-conn pool-max-conn pool-purge-delay
        B: check-via-socks4 log-proto namespace resolve-net resolve-opts
        B: resolve-prefer
        B: resolvers socks4 ws shard
        b+: curves sigalgs client-sigalgs init-state strict-maxconn set-proxy-v2-tlv-fmt sni-auto no-sni-auto
        b+: check-sni-auto
        b+: no-check-sni-auto hash-key pool-conn-name check-pool-conn-name healthcheck renegotiate no-renegotiate
        F+: check-reuse-pool no-check-reuse-pool idle-ping ktls no-ktls cc log-bufsize quic-cc-algo
        C+: guid
        """u8);
}
