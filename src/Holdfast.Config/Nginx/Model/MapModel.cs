using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Model;

/// <summary>A map block.</summary>
public sealed record MapModel
{
    /// <summary>What is looked up.</summary>
    public required ComplexText Source { get; init; }

    /// <summary>The variable that it gives, without dollar.</summary>
    public required string Variable { get; init; }

    /// <summary>What it is when nothing matches; null: empty.</summary>
    public ComplexText? Default { get; init; }

    /// <summary>Keys in the order of the file: exact ones and host masks are compared without regard to case.</summary>
    public ImmutableArray<MapEntry> Entries { get; init; } = [];

    /// <summary><c>hostnames</c>: keys may be masks, and a trailing dot of the source is dropped.</summary>
    public bool HasHostNames { get; init; }

    /// <summary><c>volatile</c>: the value is not kept for the request.</summary>
    public bool IsVolatile { get; init; }

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }
}

/// <summary>A line of a map.</summary>
/// <param name="Key">The text; the expression without its "~" for a regular one.</param>
/// <param name="Regex">The expression; null unless it is one.</param>
/// <param name="Value">What the variable becomes.</param>
public sealed record MapEntry(string Key, NginxRegex? Regex, ComplexText Value);

/// <summary>A geo block.</summary>
public sealed record GeoModel
{
    /// <summary>The variable with the address, without dollar; null: the client's address.</summary>
    public string? Address { get; init; }

    /// <summary>The variable that it gives, without dollar.</summary>
    public required string Variable { get; init; }

    /// <summary>What it is when nothing matches. Default empty.</summary>
    public string Default { get; init; } = "";

    /// <summary>Whether lines are ranges of addresses.</summary>
    public bool HasRanges { get; init; }

    /// <summary>Networks and ranges in the order of the file, deleted ones taken out.</summary>
    public ImmutableArray<GeoEntry> Entries { get; init; } = [];

    /// <summary><c>proxy</c>: networks whose X-Forwarded-For is believed.</summary>
    public ImmutableArray<string> Proxies { get; init; } = [];

    /// <summary><c>proxy_recursive</c></summary>
    public bool IsProxyRecursive { get; init; }

    /// <summary><c>volatile</c></summary>
    public bool IsVolatile { get; init; }

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }
}

/// <summary>A line of geo.</summary>
/// <param name="From">The address of the network, or the first of a range.</param>
/// <param name="PrefixLength">Bits of the network; -1 for a range.</param>
/// <param name="To">The last address of a range; null for a network.</param>
/// <param name="Value">What the variable becomes.</param>
public sealed record GeoEntry(IpAddress From, int PrefixLength, IpAddress? To, string Value);

/// <summary>A split_clients block.</summary>
/// <param name="Key">What is hashed.</param>
/// <param name="Variable">The variable that it gives, without dollar.</param>
/// <param name="Parts">Its parts in order; the last may have the rest.</param>
/// <param name="Span">Where it stands.</param>
public sealed record SplitClientsModel(
    ComplexText Key, string Variable, ImmutableArray<SplitClientsPart> Parts, SourceSpan Span);

/// <summary>A line of split_clients.</summary>
/// <param name="HundredthsOfPercent">1 to 10000; 0 for <c>*</c>, the rest.</param>
/// <param name="Value">What the variable becomes.</param>
public sealed record SplitClientsPart(int HundredthsOfPercent, ComplexText Value);

/// <summary>How the values of a log line are escaped.</summary>
public enum LogEscape : byte
{
    /// <summary>Quotes, backslashes and bytes that are no printable ASCII as <c>\xHH</c>; "-" for what is missing.
    /// </summary>
    Default,

    /// <summary>As in JSON; nothing for what is missing.</summary>
    Json,

    /// <summary>Not at all; nothing for what is missing.</summary>
    None,
}

/// <summary>A log_format.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Escape">How values are escaped.</param>
/// <param name="Text">The line.</param>
/// <param name="Span">Where it stands; null for <c>combined</c>.</param>
public sealed record LogFormat(string Name, LogEscape Escape, ComplexText Text, SourceSpan? Span);

/// <summary>A limit_req_zone.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">What is counted.</param>
/// <param name="SizeBytes">Size of the zone.</param>
/// <param name="RatePerMinute">Requests a minute; 60 times those of a second.</param>
/// <param name="Span">Where it stands.</param>
public sealed record LimitRequestZone(
    string Name, ComplexText Key, long SizeBytes, long RatePerMinute, SourceSpan Span);

/// <summary>A limit_conn_zone.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">What is counted.</param>
/// <param name="SizeBytes">Size of the zone.</param>
/// <param name="Span">Where it stands.</param>
public sealed record LimitConnectionZone(string Name, ComplexText Key, long SizeBytes, SourceSpan Span);

/// <summary>A proxy_cache_path, or that of another protocol.</summary>
public sealed record CacheZone
{
    /// <summary>The directory.</summary>
    public required string Directory { get; init; }

    /// <summary><c>keys_zone</c>: the name.</summary>
    public required string Name { get; init; }

    /// <summary><c>keys_zone</c>: size in bytes.</summary>
    public long KeysBytes { get; init; }

    /// <summary><c>levels</c>: lengths of the names of directories. Default none.</summary>
    public ImmutableArray<int> Levels { get; init; } = [];

    /// <summary><c>inactive</c>. Default 10 min.</summary>
    public TimeSpan Inactive { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary><c>max_size</c> in bytes; null: no limit.</summary>
    public long? BytesMax { get; init; }

    /// <summary><c>min_free</c> in bytes. Default 0.</summary>
    public long FreeBytesMin { get; init; }

    /// <summary><c>use_temp_path</c>. Default true.</summary>
    public bool UsesTempPath { get; init; } = true;

    /// <summary>Words that tune the loader and the manager, as written.</summary>
    public ImmutableArray<string> Tuning { get; init; } = [];

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }
}
