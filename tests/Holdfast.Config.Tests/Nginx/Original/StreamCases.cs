namespace Holdfast.Config.Tests.Nginx.Original;

/// <summary>The same as <see cref="NginxCases"/> for stream and mail, with and without a mistake.</summary>
internal static class StreamCases
{
    internal const string Stream = """
        stream| server {⏎proxy_pass 127.0.0.1:1;⏎}
        stream| server {⏎listen 8000;⏎}
        listen of stream| listen 8000;⏎listen 8000;
        listen of stream| listen 8000;⏎listen 8000 udp;
        listen of stream| listen 0;
        listen of stream| listen 70000;
        listen of stream| listen 127.0.0.1:x;
        listen of stream| listen [::;
        listen of stream| listen 8000 what;
        listen of stream| listen 8000 backlog=x;
        listen of stream| listen 8000 backlog=0;
        listen of stream| listen 8000 rcvbuf=x;
        listen of stream| listen 8000 sndbuf=x;
        listen of stream| listen 8000 fastopen=x;
        listen of stream| listen 8000 ipv6only=on;
        listen of stream| listen [::]:8000 ipv6only=maybe;
        listen of stream| listen 8000 so_keepalive=x;
        listen of stream| listen 8000 what=1;
        listen of stream| listen unix:;
        listen of stream| listen unix:/a reuseport;
        listen of stream| listen unix:/a ipv6only=on;
        listen of stream| listen 8000 udp backlog=3;
        listen of stream| listen 8000 udp ssl;
        listen of stream| listen 8000 udp so_keepalive=on;
        listen of stream| listen 8000 udp proxy_protocol;
        listen of stream| listen 8000 udp fastopen=3;
        listen of stream| listen 8000 udp reuseport;
        listen of stream| listen 8000-8002;⏎listen 8001;
        in stream| proxy_pass 127.0.0.1;
        in stream| proxy_pass 127.0.0.1:99999;
        in stream| proxy_pass 127.0.0.1:1;⏎proxy_pass 127.0.0.1:2;
        in stream| proxy_pass u;
        in stream| proxy_pass $nosuch;
        in stream| proxy_pass $remote_addr:80;
        in stream| proxy_pass no.such.host:80;
        in stream| proxy_pass unix:;
        in stream| proxy_pass [::1]:80x;
        in stream| return a;⏎return b;
        in stream| return $nosuch;
        in stream| return a;⏎proxy_pass 127.0.0.1:1;
        in stream| proxy_pass 127.0.0.1:1;⏎return a;
        in stream| set $a b;
        in stream| set a b;⏎return x;
        in stream| set $ b;⏎return x;
        in stream| set $a $nosuch;⏎return x;
        in stream| set $remote_addr b;⏎return x;
        in stream| return x;⏎proxy_timeout x;
        in stream| return x;⏎proxy_connect_timeout 1y;
        in stream| return x;⏎proxy_buffer_size x;
        in stream| return x;⏎proxy_next_upstream maybe;
        in stream| return x;⏎proxy_next_upstream_tries x;
        in stream| return x;⏎proxy_responses x;
        in stream| return x;⏎proxy_requests -1;
        in stream| return x;⏎proxy_upload_rate x;
        in stream| return x;⏎proxy_upload_rate $nosuch;
        in stream| return x;⏎proxy_download_rate 1x;
        in stream| return x;⏎proxy_bind 1.2.3;
        in stream| return x;⏎proxy_bind off;⏎proxy_bind off;
        in stream| return x;⏎proxy_bind 1.2.3.4 what;
        in stream| return x;⏎proxy_bind 1.2.3.4 transparent;
        in stream| return x;⏎proxy_bind $nosuch;
        in stream| return x;⏎proxy_half_close maybe;
        in stream| return x;⏎proxy_socket_keepalive maybe;
        in stream| return x;⏎proxy_downstream_buffer 8k;
        in stream| return x;⏎proxy_upstream_buffer 8k;
        in stream| return x;⏎proxy_ssl maybe;
        in stream| return x;⏎proxy_ssl_protocols TLSv2;
        in stream| return x;⏎proxy_ssl_name $nosuch;
        in stream| return x;⏎proxy_ssl_verify on;
        in stream| proxy_pass 127.0.0.1:1;⏎proxy_ssl on;⏎proxy_ssl_verify on;
        in stream| proxy_pass 127.0.0.1:1;⏎proxy_ssl on;⏎proxy_ssl_certificate no.pem;
        in stream| return x;⏎access_log a.log;
        in stream| return x;⏎access_log a.log nosuch;
        in stream| return x;⏎access_log a.log combined;
        in stream| return x;⏎access_log off;
        in stream| return x;⏎access_log off x;
        in stream| return x;⏎access_log a.log;⏎access_log b.log;
        in stream| return x;⏎allow 1.2.3;
        in stream| return x;⏎deny 10.0.0.0/33;
        in stream| return x;⏎deny 10.0.0.1/24;
        in stream| return x;⏎allow unix:;
        in stream| return x;⏎limit_conn nosuch 1;
        in stream| return x;⏎limit_conn_log_level maybe;
        in stream| return x;⏎set_real_ip_from 10.0.0.0/33;
        in stream| return x;⏎set_real_ip_from no.such.host;
        in stream| return x;⏎ssl_preread maybe;
        in stream| return x;⏎preread_buffer_size x;
        in stream| return x;⏎preread_timeout x;
        in stream| return x;⏎proxy_protocol_timeout x;
        in stream| return x;⏎tcp_nodelay x;
        in stream| return x;⏎resolver 127.0.0.1 valid=x;
        in stream| return x;⏎resolver_timeout x;
        in stream| return x;⏎ssl_handshake_timeout x;
        in stream| return x;⏎ssl_alpn http/1.1;
        in stream| return x;⏎ssl_verify_client maybe;
        in stream| return x;⏎error_log e.log loud;
        in stream| return x;⏎proxy_ssl_conf_command a;
        stream| log_format x;
        stream| log_format x '$nosuch';
        stream| log_format x '$remote_addr';⏎log_format x '$remote_addr';
        stream| log_format x escape=html '$remote_addr';
        stream| map $remote_addr x {⏎a b;⏎}
        stream| map $remote_addr $x {⏎a b c;⏎}
        stream| map $remote_addr $x {⏎a b;⏎a c;⏎}
        stream| map $nosuch $x {⏎a b;⏎}
        stream| geo x {⏎default a;⏎}
        stream| geo $x {⏎1.2.3.4.5 a;⏎}
        stream| geo $x {⏎proxy 10.0.0.0/8;⏎}
        stream| split_clients $remote_addr $x {⏎60% a;⏎50% b;⏎}
        stream| limit_conn_zone $remote_addr what=1;
        stream| limit_conn_zone $remote_addr zone=a:x;
        stream| limit_conn_zone $remote_addr zone=a:1k;
        stream| limit_conn_zone $remote_addr zone=a:1m;⏎limit_conn_zone $remote_port zone=a:1m;
        stream| limit_conn_zone $remote_addr zone=a:1m;⏎limit_conn a x;
        stream| limit_conn_zone $remote_addr zone=a:1m;⏎limit_conn a 0;
        stream| limit_conn_zone $remote_addr zone=a:1m;⏎limit_conn a 70000;
        stream| limit_conn_zone $remote_addr zone=a:1m;⏎limit_conn a 1;⏎limit_conn a 2;
        stream| upstream u {⏎}
        stream| upstream u {⏎server 127.0.0.1;⏎}
        stream| upstream u {⏎server;⏎}
        stream| upstream u {⏎server 127.0.0.1:1 weight=0;⏎}
        stream| upstream u {⏎server 127.0.0.1:1 what;⏎}
        stream| upstream u {⏎server 127.0.0.1:99999;⏎}
        stream| upstream u {⏎server 127.0.0.1:1 fail_timeout=x;⏎}
        stream| upstream u {⏎server 127.0.0.1:1 max_conns=x;⏎}
        stream| upstream u {⏎server 127.0.0.1:1;⏎hash $remote_addr twice;⏎}
        stream| upstream u {⏎server 127.0.0.1:1;⏎hash $nosuch;⏎}
        stream| upstream u {⏎server 127.0.0.1:1;⏎random three;⏎}
        stream| upstream u {⏎server 127.0.0.1:1;⏎random two x;⏎}
        stream| upstream u {⏎server 127.0.0.1:1;⏎ip_hash;⏎}
        stream| upstream u {⏎server 127.0.0.1:1;⏎hash $remote_addr;⏎least_conn;⏎}
        stream| upstream u {⏎hash $remote_addr;⏎server 127.0.0.1:1;⏎server 127.0.0.2:1 backup;⏎}
        stream| upstream u {⏎server 127.0.0.1:1;⏎zone u 1k;⏎}
        stream| upstream u {⏎server 127.0.0.1:1;⏎zone u x;⏎}
        stream| upstream u {⏎server 127.0.0.1:1;⏎zone u;⏎}
        stream| upstream u {⏎server 127.0.0.1:1;⏎zone "" 1m;⏎}
        stream| upstream u {⏎server 127.0.0.1:1 backup;⏎}
        stream| upstream u {⏎server 127.0.0.1:1;⏎}⏎upstream u {⏎server 127.0.0.1:1;⏎}
        stream| upstream u {⏎server 127.0.0.1:1;⏎}⏎server {⏎listen 8000;⏎proxy_pass u:80;⏎}
        stream| upstream u {⏎server 127.0.0.1:1;⏎}⏎server {⏎listen 8000;⏎proxy_pass u;⏎}
        stream| upstream u {⏎server no.such.host:1;⏎}
        stream| server {⏎listen 8000;⏎proxy_pass u;⏎}⏎upstream u {⏎server 127.0.0.1:1;⏎}
        stream| variables_hash_max_size x;
        stream| proxy_timeout 1s;⏎proxy_timeout 2s;
        stream| server {⏎}
        """;

    internal const string Mail = """
        in mail| protocol imap;
        in mail| listen 143;
        in mail| listen 8000;
        in mail| listen 8000;⏎protocol foo;
        in mail| listen 8000;⏎protocol imap;
        in mail| listen 8000;⏎protocol imap;⏎auth_http 127.0.0.1:80/a;
        in mail| listen 143;⏎auth_http 127.0.0.1:80/a;
        in mail| listen 8000;⏎protocol smtp;⏎auth_http 127.0.0.1:99999/a;
        in mail| listen 8000;⏎protocol smtp;⏎auth_http no.such.host/a;
        in mail| listen 8000;⏎protocol smtp;⏎auth_http http://127.0.0.1/a;
        in mail| listen 8000;⏎protocol smtp;⏎auth_http https://127.0.0.1/a;
        in mail| listen 8000;⏎protocol smtp;⏎auth_http ftp://127.0.0.1/a;
        in mail| listen 8000;⏎protocol smtp;⏎auth_http unix:/a:/b;
        in mail| listen 8000;⏎protocol smtp;⏎auth_http 127.0.0.1/a;⏎auth_http 127.0.0.1/b;
        in mail| listen 8000;⏎protocol smtp;⏎auth_http 127.0.0.1;
        in mail| listen 8000;⏎protocol smtp;⏎protocol imap;⏎auth_http 127.0.0.1/a;
        in mail| listen 8000;⏎listen 8000;⏎protocol smtp;⏎auth_http 127.0.0.1/a;
        in mail| listen 127.0.0.1;⏎protocol smtp;⏎auth_http 127.0.0.1/a;
        in mail| listen 8000 what;⏎protocol smtp;⏎auth_http 127.0.0.1/a;
        in mail| listen 8000 backlog=x;⏎protocol smtp;⏎auth_http 127.0.0.1/a;
        in mail| listen 8000 udp;⏎protocol smtp;⏎auth_http 127.0.0.1/a;
        in mail| listen 8000 reuseport;⏎protocol smtp;⏎auth_http 127.0.0.1/a;
        in mail| listen 8000 default_server;⏎protocol smtp;⏎auth_http 127.0.0.1/a;
        in mail| listen 8000 proxy_protocol bind ssl so_keepalive=on ipv6only=on;⏎protocol smtp;⏎auth_http 127.0.0.1/a;
        in mail| listen 8000 rcvbuf=x;⏎protocol smtp;⏎auth_http 127.0.0.1/a;
        in mail| listen 8000 ssl;⏎protocol smtp;⏎auth_http 127.0.0.1/a;
        in mail| listen 8000;⏎starttls on;⏎protocol smtp;⏎auth_http 127.0.0.1/a;
        in mail| listen 8000;⏎starttls maybe;⏎protocol smtp;⏎auth_http 127.0.0.1/a;
        in mail| listen 8000;⏎timeout x;
        in mail| listen 8000;⏎max_errors x;
        in mail| listen 8000;⏎proxy_timeout x;
        in mail| listen 8000;⏎proxy maybe;
        in mail| listen 8000;⏎proxy_buffer x;
        in mail| listen 8000;⏎proxy_pass_error_message maybe;
        in mail| listen 8000;⏎proxy_smtp_auth maybe;
        in mail| listen 8000;⏎xclient maybe;
        in mail| listen 8000;⏎imap_auth maybe;
        in mail| listen 8000;⏎imap_auth plain plain;
        in mail| listen 8000;⏎pop3_auth login;
        in mail| listen 8000;⏎smtp_auth apop;
        in mail| listen 8000;⏎smtp_auth none;
        in mail| listen 8000;⏎imap_client_buffer x;
        in mail| listen 8000;⏎smtp_client_buffer x;
        in mail| listen 8000;⏎smtp_greeting_delay x;
        in mail| listen 8000;⏎auth_http_timeout x;
        in mail| listen 8000;⏎auth_http_header a;
        in mail| listen 8000;⏎auth_http_pass_client_cert x;
        in mail| listen 8000;⏎set_real_ip_from 10.0.0.0/33;
        in mail| listen 8000;⏎resolver 127.0.0.1 valid=x;
        in mail| listen 8000;⏎resolver_timeout x;
        in mail| listen 8000;⏎error_log e.log loud;
        in mail| listen 8000;⏎ssl_verify_client maybe;
        in mail| listen 8000;⏎server_name a b;
        mail| auth_http 127.0.0.1/a;⏎server {⏎listen 8000;⏎protocol smtp;⏎}⏎server {⏎listen 8000;⏎protocol smtp;⏎}
        mail| timeout 1s;⏎timeout 2s;
        mail| server {⏎}
        mail| imap_capabilities a b;⏎imap_capabilities c;
        mail| protocol imap;
        mail| auth_http 127.0.0.1/a;⏎server {⏎listen 8000;⏎}
        mail| auth_http 127.0.0.1/a;⏎server {⏎listen 25;⏎}⏎server {⏎listen 110;⏎}⏎server {⏎listen 143;⏎}
        mail| auth_http 127.0.0.1/a;⏎server {⏎listen 587;⏎}⏎server {⏎listen 995;⏎}⏎server {⏎listen 993;⏎}
        """;
}
