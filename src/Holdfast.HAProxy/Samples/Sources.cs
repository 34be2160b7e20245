using Holdfast.Primitives;

namespace Holdfast.HAProxy.Samples;

/// <summary>
/// Where the bytes of a connection stand now. Each span is read and forgotten within one evaluation.
/// </summary>
public interface IMessageSource
{
    /// <summary>
    /// HTTP: from the request's first byte on. Before HTTP, and in TCP mode: all that has come and not gone on.
    /// </summary>
    ReadOnlySpan<byte> Request { get; }

    /// <summary>What has come of the request's body, chunk lines taken out.</summary>
    ReadOnlySpan<byte> RequestBody { get; }

    /// <summary>As <see cref="Request"/>, from the server.</summary>
    ReadOnlySpan<byte> Response { get; }

    /// <summary>As <see cref="RequestBody"/>, from the server.</summary>
    ReadOnlySpan<byte> ResponseBody { get; }
}

/// <summary>State of frontends, backends and servers, which other loops change at the same time.</summary>
public interface ITrafficCounters
{
    /// <summary>A figure by the name of its fetch, such as "nbsrv" or "be_conn".</summary>
    /// <param name="figure">Which one.</param>
    /// <param name="proxy">Name of the frontend or backend.</param>
    /// <param name="server">Name of the server; empty for figures of proxies.</param>
    /// <returns>Its value; null when there is none.</returns>
    long? Read(TrafficFigure figure, string proxy, string server);
}

/// <summary>Figures of <see cref="ITrafficCounters"/>: each is the fetch of the same name.</summary>
#pragma warning disable CS1591 // Each is the fetch of the same name.
public enum TrafficFigure : byte
{
    ActConn,
    AvgQueue,
    BeConn,
    BeConnFree,
    BeSessRate,
    ConnSlots,
    FeConn,
    FeReqRate,
    FeSessRate,
    NbSrv,
    Queue,
    SrvConn,
    SrvConnFree,
    SrvIsUp,
    SrvIWeight,
    SrvQueue,
    SrvSessRate,
    SrvUWeight,
    SrvWeight,
    TableAvl,
    TableCnt,
    DstConn,
    Stopping,
}
#pragma warning restore CS1591

/// <summary>
/// What is known of a TLS session; the fetches ssl_fc_*, ssl_c_*, ssl_f_* and ssl_bc_* ask it by name.
/// </summary>
public interface ITlsFacts
{
    /// <summary>Gives a fact.</summary>
    /// <param name="name">Name of the fetch behind "ssl_", such as "fc_sni" or "c_s_dn".</param>
    /// <param name="arguments">Its arguments as they are written.</param>
    /// <param name="context">Its scratch memory may hold the value.</param>
    /// <param name="sample">The value.</param>
    /// <returns>False: there is none.</returns>
    bool TryRead(string name, IReadOnlyList<string> arguments, RequestContext context, ref Sample sample);
}

/// <summary>Stick tables and the entries that a connection tracks.</summary>
public interface IStickCounters
{
    /// <summary>
    /// Tracks an entry: <c>track-scN</c>. A counter that tracks already goes on with its first entry.
    /// </summary>
    /// <param name="counter">0 to 2.</param>
    /// <param name="table">Name of the table.</param>
    /// <param name="key">Its key.</param>
    void Track(int counter, string table, in Sample key);

    /// <summary>A figure of a tracked entry: <c>sc_NAME(counter)</c>.</summary>
    /// <param name="name">Such as "http_req_rate", "get_gpc0", "inc_gpc0", "tracked".</param>
    /// <param name="counter">0 to 2.</param>
    /// <param name="index">Index of gpc and gpt.</param>
    /// <param name="table">Name of a table in which the key is looked up instead; empty: the tracked entry.</param>
    /// <returns>Its value, 0 without data; null when nothing is tracked.</returns>
    long? Tracked(string name, int counter, int index, string table);

    /// <summary>A figure of the entry of a key: <c>src_NAME(table)</c> and <c>table_NAME(table)</c>.</summary>
    /// <param name="name">As above, and "in_table".</param>
    /// <param name="table">Name of the table.</param>
    /// <param name="index">Index of gpc and gpt.</param>
    /// <param name="key">The key.</param>
    /// <returns>Its value; null when the key is not in the table.</returns>
    long? Lookup(string name, string table, int index, in Sample key);

    /// <summary>Changes a tracked entry: <c>sc-inc-gpc</c>, <c>sc-add-gpc</c>, <c>sc-set-gpt</c>.</summary>
    /// <param name="action">Name of the action.</param>
    /// <param name="counter">0 to 2.</param>
    /// <param name="index">Index of gpc and gpt.</param>
    /// <param name="value">The value, 1 for increments.</param>
    void Change(string action, int counter, int index, long value);
}

/// <summary>Checks a password against a hash of crypt(3).</summary>
/// <param name="password">What the client sent.</param>
/// <param name="hash">What the userlist has.</param>
public delegate bool PasswordCheck(ReadOnlySpan<byte> password, ReadOnlySpan<byte> hash);

/// <summary>Both ends of a connection.</summary>
/// <param name="Source">Address of the side that opened it.</param>
/// <param name="SourcePort">Its port.</param>
/// <param name="Destination">Address that it was opened to.</param>
/// <param name="DestinationPort">Its port.</param>
public readonly record struct EndpointPair(
    IpAddress Source, int SourcePort, IpAddress Destination, int DestinationPort);
