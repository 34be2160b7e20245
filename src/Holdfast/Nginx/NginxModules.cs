using Holdfast.Config;
using Holdfast.Config.Nginx.Schema;

namespace Holdfast.Nginx;

/// <summary>Which modules of the original are there, as its words for building say it.</summary>
internal static class NginxModules
{
    // Built into the original unless one says otherwise.
    private static readonly string[] s_usual =
    [
        "access", "auth_basic", "autoindex", "browser", "charset", "empty_gif", "fastcgi", "geo", "grpc", "gzip",
        "limit_conn", "limit_req", "map", "memcached", "mirror", "proxy", "referer", "rewrite", "scgi", "split_clients",
        "ssi", "upstream_hash", "upstream_ip_hash", "upstream_keepalive", "upstream_least_conn", "upstream_random",
        "upstream_sticky", "upstream_zone", "userid", "uwsgi",
    ];

    private static readonly string[] s_unusual =
    [
        "addition", "auth_request", "dav", "degradation", "flv", "geoip", "gunzip", "gzip_static", "image", "mp4",
        "perl", "random_index", "realip", "secure_link", "slice", "ssl", "stub_status", "sub", "tunnel", "v2", "v3",
        "xslt",
    ];

    /// <summary>The words, such as --with-http_ssl_module and --without-http_ssi_module.</summary>
    internal static string Arguments => string.Join(' ',
    [
        .. s_unusual.Where(IsThere).Select(static m => $"--with-http_{m}_module"),
        .. s_usual.Where(static m => !IsThere(m)).Select(static m => $"--without-http_{m}_module"),
    ]);

    /// <summary>A module is there when any of its directives has its effect.</summary>
    private static bool IsThere(string module) => DirectiveTable.All.Any(
        d => d.Module == $"ngx_http_{module}_module" && d.Support == SupportClass.Done);
}
