using System.Collections.Frozen;

namespace Holdfast.Config.Nginx.Schema;

/// <summary>The directives that have their effect: rows "family/module: names".</summary>
/// <remarks>
/// One row for each module; who carries out another directive writes it here, in the same commit, and generates
/// docs/nginx.md again.
/// </remarks>
internal static class CarriedOut
{
    private const string Rows = """
        core/ngx_conf_file: include
        mail/ngx_mail: mail
        mail/ngx_mail_auth_http_module: auth_http auth_http_header auth_http_timeout
        mail/ngx_mail_core_module: error_log listen max_errors protocol server server_name timeout
        mail/ngx_mail_imap_module: imap_auth imap_capabilities
        mail/ngx_mail_pop3_module: pop3_auth pop3_capabilities
        mail/ngx_mail_proxy_module: proxy_pass_error_message proxy_protocol proxy_smtp_auth proxy_timeout xclient
        mail/ngx_mail_realip_module: set_real_ip_from
        mail/ngx_mail_smtp_module: smtp_auth smtp_capabilities smtp_greeting_delay
        mail/ngx_mail_ssl_module: ssl_certificate ssl_certificate_key ssl_ciphers ssl_client_certificate ssl_crl
        mail/ngx_mail_ssl_module: ssl_dhparam ssl_ecdh_curve ssl_prefer_server_ciphers ssl_protocols ssl_session_cache
        mail/ngx_mail_ssl_module: ssl_session_tickets ssl_session_timeout ssl_trusted_certificate ssl_verify_client
        mail/ngx_mail_ssl_module: starttls
        stream/ngx_stream: stream
        stream/ngx_stream_access_module: allow deny
        stream/ngx_stream_core_module: error_log listen preread_buffer_size preread_timeout proxy_protocol_timeout
        stream/ngx_stream_core_module: server server_name
        stream/ngx_stream_geo_module: geo
        stream/ngx_stream_limit_conn_module: limit_conn limit_conn_dry_run limit_conn_log_level limit_conn_zone
        stream/ngx_stream_log_module: access_log log_format
        stream/ngx_stream_map_module: map
        stream/ngx_stream_pass_module: pass
        stream/ngx_stream_proxy_module: proxy_bind proxy_buffer_size proxy_connect_timeout proxy_download_rate
        stream/ngx_stream_proxy_module: proxy_half_close proxy_next_upstream proxy_next_upstream_timeout proxy_protocol
        stream/ngx_stream_proxy_module: proxy_next_upstream_tries proxy_pass proxy_socket_keepalive proxy_ssl
        stream/ngx_stream_proxy_module: proxy_ssl_alpn proxy_ssl_certificate proxy_ssl_certificate_key
        stream/ngx_stream_proxy_module: proxy_ssl_ciphers proxy_ssl_crl proxy_ssl_name proxy_ssl_protocols
        stream/ngx_stream_proxy_module: proxy_ssl_server_name proxy_ssl_session_reuse proxy_ssl_trusted_certificate
        stream/ngx_stream_proxy_module: proxy_requests proxy_responses proxy_ssl_verify proxy_timeout proxy_upload_rate
        stream/ngx_stream_realip_module: set_real_ip_from
        stream/ngx_stream_return_module: return
        stream/ngx_stream_set_module: set
        stream/ngx_stream_split_clients_module: split_clients
        stream/ngx_stream_ssl_module: ssl_alpn ssl_certificate ssl_certificate_key ssl_ciphers ssl_client_certificate
        stream/ngx_stream_ssl_module: ssl_crl ssl_dhparam ssl_ecdh_curve ssl_handshake_timeout ssl_protocols
        stream/ngx_stream_ssl_module: ssl_prefer_server_ciphers ssl_session_cache ssl_session_tickets
        stream/ngx_stream_ssl_module: ssl_session_timeout
        stream/ngx_stream_ssl_module: ssl_trusted_certificate ssl_verify_client
        stream/ngx_stream_ssl_preread_module: ssl_preread
        stream/ngx_stream_upstream: server upstream
        stream/ngx_stream_upstream_hash_module: hash
        stream/ngx_stream_upstream_least_conn_module: least_conn
        stream/ngx_stream_upstream_zone_module: zone
        core/nginx: daemon env load_module master_process pid user worker_priority worker_processes
        core/nginx: worker_rlimit_nofile worker_shutdown_timeout working_directory lock_file
        core/nginx: timer_resolution debug_points worker_rlimit_core
        core/ngx_event: events worker_connections use multi_accept accept_mutex accept_mutex_delay debug_connection
        core/ngx_epoll_module: epoll_events worker_aio_requests
        core/ngx_log: error_log
        core/ngx_regex: pcre_jit
        core/ngx_thread_pool: thread_pool
        http/ngx_http: http
        http/ngx_http_core_module: server listen location server_name
        http/ngx_http_proxy_module: proxy_pass
        http/ngx_http_upstream: server upstream
        """;

    private static readonly FrozenSet<string> s_names = Rows
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(static row =>
        {
            int colon = row.IndexOf(':', StringComparison.Ordinal);
            return row[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(n => $"{row[..colon]}/{n}");
        }).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the directive has its effect.</summary>
    public static bool Has(string family, string module, string name) => s_names.Contains($"{family}/{module}/{name}");
}
