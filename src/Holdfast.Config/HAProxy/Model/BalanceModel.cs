using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Model;

/// <summary><c>balance</c>.</summary>
/// <param name="Algorithm">Its name in the table, such as "roundrobin" or "hdr".</param>
/// <param name="Span">Where it stands; null: the default.</param>
public sealed record BalanceModel(string Algorithm, SourceSpan? Span)
{
    /// <summary>Header of hdr, parameter of url_param, cookie of rdp-cookie; else empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>Draws of random. Default 2.</summary>
    public int Draws { get; init; } = 2;

    /// <summary><c>uri len N</c>. Default 0: all.</summary>
    public int UriLength { get; init; }

    /// <summary><c>uri depth N</c>. Default 0: all.</summary>
    public int UriDepth { get; init; }

    /// <summary><c>uri whole</c>.</summary>
    public bool UriWhole { get; init; }

    /// <summary><c>uri path-only</c>.</summary>
    public bool UriPathOnly { get; init; }

    /// <summary><c>hdr(…) use_domain_only</c>.</summary>
    public bool UsesDomainOnly { get; init; }

    /// <summary><c>url_param … check_post</c>.</summary>
    public bool ChecksPost { get; init; }

    /// <summary>Expression of hash (2.7); null for the others.</summary>
    public SampleExpression? Hash { get; init; }
}

/// <summary><c>hash-type</c>.</summary>
public sealed record HashTypeModel
{
    /// <summary>consistent instead of map-based. Default false.</summary>
    public bool IsConsistent { get; init; }

    /// <summary>sdbm, djb2, wt6, crc32 or none. Default sdbm.</summary>
    public string Function { get; init; } = "sdbm";

    /// <summary>avalanche; consistent without a function implies it. Default false.</summary>
    public bool HasAvalanche { get; init; }
}

/// <summary>What <c>cookie</c> does.</summary>
public enum CookieMode : byte
{
    /// <summary>The server's cookie is watched only.</summary>
    Passive,

    /// <summary>A cookie of our own.</summary>
    Insert,

    /// <summary>The server's cookie gets a prefix.</summary>
    Prefix,

    /// <summary>The server's cookie gets our value.</summary>
    Rewrite,
}

/// <summary><c>cookie</c> of a backend.</summary>
/// <param name="Name">Name of the cookie.</param>
/// <param name="Mode">What is done to it.</param>
/// <param name="Span">Where it stands.</param>
public sealed record CookieModel(string Name, CookieMode Mode, SourceSpan Span)
{
    /// <summary><c>indirect</c>: the server does not see it.</summary>
    public bool IsIndirect { get; init; }

    /// <summary><c>nocache</c>.</summary>
    public bool PreventsCaching { get; init; }

    /// <summary><c>postonly</c>.</summary>
    public bool OnlyAfterPost { get; init; }

    /// <summary><c>preserve</c>: the server's own wins.</summary>
    public bool PreservesServers { get; init; }

    /// <summary><c>httponly</c>.</summary>
    public bool IsHttpOnly { get; init; }

    /// <summary><c>secure</c>.</summary>
    public bool IsSecure { get; init; }

    /// <summary><c>dynamic</c>: values are made from address, port and <c>dynamic-cookie-key</c>.</summary>
    public bool IsDynamic { get; init; }

    /// <summary><c>domain</c>, each with its dot.</summary>
    public ImmutableArray<string> Domains { get; init; } = [];

    /// <summary><c>maxidle</c> in seconds. Default 0: no limit.</summary>
    public long MaxIdle { get; init; }

    /// <summary><c>maxlife</c> in seconds. Default 0: no limit.</summary>
    public long MaxLife { get; init; }

    /// <summary><c>attr</c>.</summary>
    public ImmutableArray<string> Attributes { get; init; } = [];
}

/// <summary>Types of keys of a stick table.</summary>
public enum TableKeyType : byte
{
    /// <summary>ip or ipv4.</summary>
    Ipv4,

    /// <summary>ipv6.</summary>
    Ipv6,

    /// <summary>integer: 32 bits.</summary>
    Integer,

    /// <summary>string: up to a length.</summary>
    Text,

    /// <summary>binary: of a fixed length.</summary>
    Binary,
}

/// <summary>What an entry stores.</summary>
/// <param name="Name">Such as "http_req_rate".</param>
/// <param name="Count">How many of them: of gpc, gpt and gpc_rate; else 1.</param>
/// <param name="Period">Period of a rate in milliseconds; else 0.</param>
public sealed record TableDataModel(string Name, int Count, long Period);

/// <summary>A <c>stick-table</c>.</summary>
/// <param name="Name">Name of the proxy or <c>table</c>.</param>
/// <param name="KeyType">Type of its keys.</param>
/// <param name="Size">At most so many entries.</param>
/// <param name="Span">Where it stands.</param>
public sealed record StickTableModel(string Name, TableKeyType KeyType, long Size, SourceSpan Span)
{
    /// <summary>Length of keys in bytes: of string (default 32) and binary.</summary>
    public int KeyLength { get; init; } = 32;

    /// <summary><c>expire</c> in milliseconds; null: never.</summary>
    public long? Expire { get; init; }

    /// <summary><c>nopurge</c>: full means full.</summary>
    public bool IsNotPurged { get; init; }

    /// <summary><c>srvkey addr</c>. Default false: by name.</summary>
    public bool KeysServersByAddress { get; init; }

    /// <summary><c>peers</c>; null: not shared.</summary>
    public string? Peers { get; init; }

    /// <summary>What entries store.</summary>
    public ImmutableArray<TableDataModel> Data { get; init; } = [];
}

/// <summary>A <c>stick</c> rule.</summary>
/// <param name="Matches">Whether it looks servers up (on, match).</param>
/// <param name="StoresRequest">Whether it stores at the request (on, store-request).</param>
/// <param name="StoresResponse">Whether it stores at the response (store-response).</param>
/// <param name="Key">The key.</param>
/// <param name="Table">Name of the table; empty: the proxy's.</param>
/// <param name="Condition">When; null: always.</param>
/// <param name="Span">Where it stands.</param>
public sealed record StickRuleModel(bool Matches, bool StoresRequest, bool StoresResponse, SampleExpression Key,
    string Table, RuleCondition? Condition, SourceSpan Span);
