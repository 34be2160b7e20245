namespace Holdfast.Proxy.Counters;

/// <summary>What is counted of a frontend, listener, backend or server; the names of <c>show stat</c> in brackets.
/// </summary>
public enum TrafficCounter : byte
{
    /// <summary>Connections of clients; of a server, connections opened to it [conn_tot, connect].</summary>
    Connections,

    /// <summary>Sessions; of backends and servers, requests or streams that they were given [stot].</summary>
    Sessions,

    /// <summary>Of backends and servers: how often balancing chose it [lbtot].</summary>
    Balanced,

    /// <summary>Sessions that are open now; may be below 0 in one loop alone [scur].</summary>
    Current,

    /// <summary>HTTP requests [req_tot].</summary>
    Requests,

    /// <summary>Bytes from clients [bin].</summary>
    BytesIn,

    /// <summary>Bytes to clients [bout].</summary>
    BytesOut,

    /// <summary>Requests that a rule refused [dreq].</summary>
    DeniedRequests,

    /// <summary>Responses that a rule refused [dresp].</summary>
    DeniedResponses,

    /// <summary>Requests that were malformed, or did not come [ereq].</summary>
    RequestErrors,

    /// <summary>Connections to servers that failed for good [econ].</summary>
    ConnectionErrors,

    /// <summary>Responses that were malformed, or did not come [eresp].</summary>
    ResponseErrors,

    /// <summary>Attempts after the first [wretr].</summary>
    Retries,

    /// <summary>Requests that went to another server than first chosen [wredis].</summary>
    Redispatches,

    /// <summary>Connections refused by <c>tcp-request connection</c> [dcon].</summary>
    DeniedConnections,

    /// <summary>Sessions refused by <c>tcp-request session</c> [dses].</summary>
    DeniedSessions,

    /// <summary>Responses 100 to 199 [hrsp_1xx].</summary>
    Informational,

    /// <summary>Responses 200 to 299 [hrsp_2xx].</summary>
    Successful,

    /// <summary>Responses 300 to 399 [hrsp_3xx].</summary>
    Redirections,

    /// <summary>Responses 400 to 499 [hrsp_4xx].</summary>
    ClientErrors,

    /// <summary>Responses 500 to 599 [hrsp_5xx].</summary>
    ServerErrors,

    /// <summary>Responses of other statuses [hrsp_other].</summary>
    OtherStatuses,

    /// <summary>Requests that we have answered ourselves by intent [intercepted].</summary>
    Intercepted,

    /// <summary>Bytes given to compression [comp_in].</summary>
    CompressionIn,

    /// <summary>Bytes that came out of it [comp_out].</summary>
    CompressionOut,

    /// <summary>Bytes that passed it by [comp_byp].</summary>
    CompressionBypassed,

    /// <summary>Responses that were compressed [comp_rsp].</summary>
    CompressedResponses,

    /// <summary>Clients that went before the end [cli_abrt].</summary>
    ClientAborts,

    /// <summary>Servers that went before the end [srv_abrt].</summary>
    ServerAborts,

    /// <summary>Requests that went over a kept connection [reuse].</summary>
    Reuses,

    /// <summary>Edits of heads that could not be done [wrew].</summary>
    FailedRewrites,

    /// <summary>Errors of our own [eint].</summary>
    InternalErrors,

    /// <summary>Kept connections that were thrown away with bytes that nobody had asked for.</summary>
    IdleConnectionsClosed,
}
