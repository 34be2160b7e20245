using System.Collections.Immutable;
using System.Text;

namespace Holdfast.Management.Statistics;

/// <summary>Names of the columns of <c>show stat</c>, as the original spells them, and what they mean.</summary>
internal static class StatisticFields
{
    /// <summary>How many there are in front of the column named <c>-</c>; behind it are those of modules.</summary>
    internal const int CoreCount = 1 + (int)StatisticField.AggCheckStatus;

    private static string Rows => Encoding.UTF8.GetString("""
        pxname: Name of the proxy
        svname: FRONTEND, BACKEND, or the name of the server or listener
        qcur: Requests that wait in a queue
        qmax: Most requests that have waited at a time
        scur: Sessions at the moment
        smax: Most sessions at a time
        slim: Limit of sessions at a time
        stot: Sessions since the start
        bin: Bytes of requests since the start
        bout: Bytes of responses since the start
        dreq: Requests that rules have refused
        dresp: Responses that rules have refused
        ereq: Requests that were not valid
        econ: Attempts to connect to servers that failed
        eresp: Responses that were not valid
        wretr: Attempts to connect after the first one
        wredis: Requests that were sent to another server than the first one
        status: State of this object
        weight: Weight at the moment; of a backend, the sum of its servers
        act: Whether the server is active; of a backend, how many usable servers are
        bck: Whether the server is a backup; of a backend, how many usable servers are
        chkfail: Failed health checks while the server was up
        chkdown: Changes from up to down
        lastchg: Seconds since the state last changed
        downtime: Seconds spent down
        qlimit: Limit of the server's queue
        pid: Number of the process, always 1
        iid: Number of the proxy
        sid: Number of the server or listener; 0 for the proxy
        throttle: Percent of its weight that a server has during slow start
        lbtot: How often balancing has chosen it
        tracked: Whose state it follows
        type: Kind of object: 0 frontend, 1 backend, 2 server, 3 listener
        rate: Sessions in the last second
        rate_lim: Limit of sessions a second
        rate_max: Most sessions in a second
        check_status: Result of the last health check
        check_code: Code that the last health check has got
        check_duration: Milliseconds that the last health check took
        hrsp_1xx: HTTP responses 100 to 199
        hrsp_2xx: HTTP responses 200 to 299
        hrsp_3xx: HTTP responses 300 to 399
        hrsp_4xx: HTTP responses 400 to 499
        hrsp_5xx: HTTP responses 500 to 599
        hrsp_other: HTTP responses with other codes
        hanafail: Failures seen in traffic by observe
        req_rate: HTTP requests in the last second
        req_rate_max: Most HTTP requests in a second
        req_tot: HTTP requests since the start
        cli_abrt: Transfers that clients have cut
        srv_abrt: Transfers that servers have cut
        comp_in: Bytes given to compression
        comp_out: Bytes that compression has made
        comp_byp: Bytes that compression has passed by
        comp_rsp: Responses that were compressed
        lastsess: Seconds since the last session; -1 without one
        last_chk: What the last health check has read or met
        last_agt: What the last agent check has read or met
        qtime: Average milliseconds in the queue
        ctime: Average milliseconds to connect
        rtime: Average milliseconds until a response
        ttime: Average milliseconds of a whole session
        agent_status: Result of the last agent check
        agent_code: Code that the last agent check has got
        agent_duration: Milliseconds that the last agent check took
        check_desc: Result of the last health check in words
        agent_desc: Result of the last agent check in words
        check_rise: Good health checks that bring the server up
        check_fall: Failed health checks that take it down
        check_health: Counter of health, 0 to rise + fall - 1
        agent_rise: Good agent checks that bring the server up
        agent_fall: Failed agent checks that take it down
        agent_health: Counter of agent checks, 0 to rise + fall - 1
        addr: Address and port
        cookie: Cookie value of the server, or name of the backend's cookie
        mode: tcp or http
        algo: How the backend balances
        conn_rate: Connections in the last second
        conn_rate_max: Most connections in a second
        conn_tot: Connections since the start
        intercepted: Requests answered here: redirects, statistics and such
        dcon: Connections that rules have refused
        dses: Sessions that rules have refused
        wrew: Header changes that could not be made
        connect: Attempts to connect to servers
        reuse: Requests on connections that had been used before
        cache_lookups: Questions to the cache
        cache_hits: Answers from the cache
        srv_icur: Idle connections to the server
        src_ilim: Limit of idle connections to the server
        qtime_max: Longest time in the queue, in milliseconds
        ctime_max: Longest time to connect, in milliseconds
        rtime_max: Longest time until a response, in milliseconds
        ttime_max: Longest session, in milliseconds
        eint: Errors of our own
        idle_conn_cur: Idle connections that were used once only
        safe_conn_cur: Idle connections that any request may use
        used_conn_cur: Connections in use
        need_conn_est: Connections that are thought to be needed
        uweight: Weight as it was set; of a backend, the sum of its servers
        agg_server_status: Servers by state
        agg_server_check_status: Servers by state
        agg_check_status: Servers by result of the last health check
        ssl_sess: TLS sessions
        ssl_reused_sess: TLS sessions that were resumed
        ssl_failed_handshake: TLS handshakes that failed
        h2_headers_rcvd: HTTP/2: HEADERS frames received
        h2_data_rcvd: HTTP/2: DATA frames received
        h2_settings_rcvd: HTTP/2: SETTINGS frames received
        h2_rst_stream_rcvd: HTTP/2: RST_STREAM frames received
        h2_goaway_rcvd: HTTP/2: GOAWAY frames received
        h2_detected_conn_protocol_errors: HTTP/2: faults of connections
        h2_detected_strm_protocol_errors: HTTP/2: faults of streams
        h2_rst_stream_resp: HTTP/2: RST_STREAM frames sent
        h2_goaway_resp: HTTP/2: GOAWAY frames sent
        h2_open_connections: HTTP/2: connections now
        h2_backend_open_streams: HTTP/2: streams to servers now
        h2_total_connections: HTTP/2: connections since the start
        h2_backend_total_streams: HTTP/2: streams to servers since the start
        h1_open_connections: HTTP/1: connections now
        h1_open_streams: HTTP/1: streams now
        h1_total_connections: HTTP/1: connections since the start
        h1_total_streams: HTTP/1: streams since the start
        h1_bytes_in: HTTP/1: bytes received
        h1_bytes_out: HTTP/1: bytes sent
        h1_spliced_bytes_in: HTTP/1: bytes received without a copy
        h1_spliced_bytes_out: HTTP/1: bytes sent without a copy
        """u8);

    private static readonly ImmutableArray<(string Name, string Meaning)> s_all = [.. Rows.Split('\n')
        .Select(static row => row.Split(": ", 2)).Select(static parts => (parts[0], parts[1]))];

    /// <summary>How many columns there are, that named <c>-</c> not counted.</summary>
    internal static int Count => s_all.Length;

    /// <summary>The name of a column.</summary>
    internal static string Name(StatisticField field) => s_all[(int)field].Name;

    /// <summary>What a column means.</summary>
    internal static string Meaning(StatisticField field) => s_all[(int)field].Meaning;
}
