namespace Holdfast.Config.HAProxy.Schema;

/// <summary>The groups of words that the table holds, in the order of the documentation.</summary>
internal enum KeywordGroup : byte
{
    /// <summary>Words that open a section.</summary>
    Section,

    /// <summary>Words of global.</summary>
    Global,

    /// <summary>Words of defaults, frontend, listen and backend.</summary>
    Proxy,

    /// <summary><c>option</c> in a proxy.</summary>
    Option,

    /// <summary><c>timeout</c> in a proxy.</summary>
    Timeout,

    /// <summary><c>stats</c> in global and in a proxy.</summary>
    Stats,

    /// <summary>Options of a bind line.</summary>
    Bind,

    /// <summary>Options of a server line.</summary>
    Server,

    /// <summary>Actions of <c>tcp-request connection</c>.</summary>
    ConnectionAction,

    /// <summary>Actions of <c>tcp-request session</c>.</summary>
    SessionAction,

    /// <summary>Actions of <c>tcp-request content</c>.</summary>
    ContentAction,

    /// <summary>Actions of <c>tcp-response content</c>.</summary>
    ResponseAction,

    /// <summary>Actions of <c>http-request</c>.</summary>
    HttpRequestAction,

    /// <summary>Actions of <c>http-response</c>.</summary>
    HttpResponseAction,

    /// <summary>Actions of <c>http-after-response</c>.</summary>
    HttpAfterResponseAction,

    /// <summary>Actions of <c>quic-initial</c>.</summary>
    QuicInitialAction,

    /// <summary>Sample fetches.</summary>
    Fetch,

    /// <summary>Converters.</summary>
    Converter,

    /// <summary>Flags of an ACL.</summary>
    AclFlag,

    /// <summary>Methods of <c>-m</c>.</summary>
    Match,

    /// <summary>Variables of log formats.</summary>
    LogAlias,

    /// <summary>Words of a stick-table line.</summary>
    TableWord,

    /// <summary>What a stick table stores.</summary>
    TableData,

    /// <summary>Words of <c>http-check</c>.</summary>
    HttpCheck,

    /// <summary>Words of <c>tcp-check</c>.</summary>
    TcpCheck,

    /// <summary>Words of a check's connect line.</summary>
    CheckConnect,

    /// <summary>Words of a check's expect line.</summary>
    CheckExpect,

    /// <summary>Algorithms of <c>balance</c>.</summary>
    Balance,

    /// <summary>Words of <c>hash-type</c>.</summary>
    HashType,

    /// <summary>Words of <c>cookie</c>.</summary>
    Cookie,

    /// <summary>Words of <c>retry-on</c>.</summary>
    RetryOn,

    /// <summary>Words of <c>redirect</c>.</summary>
    Redirect,

    /// <summary>Words of <c>compression</c>.</summary>
    Compression,

    /// <summary>Filters.</summary>
    Filter,

    /// <summary>Words of a userlist.</summary>
    Userlist,

    /// <summary>Words of http-errors.</summary>
    HttpErrors,

    /// <summary>Words of peers.</summary>
    Peers,

    /// <summary>Words of resolvers.</summary>
    Resolvers,

    /// <summary>Words of mailers.</summary>
    Mailers,

    /// <summary>Words of cache.</summary>
    Cache,

    /// <summary>Words of ring.</summary>
    Ring,

    /// <summary>Words of log-forward.</summary>
    LogForward,

    /// <summary>Words of fcgi-app.</summary>
    FcgiApp,

    /// <summary>Words of program.</summary>
    Program,

    /// <summary>Words of namespace_list.</summary>
    NamespaceList,

    /// <summary>Words of sections that are newer than 2.6.</summary>
    NewSection,
}
