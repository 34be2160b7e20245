namespace Holdfast.Parity.Tests.HAProxyCheck;

/// <summary>Good lines, from which the generator makes files: letters of the sections, then the line.</summary>
internal static class ConfigLines
{
    public const string All = """
        G: maxconn 1000
        G: log 127.0.0.1 local0 info
        G: log /dev/log local1 notice
        G: stats socket /tmp/holdfast-stats.sock mode 660 level admin
        G: stats timeout 30s
        G: nbthread 1
        G: spread-checks 5
        G: tune.bufsize 16384
        G: tune.maxrewrite 1024
        G: hard-stop-after 30s
        G: setenv SITE one
        G: ssl-default-bind-options ssl-min-ver TLSv1.2
        G: set-var proc.x int(5)
        G: description some words here
        G: ca-base /etc/ssl/certs
        G: no strict-limits
        G: tune.ssl.default-dh-param 2048
        DFLB: mode http
        DFLB: mode tcp
        DFLB: log global
        DFLB: no log
        DFLB: log 127.0.0.1:514 len 2048 format rfc5424 local0 notice err
        DFLB: option httpclose
        DFLB: option http-server-close
        DFLB: no option http-server-close
        DFLB: option forwardfor except 127.0.0.0/8 if-none
        DFLB: option tcpka
        DFLB: option http-buffer-request
        DFLB: timeout http-request 5s
        DFLB: timeout http-keep-alive 1500ms
        DFLB: timeout tarpit 1m
        DFLB: errorloc 503 http://localhost/
        DFLB: compression algo gzip
        DFLB: compression type text/html text/plain
        DFLB: stats enable
        DFLB: stats uri /stats
        DFLB: stats refresh 10
        DFLB: stats auth admin:secret
        DFLB: disabled
        DFL: option httplog
        DFL: option tcplog
        DFL: option dontlognull
        DFL: option logasap
        DFL: timeout client 30s
        DFL: timeout client-fin 1s
        DFL: maxconn 2000
        DFL: backlog 100
        DFL: log-format "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts"
        DFL: monitor-uri /alive
        DFL: rate-limit sessions 100
        DFL: unique-id-format %{+X}o%ci:%cp_%fi:%fp_%Ts_%rt:%pid
        DFL: unique-id-header X-Request-Id
        DFL: default_backend app
        DLB: timeout connect 5s
        DLB: timeout server 30s
        DLB: timeout queue 500
        DLB: timeout tunnel 1h
        DLB: timeout check 2s
        DLB: balance roundrobin
        DLB: balance leastconn
        DLB: balance source
        DLB: balance uri depth 2 whole
        DLB: balance hdr(Host) use_domain_only
        DLB: balance random(3)
        DLB: balance url_param id check_post
        DLB: hash-type consistent sdbm avalanche
        DLB: retries 2
        DLB: option redispatch
        DLB: option redispatch 3
        DLB: option httpchk GET /health HTTP/1.1
        DLB: option tcp-check
        DLB: option mysql-check user check
        DLB: option pgsql-check user check
        DLB: option redis-check
        DLB: option smtpchk EHLO example.org
        DLB: http-check expect status 200,301-303
        DLB: http-check send meth GET uri /x hdr Host www
        DLB: http-check expect ! rstring error
        DLB: http-check disable-on-404
        DLB: tcp-check connect port 80
        DLB: tcp-check send PING\r\n
        DLB: tcp-check expect string +PONG
        DLB: cookie SRV insert indirect nocache
        DLB: cookie JSESSIONID prefix
        DLB: retry-on conn-failure 503 response-timeout
        DLB: http-reuse aggressive
        DLB: default-server inter 3s fall 3 rise 2 maxconn 100
        DLB: fullconn 1000
        DLB: option allbackups
        DLB: option log-health-checks
        DLB: source 127.0.0.1
        DLB: persist rdp-cookie
        FL: bind :8080
        FL: bind 127.0.0.1:8081-8083 name x maxconn 10
        FL: bind *:8084,[::1]:8085 accept-proxy
        FL: bind unix@/tmp/holdfast-x.sock mode 600
        FL: capture request header Host len 32
        FL: capture cookie SESS len 12
        FL: declare capture response len 10
        FL: use_backend app if { path_beg /app }
        FL: use_backend app unless { hdr(host) -i www.example.org }
        FL: use_backend %[req.hdr(host),lower]
        FL: monitor fail if { nbsrv(app) lt 1 }
        FL: tcp-request connection reject if { src 10.0.0.0/8 }
        FL: tcp-request connection track-sc0 src table app
        FL: tcp-request session accept
        FLB: acl local src 127.0.0.1 ::1
        FLB: acl static path_end -i .png .css
        FLB: acl big req.hdr_val(content-length) gt 1000 le 5000
        FLB: acl agent hdr_sub(user-agent) -m reg -i ^curl
        FLB: acl many sc_http_req_rate(0) ge 20
        FLB: acl post method POST PUT
        FLB: acl exists req.hdr(x) -m found
        FLB: acl secure ssl_fc
        FLB: http-request deny if { path -m beg /admin } !{ src 192.168.0.0/16 }
        FLB: http-request deny deny_status 429 if TRUE
        FLB: http-request set-header X-Forwarded-Proto https if { ssl_fc }
        FLB: http-request add-header X-Src %[src,ipmask(24)]
        FLB: http-request del-header X-Bad
        FLB: http-request replace-header Host (.*)\.old \1.new
        FLB: http-request replace-path ^/a/(.*) /\1 if METH_GET
        FLB: http-request redirect scheme https code 301 unless { ssl_fc }
        FLB: http-request redirect location https://%[hdr(host)]%[pathq] if HTTP_1.1
        FLB: http-request return status 200 content-type text/plain string ok if { path /ping }
        FLB: http-request set-var(txn.host) req.hdr(host),field(1,:),lower
        FLB: http-request set-path /x%[path]
        FLB: http-request track-sc0 src table app
        FLB: http-request auth realm x unless { http_auth(people) }
        FLB: http-request tarpit if { urlp(a) b }
        FLB: http-request sc-inc-gpc0(0)
        FLB: http-request set-log-level silent if { path /quiet }
        FLB: http-request capture req.hdr(referer) len 20
        FLB: http-request allow if LOCALHOST
        FLB: http-request silent-drop if { src 1.2.3.4 }
        FLB: http-response set-header Strict-Transport-Security max-age=300
        FLB: http-response del-header Server
        FLB: http-response replace-value Vary a b
        FLB: http-response set-status 503 reason Busy if { status 500 }
        FLB: http-response deny if { res.hdr(x-leak) -m found }
        FLB: http-after-response set-header X-Via holdfast
        FLB: redirect prefix http://www.example.org code 302 if { hdr(host) example.org }
        FLB: tcp-request inspect-delay 5s
        FLB: tcp-request content accept if { req.ssl_hello_type 1 }
        FLB: tcp-request content reject if { req.len gt 100 }
        FLB: stick-table type ip size 100k expire 5m store gpc0,http_req_rate(10s),conn_cur
        FLB: stats admin if LOCALHOST
        FLB: stats http-request allow if TRUE
        FLB: description "a proxy"
        LB: server s1 127.0.0.1:80 check inter 2s rise 2 fall 3
        LB: server s2 127.0.0.1:81 weight 10 backup
        LB: server s3 127.0.0.1:82 cookie c3 maxconn 50 slowstart 30s
        LB: server s4 127.0.0.1:83 check port 8083 on-marked-down shutdown-sessions
        LB: server s5 127.0.0.1 send-proxy-v2 disabled
        LB: server s6 127.0.0.1:+100 observe layer4 error-limit 5 on-error mark-down check port 1
        LB: server s7 127.0.0.1:84 track s1
        LB: server s8 127.0.0.1:443 ssl verify none sni req.hdr(host)
        LB: server-template t 3 127.0.0.1:85 check
        LB: stick on src
        LB: stick match req.cook(A) table app
        LB: stick store-response res.cook(A),lower
        LB: use-server s1 if { path / }
        LB: force-persist if { src 127.0.0.1 }
        LB: tcp-response content accept if { res.len gt 5 }
        LB: tcp-response inspect-delay 1s
        """;
}
