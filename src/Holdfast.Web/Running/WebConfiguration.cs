using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Text;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Options;

namespace Holdfast.Web.Running;

/// <summary>What a listener takes.</summary>
public enum WebListenerKind : byte
{
    /// <summary>Clients of http.</summary>
    Http,

    /// <summary>Clients of stream, over TCP.</summary>
    Stream,

    /// <summary>Datagrams of stream.</summary>
    Datagram,

    /// <summary>Clients of mail.</summary>
    Mail,
}

/// <summary>A socket that is listened on. The supervisor opens it, and keeps it while processes come and go.</summary>
/// <param name="Kind">What it takes.</param>
/// <param name="Bind">Where.</param>
/// <param name="Settings">How it is opened.</param>
public sealed record WebListener(WebListenerKind Kind, SocketEndpoint Bind, ListenSettings Settings)
{
    /// <summary>As the file says it: "0.0.0.0:80", "[::]:80", "unix:/run/x.sock".</summary>
    public required string Name { get; init; }
}

/// <summary>An nginx.conf that was found good, as the engine and the process around it need it.</summary>
public sealed record WebConfiguration
{
    /// <summary>The typed file.</summary>
    public required NginxModel Model { get; init; }

    /// <summary>Directory of relative paths, ending in a slash.</summary>
    public required string Prefix { get; init; }

    /// <summary>Directory of the file, ending in a slash: certificates, users and includes are relative to it.
    /// </summary>
    public required string ConfigDirectory { get; init; }

    /// <summary>Where it listens; the order is that of the sockets that a process is given.</summary>
    public required ImmutableArray<WebListener> Listeners { get; init; }

    /// <summary>Event loops: <c>worker_processes</c>.</summary>
    public required int ThreadCount { get; init; }

    /// <summary>Which transport. Default: whatever works best.</summary>
    public TransportChoice Transport { get; init; }

    /// <summary>What host names were found to be, all addresses of each; a name that is not there is not known.
    /// </summary>
    public ImmutableDictionary<string, ImmutableArray<IpAddress>> Hosts { get; init; }
        = ImmutableDictionary<string, ImmutableArray<IpAddress>>.Empty;

    /// <summary>Directory of request bodies: <c>client_body_temp_path</c> of http.</summary>
    public string BodyTempPath => PathText.Join(Prefix,
        Model.Http?.Settings.Core.ClientBodyTempPath is [var path, ..] ? path : DefaultPaths.BodyTemp);

    /// <summary>Directory of answers: <c>proxy_temp_path</c> of http.</summary>
    public string ProxyTempPath => PathText.Join(Prefix,
        Model.Http?.Settings.Proxy.TempPath is [var path, ..] ? path : DefaultPaths.ProxyTemp);

    /// <summary>Whether defaults and shown version are those of nginx 1.22 (<c>compat 1.22</c>). Default: no.</summary>
    public bool IsCompatible122 { get; init; }
}
