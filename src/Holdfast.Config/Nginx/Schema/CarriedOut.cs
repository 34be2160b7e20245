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
        http/ngx_http_core_module: server listen location server_name absolute_redirect alias chunked_transfer_encoding
        http/ngx_http_core_module: client_body_buffer_size client_body_temp_path client_body_timeout
        http/ngx_http_core_module: client_header_timeout
        http/ngx_http_core_module: client_header_buffer_size client_max_body_size default_type error_log error_page etag
        http/ngx_http_core_module: if_modified_since internal keepalive_requests keepalive_time keepalive_timeout
        http/ngx_http_core_module: large_client_header_buffers limit_except log_not_found max_ranges merge_slashes
        http/ngx_http_core_module: msie_padding port_in_redirect recursive_error_pages reset_timedout_connection root
        http/ngx_http_core_module: satisfy send_timeout server_name_in_redirect types underscores_in_headers
        http/ngx_http_core_module: gzip_disable gzip_http_version gzip_proxied gzip_vary sendfile tcp_nopush
        http/ngx_http_core_module: types_hash_max_size types_hash_bucket_size
        http/ngx_http_core_module: server_names_hash_max_size server_names_hash_bucket_size variables_hash_max_size
        http/ngx_http_core_module: variables_hash_bucket_size connection_pool_size request_pool_size
        http/ngx_http_access_module: allow deny
        http/ngx_http_auth_basic_module: auth_basic auth_basic_user_file
        http/ngx_http_auth_request_module: auth_request auth_request_set
        http/ngx_http_geo_module: geo
        http/ngx_http_gzip_module: gzip gzip_buffers gzip_comp_level gzip_min_length gzip_types
        http/ngx_http_headers_module: add_header expires
        http/ngx_http_index_module: index
        http/ngx_http_limit_conn_module: limit_conn limit_conn_dry_run limit_conn_log_level limit_conn_status
        http/ngx_http_limit_conn_module: limit_conn_zone
        http/ngx_http_limit_req_module: limit_req limit_req_dry_run limit_req_log_level limit_req_status limit_req_zone
        http/ngx_http_log_module: access_log log_format
        http/ngx_http_map_module: map map_hash_max_size map_hash_bucket_size
        http/ngx_http_proxy_module: proxy_pass proxy_buffer_size proxy_buffering proxy_buffers proxy_connect_timeout
        http/ngx_http_proxy_module: proxy_busy_buffers_size proxy_cookie_domain proxy_cookie_flags proxy_cookie_path
        http/ngx_http_proxy_module: proxy_force_ranges proxy_hide_header proxy_http_version proxy_intercept_errors
        http/ngx_http_proxy_module: proxy_max_temp_file_size proxy_method proxy_next_upstream
        http/ngx_http_proxy_module: proxy_next_upstream_timeout
        http/ngx_http_proxy_module: proxy_next_upstream_tries proxy_pass_header proxy_pass_request_body
        http/ngx_http_proxy_module: proxy_pass_request_headers proxy_read_timeout proxy_redirect proxy_request_buffering
        http/ngx_http_proxy_module: proxy_send_timeout proxy_set_body proxy_set_header proxy_temp_path
        http/ngx_http_realip_module: set_real_ip_from real_ip_header real_ip_recursive
        http/ngx_http_rewrite_module: break if return rewrite set
        http/ngx_http_split_clients_module: split_clients
        http/ngx_http_ssl_module: ssl_certificate ssl_certificate_key ssl_ciphers ssl_client_certificate ssl_crl
        http/ngx_http_ssl_module: ssl_dhparam ssl_ecdh_curve ssl_password_file ssl_prefer_server_ciphers ssl_protocols
        http/ngx_http_ssl_module: ssl_reject_handshake ssl_session_cache ssl_session_ticket_key ssl_session_tickets
        http/ngx_http_ssl_module: ssl_session_timeout ssl_trusted_certificate ssl_verify_client ssl_verify_depth
        http/ngx_http_stub_status_module: stub_status
        http/ngx_http_try_files_module: try_files
        http/ngx_http_upstream: server upstream
        http/ngx_http_upstream_hash_module: hash
        http/ngx_http_upstream_ip_hash_module: ip_hash
        http/ngx_http_upstream_keepalive_module: keepalive keepalive_requests keepalive_time keepalive_timeout
        http/ngx_http_upstream_least_conn_module: least_conn
        http/ngx_http_upstream_random_module: random
        http/ngx_http_upstream_zone_module: zone
        """;

    private static readonly FrozenSet<string> s_names = Rows
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(static row =>
        {
            int colon = row.IndexOf(':', StringComparison.Ordinal);
            return row[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(n => $"{row[..colon]}/{n}");
        }).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>All rows, as "family/module/name".</summary>
    public static IEnumerable<string> All => s_names;

    /// <summary>Whether the directive has its effect.</summary>
    public static bool Has(string family, string module, string name) => s_names.Contains($"{family}/{module}/{name}");
}
