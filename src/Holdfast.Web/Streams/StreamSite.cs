using Holdfast.Linux.OpenSsl;
using Holdfast.Linux.Sockets;
using Holdfast.Nginx.Access;
using Holdfast.Nginx.Limits;
using Holdfast.Nginx.Logs;
using Holdfast.Nginx.Servers;
using Holdfast.Nginx.Texts;
using Holdfast.Primitives;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Streams;

/// <summary>A server of stream, compiled. Times are milliseconds.</summary>
internal sealed record StreamSite
{
    /// <summary>Its first name.</summary>
    public byte[] ServerName { get; init; } = [];

    /// <summary><c>allow</c> and <c>deny</c>; null: everybody may come.</summary>
    public AccessList? Access { get; init; }

    /// <summary>Whose PROXY headers name the client; null: nobody's.</summary>
    public TrustedProxies? Trusted { get; init; }

    /// <summary><c>limit_conn</c>; null: no limit.</summary>
    public ConnectionLimits? Limits { get; init; }

    /// <summary>How a refusal by it is logged.</summary>
    public ErrorLevel LimitLevel { get; init; }

    /// <summary><c>set</c>: places and values.</summary>
    public (int Variable, CompiledText Value)[] Sets { get; init; } = [];

    /// <summary><c>return</c>; null: something else.</summary>
    public CompiledText? Return { get; init; }

    /// <summary><c>pass</c>; null: something else.</summary>
    public CompiledText? Pass { get; init; }

    /// <summary><c>proxy_pass</c>; null: something else.</summary>
    public StreamRoute? Route { get; init; }

    /// <summary><c>access_log</c> lines.</summary>
    public StreamLog[] Logs { get; init; } = [];

    /// <summary>Error logs.</summary>
    public ErrorSink Errors { get; init; } = ErrorSink.None;

    /// <summary><c>ssl_preread</c>.</summary>
    public bool LooksAtHello { get; init; }

    /// <summary>Bytes that are looked at at most.</summary>
    public long PrereadBytesMax { get; init; }

    /// <summary>Time for them.</summary>
    public long PrereadTimeout { get; init; }

    /// <summary>Time for a PROXY header.</summary>
    public long HeaderTimeout { get; init; }

    /// <summary>Time for a handshake of TLS.</summary>
    public long HandshakeTimeout { get; init; }
}

/// <summary>Where <c>proxy_pass</c> of a server leads, and how. Times are milliseconds.</summary>
internal sealed record StreamRoute
{
    /// <summary>The upstream; null: <see cref="Target"/> names it.</summary>
    public StreamUpstream? Upstream { get; init; }

    /// <summary>What <c>proxy_pass</c> says.</summary>
    public required CompiledText Target { get; init; }

    /// <summary>Upstreams that variables may name.</summary>
    public required IReadOnlyDictionary<string, StreamUpstream> Known { get; init; }

    public long ConnectTimeout { get; init; }

    public long Timeout { get; init; }

    public bool TriesNext { get; init; }

    /// <summary>0: as many as there are.</summary>
    public int TriesMax { get; init; }

    /// <summary>0: no limit.</summary>
    public long TriesTimeout { get; init; }

    /// <summary>Version of the PROXY header; 0: none.</summary>
    public int HeaderVersion { get; init; }

    /// <summary>Own address; null: the kernel's choice.</summary>
    public CompiledText? Bind { get; init; }

    public ConnectSettings? Socket { get; init; }

    public bool HalfCloses { get; init; }

    /// <summary>Bytes a second; null: no limit.</summary>
    public CompiledText? UploadRate { get; init; }

    /// <inheritdoc cref="UploadRate"/>
    public CompiledText? DownloadRate { get; init; }

    /// <summary>Datagrams that answer one; −1: any number.</summary>
    public int Responses { get; init; } = -1;

    /// <summary>Datagrams of a session; 0: any number.</summary>
    public int Requests { get; init; }

    /// <summary>TLS towards the server; null: plain.</summary>
    public TlsClient? Tls { get; init; }

    /// <summary>Name that a server is asked for; null: none is sent.</summary>
    public CompiledText? TlsName { get; init; }
}

/// <summary>An <c>access_log</c> line of stream, compiled.</summary>
/// <param name="Target">Where lines go; null: the path has variables, and is made for each line.</param>
/// <param name="Path">The path.</param>
/// <param name="Format">How a line looks.</param>
/// <param name="If">Its condition; null: always.</param>
internal sealed record StreamLog(LogTarget? Target, CompiledText Path, CompiledLogFormat Format, CompiledText? If);

/// <summary>A listener of stream: whose clients it takes.</summary>
internal sealed record StreamListening
{
    /// <summary>The server for clients that name none.</summary>
    public required StreamSite Default { get; init; }

    /// <summary>Servers by name; null: there is one.</summary>
    public ServerNames<StreamSite>? Names { get; init; }

    /// <summary>TLS of clients; null: they speak plainly.</summary>
    public TlsServer? Tls { get; init; }

    /// <summary><c>proxy_protocol</c>.</summary>
    public bool HasProxyProtocol { get; init; }

    /// <summary><c>udp</c>.</summary>
    public bool IsUdp { get; init; }

    /// <summary>As logs have it: "0.0.0.0:80".</summary>
    public required string Name { get; init; }

    /// <summary>Addresses of their own that this listener of all addresses takes clients for.</summary>
    public Dictionary<IpAddress, StreamListening> Covered { get; init; } = [];

    /// <summary>The one for a local address.</summary>
    internal StreamListening For(IpAddress local)
        => Covered.Count > 0 && Covered.TryGetValue(local, out StreamListening? own) ? own : this;
}
