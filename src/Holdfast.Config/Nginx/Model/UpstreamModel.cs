using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Model;

/// <summary>How a server of an upstream is chosen.</summary>
public enum UpstreamMethod : byte
{
    /// <summary>Weighted round robin; the default.</summary>
    RoundRobin,

    /// <summary><c>least_conn</c></summary>
    LeastConnections,

    /// <summary><c>ip_hash</c></summary>
    IpHash,

    /// <summary><c>hash</c></summary>
    Hash,

    /// <summary><c>hash … consistent</c></summary>
    ConsistentHash,

    /// <summary><c>random</c></summary>
    Random,

    /// <summary><c>random two</c>: the one of two with fewer connections.</summary>
    RandomTwo,

    /// <summary><c>least_time</c></summary>
    LeastTime,
}

/// <summary>An upstream block.</summary>
public sealed record UpstreamModel
{
    /// <summary>Its name, lower case.</summary>
    public required string Name { get; init; }

    /// <summary>Its servers in the order of the file; at least one.</summary>
    public ImmutableArray<UpstreamServer> Servers { get; init; } = [];

    /// <summary>How a server is chosen. Default round robin.</summary>
    public UpstreamMethod Method { get; init; }

    /// <summary>The key of <c>hash</c>; null else.</summary>
    public ComplexText? HashKey { get; init; }

    /// <summary>The words of <c>least_time</c> or <c>sticky</c>, for who carries them out; empty else.</summary>
    public ImmutableArray<string> MethodWords { get; init; } = [];

    /// <summary>The words of <c>sticky</c>; empty when there is none.</summary>
    public ImmutableArray<string> Sticky { get; init; } = [];

    /// <summary><c>zone</c>: its name; null when there is none.</summary>
    public string? Zone { get; init; }

    /// <summary>
    /// <c>keepalive</c>: idle connections that are kept; null when the directive is not there (mainline keeps 32, 1.22
    /// none).
    /// </summary>
    public int? KeepAlive { get; init; }

    /// <summary><c>keepalive_requests</c>. Default 1000.</summary>
    public int KeepAliveRequests { get; init; } = 1000;

    /// <summary><c>keepalive_time</c>. Default 1 h.</summary>
    public TimeSpan KeepAliveTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary><c>keepalive_timeout</c>. Default 60 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>resolver</c>; null: that of http.</summary>
    public Resolver? Resolver { get; init; }

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }
}

/// <summary>A server of an upstream.</summary>
public sealed record UpstreamServer
{
    /// <summary>As written: name or address with port, or <c>unix:</c> and a path.</summary>
    public required string Written { get; init; }

    /// <summary>Name or address, or the path with <see cref="IsUnix"/>.</summary>
    public required string Host { get; init; }

    /// <summary>The port. Default 80; 0 with <see cref="IsUnix"/>.</summary>
    public int Port { get; init; } = 80;

    /// <summary>Whether it is a socket of the file system.</summary>
    public bool IsUnix { get; init; }

    /// <summary><c>weight</c>. Default 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary><c>max_fails</c>. Default 1; 0: failures are not counted.</summary>
    public int FailuresMax { get; init; } = 1;

    /// <summary><c>fail_timeout</c>, whole seconds. Default 10 s.</summary>
    public TimeSpan FailTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>max_conns</c>. Default 0: no limit.</summary>
    public int ConnectionsMax { get; init; }

    /// <summary><c>backup</c></summary>
    public bool IsBackup { get; init; }

    /// <summary><c>down</c></summary>
    public bool IsDown { get; init; }

    /// <summary><c>resolve</c></summary>
    public bool Resolves { get; init; }

    /// <summary><c>drain</c></summary>
    public bool IsDraining { get; init; }

    /// <summary><c>service</c>: SRV records of this service; null: none.</summary>
    public string? Service { get; init; }

    /// <summary><c>route</c>; null: none.</summary>
    public string? Route { get; init; }

    /// <summary><c>slow_start</c>. Default zero.</summary>
    public TimeSpan SlowStart { get; init; }

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }
}

/// <summary><c>resolver</c></summary>
/// <param name="Servers">Addresses or names, perhaps with a port.</param>
/// <param name="Valid">How long answers are kept; null: as they say.</param>
/// <param name="UsesV4">Whether IPv4 addresses are looked up. Default true.</param>
/// <param name="UsesV6">Whether IPv6 addresses are looked up. Default true.</param>
public sealed record Resolver(ImmutableArray<string> Servers, TimeSpan? Valid, bool UsesV4, bool UsesV6);
