using System.Runtime.InteropServices;
using Holdfast.Layer4.Xdp.Layout;

namespace Holdfast.Layer4.Xdp.Sync;

/// <summary>What the sender has told of, so that it tells of changes only. Pure. One thread at a time.</summary>
/// <remarks>Holds no more entries than the connection tables, about 90 bytes each.</remarks>
internal sealed class SyncLedger
{
    private const uint Tcp = 6;
    private const uint Established = 1;
    private const uint FinWait = 4;
    private const uint LastAck = 8;
    private const uint MarkV6 = 0x10000;
    private const uint MarkTemplate = 0x20000;

    private readonly Dictionary<ConnectionKey6, Told> _told = new(new KeyComparer());
    private uint _walk;

    /// <summary>Number of connections that were told of.</summary>
    internal int Count => _told.Count;

    /// <summary>Forgets everything: all connections are told of anew.</summary>
    internal void Clear() => _told.Clear();

    /// <summary>A walk over the tables begins.</summary>
    internal void Begin() => _walk++;

    /// <summary>A walk has seen all entries: what it has not seen has gone.</summary>
    internal void End()
    {
        foreach ((ConnectionKey6 key, Told told) in _told)
        {
            if (told.Walk != _walk)
            {
                _ = _told.Remove(key);
            }
        }
    }

    /// <summary>Whether a connection has to be told of now; if so, it counts as told.</summary>
    /// <param name="shared">Its key.</param>
    /// <param name="connection">The entry, which has not expired.</param>
    /// <param name="now">CLOCK_MONOTONIC, in nanoseconds.</param>
    /// <param name="mayTell">Whether there is room.</param>
    internal SyncNeed Judge(
        in SharedKey shared, in ConnectionRecord connection, ulong now, bool mayTell)
    {
        uint protocol = shared.Key.Protocol;
        ConnectionKey6 marked = shared.Key with
        {
            Protocol = protocol | (shared.IsV6 ? MarkV6 : 0) | (shared.IsTemplate ? MarkTemplate : 0),
        };
        ref Told told = ref CollectionsMarshal.GetValueRefOrNullRef(_told, marked);
        bool isKnown = !System.Runtime.CompilerServices.Unsafe.IsNullRef(ref told);
        if (isKnown)
        {
            told.Walk = _walk;
            if (!HasChanged(told, connection, now))
            {
                return SyncNeed.None;
            }
        }
        else if (!shared.IsTemplate && !IsWorthTelling(protocol, connection.State))
        {
            return SyncNeed.None;
        }
        if (!mayTell)
        {
            return SyncNeed.Later;
        }
        _told[marked] = new()
        {
            Expires = connection.Expires,
            Server = connection.Server,
            Generation = connection.Generation,
            State = connection.State,
            Walk = _walk,
        };
        return SyncNeed.Now;
    }

    // Half-open connections are no loss, and a flood of them is no reason to flood the others; what is about to end
    // need not begin elsewhere.
    private static bool IsWorthTelling(uint protocol, uint state) => protocol != Tcp || state == Established;

    // An end is told of, and so is a life that goes on: the other side must not forget it before.
    private static bool HasChanged(in Told told, in ConnectionRecord connection, ulong now)
    {
        if (told.Server != connection.Server || told.Generation != connection.Generation
            || (told.State != connection.State && connection.State is Established or (>= FinWait and <= LastAck)))
        {
            return true;
        }
        return connection.Expires > told.Expires && connection.Expires - told.Expires > (connection.Expires - now) / 4;
    }

    private struct Told
    {
        internal ulong Expires;
        internal uint Server;
        internal uint Generation;
        internal uint State;
        internal uint Walk;
    }

    private sealed class KeyComparer : IEqualityComparer<ConnectionKey6>
    {
        public bool Equals(ConnectionKey6 x, ConnectionKey6 y) => Bytes(in x).SequenceEqual(Bytes(in y));

        public int GetHashCode(ConnectionKey6 key)
        {
            var hash = new HashCode();
            hash.AddBytes(Bytes(in key));
            return hash.ToHashCode();
        }

        private static ReadOnlySpan<byte> Bytes(ref readonly ConnectionKey6 key)
            => MemoryMarshal.AsBytes(new ReadOnlySpan<ConnectionKey6>(in key));
    }
}

/// <summary>What the ledger says of a connection.</summary>
internal enum SyncNeed : byte
{
    /// <summary>Nothing to tell.</summary>
    None,

    /// <summary>It is to be told of.</summary>
    Now,

    /// <summary>It would be, but there is no room now.</summary>
    Later,
}
