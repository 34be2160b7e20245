using Holdfast.HAProxy.Samples;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Http;

/// <summary>What is known of a client's connection: asked for once, when somebody wants to know.</summary>
internal sealed class ClientFacts
{
    /// <summary>Both ends of the connection as rules see them.</summary>
    internal EndpointPair Endpoints { get; set; }

    /// <summary>When it was accepted, in microseconds since 1970.</summary>
    internal long AcceptedAt { get; set; }

    /// <summary>Asks the kernel.</summary>
    internal void Read(Connection client)
    {
        _ = TcpSocket.GetPeer(client.Fd, out IpAddress peer, out int peerPort) == Errno.Success;
        _ = TcpSocket.GetLocal(client.Fd, out IpAddress local, out int localPort) == Errno.Success;
        Endpoints = new EndpointPair(peer, peerPort, local, localPort);
    }
}
