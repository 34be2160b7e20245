using System.Collections.Frozen;

namespace Holdfast.Config.Nginx.Values;

/// <summary>The variables that need no directive to be there.</summary>
internal static class VariableTable
{
    private static readonly FrozenSet<string> s_http = Set("""
        http_host http_user_agent http_referer http_via http_x_forwarded_for http_cookie content_length content_type
        host
        binary_remote_addr remote_addr remote_port proxy_protocol_addr proxy_protocol_port proxy_protocol_server_addr
        proxy_protocol_server_port server_addr server_port server_protocol scheme https request_uri uri document_uri
        request document_root realpath_root query_string args is_args request_filename server_name request_method
        remote_user bytes_sent body_bytes_sent pipe request_completion request_body request_body_file request_length
        request_time request_id status sent_http_content_type sent_http_content_length sent_http_location
        sent_http_last_modified sent_http_connection sent_http_keep_alive sent_http_transfer_encoding
        sent_http_cache_control sent_http_link limit_rate connection connection_requests connection_time
        nginx_version hostname pid msec time_iso8601 time_local tcpinfo_rtt tcpinfo_rttvar tcpinfo_snd_cwnd
        tcpinfo_rcv_space request_port is_request_port
        invalid_referer gzip_ratio http2 http3 realip_remote_addr realip_remote_port secure_link secure_link_expires
        slice_range limit_req_status limit_conn_status uid_got uid_set uid_reset date_local date_gmt msie
        ancient_browser modern_browser fastcgi_script_name fastcgi_path_info
        connections_active connections_reading connections_writing connections_waiting
        proxy_host proxy_port proxy_add_x_forwarded_for proxy_internal_body_length proxy_internal_chunked
        proxy_internal_connection proxy_internal_host proxy_internal_upgrade grpc_internal_trailers
        upstream_addr upstream_status upstream_connect_time upstream_header_time upstream_response_time
        upstream_response_length upstream_bytes_received upstream_bytes_sent upstream_cache_status
        upstream_cache_last_modified upstream_cache_etag upstream_last_server_name upstream_cache_key
        ssl_protocol ssl_cipher ssl_ciphers ssl_curve ssl_curves ssl_sigalg ssl_session_id ssl_session_reused
        ssl_early_data ssl_server_name ssl_alpn_protocol ssl_client_cert ssl_client_raw_cert
        ssl_client_escaped_cert ssl_client_s_dn ssl_client_i_dn ssl_client_s_dn_legacy ssl_client_i_dn_legacy
        ssl_client_serial ssl_client_fingerprint ssl_client_verify ssl_client_v_start ssl_client_v_end
        ssl_client_v_remain ssl_client_sigalg ssl_ech_status ssl_ech_outer_server_name ssl_server_cert_type quic
        """);

    private static readonly FrozenSet<string> s_stream = Set("""
        binary_remote_addr remote_addr remote_port proxy_protocol_addr proxy_protocol_port proxy_protocol_server_addr
        proxy_protocol_server_port server_addr server_port server_name bytes_sent bytes_received session_time status
        connection nginx_version hostname pid msec time_iso8601 time_local protocol limit_conn_status
        realip_remote_addr realip_remote_port upstream_addr upstream_bytes_sent upstream_bytes_received
        upstream_connect_time upstream_first_byte_time upstream_session_time
        ssl_preread_protocol ssl_preread_server_name ssl_preread_alpn_protocols
        ssl_protocol ssl_cipher ssl_ciphers ssl_curve ssl_curves ssl_session_id ssl_session_reused ssl_server_name
        ssl_alpn_protocol ssl_client_cert ssl_client_raw_cert ssl_client_s_dn ssl_client_i_dn ssl_client_serial
        ssl_client_fingerprint ssl_client_verify ssl_client_v_start ssl_client_v_end ssl_client_v_remain
        """);

    private static readonly string[] s_prefixes =
    [
        "http_", "sent_http_", "sent_trailer_", "upstream_http_", "upstream_trailer_", "upstream_cookie_", "cookie_",
        "arg_", "proxy_protocol_tlv_",
    ];

    /// <summary>Whether there is such a variable.</summary>
    /// <param name="family">http or stream.</param>
    /// <param name="name">Lower case, without dollar.</param>
    public static bool Has(string family, string name) => family == "stream"
        ? s_stream.Contains(name) || name.StartsWith("proxy_protocol_tlv_", StringComparison.Ordinal)
        : s_http.Contains(name) || s_prefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal));

    /// <summary>All names of a family.</summary>
    public static IEnumerable<string> Names(string family) => family == "stream" ? s_stream : s_http;

    private static FrozenSet<string> Set(string names) => names
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
