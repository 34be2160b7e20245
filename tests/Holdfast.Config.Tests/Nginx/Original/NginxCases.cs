namespace Holdfast.Config.Tests.Nginx.Original;

/// <summary>
/// Files for both sides, one a line: "place| text", where ⏎ is a line break, and "file" is a whole file.
/// </summary>
internal static class NginxCases
{
    internal const string Wrong = """
        file| events {}⏎http {⏎server {⏎listen 80⏎server_name a;⏎}⏎}⏎
        file| events {}⏎http {⏎server {⏎listen 80;⏎}⏎
        file| events {}⏎}⏎
        file| events {}⏎http {⏎;⏎}⏎
        file| events {}⏎{⏎}⏎
        file| events {}⏎http {⏎server_name a}⏎
        file| events {}⏎http {⏎ add_header a "b"c;⏎}⏎
        file| events {}⏎http {⏎ add_header a "b;⏎}⏎
        file| events {}⏎http {⏎ add_header a⏎
        file| events {}⏎http {⏎ include nowhere.conf;⏎}⏎
        file| events {}⏎http {}⏎http {}⏎
        file| events {}⏎events {}⏎
        file| events {}⏎worker_processes 1;⏎worker_processes 2;⏎
        file| events {}⏎worker_processes x;⏎
        file| events {}⏎error_log e.log loud;⏎
        file| events {}⏎daemon maybe;⏎
        file| events {}⏎worker_rlimit_nofile 1k;⏎
        file| events {}⏎worker_shutdown_timeout 1x;⏎
        file| events {⏎worker_connections many;⏎}⏎
        file| events {⏎multi_accept 1;⏎}⏎
        file| evnets {}⏎
        http| sendfile yes;
        http| sendfile on;⏎sendfile off;
        http| gzip_comp_level 10;
        http| gzip_comp_level x;
        http| client_max_body_size 1g;⏎client_max_body_size 2g;
        http| client_max_body_size 1t;
        http| client_body_buffer_size 1g;
        http| client_header_timeout 1y;
        http| client_header_timeout 1s1m;
        http| client_header_timeout 1.5s;
        http| keepalive_timeout abc;
        http| keepalive_requests -1;
        http| large_client_header_buffers 4;
        http| large_client_header_buffers 0 8k;
        http| large_client_header_buffers 4 x;
        http| server_tokens maybe;
        http| satisfy some;
        http| log_format x '$foo';
        http| log_format x '${host';
        http| log_format x '$';
        http| log_format x '$-';
        http| log_format x escape=html '$host';
        http| access_log a.log nosuch;
        http| access_log off x;
        http| access_log a.log combined buffer=0;
        http| access_log a.log combined flush=1x;
        http| access_log a.log combined gzip=10;
        http| access_log a.log combined what;
        http| map $host {⏎a b;⏎}
        http| map $host x {⏎a b;⏎}
        http| map $host $x {⏎a b c;⏎}
        http| map $host $x {⏎a;⏎}
        http| map $host $x {⏎a b;⏎a c;⏎}
        http| map $host $x {⏎default b;⏎default c;⏎}
        http| map $nosuch $x {⏎a b;⏎}
        http| geo x {⏎default a;⏎}
        http| geo $x {⏎1.2.3.4.5 a;⏎}
        http| geo $x {⏎10.0.0.0/40 a;⏎}
        http| split_clients $host x {⏎* a;⏎}
        http| split_clients $host $x {⏎60% a;⏎50% b;⏎}
        http| split_clients $host $x {⏎0% a;⏎}
        http| split_clients $host $x {⏎a a;⏎}
        http| limit_req_zone $host rate=1r/s;
        http| limit_req_zone $host zone=a;
        http| limit_req_zone $host zone=a:1k;
        http| limit_req_zone $host zone=a:1m rate=x;
        http| limit_req_zone $host zone=a:1m rate=0r/s;
        http| limit_req_zone $host zone=a:1m what=1;
        http| limit_conn_zone $host what=1;
        http| limit_conn_zone $host zone=a:x;
        http| limit_req zone=nosuch;
        http| limit_conn nosuch 1;
        http| limit_req burst=1;
        http| limit_req zone=a burst=x;
        http| limit_req zone=a delay=x;
        http| limit_req what;
        http| limit_conn_zone $host zone=a:1m;⏎limit_conn a x;
        http| limit_conn_zone $host zone=a:1m;⏎limit_conn a 0;
        http| limit_conn_zone $host zone=a:1m;⏎limit_conn a 70000;
        http| limit_req_status 200;
        http| proxy_cache_path c levels=1:2;
        http| proxy_cache_path c keys_zone=a;
        http| proxy_cache_path c keys_zone=a:1m levels=4;
        http| proxy_cache_path c keys_zone=a:1m inactive=x;
        http| proxy_cache_path c keys_zone=a:1m max_size=x;
        http| proxy_cache_path c keys_zone=a:1m what;
        http| proxy_buffers 1 4k;
        http| proxy_http_version 3;
        http| proxy_next_upstream sometimes;
        http| proxy_cache_use_stale sometimes;
        http| proxy_cache_methods FOO;
        http| ssl_protocols TLSv2;
        http| ssl_verify_client perhaps;
        http| error_page 200 /x;
        http| error_page x /x;
        http| error_page 600 /x;
        http| error_page 499 /x;
        http| error_page 404 =x /x;
        http| allow 1.2.3;
        http| deny 10.0.0.0/33;
        http| set_real_ip_from 10.0.0.0/33;
        http| resolver_timeout x;
        http| open_file_cache_valid x;
        http| types {⏎}⏎default_type;
        http| upstream u {⏎}
        http| upstream u {⏎server;⏎}
        http| upstream u {⏎server 127.0.0.1 weight=0;⏎}
        http| upstream u {⏎server 127.0.0.1 weight=x;⏎}
        http| upstream u {⏎server 127.0.0.1 what;⏎}
        http| upstream u {⏎server 127.0.0.1:99999;⏎}
        http| upstream u {⏎server 127.0.0.1 fail_timeout=x;⏎}
        http| upstream u {⏎server 127.0.0.1;⏎keepalive 0;⏎}
        http| upstream u {⏎server 127.0.0.1;⏎keepalive x;⏎}
        http| upstream u {⏎server 127.0.0.1;⏎hash $host twice;⏎}
        http| upstream u {⏎server 127.0.0.1;⏎hash $nosuch;⏎}
        http| upstream u {⏎server 127.0.0.1;⏎random three;⏎}
        http| upstream u {⏎ip_hash;⏎server 127.0.0.1;⏎server 127.0.0.2 backup;⏎}
        http| upstream u {⏎server 127.0.0.1;⏎ip_hash;⏎least_conn;⏎}
        http| upstream u {⏎server 127.0.0.1;⏎zone u 1k;⏎}
        http| upstream u {⏎server 127.0.0.1;⏎zone u x;⏎}
        http| upstream u {⏎server 127.0.0.1;⏎}⏎upstream u {⏎server 127.0.0.1;⏎}
        http| server {⏎listen 8000 default_server;⏎}⏎server {⏎listen 8000 default_server;⏎}
        http| server {⏎listen 8000 backlog=1;⏎}⏎server {⏎listen 8000 backlog=2;⏎}
        http| server {⏎server_name a;⏎}⏎server {⏎server_name a;⏎}
        http| server {⏎listen 8000;⏎server_name a;⏎}⏎server {⏎listen 8000;⏎server_name b a;⏎}
        http| server {⏎listen 8000;⏎}⏎server {⏎listen 8000;⏎}
        server| listen 8000;⏎listen 8000;
        server| listen 0;
        server| listen 70000;
        server| listen 127.0.0.1:x;
        server| listen [::;
        server| listen [::x]:80;
        server| listen 8000 what;
        server| listen 8000 backlog=x;
        server| listen 8000 rcvbuf=x;
        server| listen 8000 ipv6only=on;
        server| listen [::]:8000 ipv6only=maybe;
        server| listen 8000 so_keepalive=x;
        server| listen unix:;
        http| server {⏎server_name a;⏎}⏎server {⏎server_name a.*.b;⏎}
        http| server {⏎server_name a;⏎}⏎server {⏎server_name a..b;⏎}
        http| server {⏎listen 8000 ssl;⏎add_header a $nosuch;⏎}
        server| server_name *a.b;
        server| server_name ~;
        server| server_name a/b;
        server| listen 8000 ssl;
        server| location /a {⏎}⏎location /a {⏎}
        server| location = /a {⏎}⏎location = /a {⏎}
        server| location /a {⏎}⏎location ^~ /a {⏎}
        server| location ! /a {⏎}
        server| location = /a {⏎location /a/b {⏎}⏎}
        server| location @a {⏎location /a {⏎}⏎}
        server| location /a {⏎location @b {⏎}⏎}
        server| location /a {⏎location /b {⏎}⏎}
        server| if $host {⏎}
        server| if ($host {⏎}
        server| if (host) {⏎}
        server| if ($host == a) {⏎}
        server| if ($nosuch) {⏎}
        server| if (-q /x) {⏎}
        server| if () {⏎}
        server| rewrite ^ "";
        server| rewrite ^ /x sometimes;
        server| rewrite ^ /$nosuch;
        server| return 1000;
        server| return x;
        server| return 200 $nosuch;
        server| set host a;
        server| set $ a;
        server| set $a $nosuch;
        location| proxy_pass 127.0.0.1;
        location| proxy_pass ftp://127.0.0.1;
        location| proxy_pass http://127.0.0.1:99999;
        location| proxy_pass http://;
        location| proxy_pass http://127.0.0.1;⏎proxy_pass http://127.0.0.2;
        location| proxy_pass http://$nosuch;
        location| root /a;⏎root /b;
        location| root /a;⏎alias /b;
        location| root /$nosuch;
        location| alias /a;⏎alias /b;
        location| try_files $uri;
        location| try_files $uri =x;
        location| try_files $uri =404;⏎try_files $uri =404;
        location| add_header a $nosuch;
        location| proxy_set_header a $nosuch;
        location| expires 1x;
        location| expires modified;
        location| expires @25h;
        location| limit_except FOO {⏎}
        location| limit_rate x;
        location| proxy_cache nosuch;
        location| proxy_cache_valid 99 1m;
        location| proxy_cache_valid x;
        location| proxy_method;
        location| proxy_store maybe;
        location| auth_basic a;⏎auth_basic b;
        location| internal x;
        location| stub_status a b;
        location| charset a;⏎charset b;
        location| client_body_in_file_only maybe;
        location| gzip_types;
        location| index;
        location| dav_methods foo;
        location| dav_access user:x;
        location| proxy_pass http://no.such.host;
        location| proxy_pass http://no.such.host:8080/x;
        location| proxy_buffer_size 8k;⏎proxy_buffers 2 4k;
        location| proxy_busy_buffers_size 64k;
        location| proxy_busy_buffers_size 1k;
        location| proxy_temp_file_write_size 1k;
        location| proxy_max_temp_file_size 1k;
        location| fastcgi_busy_buffers_size 64k;
        location| proxy_buffers 1 4k;
        location| resolver 127.0.0.1 valid=x;
        location| resolver 127.0.0.1 ipv6=x;
        location| open_file_cache max=x;
        location| open_file_cache inactive=1s;
        location| aio maybe;
        location| directio x;
        location| disable_symlinks maybe;
        location| proxy_redirect a;
        location| proxy_redirect default;
        location| proxy_redirect default;⏎proxy_pass http://127.0.0.1;
        location| proxy_cookie_path a;
        location| proxy_bind 1.2.3;
        location| sub_filter "" b;
        location| auth_request off;⏎auth_request /a;
        location| fastcgi_param a b c;
        location| add_header a b c;
        location| index "";
        location| index a "" b;
        location| root /x/$document_root;
        location| root /x/$realpath_root;
        location| proxy_store on;⏎proxy_cache a;
        location| limit_rate_after x;
        location| expires 1d 2d;
        server| location @a {⏎alias /x;⏎}
        server| location ~ a {⏎proxy_pass http://127.0.0.1/;⏎}
        server| location / {⏎if ($host) {⏎proxy_pass http://127.0.0.1/x;⏎}⏎}
        server| location / {⏎limit_except GET {⏎proxy_pass http://127.0.0.1/x;⏎}⏎}
        server| listen 8000 ssl;⏎ssl_certificate no.pem;
        server| listen 8000 ssl;⏎ssl_certificate_key no.pem;
        http| upstream u {⏎server 127.0.0.1;⏎}⏎server {⏎location / {⏎proxy_pass http://u:80;⏎}⏎}
        http| upstream u {⏎server no.such.host;⏎}
        """;

    internal const string Right = """
        file| events {}⏎
        file| # nothing⏎events { worker_connections 16; } http { server { listen 8000; } }
        http| log_format x '$host "$request"' '$status';⏎access_log a.log x buffer=32k flush=1m;
        http| log_format j escape=json '{"a":"$host"}';⏎access_log a.log j if=$host;
        http| map $host $x {⏎default a;⏎hostnames;⏎*.b c;⏎~^d(?<e>.*)$ $e;⏎}⏎add_header a $x$e;
        http| geo $x {⏎default a;⏎10.0.0.0/8 b;⏎10.1.0.0/16 c;⏎delete 10.1.0.0/16;⏎}
        http| geo $x {⏎ranges;⏎10.0.0.0-10.0.0.255 b;⏎}
        http| geo $http_x $y {⏎proxy 10.0.0.0/8;⏎proxy_recursive;⏎}
        http| split_clients $remote_addr$uri $x {⏎0.5% a;⏎10% b;⏎* c;⏎}
        http| limit_req_zone $binary_remote_addr zone=a:1m rate=10r/m;⏎limit_req zone=a burst=5 nodelay;
        http| limit_req_zone $binary_remote_addr zone=a:1m rate=10r/s;⏎limit_req zone=a burst=5 delay=3;
        http| limit_conn_zone $server_name zone=a:32k;⏎limit_conn a 10;
        http| proxy_cache_path c levels=1:2 keys_zone=a:1m inactive=1d max_size=1g;⏎proxy_cache a;
        http| upstream u {⏎server 127.0.0.1 weight=2 max_fails=3 fail_timeout=1m;⏎server 127.0.0.2 backup;⏎}
        http| upstream u {⏎least_conn;⏎server 127.0.0.1:8080;⏎keepalive 8;⏎}
        http| upstream u {⏎hash $request_uri consistent;⏎server unix:/x;⏎}
        http| upstream u {⏎random two least_conn;⏎server 127.0.0.1;⏎}
        http| upstream u {⏎zone u 64k;⏎server 127.0.0.1 down;⏎}
        http| types {⏎text/html html htm;⏎}⏎default_type text/plain;
        http| error_page 404 500 =200 /x;⏎error_page 502 @fallback;
        http| client_max_body_size 10m;⏎client_header_timeout 1m30s;⏎keepalive_timeout 75s 70;
        http| gzip on;⏎gzip_types text/css application/json;⏎gzip_proxied any;⏎gzip_comp_level 5;
        http| add_header a "b c" always;⏎add_header d '$host;{}';
        http| server {⏎listen 8000 default_server;⏎}⏎server {⏎listen 8000;⏎server_name a;⏎}
        file| events {}⏎worker_processes 0;⏎
        server| listen 8000 ipv6only=on;
        server| server_name a.*.b;
        server| listen 8000 ssl;⏎ssl_reject_handshake on;
        server| listen 8000 reuseport backlog=10 rcvbuf=64k;⏎listen [::]:8000 ipv6only=on;
        server| server_name a *.b .c d.* ~^(?<x>.+)\.e$ "";⏎return 200 $x;
        server| location / {⏎}⏎location = / {⏎}⏎location ~ \.php$ {⏎}⏎location @x {⏎}
        server| location /a {⏎location /a/b {⏎location ~ c {⏎}⏎}⏎}
        server| if ($host = a) {⏎return 404;⏎}⏎if ($uri !~* "^/x") {⏎rewrite ^ /y? permanent;⏎}
        server| if (-f $request_filename) {⏎break;⏎}⏎if (!-d /x) {⏎set $a b;⏎}⏎return 301 https://$host$uri$a;
        location| proxy_pass http://127.0.0.1:8080/x;⏎proxy_set_header Host $host;⏎proxy_buffering off;
        location| proxy_pass http://unix:/x:/y;⏎proxy_connect_timeout 5s;⏎proxy_next_upstream error timeout;
        location| proxy_pass http://$host:8080$request_uri;⏎resolver 127.0.0.1;
        location| root /a/$host;⏎index a.html b.html;⏎try_files $uri $uri/ =404;⏎expires 30d;
        location| alias /a/;⏎autoindex on;⏎autoindex_format json;⏎etag off;
        location| limit_except GET POST {⏎deny all;⏎}⏎allow 10.0.0.0/8;⏎allow ::1;⏎deny all;
        location| if ($arg_a) {⏎proxy_pass http://127.0.0.1;⏎}⏎return 204;
        """;

    /// <summary>The cases of a text.</summary>
    internal static IEnumerable<NginxCase> Read(string cases)
    {
        foreach (string line in cases.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split("| ", 2);
            string text = parts[1].Replace('⏎', '\n');
            string place = parts[0] switch
            {
                "http" => "events {}\nhttp {\n@\n}\n",
                "server" => "events {}\nhttp {\nserver {\n@\n}\n}\n",
                "location" => "events {}\nhttp {\nserver {\nlocation / {\n@\n}\n}\n}\n",
                "stream" => NginxPlaces.Modules + "events {}\nstream {\n@\n}\n",
                "in stream" => NginxPlaces.Modules + "events {}\nstream {\nserver {\nlisten 8000;\n@\n}\n}\n",
                "listen of stream" => NginxPlaces.Modules
                    + "events {}\nstream {\nserver {\n@\nproxy_pass 127.0.0.1:1;\n}\n}\n",
                "mail" => NginxPlaces.Modules + "events {}\nmail {\n@\n}\n",
                "in mail" => NginxPlaces.Modules + "events {}\nmail {\nserver {\n@\n}\n}\n",
                _ => "@",
            };
            yield return new NginxCase(line, place.Replace("@", text, StringComparison.Ordinal));
        }
    }
}
