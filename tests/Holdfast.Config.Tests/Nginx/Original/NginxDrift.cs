using Holdfast.Config.Nginx.Schema;

namespace Holdfast.Config.Tests.Nginx.Original;

/// <summary>What Debian's nginx 1.22.1 says otherwise than the mainline that we follow, with the reason.</summary>
internal static class NginxDrift
{
    private const string Unknown = "[emerg] unknown directive \"";

    /// <summary>Modules that Debian's program has not, or not without load_module.</summary>
    private static readonly Dictionary<string, string> s_modules = new(StringComparer.Ordinal)
    {
        ["ngx_event_quic_bpf"] = "came with HTTP/3 in 1.25.0",
        ["ngx_http_v3_module"] = "came in 1.25.0",
        ["ngx_google_perftools_module"] = "not built",
        ["ngx_http_degradation_module"] = "not built",
        ["ngx_http_tunnel_module"] = "came in 1.31",
        ["ngx_http_geoip_module"] = "a package of its own",
        ["ngx_http_image_module"] = "a package of its own",
        ["ngx_http_perl_module"] = "a package of its own",
        ["ngx_http_xslt_module"] = "a package of its own",
        ["ngx_http_upstream_sticky_module"] = "sold only until 1.29.6",
        ["ngx_http_upstream_least_time_module"] = "sold only until 1.31.0",
    };

    /// <summary>Directives of modules that it has.</summary>
    private static readonly Dictionary<string, string> s_names = new(StringComparer.Ordinal)
    {
        ["client_body_early_read"] = "came after 1.22",
        ["resolver"] = "may stand in upstream since 1.27.3",
        ["resolver_timeout"] = "may stand in upstream since 1.27.3",
        ["pass"] = "came in 1.25.5",
        ["stream/server_name"] = "came in 1.25.5",
        ["stream/server_names_hash_bucket_size"] = "came in 1.25.5",
        ["stream/server_names_hash_max_size"] = "came in 1.25.5",
        ["stream/ssl_reject_handshake"] = "came in 1.25.5",
        ["stream/ssl_ocsp"] = "came in 1.27.2",
        ["stream/ssl_ocsp_cache"] = "came in 1.27.2",
        ["stream/ssl_ocsp_responder"] = "came in 1.27.2",
        ["stream/ssl_stapling"] = "came in 1.27.2",
        ["stream/ssl_stapling_file"] = "came in 1.27.2",
        ["stream/ssl_stapling_responder"] = "came in 1.27.2",
        ["stream/ssl_stapling_verify"] = "came in 1.27.2",
    };

    /// <summary>Whether the difference is one of versions.</summary>
    internal static bool Explains(NginxVerdicts verdicts)
    {
        if (verdicts.Theirs is not [.., var last])
        {
            return false;
        }
        string name = verdicts.Case.Name.Split(' ')[0];
        if (last.StartsWith($"[emerg] \"{name}\" directive is not allowed here", StringComparison.Ordinal))
        {
            return s_names.ContainsKey(name)
                || (verdicts.Case.Text.Contains("stream {", StringComparison.Ordinal)
                    && s_names.ContainsKey($"stream/{name}"));
        }
        return last.StartsWith($"{Unknown}{name}\"", StringComparison.Ordinal)
            && (s_names.ContainsKey(name)
                || DirectiveTable.Named(name).Any(static d => s_modules.ContainsKey(d.Module) || IsNewer(d.Since)));
    }

    private static bool IsNewer(string since)
        => since.Length > 0 && Version.Parse(since) > new Version(1, 22, 1);
}
