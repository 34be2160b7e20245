using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Http;

/// <summary>What is known of a client's connection: asked for once, when somebody wants to know.</summary>
internal sealed class ClientFacts
{
    /// <summary>Both ends of the connection as rules see them.</summary>
    internal EndpointPair Endpoints { get; set; }

    /// <summary>Whether the PROXY protocol named them.</summary>
    internal bool HasProxyHeader { get; private set; }

    /// <summary>When it was accepted, in microseconds since 1970.</summary>
    internal long AcceptedAt { get; set; }

    /// <summary>Asks the kernel.</summary>
    internal void Read(Connection client)
    {
        _ = client.GetPeer(out IpAddress peer, out int peerPort);
        _ = client.GetLocal(out IpAddress local, out int localPort);
        HasProxyHeader = client.Announced is not null;
        Endpoints = new EndpointPair(peer, peerPort, local, localPort);
    }
}
