namespace Holdfast.Config.HAProxy.Schema;

/// <summary>What HTTP sessions carry out.</summary>
internal static partial class CarriedOut
{
    private static string HttpRows => KeywordTable.Text("""
        Section: userlist http-errors
        Option: prefer-last-server
        Proxy: max-keep-alive-queue max-session-srv-conns
        Proxy: compression
        Compression: algo type offload algo-res type-res minsize-res direction
        Filter: compression
        Global: tune.vars.sess-max-size tune.vars.txn-max-size tune.vars.reqres-max-size
        Option: http-use-proxy-header
        Global: h1-case-adjust h1-case-adjust-file
        Option: h1-case-adjust-bogus-client h1-case-adjust-bogus-server checkcache idle-close-on-response httpslog
        Proxy: error-log-format
        Stats: http-request
        HttpRequestAction: pause set-retries
        ContentAction: set-retries
        HttpResponseAction: silent-drop wait-for-body
        HttpAfterResponseAction: del-map set-map add-acl del-acl set-log-level sc-add-gpc sc-inc-gpc sc-inc-gpc0
        HttpAfterResponseAction: sc-inc-gpc1 sc-set-gpt sc-set-gpt0
        Redirect: keep-query set-cookie-fmt
        Global: tune.bufsize tune.maxrewrite tune.http.maxhdr tune.http.cookielen
        Global: maxcomprate maxcompcpuusage maxzlibmem tune.comp.maxlevel
        Userlist: user group
        HttpErrors: errorfile
        Proxy: acl use_backend http-request http-response http-after-response redirect capture declare
        Proxy: errorfile errorloc errorloc302 errorloc303 errorfiles http-error monitor-uri monitor
        Global: log-send-hostname
        Proxy: log-format-sd log-format unique-id-format unique-id-header fullconn hash-type
        Proxy: hash-balance-factor
        Proxy: retry-on
        Global: tune.http.logurilen
        Option: httplog http-server-close httpclose originalto http-buffer-request http-pretend-keepalive logasap
        Option: dontlog-normal log-separate-errors abortonclose allbackups
        Timeout: queue tarpit
        HttpRequestAction: add-acl add-header allow auth capture del-acl del-header del-map deny redirect reject
        HttpRequestAction: replace-header replace-path replace-pathq replace-uri replace-value return set-dst
        HttpRequestAction: set-dst-port set-header set-log-level set-map set-method set-path set-pathq
        HttpRequestAction: set-query set-src set-src-port set-uri set-var set-var-fmt strict-mode tarpit unset-var
        HttpRequestAction: wait-for-body normalize-uri
        HttpResponseAction: add-acl add-header allow capture del-acl del-header del-map deny redirect replace-header
        HttpResponseAction: replace-value return set-header set-log-level set-map set-status set-var
        HttpResponseAction: set-var-fmt strict-mode unset-var
        HttpAfterResponseAction: add-header allow capture del-header replace-header replace-value set-header
        HttpAfterResponseAction: set-status set-var set-var-fmt strict-mode unset-var
        Redirect: append-slash clear-cookie code drop-query ignore-empty location prefix scheme set-cookie
        Balance: static-rr leastconn first random source uri url_param hdr rdp-cookie hash
        HashType: map-based consistent sdbm djb2 wt6 crc32 none avalanche
        RetryOn: none conn-failure empty-response junk-response response-timeout 0rtt-rejected 401 403 404 408 421
        RetryOn: 425 429 500 501 502 503 504 all-retryable-errors
        HttpRequestAction: set-timeout set-priority-class set-priority-offset early-hint disable-l7-retry silent-drop
        Option: accept-invalid-http-request accept-invalid-http-response http-ignore-probes
        Option: http-restrict-req-hdr-names
        Proxy: http-send-name-header
        Proxy: cookie stick stick-table use-server force-persist ignore-persist
        Option: persist
        Cookie: rewrite insert prefix indirect nocache postonly preserve httponly secure domain maxidle maxlife attr
        TableWord: type size expire nopurge store len srvkey
        TableData: server_id server_key gpt gpt0 gpc gpc_rate gpc0 gpc0_rate gpc1 gpc1_rate conn_cnt conn_cur
        TableData: conn_rate sess_cnt sess_rate http_req_cnt http_req_rate http_err_cnt http_err_rate http_fail_cnt
        TableData: http_fail_rate bytes_in_cnt bytes_in_rate bytes_out_cnt bytes_out_rate
        HttpRequestAction: track-sc sc-inc-gpc sc-inc-gpc0 sc-inc-gpc1 sc-set-gpt sc-set-gpt0 sc-add-gpc
        HttpResponseAction: track-sc sc-inc-gpc sc-inc-gpc0 sc-inc-gpc1 sc-set-gpt sc-set-gpt0 sc-add-gpc
        Server: cookie non-stick stick weight backup maxconn minconn maxqueue slowstart
        """u8);
}
