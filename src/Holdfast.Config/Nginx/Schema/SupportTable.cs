using System.Collections.Frozen;

namespace Holdfast.Config.Nginx.Schema;

/// <summary>The class of each directive that is not carried out, by module and by name.</summary>
internal static class SupportTable
{
    // Clients that are not offered these versions of HTTP speak 1.1, which is only slower.
    private static readonly FrozenSet<string> s_performanceModules = Set("""
        ngx_http_v2_module ngx_http_v3_module ngx_event_quic_bpf ngx_thread_pool ngx_regex ngx_google_perftools_module
        """);

    private static readonly FrozenSet<string> s_behaviourModules = Set("""
        ngx_http_perl_module ngx_http_xslt_module ngx_http_image_module ngx_http_geoip_module ngx_stream_geoip_module
        ngx_http_js_module ngx_stream_js_module ngx_http_grpc_module ngx_http_tunnel_module ngx_http_mp4_module
        ngx_http_flv_module ngx_http_degradation_module ngx_http_ssi_module ngx_http_addition_module
        ngx_http_userid_module ngx_http_dav_module ngx_http_random_index_module ngx_http_browser_module
        ngx_http_empty_gif_module ngx_http_memcached_module ngx_otel_module ngx_http_acme_module
        """);

    private static readonly FrozenSet<string> s_securityModules = Set("ngx_http_secure_link_module");

    // What only tunes how the original works inside.
    private static readonly FrozenSet<string> s_performance = Set("""
        accept_mutex accept_mutex_delay multi_accept use worker_aio_requests epoll_events debug_connection debug_points
        timer_resolution lock_file ssl_engine ssl_object_cache_inheritable aio aio_write directio directio_alignment
        output_buffers postpone_output read_ahead send_lowat proxy_send_lowat fastcgi_send_lowat uwsgi_send_lowat
        connection_pool_size request_pool_size worker_cpu_affinity load_module server_names_hash_bucket_size
        server_names_hash_max_size types_hash_bucket_size types_hash_max_size variables_hash_bucket_size
        variables_hash_max_size map_hash_bucket_size map_hash_max_size referer_hash_bucket_size referer_hash_max_size
        proxy_headers_hash_bucket_size proxy_headers_hash_max_size fastcgi_headers_hash_bucket_size
        open_file_cache_events postpone_gzipping gzip_hash gzip_window gzip_no_buffer worker_rlimit_core
        subrequest_output_buffer_size client_body_in_single_buffer imap_client_buffer smtp_client_buffer proxy_buffer
        """);

    private static readonly FrozenSet<string> s_cosmetic = Set("msie_padding msie_refresh post_action log_subrequest");

    private static readonly FrozenSet<string> s_replaced = Set("""
        http2_idle_timeout http2_max_concurrent_pushes http2_max_field_size http2_max_header_size http2_max_requests
        http2_push http2_push_preload http2_recv_timeout ssl limit_zone status upstream_conf
        """);

    // Sold with the original; to be given away here, and not there yet.
    private static readonly FrozenSet<string> s_toCome = Set("""
        health_check health_check_timeout match queue state proxy_cache_purge fastcgi_cache_purge uwsgi_cache_purge
        scgi_cache_purge status_zone
        """);

    /// <summary>What stands in <c>Done</c> lists is carried out whatever else is said here.</summary>
    public static SupportClass ClassOf(string family, string module, string name, NginxContexts contexts)
        => CarriedOut.Has(family, module, name) ? SupportClass.Done
            : s_replaced.Contains(name) ? SupportClass.Replaced
            : s_toCome.Contains(name) && contexts == NginxContexts.None ? SupportClass.Behaviour
            : s_performanceModules.Contains(module) || s_performance.Contains(name) ? SupportClass.Performance
            : s_behaviourModules.Contains(module) ? SupportClass.Behaviour
            : s_securityModules.Contains(module) ? SupportClass.Security
            : contexts == NginxContexts.None ? SupportClass.Refused
            : s_cosmetic.Contains(name) ? SupportClass.Cosmetic
            : SupportClass.Planned;

    private static FrozenSet<string> Set(string names) => names.Split((char[]?)null,
        StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
