using System.Collections.Immutable;

namespace Holdfast.Balancing.Tables;

/// <summary>What the keys of a stick table are.</summary>
public enum StickKeyType : byte
{
    /// <summary><c>ip</c>, <c>ipv4</c>: 4 bytes in network order.</summary>
    IPv4,

    /// <summary><c>ipv6</c>: 16 bytes in network order.</summary>
    IPv6,

    /// <summary><c>integer</c>: 32 bits.</summary>
    Integer,

    /// <summary><c>string [len n]</c>: up to n bytes; longer ones are cut. 32 by default.</summary>
    String,

    /// <summary><c>binary [len n]</c>: n bytes; longer ones are cut, shorter ones filled with zeros. 32 by default.
    /// </summary>
    Binary,
}

/// <summary>What a stick table stores for a key. The names are haproxy.cfg's.</summary>
public enum StickData : byte
{
    /// <summary><c>server_id</c>.</summary>
    ServerId,

    /// <summary><c>server_key</c>: a number that the table's owner has for the server's name or address.</summary>
    ServerKey,

    /// <summary><c>gpt0</c>.</summary>
    Gpt0,

    /// <summary><c>gpc0</c>.</summary>
    Gpc0,

    /// <summary><c>gpc0_rate</c>.</summary>
    Gpc0Rate,

    /// <summary><c>gpc1</c>.</summary>
    Gpc1,

    /// <summary><c>gpc1_rate</c>.</summary>
    Gpc1Rate,

    /// <summary><c>gpc(n)</c>.</summary>
    Gpc,

    /// <summary><c>gpc_rate(n,period)</c>.</summary>
    GpcRate,

    /// <summary><c>gpt(n)</c>.</summary>
    Gpt,

    /// <summary><c>conn_cnt</c>.</summary>
    ConnCnt,

    /// <summary><c>conn_cur</c>.</summary>
    ConnCur,

    /// <summary><c>conn_rate</c>.</summary>
    ConnRate,

    /// <summary><c>sess_cnt</c>.</summary>
    SessCnt,

    /// <summary><c>sess_rate</c>.</summary>
    SessRate,

    /// <summary><c>http_req_cnt</c>.</summary>
    HttpReqCnt,

    /// <summary><c>http_req_rate</c>.</summary>
    HttpReqRate,

    /// <summary><c>http_err_cnt</c>.</summary>
    HttpErrCnt,

    /// <summary><c>http_err_rate</c>.</summary>
    HttpErrRate,

    /// <summary><c>http_fail_cnt</c>.</summary>
    HttpFailCnt,

    /// <summary><c>http_fail_rate</c>.</summary>
    HttpFailRate,

    /// <summary><c>bytes_in_cnt</c>.</summary>
    BytesInCnt,

    /// <summary><c>bytes_in_rate</c>.</summary>
    BytesInRate,

    /// <summary><c>bytes_out_cnt</c>.</summary>
    BytesOutCnt,

    /// <summary><c>bytes_out_rate</c>.</summary>
    BytesOutRate,
}

/// <summary>One word of <c>store</c>.</summary>
/// <param name="Data">What is stored.</param>
/// <param name="Count">How many, for <c>gpc(n)</c>, <c>gpc_rate(n,…)</c> and <c>gpt(n)</c>, 1 to 100; else 1.</param>
/// <param name="PeriodMilliseconds">The period of a rate; else 0.</param>
public readonly record struct StoredData(StickData Data, int Count = 1, int PeriodMilliseconds = 0)
{
    /// <summary>Whether this is a rate.</summary>
    public bool IsRate => Data is StickData.Gpc0Rate or StickData.Gpc1Rate or StickData.GpcRate or StickData.ConnRate
        or StickData.SessRate or StickData.HttpReqRate or StickData.HttpErrRate or StickData.HttpFailRate
        or StickData.BytesInRate or StickData.BytesOutRate;

    /// <summary>64-bit words that it takes in each entry.</summary>
    internal int Words => Count * (IsRate ? 2 : 1);
}

/// <summary>What the configuration says of a stick table. Names and defaults: haproxy.cfg.</summary>
public sealed record StickTableSettings
{
    /// <summary><c>type</c>.</summary>
    public required StickKeyType Type { get; init; }

    /// <summary><c>len</c> of strings and binary keys. Default 32; other types have their own length.</summary>
    public int KeyLength { get; init; } = 32;

    /// <summary><c>size</c>: how many entries the table may have, at least 1.</summary>
    public required int Size { get; init; }

    /// <summary><c>nopurge</c>: a full table takes no new key; else the oldest entries give way.</summary>
    public bool KeepsOld { get; init; }

    /// <summary><c>expire</c>: how long after its last use an entry goes. Null, the default: it stays.</summary>
    public TimeSpan? Expire { get; init; }

    /// <summary><c>store</c>.</summary>
    public ImmutableArray<StoredData> Stored { get; init; } = [];
}
