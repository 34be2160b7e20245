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
        core/nginx: daemon env load_module master_process pid user worker_priority worker_processes
        core/nginx: worker_rlimit_nofile worker_shutdown_timeout working_directory lock_file
        core/nginx: timer_resolution debug_points worker_rlimit_core
        core/ngx_event: events worker_connections use multi_accept accept_mutex accept_mutex_delay debug_connection
        core/ngx_epoll_module: epoll_events worker_aio_requests
        core/ngx_log: error_log
        core/ngx_regex: pcre_jit
        core/ngx_thread_pool: thread_pool
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
