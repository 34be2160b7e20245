namespace Holdfast.Config.HAProxy.Schema;

/// <summary>Sections and the smaller groups of words.</summary>
internal static partial class KeywordTable
{
    /// <summary>Sections.</summary>
    private const string SectionRows = """
        b: global defaults frontend backend listen userlist http-errors
        B: peers mailers cache resolvers ring log-forward fcgi-app namespace_list
        w: program
        B+: crt-store acme log-profile healthcheck
        C+: traces
        """;

    /// <summary>Words of a userlist.</summary>
    private const string UserlistRows = """
        b: user group
        """;

    /// <summary>Words of http-errors.</summary>
    private const string HttpErrorsRows = """
        b: errorfile
        """;

    /// <summary>Words of peers.</summary>
    private const string PeersRows = """
        B: peer server default-server bind default-bind table disabled enabled log shards
        """;

    /// <summary>Words of resolvers.</summary>
    private const string ResolversRows = """
        B: nameserver parse-resolv-conf hold timeout resolve_retries accepted_payload_size
        """;

    /// <summary>Words of mailers.</summary>
    private const string MailersRows = """
        B: mailer timeout
        """;

    /// <summary>Words of cache.</summary>
    private const string CacheRows = """
        B: total-max-size max-object-size max-age process-vary max-secondary-entries
        B+: early-hints
        """;

    /// <summary>Words of ring.</summary>
    private const string RingRows = """
        B: description format maxlen server size timeout backing-file
        """;

    /// <summary>Words of log-forward.</summary>
    private const string LogForwardRows = """
        B: backlog bind dgram-bind log maxconn timeout
        B+: option log-format error-log-format unique-id-format log-tag
        """;

    /// <summary>Words of fcgi-app.</summary>
    private const string FcgiAppRows = """
        B: docroot index log-stderr option pass-header path-info set-param acl
        """;

    /// <summary>Words of program; the section is passed over.</summary>
    private const string ProgramRows = """
        w: command user group option
        """;

    /// <summary>Words of namespace_list.</summary>
    private const string NamespaceRows = """
        B: namespace
        """;

    /// <summary>Words of sections that are newer than 2.6.</summary>
    private const string NewSectionRows = """
        B+: load crt-base key-base directory contact challenge account-key keytype bits curves map provider-name
        B+: acme-vars
        B+: log-tag on format sd type trace option http-check tcp-check redis-check reuse-key profile dns-delay
        B+: dns-timeout
        """;

    /// <summary>Variables of log formats.</summary>
    private const string LogAliasRows = """
        b: o B CC CS H HM HP HPO HQ HU HV ID ST T Ta Tc Td Th Ti Tl TR Tq Tr Ts Tt Tu Tw U ac b bc bi bp bq ci cp f fc
        b: fi fp ft
        b: hr hrl hs hsl lc ms pid r rc rt s sc si sp sq sslc sslv t tr trg trl ts tsc
        b+: OG
        """;

    /// <summary>What a stick table can store; a star: with an argument.</summary>
    private const string TableDataRows = """
        b: server_id gpt* gpt0 gpc* gpc_rate* gpc0 gpc0_rate* gpc1 gpc1_rate* conn_cnt conn_cur conn_rate* sess_cnt
        b: sess_rate*
        b: http_req_cnt http_req_rate* http_err_cnt http_err_rate* http_fail_cnt http_fail_rate* bytes_in_cnt
        b: bytes_in_rate*
        b: bytes_out_cnt bytes_out_rate* server_key
        B+: glitch_cnt glitch_rate*
        """;

    /// <summary>Words of a stick-table line.</summary>
    private const string TableWordRows = """
        b: type size expire nopurge store len srvkey
        B: peers
        B+: write-to recv-only brates-factor
        """;

    /// <summary>Words of <c>http-check</c>.</summary>
    private const string HttpCheckRows = """
        b: comment connect disable-on-404 expect send send-state set-var* set-var-fmt* unset-var*
        """;

    /// <summary>Words of <c>tcp-check</c>.</summary>
    private const string TcpCheckRows = """
        b: comment connect expect send send-lf send-binary send-binary-lf set-var* set-var-fmt* unset-var*
        """;

    /// <summary>Words of <c>http-check connect</c> and <c>tcp-check connect</c>.</summary>
    private const string CheckConnectRows = """
        b: default port addr send-proxy ssl sni alpn linger comment
        B: proto via-socks4
        """;

    /// <summary>Words of <c>http-check expect</c> and <c>tcp-check expect</c>.</summary>
    private const string CheckExpectRows = """
        b: status rstatus string rstring string-lf binary rbinary binary-lf hdr fhdr min-recv comment ok-status
        b: error-status
        b: tout-status on-success on-error status-code
        """;

    /// <summary>Algorithms of <c>balance</c>.</summary>
    private const string BalanceRows = """
        b: roundrobin static-rr leastconn first source uri url_param hdr random rdp-cookie
        b+: hash
        B+: log-hash sticky
        """;

    /// <summary>Words of <c>hash-type</c>.</summary>
    private const string HashTypeRows = """
        b: map-based consistent sdbm djb2 wt6 crc32 avalanche
        b+: none
        """;

    /// <summary>Words of <c>cookie</c>.</summary>
    private const string CookieRows = """
        b: rewrite insert prefix indirect nocache postonly preserve httponly secure domain maxidle maxlife dynamic
        b: attr
        """;

    /// <summary>Words of <c>retry-on</c>.</summary>
    private const string RetryOnRows = """
        b: none conn-failure empty-response junk-response response-timeout 0rtt-rejected 401 403 404 408 425 500 501
        b: 502 503 504
        b: all-retryable-errors
        b+: 421 429
        """;

    /// <summary>Words of <c>redirect</c>.</summary>
    private const string RedirectRows = """
        b: location prefix scheme code drop-query append-slash ignore-empty set-cookie clear-cookie
        b+: keep-query set-cookie-fmt
        """;

    /// <summary>Words of <c>compression</c>.</summary>
    private const string CompressionRows = """
        b: algo type offload
        b+: algo-req algo-res type-req type-res direction minsize-req minsize-res
        """;

    /// <summary>Flags of an ACL.</summary>
    private const string AclFlagRows = """
        b: -i -f -m -n -M -u --
        """;

    /// <summary>Methods of <c>-m</c>.</summary>
    private const string MatchRows = """
        b: found bool int ip bin len str sub reg beg end dir dom
        """;

    /// <summary>Filters.</summary>
    private const string FilterRows = """
        b: compression
        B: cache fcgi-app opentracing spoe trace
        B+: bwlim-in bwlim-out otel
        """;
}
