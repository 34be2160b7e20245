using System.Collections.Immutable;
using Holdfast.Config.Nginx.Syntax;

namespace Holdfast.Config.Nginx.Model;

/// <summary>What makes the answer of a location; locations inside do not inherit it.</summary>
public sealed record LocationContent
{
    /// <summary><c>proxy_pass</c>; null when there is none.</summary>
    public ProxyTarget? Proxy { get; init; }

    /// <summary>
    /// <c>fastcgi_pass</c>, <c>uwsgi_pass</c>, <c>scgi_pass</c>, <c>grpc_pass</c>, <c>memcached_pass</c>,
    /// <c>stub_status</c>, <c>empty_gif</c> and the like; null when there is none.
    /// </summary>
    public NginxDirective? Handler { get; init; }

    /// <summary><c>try_files</c>: all words but the last; empty when there is none.</summary>
    public ImmutableArray<ComplexText> TryFiles { get; init; } = [];

    /// <summary><c>try_files</c>: the last word; null when there is none, or when it is a status.</summary>
    public ComplexText? TryFilesFallback { get; init; }

    /// <summary><c>try_files</c>: the status of <c>=404</c>; 0 when the last word is none.</summary>
    public int TryFilesStatus { get; init; }
}

/// <summary>The server that <c>proxy_pass</c> names.</summary>
/// <remarks>With variables only <see cref="Url"/> is known; the rest is found out for each request.</remarks>
public sealed record ProxyTarget
{
    /// <summary>As written.</summary>
    public required ComplexText Url { get; init; }

    /// <summary>Whether it is <c>https</c>. Meaningless with variables.</summary>
    public bool IsTls { get; init; }

    /// <summary>
    /// What <c>$proxy_host</c> is: the upstream's name, or host and port as written without a default port; null
    /// with variables.
    /// </summary>
    public string? HostAndPort { get; init; }

    /// <summary>Name of an upstream or a host, or the path with <see cref="IsUnix"/>; null with variables.</summary>
    public string? Host { get; init; }

    /// <summary>The port; 80 or 443 when none is written, 0 with <see cref="IsUnix"/> and with variables.</summary>
    public int Port { get; init; }

    /// <summary>Whether a port is written.</summary>
    public bool HasPort { get; init; }

    /// <summary>Whether it is a socket of the file system.</summary>
    public bool IsUnix { get; init; }

    /// <summary>The URI that takes the place of the location's prefix; null when none is written.</summary>
    public string? Uri { get; init; }
}
