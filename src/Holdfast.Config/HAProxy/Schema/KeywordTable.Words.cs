namespace Holdfast.Config.HAProxy.Schema;

/// <summary>Sections and the smaller groups of words.</summary>
internal static partial class KeywordTable
{
    /// <summary>Sections.</summary>
    private static string SectionRows => Text("""
        b: global defaults frontend backend listen userlist http-errors
        B: peers mailers cache resolvers ring log-forward fcgi-app namespace_list
        w: program
        B+: crt-store acme log-profile healthcheck
        C+: traces
        """u8);

    /// <summary>Words of a userlist.</summary>
    private static string UserlistRows => Text("""
        b: user group
        """u8);

    /// <summary>Words of http-errors.</summary>
    private static string HttpErrorsRows => Text("""
        b: errorfile
        """u8);

    /// <summary>Words of peers.</summary>
    private static string PeersRows => Text("""
        B: peer server default-server bind default-bind table disabled enabled log shards
        """u8);

    /// <summary>Words of resolvers.</summary>
    private static string ResolversRows => Text("""
        B: nameserver parse-resolv-conf hold timeout resolve_retries accepted_payload_size
        """u8);

    /// <summary>Words of mailers.</summary>
    private static string MailersRows => Text("""
        B: mailer timeout
        """u8);

    /// <summary>Words of cache.</summary>
    private static string CacheRows => Text("""
        B: total-max-size max-object-size max-age process-vary max-secondary-entries
        B+: early-hints
        """u8);

    /// <summary>Words of ring.</summary>
    private static string RingRows => Text("""
        B: description format maxlen server size timeout backing-file
        """u8);

    /// <summary>Words of log-forward.</summary>
    private static string LogForwardRows => Text("""
        B: backlog bind dgram-bind log maxconn timeout
        B+: option log-format error-log-format unique-id-format log-tag
        """u8);

    /// <summary>Words of fcgi-app.</summary>
    private static string FcgiAppRows => Text("""
        B: docroot index log-stderr option pass-header path-info set-param acl
        """u8);

    /// <summary>Words of program; the section is passed over.</summary>
    private static string ProgramRows => Text("""
        w: command user group option
        """u8);

    /// <summary>Words of namespace_list.</summary>
    private static string NamespaceRows => Text("""
        B: namespace
        """u8);

    /// <summary>Words of sections that are newer than 2.6.</summary>
    private static string NewSectionRows => Text("""
        B+: load crt-base key-base directory contact challenge account-key keytype bits curves map provider-name
        B+: acme-vars
        B+: log-tag on format sd type trace option http-check tcp-check redis-check reuse-key profile dns-delay
        B+: dns-timeout
        """u8);

    /// <summary>Variables of log formats.</summary>
    private static string LogAliasRows => Text("""
        b: o B CC CS H HM HP HPO HQ HU HV ID ST T Ta Tc Td Th Ti Tl TR Tq Tr Ts Tt Tu Tw U ac b bc bi bp bq ci cp f fc
        b: fi fp ft
        b: hr hrl hs hsl lc ms pid r rc rt s sc si sp sq sslc sslv t tr trg trl ts tsc
        b+: OG
        """u8);

    /// <summary>What a stick table can store; a star: with an argument.</summary>
    private static string TableDataRows => Text("""
        b: server_id gpt* gpt0 gpc* gpc_rate* gpc0 gpc0_rate* gpc1 gpc1_rate* conn_cnt conn_cur conn_rate* sess_cnt
        b: sess_rate*
        b: http_req_cnt http_req_rate* http_err_cnt http_err_rate* http_fail_cnt http_fail_rate* bytes_in_cnt
        b: bytes_in_rate*
        b: bytes_out_cnt bytes_out_rate* server_key
        B+: glitch_cnt glitch_rate*
        """u8);

    /// <summary>Words of a stick-table line.</summary>
    private static string TableWordRows => Text("""
        b: type size expire nopurge store len srvkey
        B: peers
        B+: write-to recv-only brates-factor
        """u8);

    /// <summary>Words of <c>http-check</c>.</summary>
    private static string HttpCheckRows => Text("""
        b: comment connect disable-on-404 expect send send-state set-var* set-var-fmt* unset-var*
        """u8);

    /// <summary>Words of <c>tcp-check</c>.</summary>
    private static string TcpCheckRows => Text("""
        b: comment connect expect send send-lf send-binary send-binary-lf set-var* set-var-fmt* unset-var*
        """u8);

    /// <summary>Words of <c>http-check connect</c> and <c>tcp-check connect</c>.</summary>
    private static string CheckConnectRows => Text("""
        b: default port addr send-proxy ssl sni alpn linger comment
        B: proto via-socks4
        """u8);

    /// <summary>Words of <c>http-check expect</c> and <c>tcp-check expect</c>.</summary>
    private static string CheckExpectRows => Text("""
        b: status rstatus string rstring string-lf binary rbinary binary-lf hdr fhdr min-recv comment ok-status
        b: error-status
        b: tout-status on-success on-error status-code
        """u8);

    /// <summary>Algorithms of <c>balance</c>.</summary>
    private static string BalanceRows => Text("""
        b: roundrobin static-rr leastconn first source uri url_param hdr random rdp-cookie
        b+: hash
        B+: log-hash sticky
        """u8);

    /// <summary>Words of <c>hash-type</c>.</summary>
    private static string HashTypeRows => Text("""
        b: map-based consistent sdbm djb2 wt6 crc32 avalanche
        b+: none
        """u8);

    /// <summary>Words of <c>cookie</c>.</summary>
    private static string CookieRows => Text("""
        b: rewrite insert prefix indirect nocache postonly preserve httponly secure domain maxidle maxlife dynamic
        b: attr
        """u8);

    /// <summary>Words of <c>retry-on</c>.</summary>
    private static string RetryOnRows => Text("""
        b: none conn-failure empty-response junk-response response-timeout 0rtt-rejected 401 403 404 408 425 500 501
        b: 502 503 504
        b: all-retryable-errors
        b+: 421 429
        """u8);

    /// <summary>Words of <c>redirect</c>.</summary>
    private static string RedirectRows => Text("""
        b: location prefix scheme code drop-query append-slash ignore-empty set-cookie clear-cookie
        b+: keep-query set-cookie-fmt
        """u8);

    /// <summary>Words of <c>compression</c>.</summary>
    private static string CompressionRows => Text("""
        b: algo type offload
        b+: algo-req algo-res type-req type-res direction minsize-req minsize-res
        """u8);

    /// <summary>Flags of an ACL.</summary>
    private static string AclFlagRows => Text("""
        b: -i -f -m -n -M -u --
        """u8);

    /// <summary>Methods of <c>-m</c>.</summary>
    private static string MatchRows => Text("""
        b: found bool int ip bin len str sub reg beg end dir dom
        """u8);

    /// <summary>Filters.</summary>
    private static string FilterRows => Text("""
        b: compression
        B: cache fcgi-app opentracing spoe trace
        B+: bwlim-in bwlim-out otel
        """u8);
}
