using System.Buffers.Binary;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp.Layout;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp.Sync;

/// <summary>Walks over the connection tables, and tells what has changed since the last walk.</summary>
/// <remarks>
/// A walk is chosen instead of a ring of events, because the program pays nothing for it: states and timeouts change
/// with the packets of known connections. Walks take at most a twentieth of the time of one processor.
/// </remarks>
/// <param name="client">The director.</param>
/// <param name="syncId">Directors with the same number share connections.</param>
/// <param name="sizeMax">Bytes of a message.</param>
/// <param name="links">Those of this host.</param>
/// <param name="send">Sends one message; false: it was not taken, and is lost.</param>
internal sealed class SyncSender(
    XdpClient client, byte syncId, int sizeMax, SyncLinks links, SyncMessageSink send)
{
    /// <summary>Between two walks, at least.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Between two walks when the first had more to tell than goes into one.</summary>
    private static readonly TimeSpan s_hurry = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan s_restartsApart = TimeSpan.FromSeconds(1);

    /// <summary>What one walk tells of at most: about half a megabyte, which the receiver's buffer holds.</summary>
    private const int RecordsMax = 8192;

    private const int RestShare = 19;

    private readonly SyncLedger _ledger = new();
    private readonly byte[] _message = new byte[sizeMax];
    private MonotonicTime _restarted;
    private ushort _asked;
    private ushort _answered;
    private bool _isAsked;
    private uint _sequence;
    private int _length;
    private ushort _count;

    /// <summary>What tells this sender from others.</summary>
    internal ulong Id { get; } = BinaryPrimitives.ReadUInt64LittleEndian(
        System.Security.Cryptography.RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>Somebody has joined, or missed something: all connections are told of again, at most once a second.
    /// </summary>
    /// <param name="request">The number of the request.</param>
    internal void Restart(ushort request)
    {
        _isAsked = true;
        _asked = request;
    }

    /// <summary>One walk.</summary>
    /// <returns>How long to wait until the next.</returns>
    /// <exception cref="LinuxException">The tables cannot be read.</exception>
    internal TimeSpan Walk()
    {
        MonotonicTime begin = MonotonicClock.Now;
        ulong now = (ulong)begin.Nanoseconds;
        int told = 0;
        bool isWhole = true;
        Reset();
        if (_isAsked && begin >= _restarted + s_restartsApart)
        {
            _restarted = begin;
            _isAsked = false;
            _answered = _asked;
            _ledger.Clear();
        }
        _ledger.Begin();
        client.VisitShared((state, in key, in connection) =>
        {
            switch (_ledger.Judge(key, connection, now, told < RecordsMax))
            {
                case SyncNeed.Now:
                    told++;
                    Add(RecordOf(state, key, connection, begin));
                    break;
                case SyncNeed.Later:
                    isWhole = false;
                    break;
                default:
                    break;
            }
        });
        _ledger.End();
        // Also when there is nothing to tell: who listens hears that it has missed nothing.
        Flush(isWhole);
        TimeSpan rest = (MonotonicClock.Now - begin) * RestShare;
        TimeSpan least = isWhole ? Interval : s_hurry;
        return rest > least ? rest : least;
    }

    private SyncRecord RecordOf(
        DirectorState state, in SharedKey shared, in ConnectionRecord connection, MonotonicTime now)
    {
        ref readonly ServerRecord server = ref state.Servers[connection.Server];
        IpAddress peer = shared.Key.Client.ToAddress(shared.IsV6);
        bool hasHop = server.Forwarding == ForwardingMethod.Nat && !shared.IsTemplate;
        return new(
            (ServiceProtocol)shared.Key.Protocol, (byte)connection.State, peer,
            BinaryPrimitives.ReverseEndianness(shared.Key.ClientPort), shared.Key.Address.ToAddress(shared.IsV6),
            BinaryPrimitives.ReverseEndianness(shared.Key.Port), server.Key,
            (uint)Math.Min((connection.Expires - (ulong)now.Nanoseconds) / 1_000_000, uint.MaxValue),
            shared.IsTemplate, hasHop ? HopOf(peer, now) : null);
    }

    private SyncHop? HopOf(IpAddress peer, MonotonicTime now)
        => client.HopOf(peer) is { } hop && links.AddressOn(hop.InterfaceIndex, peer.Family, now) is { } address
            ? new(hop.Mac.ToAddress(), hop.TagControl, address) : null;

    private void Add(in SyncRecord record)
    {
        if (_message.Length - _length < SyncMessage.RecordSizeMax)
        {
            Flush(isWhole: false);
        }
        _length += SyncMessage.WriteRecord(record, _message.AsSpan(_length));
        _count++;
    }

    private void Flush(bool isWhole)
    {
        SyncMessage.WriteHeader(
            new(SyncKind.Connections, syncId, _count, Id, ++_sequence, _answered, isWhole), _message);
        _ = send(_message.AsSpan(0, _length)); // a receiver sees the gap, and asks
        Reset();
    }

    private void Reset()
    {
        _length = SyncMessage.HeaderSize;
        _count = 0;
    }
}

/// <summary>Takes a message to the others.</summary>
/// <param name="message">Valid during the call only.</param>
internal delegate bool SyncMessageSink(ReadOnlySpan<byte> message);
