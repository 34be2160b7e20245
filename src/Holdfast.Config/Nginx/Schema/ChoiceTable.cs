using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Holdfast.Config.Nginx.Schema;

/// <summary>The words that may stand behind directives whose value is one of several words, or any of them.</summary>
internal static class ChoiceTable
{
    private const string Stale = "error timeout invalid_header updating http_500 http_502 http_503 http_504 http_403 "
        + "http_404 http_429 off";

    private const string Next = "error timeout invalid_header non_idempotent http_500 http_502 http_503 http_504 "
        + "http_403 http_404 http_429 off";

    private const string IgnoredHeaders = "X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Buffering "
        + "X-Accel-Charset Expires Cache-Control Set-Cookie Vary";

    private const string Protocols = "SSLv2 SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3";
    private const string LogLevels = "info notice warn error";
    private const string VerifyClient = "off on optional optional_no_ca";

    // Rows "family/directive" or "directive"; those of the protocols that pass requests on share the last table.
    private static readonly FrozenDictionary<string, ImmutableArray<string>> s_words = Table($"""
        debug_points: stop abort
        autoindex_format: html json jsonp xml
        client_body_in_file_only: off on clean
        gzip_http_version: 1.0 1.1
        gzip_proxied: off expired no-cache no-store private no_last_modified no_etag auth any
        if_modified_since: off exact before
        keepalive_disable: none msie6 safari
        lingering_close: off on always
        satisfy: all any
        server_tokens: off on build
        dav_methods: off put delete mkcol copy move
        degrade: 204 444
        gzip_static: off on always
        add_header_inherit: on off merge
        add_trailer_inherit: on off merge
        limit_conn_log_level: {LogLevels}
        limit_req_log_level: {LogLevels}
        proxy_http_version: 1.0 1.1 2
        ssl_ocsp: off on leaf
        ssl_verify_client: {VerifyClient}
        ssl_protocols: {Protocols}
        userid: off log v1 on
        userid_flags: off secure httponly samesite=strict samesite=lax samesite=none
        stream/proxy_protocol: off on v2
        mail/proxy_protocol: off on v2
        imap_auth: plain login cram-md5 external
        pop3_auth: plain apop cram-md5 external
        smtp_auth: plain login cram-md5 external none
        """);

    private static readonly FrozenDictionary<string, ImmutableArray<string>> s_suffixes = Table($"""
        _cache_methods: GET HEAD POST
        _cache_use_stale: {Stale}
        _ignore_headers: {IgnoredHeaders}
        _next_upstream: {Next}
        _ssl_protocols: {Protocols}
        """);

    // What the original understands and has no meaning for this protocol stays out of it.
    private static readonly FrozenDictionary<string, ImmutableArray<string>> s_special = Table("""
        memcached_next_upstream: error timeout invalid_response not_found off
        grpc_ignore_headers: X-Accel-Redirect X-Accel-Charset
        """);

    /// <summary>The words of a directive; none when every word is taken.</summary>
    public static ImmutableArray<string> Of(string family, string name)
    {
        if (s_words.TryGetValue($"{family}/{name}", out ImmutableArray<string> words)
            || s_special.TryGetValue(name, out words) || s_words.TryGetValue(name, out words))
        {
            return words;
        }
        foreach ((string suffix, ImmutableArray<string> of) in s_suffixes)
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
            {
                return of;
            }
        }
        return [];
    }

    private static FrozenDictionary<string, ImmutableArray<string>> Table(string rows)
        => rows.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(static row => row.Split(": ", 2))
            .ToFrozenDictionary(static p => p[0], static p => p[1].Split(' ').ToImmutableArray(),
                StringComparer.Ordinal);
}
