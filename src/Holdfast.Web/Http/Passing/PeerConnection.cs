using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Nginx.Upstreams;
using Holdfast.Proxy.Engine;

namespace Holdfast.Web.Http.Passing;

/// <summary>A connection to a peer, over one request after the other; its owner while it is idle.</summary>
internal sealed class PeerConnection(IdleConnections idle, Peer peer, long now) : ConnectionOwner
{
    /// <summary>The connection.</summary>
    internal Connection Connection { get; set; } = null!;

    /// <summary>Where it leads.</summary>
    internal Peer Peer { get; } = peer;

    /// <summary>When it was made, in milliseconds of the loop's clock.</summary>
    internal long BornAt { get; } = now;

    /// <summary>Requests so far.</summary>
    internal int RequestCount { get; set; }

    public override void OnConnected(Connection connection)
    {
    }

    public override void OnReceived(Connection connection, BufferPart data)
    {
        idle.Buffers.Return(data.Buffer); // nobody has asked for anything
        idle.Drop(this);
    }

    public override void OnReceiveEnded(Connection connection) => idle.Drop(this);

    public override void OnSent(Connection connection)
    {
    }

    public override void OnFailed(Connection connection, Errno errno) => idle.Drop(this);

    public override void OnTimeout(Connection connection) => idle.Drop(this);
}
