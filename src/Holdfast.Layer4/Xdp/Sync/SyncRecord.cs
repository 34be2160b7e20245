using Holdfast.Layer4.Model;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp.Sync;

/// <summary>A connection as one director tells another of it: the server is named by its address.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="State">IPVS's number; UDP is always 0.</param>
/// <param name="Client">Address of the client.</param>
/// <param name="ClientPort">Its port.</param>
/// <param name="Address">The virtual address, of the same family.</param>
/// <param name="Port">The virtual port.</param>
/// <param name="Server">Address and port of the real server; a tunnel's may be of the other family.</param>
/// <param name="RemainingMilliseconds">How long it is remembered without a packet.</param>
/// <param name="IsTemplate">Whether it is a template of a persistent service, for all of the client's connections.
/// </param>
/// <param name="Hop">Of a connection that NAT forwards: where the client's packets come from, and answers go; null: not
/// known.</param>
internal readonly record struct SyncRecord(
    ServiceProtocol Protocol, byte State, IpAddress Client, ushort ClientPort, IpAddress Address, ushort Port,
    RealServerKey Server, uint RemainingMilliseconds, bool IsTemplate = false, SyncHop? Hop = null);

/// <summary>Where a client's packets come from, on a link that both directors are on.</summary>
/// <param name="Mac">Who sends them there: the client, or a router.</param>
/// <param name="Tag">Control information of their VLAN tag; null: they have none.</param>
/// <param name="Link">An address that the sender has on the link, of the client's family.</param>
internal readonly record struct SyncHop(MacAddress Mac, ushort? Tag, IpAddress Link);

/// <summary>What a message is for.</summary>
internal enum SyncKind : byte
{
    /// <summary>Connections; none: the sender is alive, and no message before it is missing.</summary>
    Connections = 1,

    /// <summary>A receiver wants to hear of all connections.</summary>
    Request = 2,
}

/// <summary>The first bytes of a message.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="SyncId">Directors with the same number share connections.</param>
/// <param name="Count">Of the records that follow.</param>
/// <param name="Sender">A number that its process has drawn.</param>
/// <param name="Sequence">Counts the messages of the sender, from 1; 0 in a request.</param>
/// <param name="Request">In a request a number that the receiver has drawn. In the messages that follow, the number of
/// the request that was heard last: what is told since then is all there is. 0: none.</param>
/// <param name="IsWhole">Whether nothing is left to tell after this message.</param>
internal readonly record struct SyncHeader(
    SyncKind Kind, byte SyncId, ushort Count, ulong Sender, uint Sequence, ushort Request = 0, bool IsWhole = false);
