namespace Holdfast.HAProxyParity.Tests.Generator;

/// <summary>What random cases are put together from. CONDITION, EXPRESSION and CHAIN stand for lines of those.
/// </summary>
internal static class Pools
{
    public const string Conditions = """
        { path_beg /a }
        { path /x }
        { path_end .png }
        !{ path_sub b }
        { path_dir img }
        { path_reg ^/[a-m] }
        { path_len lt 5 }
        { hdr(x-a) -m found }
        { hdr(x-a) one two }
        { hdr_beg(x-a) o }
        { hdr_cnt(x-a) gt 1 }
        { hdr_val(x-n) ge 5 }
        { req.fhdr(x-a) -m sub , }
        { hdr(host) -i www.a.example }
        { hdr_dom(host) a.example }
        { url_param(q) -m found }
        { url_param(q) -m len 2:3 }
        { req.cook(c) -m found }
        { query -m sub = }
        { src 127.0.0.0/8 }
        { method POST }
        { req.ver 1.1 }
        { path,map_beg({files}/paths.map) -m str files }
        { path -i -m str /X /Y }
        METH_GET
        METH_HEAD
        HTTP_CONTENT
        !METH_POST { path_beg /a }
        { path /x } or { path /y }
        { always_true } !{ path /x }
        """;

    public const string Expressions = """
        path
        pathq
        query
        url
        base
        method
        src
        hdr(x-a)
        hdr(x-a,1)
        hdr(x-a,-1)
        req.fhdr(x-a)
        hdr(host)
        url_param(q)
        urlp(r)
        req.cook(c)
        req.ver
        str(text)
        var(txn.v)
        unique-id
        """;

    public const string Chains = """
        lower
        upper
        length
        base64
        hex
        field(1,/)
        field(-1,/)
        word(2,/)
        bytes(1,3)
        bytes(2)
        url_dec
        url_enc
        regsub(a,b)
        regsub([aeiou],_,g)
        crc32
        sdbm
        djb2,hex
        xxh32
        sha1,hex
        json(utf8s)
        host_only
        ltrim(/)
        rtrim(g)
        concat(<,txn.v,>)
        map_str({files}/words.map,none)
        map_beg({files}/paths.map,none)
        strcmp(txn.v)
        """;

    /// <summary>Rules of a frontend: those of a backend, and captures.</summary>
    public const string RequestRules = "http-request capture hdr(x-a) len 8\n" + BackendRules;

    public const string BackendRules = """
        http-request set-header X-Set %[EXPRESSION]
        http-request set-header X-Set2 "a %[EXPRESSION,CHAIN] b"
        http-request set-header X-Set3 "%[EXPRESSION,CHAIN]" if CONDITION
        http-request add-header X-A added if CONDITION
        http-request add-header X-Add "%[EXPRESSION]"
        http-request del-header x-a if CONDITION
        http-request del-header x- -m beg if CONDITION
        http-request replace-header X-A (.*)o(.*) \2-\1
        http-request replace-value X-A ^o(.*)$ <\1>
        http-request set-path /p%[path] if CONDITION
        http-request set-query a=%[path,length] if CONDITION
        http-request replace-path /([a-z])/(.*) /\2/\1
        http-request set-method OPTIONS if { path /x }
        http-request set-uri /uri?%[query] if CONDITION
        http-request set-var(txn.v) EXPRESSION
        http-request set-var(txn.v) EXPRESSION,CHAIN if CONDITION
        http-request unset-var(txn.v) if CONDITION
        http-request deny if { path_beg /deny }
        http-request deny deny_status 429 if { path_beg /deny } CONDITION
        http-request return status 200 content-type text/plain string "own answer" if { path /return }
        http-request return status 201 content-type text/plain lf-string "%[path] %[method]" if { path /return }
        http-request redirect location /elsewhere%[path] code 303 if { path /redirect }
        http-request redirect scheme https if { path /redirect } CONDITION
        http-request set-log-level warning if CONDITION
        http-request wait-for-body time 5s if METH_POST
        http-request allow if { path /x }
        """;

    public const string ResponseRules = """
        http-response set-header X-Status "%[status]"
        http-response add-header X-R "%[res.hdr(x-b)]"
        http-response del-header x-b
        http-response replace-header Set-Cookie (.*) \1;\ Secure
        http-response replace-value X-B ^a$ z
        http-response set-status 418 if { status 404 }
        http-response set-status 299 reason Odd if { status 200 }
        http-response set-header X-V "%[var(txn.v)]"
        http-response deny if { status 403 }
        http-response return status 200 content-type text/plain string "replaced" if { status 500 }
        http-after-response set-header X-After "%[status]"
        http-after-response del-header server
        """;

    public const string Options = """
        option forwardfor
        option forwardfor if-none
        option forwardfor header X-Client except 127.0.0.0/8
        option originalto
        option http-server-close
        option httpclose
        option http-keep-alive
        option http-buffer-request
        option http-pretend-keepalive
        option log-separate-errors
        option dontlognull
        http-reuse never
        http-reuse always
        capture request header X-A len 6
        capture response header Server len 6
        capture cookie c len 12
        errorfile 403 {files}/forbidden.http
        http-error status 403 content-type text/plain string "own page"
        log-format "%ci %f %b/%s %ST %B %ts %{+Q}r %hr %hs"
        log-format "%HM %HP %HV %tsc %rc %[var(txn.v)] %[src]"
        unique-id-format id-%HM
        """;

    public const string BackendOptions = """
        balance roundrobin
        balance static-rr
        balance first
        balance source
        balance uri
        balance uri whole
        balance uri depth 1
        balance url_param q
        balance hdr(X-A)
        balance hdr(Host) use_domain_only
        hash-type consistent
        hash-type map-based djb2
        hash-type map-based crc32 avalanche
        hash-type consistent wt6
        cookie SRV insert
        cookie SRV insert indirect
        cookie SRV insert indirect nocache httponly
        cookie SRV rewrite
        cookie c prefix
        stick-table type string len 16 size 100
        option redispatch
        retries 1
        retry-on all-retryable-errors
        retry-on 503 404
        retry-on 500 empty-response
        ignore-persist if CONDITION
        force-persist if CONDITION
        balance leastconn
        """;
}
