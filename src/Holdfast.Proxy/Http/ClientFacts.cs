using Holdfast.HAProxy.Samples;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Http;

/// <summary>What is known of a client's connection: asked for once, when somebody wants to know.</summary>
internal sealed class ClientFacts
{
    private uint _source;
    private uint _destination;
    private ushort _sourcePort;
    private ushort _destinationPort;
    private bool _isShort;
    private EndpointPair[]? _long;

    /// <summary>Both ends of the connection as rules see them.</summary>
    /// <remarks>Each idle client has this object, so two IPv4 addresses take no more than they need.</remarks>
    internal EndpointPair Endpoints
    {
        get => _isShort ? new(IpAddress.V4(_source), _sourcePort, IpAddress.V4(_destination), _destinationPort)
            : _long?[0] ?? default;
        private set
        {
            _isShort = value.Source.IsV4 && value.Destination.IsV4;
            if (!_isShort)
            {
                (_long ??= new EndpointPair[1])[0] = value;
                return;
            }
            (_source, _destination) = ((uint)(value.Source.High >> 32), (uint)(value.Destination.High >> 32));
            (_sourcePort, _destinationPort) = ((ushort)value.SourcePort, (ushort)value.DestinationPort);
        }
    }

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
