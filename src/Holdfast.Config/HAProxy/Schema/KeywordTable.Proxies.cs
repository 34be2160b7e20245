namespace Holdfast.Config.HAProxy.Schema;

/// <summary>Words of defaults, frontend, listen and backend.</summary>
internal static partial class KeywordTable
{
    /// <summary>Class and places (defaults, frontend, listen, backend), then names.</summary>
    private static string ProxyRows => Text("""
        b DFL: backlog clitcpka-cnt clitcpka-idle clitcpka-intvl default_backend error-log-format log-format
        b DFL: log-format-sd
        b DFL: monitor-uri rate-limit max-session-srv-conns
        b DLB: max-keep-alive-queue
        b DFLB: unique-id-format unique-id-header hash-balance-factor persist external-check
        b DFLB: acl errorfile errorfiles errorloc errorloc302 errorloc303 http-error http-request http-response
        b DFLB: http-after-response log log-tag option stats tcp-request timeout mode disabled enabled compression
        b DLB: tcp-response
        b DFL: maxconn
        b FL: bind monitor use_backend
        b FLB: capture declare redirect
        b DLB: balance cookie default-server dynamic-cookie-key fullconn hash-type http-check http-reuse
        b DLB: http-send-name-header load-server-state-from-file retries
        b DLB: retry-on server-state-file-name source srvtcpka-cnt srvtcpka-idle srvtcpka-intvl tcp-check
        b LB: force-persist ignore-persist server server-template stick use-server
        b FLB: stick-table
        c FLB: description id
        B LB: use-fcgi-app
        B FLB: filter
        B DFLB: email-alert
        w DLB: contimeout srvtimeout redispatch
        w DFLB: transparent
        w DFL: clitimeout
        w DFLB: bind-process
        w LB: dispatch
        w DFLB: reqadd reqallow reqdel reqdeny reqiallow reqidel reqideny reqipass reqirep reqitarpit reqpass reqrep
        w DFLB: reqtarpit rspadd rspdel rspdeny rspidel rspideny rspirep rsprep block
        x LB: appsession
        x DFLB: monitor-net reqisetbe reqsetbe
        C+ DFLB: guid log-steps
        B+ DLB: hash-preserve-affinity
        B+ FLB: force-be-switch quic-initial crt
        """u8);

    /// <summary><c>option</c>: class and places, then names.</summary>
    private static string OptionRows => Text("""
        b DFL: accept-invalid-http-request clitcpka disable-h2-upgrade dontlog-normal dontlognull
        b DFL: h1-case-adjust-bogus-client http-ignore-probes http-use-proxy-header httplog httpslog
        b DFL: idle-close-on-response
        b DFL: log-separate-errors logasap
        c DFL: contstats socket-stats
        b DLB: abortonclose accept-invalid-http-response allbackups checkcache h1-case-adjust-bogus-server httpchk
        b DLB: http-pretend-keepalive log-health-checks mysql-check persist pgsql-check redispatch
        b DLB: redis-check
        b DLB: smtpchk srvtcpka tcp-check external-check ldap-check ssl-hello-chk
        b DFLB: forwardfor http-buffer-request http-keep-alive http-server-close httpclose originalto tcpka tcplog
        b DFLB: nolinger
        b DFLB: http-restrict-req-hdr-names
        F DFLB: http-no-delay independent-streams splice-auto splice-request splice-response
        F DFL: tcp-smart-accept
        b DLB: prefer-last-server
        F DLB: tcp-smart-connect
        B DLB: spop-check transparent
        w DFLB: http-tunnel http-use-htx forceclose
        x DFLB: http_proxy
        b+ DLB: forwarded
        F+ DFLB: use-small-buffers
        B+ DFL: http-drop-request-trailers accept-unsafe-violations-in-http-request
        B+ DLB: http-drop-response-trailers accept-unsafe-violations-in-http-response
        """u8);

    /// <summary><c>timeout</c>: class and places, then names.</summary>
    private static string TimeoutRows => Text("""
        b DFL: client client-fin client-hs
        b DLB: check connect queue server server-fin tunnel
        b DFLB: http-keep-alive http-request tarpit
        w DLB: contimeout srvtimeout
        w DFL: clitimeout
        """u8);

    /// <summary><c>stats</c>: class and places, then words.</summary>
    private static string StatsRows => Text("""
        b FLB: admin http-request
        b DFLB: auth enable hide-version realm refresh scope show-desc show-legends show-node uri
        c DFLB: show-modules
        b G: socket timeout maxconn
        F G: bind-process
        """u8);
}
