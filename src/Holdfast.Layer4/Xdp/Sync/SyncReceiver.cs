using System.Buffers.Binary;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp.Sync;

/// <summary>Takes what another director tells into the connection tables, and asks for what it has missed.</summary>
/// <remarks>
/// What this node knows from packets of its own counts more: while it schedules for a service, an entry that lives is
/// not touched.
/// </remarks>
/// <param name="client">The director.</param>
/// <param name="syncId">Which messages count; 0: all.</param>
/// <param name="links">Those of this host.</param>
/// <param name="send">Sends a request.</param>
internal sealed class SyncReceiver(XdpClient client, byte syncId, SyncLinks links, SyncMessageSink send)
{
    /// <summary>How long a view of services and servers is used.</summary>
    private static readonly TimeSpan s_freshness = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan s_requestsApart = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_patienceMax = TimeSpan.FromSeconds(64);

    private readonly byte[] _request = new byte[SyncMessage.HeaderSize];
    private SyncTargets? _targets;
    private MonotonicTime _targetsUntil;
    private MonotonicTime _requestAt;
    private TimeSpan _patience = s_requestsApart;
    private ulong _sender;
    private uint _sequence;
    private ushort _number;
    private MonotonicTime _silentUntil = MonotonicTime.Never;
    private bool _isWanting = true;
    private bool _isAnswered;
    private bool _isWhole;

    /// <summary>How many records named a service or server that is not here.</summary>
    internal ulong UnknownCount { get; private set; }

    /// <summary>Asks for all connections, if something is missing and the last request is long enough ago.</summary>
    internal void Step(MonotonicTime now)
    {
        if (_isWanting && now >= _requestAt)
        {
            _requestAt = now + _patience;
            _silentUntil = _silentUntil.IsNever ? now + s_requestsApart : _silentUntil;
            _number = (ushort)System.Random.Shared.Next(1, ushort.MaxValue + 1);
            _isAnswered = false;
            SyncMessage.WriteHeader(new(SyncKind.Request, syncId, 0, 0, 0, _number), _request);
            _ = send(_request);
        }
    }

    /// <summary>Whether everything has come that the sender had when we asked, or nobody has spoken for a second.
    /// </summary>
    internal bool IsCaughtUp(MonotonicTime now) => _isWhole || (_sender == 0 && now >= _silentUntil);

    /// <summary>Takes one message.</summary>
    /// <exception cref="LinuxException">The tables cannot be written.</exception>
    internal void Take(ReadOnlySpan<byte> message, MonotonicTime now)
    {
        if (!SyncMessage.TryReadHeader(message, out SyncHeader header) || header.Kind != SyncKind.Connections
            || (syncId != 0 && header.SyncId != syncId))
        {
            return;
        }
        Follow(header, now);
        SyncTargets targets = Targets(now);
        ReadOnlySpan<byte> rest = message[SyncMessage.HeaderSize..];
        for (int i = 0; i < header.Count && SyncMessage.TryReadRecord(ref rest, out SyncRecord record); i++)
        {
            if (targets.TryFind(record, out SyncTarget target))
            {
                Take(record, target, now);
            }
            else
            {
                // The server may come with the next change of the configuration; then it is time to ask again.
                UnknownCount++;
                Want(now, _patience);
            }
        }
        // What named a server that is not here does not count: it may never come.
        _isWhole |= header.IsWhole && _isAnswered;
    }

    private void Follow(in SyncHeader header, MonotonicTime now)
    {
        if (header.Sender != _sender)
        {
            // A sender begins with everything that it has; we may have come in the middle.
            _sender = header.Sender;
            _patience = s_requestsApart;
            _isWanting = header.Sequence != 1;
            _isAnswered = !_isWanting;
        }
        else if (header.Sequence != _sequence + 1)
        {
            _isAnswered = false;
            Want(now, TimeSpan.Zero);
        }
        else if (header.Request == _number && _number != 0)
        {
            // What was told since the request counts; others may ask later, which only adds to it.
            _isWanting = false;
            _isAnswered = true;
        }
        _sequence = header.Sequence;
    }

    private void Want(MonotonicTime now, TimeSpan delay)
    {
        if (!_isWanting)
        {
            _isWanting = true;
            _number = 0;
            _requestAt = MonotonicTime.Max(_requestAt, now + delay);
            _patience = _patience * 2 < s_patienceMax ? _patience * 2 : s_patienceMax;
        }
    }

    private SyncTargets Targets(MonotonicTime now)
    {
        if (_targets is null || now >= _targetsUntil)
        {
            _targets = new(client.Load());
            _targetsUntil = now + s_freshness;
        }
        return _targets;
    }

    private void Take(in SyncRecord record, in SyncTarget target, MonotonicTime time)
    {
        ulong now = (ulong)time.Nanoseconds;
        ulong expires = now
            + (Math.Min(record.RemainingMilliseconds, ConnectionTimeoutTable.SecondsMax * 1000UL) * 1_000_000UL);
        if (record.IsTemplate)
        {
            client.PutTemplate(
                new()
                {
                    Client = AddressWords.From(record.Client),
                    Service = target.Service,
                    Generation = target.ServiceGeneration,
                },
                new() { Expires = expires, Server = target.Server, Generation = target.Generation },
                target.IsActive, now);
            return;
        }
        client.PutConnection(
            new(KeyOf(record), record.Client.IsV6, IsTemplate: false),
            new()
            {
                Expires = expires,
                Server = target.Server,
                Generation = target.Generation,
                State = record.State,
            },
            target.IsActive, now);
        if (record.Hop is { } hop && links.InterfaceOf(hop.Link, time) is not 0 and int index)
        {
            client.PutHop(record.Client, new()
            {
                Mac = HardwareAddress.From(hop.Mac),
                InterfaceIndex = index,
                TagControl = hop.Tag,
            }, target.IsActive);
        }
        if (target.NeedsTranslation)
        {
            TakeTranslation(record, target, expires);
        }
    }

    // It follows from the connection: without masquerading, the server sees the client's own address and port.
    private void TakeTranslation(in SyncRecord record, in SyncTarget target, ulong expires)
    {
        ConnectionKey6 flow = KeyOf(record);
        client.PutTranslation(
            new()
            {
                Server = AddressWords.From(record.Server.Address),
                Peer = flow.Client,
                ServerPort = record.Server.Port == 0 ? flow.Port
                    : BinaryPrimitives.ReverseEndianness(record.Server.Port),
                PeerPort = flow.ClientPort,
                Protocol = (byte)record.Protocol,
                Family = record.Client.IsV6 ? (byte)6 : (byte)4,
            },
            new()
            {
                Expires = expires,
                Client = flow.Client,
                Address = flow.Address,
                ClientPort = flow.ClientPort,
                Port = flow.Port,
                State = record.State,
                Server = target.Server,
                Generation = target.Generation,
            },
            target.IsActive);
    }

    private static ConnectionKey6 KeyOf(in SyncRecord record) => new()
    {
        Client = AddressWords.From(record.Client),
        Address = AddressWords.From(record.Address),
        ClientPort = BinaryPrimitives.ReverseEndianness(record.ClientPort),
        Port = BinaryPrimitives.ReverseEndianness(record.Port),
        Protocol = (uint)record.Protocol,
    };
}
