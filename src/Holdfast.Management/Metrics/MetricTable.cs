using System.Collections.Immutable;
using System.Text;

namespace Holdfast.Management.Metrics;

/// <summary>A metric: which column of which object it is.</summary>
/// <param name="Scope">process, frontend, backend or server.</param>
/// <param name="Name">Its name behind <c>haproxy_</c> and the scope.</param>
/// <param name="Type">gauge or counter.</param>
/// <param name="Field">The column of <c>show stat</c>, or the line of <c>show info</c> with _ for blanks.</param>
internal sealed record Metric(string Scope, string Name, string Type, string Field);

/// <summary>All metrics with the original's names and types, in its order: dashboards know them.</summary>
internal static class MetricTable
{
    private static string Rows => Encoding.UTF8.GetString("""
        process nbthread gauge Nbthread
        process nbproc gauge Nbproc
        process relative_process_id gauge Process_num
        process uptime_seconds gauge Uptime_sec
        process pool_failures_total counter PoolFailed
        process max_fds gauge Ulimit-n
        process max_sockets gauge Maxsock
        process max_connections gauge Maxconn
        process hard_max_connections gauge Hard_maxconn
        process current_connections gauge CurrConns
        process connections_total counter CumConns
        process requests_total counter CumReq
        process max_ssl_connections gauge MaxSslConns
        process current_ssl_connections gauge CurrSslConns
        process ssl_connections_total counter CumSslConns
        process max_pipes gauge Maxpipes
        process pipes_used_total counter PipesUsed
        process pipes_free_total counter PipesFree
        process current_connection_rate gauge ConnRate
        process limit_connection_rate gauge ConnRateLimit
        process max_connection_rate gauge MaxConnRate
        process current_session_rate gauge SessRate
        process limit_session_rate gauge SessRateLimit
        process max_session_rate gauge MaxSessRate
        process current_ssl_rate gauge SslRate
        process limit_ssl_rate gauge SslRateLimit
        process max_ssl_rate gauge MaxSslRate
        process current_frontend_ssl_key_rate gauge SslFrontendKeyRate
        process max_frontend_ssl_key_rate gauge SslFrontendMaxKeyRate
        process frontend_ssl_reuse gauge SslFrontendSessionReuse_pct
        process current_backend_ssl_key_rate gauge SslBackendKeyRate
        process max_backend_ssl_key_rate gauge SslBackendMaxKeyRate
        process ssl_cache_lookups_total counter SslCacheLookups
        process ssl_cache_misses_total counter SslCacheMisses
        process http_comp_bytes_in_total counter CompressBpsIn
        process http_comp_bytes_out_total counter CompressBpsOut
        process limit_http_comp gauge CompressBpsRateLim
        process current_zlib_memory gauge ZlibMemUsage
        process max_zlib_memory gauge MaxZlibMemUsage
        process current_tasks gauge Tasks
        process current_run_queue gauge Run_queue
        process idle_time_percent gauge Idle_pct
        process stopping gauge Stopping
        process jobs gauge Jobs
        process unstoppable_jobs gauge Unstoppable_Jobs
        process listeners gauge Listeners
        process active_peers gauge ActivePeers
        process connected_peers gauge ConnectedPeers
        process dropped_logs_total counter DroppedLogs
        process busy_polling_enabled gauge BusyPolling
        process failed_resolutions counter FailedResolutions
        process bytes_out_total counter TotalBytesOut
        process spliced_bytes_out_total counter TotalSplicdedBytesOut
        process bytes_out_rate gauge BytesOutRate
        process recv_logs_total counter CumRecvLogs
        process build_info gauge Build_info
        process max_memory_bytes gauge Memmax_bytes
        process pool_allocated_bytes gauge PoolAlloc_bytes
        process pool_used_bytes gauge PoolUsed_bytes
        process start_time_seconds gauge Start_time_sec
        frontend current_sessions gauge scur
        frontend max_sessions gauge smax
        frontend limit_sessions gauge slim
        frontend sessions_total counter stot
        frontend bytes_in_total counter bin
        frontend bytes_out_total counter bout
        frontend requests_denied_total counter dreq
        frontend responses_denied_total counter dresp
        frontend request_errors_total counter ereq
        frontend status gauge status
        frontend limit_session_rate gauge rate_lim
        frontend max_session_rate gauge rate_max
        frontend http_responses_total counter hrsp
        frontend http_requests_rate_max gauge req_rate_max
        frontend http_requests_total counter req_tot
        frontend http_comp_bytes_in_total counter comp_in
        frontend http_comp_bytes_out_total counter comp_out
        frontend http_comp_bytes_bypassed_total counter comp_byp
        frontend http_comp_responses_total counter comp_rsp
        frontend connections_rate_max gauge conn_rate_max
        frontend connections_total counter conn_tot
        frontend intercepted_requests_total counter intercepted
        frontend denied_connections_total counter dcon
        frontend denied_sessions_total counter dses
        frontend failed_header_rewriting_total counter wrew
        frontend http_cache_lookups_total counter cache_lookups
        frontend http_cache_hits_total counter cache_hits
        frontend internal_errors_total counter eint
        backend current_queue gauge qcur
        backend max_queue gauge qmax
        backend current_sessions gauge scur
        backend max_sessions gauge smax
        backend limit_sessions gauge slim
        backend sessions_total counter stot
        backend bytes_in_total counter bin
        backend bytes_out_total counter bout
        backend requests_denied_total counter dreq
        backend responses_denied_total counter dresp
        backend connection_errors_total counter econ
        backend response_errors_total counter eresp
        backend retry_warnings_total counter wretr
        backend redispatch_warnings_total counter wredis
        backend status gauge status
        backend weight gauge weight
        backend active_servers gauge act
        backend backup_servers gauge bck
        backend check_up_down_total counter chkdown
        backend check_last_change_seconds gauge lastchg
        backend downtime_seconds_total counter downtime
        backend loadbalanced_total counter lbtot
        backend max_session_rate gauge rate_max
        backend http_responses_total counter hrsp
        backend http_requests_total counter req_tot
        backend client_aborts_total counter cli_abrt
        backend server_aborts_total counter srv_abrt
        backend http_comp_bytes_in_total counter comp_in
        backend http_comp_bytes_out_total counter comp_out
        backend http_comp_bytes_bypassed_total counter comp_byp
        backend http_comp_responses_total counter comp_rsp
        backend last_session_seconds gauge lastsess
        backend queue_time_average_seconds gauge qtime
        backend connect_time_average_seconds gauge ctime
        backend response_time_average_seconds gauge rtime
        backend total_time_average_seconds gauge ttime
        backend failed_header_rewriting_total counter wrew
        backend connection_attempts_total counter connect
        backend connection_reuses_total counter reuse
        backend http_cache_lookups_total counter cache_lookups
        backend http_cache_hits_total counter cache_hits
        backend max_queue_time_seconds gauge qtime_max
        backend max_connect_time_seconds gauge ctime_max
        backend max_response_time_seconds gauge rtime_max
        backend max_total_time_seconds gauge ttime_max
        backend internal_errors_total counter eint
        backend uweight gauge uweight
        backend agg_server_status gauge agg_server_status
        backend agg_server_check_status gauge agg_server_check_status
        backend agg_check_status gauge agg_check_status
        server current_queue gauge qcur
        server max_queue gauge qmax
        server current_sessions gauge scur
        server max_sessions gauge smax
        server limit_sessions gauge slim
        server sessions_total counter stot
        server bytes_in_total counter bin
        server bytes_out_total counter bout
        server responses_denied_total counter dresp
        server connection_errors_total counter econ
        server response_errors_total counter eresp
        server retry_warnings_total counter wretr
        server redispatch_warnings_total counter wredis
        server status gauge status
        server weight gauge weight
        server check_failures_total counter chkfail
        server check_up_down_total counter chkdown
        server check_last_change_seconds gauge lastchg
        server downtime_seconds_total counter downtime
        server queue_limit gauge qlimit
        server current_throttle gauge throttle
        server loadbalanced_total counter lbtot
        server max_session_rate gauge rate_max
        server check_status gauge check_status
        server check_code gauge check_code
        server check_duration_seconds gauge check_duration
        server http_responses_total counter hrsp
        server client_aborts_total counter cli_abrt
        server server_aborts_total counter srv_abrt
        server last_session_seconds gauge lastsess
        server queue_time_average_seconds gauge qtime
        server connect_time_average_seconds gauge ctime
        server response_time_average_seconds gauge rtime
        server total_time_average_seconds gauge ttime
        server failed_header_rewriting_total counter wrew
        server connection_attempts_total counter connect
        server connection_reuses_total counter reuse
        server idle_connections_current gauge srv_icur
        server idle_connections_limit gauge src_ilim
        server max_queue_time_seconds gauge qtime_max
        server max_connect_time_seconds gauge ctime_max
        server max_response_time_seconds gauge rtime_max
        server max_total_time_seconds gauge ttime_max
        server internal_errors_total counter eint
        server unsafe_idle_connections_current gauge idle_conn_cur
        server safe_idle_connections_current gauge safe_conn_cur
        server used_connections_current gauge used_conn_cur
        server need_connections_current gauge need_conn_est
        server uweight gauge uweight
        """u8);

    /// <summary>The metrics.</summary>
    internal static ImmutableArray<Metric> All { get; } = [.. Rows.Split('\n')
        .Select(static row => row.Split(' ')).Select(static p => new Metric(p[0], p[1], p[2], p[3]))];
}
