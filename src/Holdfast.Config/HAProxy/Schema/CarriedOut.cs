using System.Collections.Frozen;

namespace Holdfast.Config.HAProxy.Schema;

/// <summary>
/// The one place that says which words are carried out: by the proxy, or by the parser where nothing else is needed.
/// Whoever makes one work adds it here, and docs/haproxy.md follows.
/// </summary>
internal static partial class CarriedOut
{
    private static string Rows => KeywordTable.Text("""
        Global: setenv presetenv unsetenv resetenv default-path
        Global: maxconn nbthread user uid group gid chroot log log-tag pidfile daemon master-worker hard-stop-after
        Global: ulimit-n maxconnrate maxsessrate maxsslrate maxsslconn
        Global: stats description
        Stats: socket timeout maxconn admin auth enable hide-version realm refresh scope show-desc show-legends
        Stats: show-node uri
        Proxy: stats
        HttpRequestAction: use-service
        Global: server-state-file server-state-base
        Proxy: load-server-state-from-file server-state-file-name
        Bind: level expose-fd severity-output
        Global: spread-checks max-spread-checks external-check insecure-fork-wanted node
        Section: global defaults frontend backend listen
        Proxy: bind server default-server default_backend mode timeout option balance retries maxconn backlog log
        Proxy: log-tag http-reuse disabled enabled source
        Proxy: http-check tcp-check external-check
        Global: unix-bind
        Global: grace close-spread-time strict-limits insecure-setuid-wanted pp2-never-send-local set-var set-var-fmt
        Global: h1-accept-payload-with-any-method
        Option: redispatch forwardfor http-keep-alive dontlognull
        Option: tcpka clitcpka srvtcpka nolinger
        Proxy: clitcpka-cnt clitcpka-idle clitcpka-intvl srvtcpka-cnt srvtcpka-idle srvtcpka-intvl
        Option: httpchk tcp-check mysql-check pgsql-check redis-check smtpchk ldap-check ssl-hello-chk spop-check
        Option: external-check log-health-checks
        HttpCheck: comment connect disable-on-404 expect send send-state set-var set-var-fmt unset-var
        TcpCheck: comment connect expect send send-lf send-binary send-binary-lf set-var set-var-fmt unset-var
        CheckConnect: default port addr send-proxy ssl sni linger comment
        CheckExpect: status rstatus string rstring string-lf binary rbinary binary-lf hdr fhdr min-recv comment
        CheckExpect: ok-status error-status tout-status on-success on-error status-code
        Timeout: client client-fin client-hs connect server server-fin check http-request http-keep-alive tunnel
        Balance: roundrobin
        Proxy: tcp-request tcp-response persist
        Option: tcplog abortonclose
        ConnectionAction: accept reject expect-proxy set-dst set-dst-port set-src set-src-port set-var set-var-fmt
        ConnectionAction: silent-drop unset-var track-sc sc-inc-gpc sc-inc-gpc0 sc-inc-gpc1 sc-set-gpt sc-set-gpt0
        ConnectionAction: sc-add-gpc
        SessionAction: accept reject set-dst set-dst-port set-src set-src-port set-var set-var-fmt silent-drop
        SessionAction: unset-var track-sc sc-inc-gpc sc-inc-gpc0 sc-inc-gpc1 sc-set-gpt sc-set-gpt0 sc-add-gpc
        ContentAction: accept reject capture set-dst set-dst-port set-src set-src-port set-var set-var-fmt
        ContentAction: silent-drop unset-var track-sc sc-inc-gpc sc-inc-gpc0 sc-inc-gpc1 sc-set-gpt sc-set-gpt0
        ContentAction: sc-add-gpc set-log-level switch-mode
        Option: disable-h2-upgrade
        ResponseAction: accept close reject set-log-level set-var set-var-fmt silent-drop unset-var
        ResponseAction: sc-inc-gpc sc-inc-gpc0 sc-inc-gpc1 sc-set-gpt sc-set-gpt0 sc-add-gpc
        Bind: name id backlog accept-proxy interface mss v4v6 v6only tcp-ut tfo defer-accept transparent maxconn
        Bind: mode user uid group gid
        Server: check no-check inter fastinter downinter rise fall port addr disabled enabled id no-backup no-ssl
        Proxy: rate-limit
        Proxy: server-template dynamic-cookie-key
        Server: init-addr max-reuse redir
        Cookie: dynamic
        Server: on-marked-down on-marked-up
        Server: source usesrc interface tcp-ut send-proxy send-proxy-v2 send-proxy-v2-ssl send-proxy-v2-ssl-cn
        Server: proxy-v2-options no-send-proxy no-send-proxy-v2 no-send-proxy-v2-ssl no-send-proxy-v2-ssl-cn
        Global: crt-base ca-base ssl-default-bind-ciphers ssl-default-bind-ciphersuites ssl-default-bind-curves
        Global: ssl-default-bind-options ssl-default-bind-sigalgs ssl-default-bind-client-sigalgs ssl-dh-param-file
        Global: ssl-default-server-ciphers ssl-default-server-ciphersuites ssl-default-server-options
        Global: ssl-default-server-curves ssl-load-extra-files ssl-load-extra-del-ext ssl-server-verify
        Global: issuers-chain-path ssl-skip-self-issued-ca
        Global: tune.ssl.capture-buffer-size tune.ssl.capture-cipherlist-size tune.ssl.keylog
        Global: tune.ssl.lifetime tune.ssl.cachesize tune.ssl.default-dh-param
        Bind: ssl crt crt-list default-crt ca-file ca-verify-file crl-file verify ca-ignore-err crt-ignore-err
        Bind: no-ca-names alpn no-alpn ciphers ciphersuites curves ecdhe prefer-client-ciphers sigalgs client-sigalgs
        Bind: ssl-min-ver ssl-max-ver force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 no-sslv3
        Bind: no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 strict-sni no-strict-sni tls-ticket-keys tls-tickets
        Bind: no-tls-tickets proto
        Server: tfo no-tfo proto check-proto
        Server: ssl verify ca-file crl-file crt sni verifyhost no-verifyhost alpn ciphers ciphersuites curves sigalgs
        Server: client-sigalgs ssl-min-ver ssl-max-ver force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13
        Server: no-sslv3 no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 tls-tickets no-tls-tickets ssl-reuse no-ssl-reuse
        Server: check-send-proxy no-check-send-proxy check-ssl no-check-ssl check-sni check-alpn track
        Server: observe error-limit on-error
        Server: agent-addr agent-check agent-inter agent-port agent-send no-agent-check
        ConnectionAction: set-mark set-tos set-fc-mark set-fc-tos
        SessionAction: set-mark set-tos set-fc-mark set-fc-tos
        ContentAction: set-mark set-tos set-fc-mark set-fc-tos set-bc-mark set-bc-tos
        ContentAction: set-priority-class set-priority-offset
        ResponseAction: set-mark set-tos set-fc-mark set-fc-tos
        HttpRequestAction: set-mark set-tos set-fc-mark set-fc-tos set-bc-mark set-bc-tos
        HttpResponseAction: set-mark set-tos set-fc-mark set-fc-tos
        AclFlag: --
        """u8);

    private static volatile FrozenSet<(KeywordGroup, string)>? s_words;

    private static FrozenSet<(KeywordGroup, string)> Words() => KeywordTable
        .Lines(Rows + "\n" + HttpRows + "\n" + SampleRows)
        .SelectMany(static row => row.Names.Select(n => (Enum.Parse<KeywordGroup>(row.Head), n))).ToFrozenSet();

    /// <summary>Whether the word has its effect.</summary>
    public static bool Has(KeywordGroup group, string name) => (s_words ??= Words()).Contains((group, name));

    /// <summary>Lets go of what was built of the rows: who asks again has it built again.</summary>
    internal static void Forget() => s_words = null;
}
