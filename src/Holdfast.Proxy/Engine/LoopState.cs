using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Engine;

/// <summary>What the connections of one event loop share: buffers, timers, the table of connections.</summary>
/// <remarks>Used on the loop's thread alone.</remarks>
public sealed class LoopState : IDisposable
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly Connection?[] _table;
    private readonly uint[] _generations;
    private readonly int[] _freeSlots;
    private readonly Stack<Connection> _idle = new();
    private readonly SocketEndpoint _ownSource = new(IpAddress.V4(0), 0);
    private int _freeSlotCount;
    private int _touchedSlots;

    internal LoopState(EngineSettings settings, int index)
    {
        Settings = settings;
        Index = index;
        Buffers = new BufferPool(settings.BuffersMax, settings.BufferSize);
        _table = new Connection?[settings.ConnectionsMax];
        _generations = new uint[settings.ConnectionsMax];
        _freeSlots = new int[settings.ConnectionsMax];
        BeginTurn();
        Timers = new TimerWheel(Now);
    }

    /// <summary>Sizes and limits.</summary>
    public EngineSettings Settings { get; }

    /// <summary>Number of the loop in its process, from 0.</summary>
    public int Index { get; }

    /// <summary>The buffers.</summary>
    public BufferPool Buffers { get; }

    /// <summary>The deadlines.</summary>
    public TimerWheel Timers { get; }

    /// <summary>The present in milliseconds, as of the last time the loop woke up.</summary>
    public long Now { get; private set; }

    /// <summary>How many connections there are.</summary>
    public int ConnectionCount => _touchedSlots - _freeSlotCount;

    internal ReadyList Ready;

    /// <summary>Descriptors of datagrams.</summary>
    internal PortTable Ports { get; } = new();

    /// <summary>The loop's transport, for layers.</summary>
    internal IReceiver? Receiver { get; set; }

    /// <summary>What TLS connections of the loop share; null: there was none yet.</summary>
    internal Tls.TlsLoop? Tls { get; set; }

    /// <summary>TLS connections of the whole process; null: nobody counts.</summary>
    internal Tls.TlsUse? TlsUse { get; set; }

    /// <summary>Connections whose data are sent together, soon.</summary>
    internal SenderList Senders;

    /// <summary>Buffers that one connection may fill in one go now.</summary>
    internal int Burst { get; private set; }

    /// <summary>Connections that wait for a buffer to receive into.</summary>
    internal ReadyList Starved;

    /// <inheritdoc/>
    public void Dispose()
    {
        Tls?.Dispose();
        Buffers.Dispose();
    }

    /// <summary>Who has connections now, some of them twice.</summary>
    internal ConnectionOwner[] Owners() => [.. _table.Take(_touchedSlots)
        .Where(static one => one is { IsClosed: false, Owner: not null }).Select(static one => one!.Owner!)];

    /// <summary>Closes every connection without telling its owner: the loop has ended.</summary>
    internal void CloseAll<TTransport>(ref TTransport transport)
        where TTransport : struct, ITransport
    {
        for (int slot = 0; slot < _touchedSlots; slot++)
        {
            if (_table[slot] is { IsClosed: false } connection)
            {
                transport.Close(connection, isReset: false);
            }
        }
        transport.Wait(MonotonicTime.Zero);
    }

    /// <summary>Looks at the clock and at how many buffers are left.</summary>
    internal void BeginTurn()
    {
        UpdateNow();
        int left = Buffers.ReceiveRoom;
        int half = Settings.BuffersMax / 2;
        Burst = left > half ? Settings.BurstMax : left > half / 2 ? Math.Min(2, Settings.BurstMax) : 1;
    }

    private void UpdateNow() => Now = MonotonicClock.Now.Nanoseconds / NanosecondsPerMillisecond;

    /// <summary>A connection for a new socket; null when the table is full.</summary>
    internal Connection? Rent(int fd)
    {
        int slot;
        if (_freeSlotCount > 0)
        {
            slot = _freeSlots[--_freeSlotCount];
        }
        else if (_touchedSlots < _table.Length)
        {
            slot = _touchedSlots++;
        }
        else
        {
            return null;
        }
        if (!_idle.TryPop(out Connection? connection))
        {
            connection = new Connection(this);
        }
        connection.Fd = fd;
        connection.Slot = slot;
        // By slot, not by object: a late event of the slot's last connection must not fit this one.
        connection.Generation = _generations[slot] = (_generations[slot] + 1) & LoopToken.GenerationMask;
        connection.Flags = ConnectionFlags.None;
        connection.Failure = Errno.Success;
        connection.OpenedAt = Now;
        connection.ReceivedBytes = 0;
        connection.SentBytes = 0;
        connection.ForgetEnds();
        _table[slot] = connection;
        return connection;
    }

    /// <summary>A connection with an open socket, which is to be connected.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="isNonblocking">Whether O_NONBLOCK is set.</param>
    /// <param name="peer">Where to, as the kernel reads it: valid while the connection is being made.</param>
    /// <param name="errno">Why there is none; ENFILE also when the table is full.</param>
    internal Connection? TryOpen(
        in ConnectTarget target, bool isNonblocking, out SocketEndpoint peer, out Errno errno)
    {
        Connection? connection = Rent(Connection.NoDescriptor);
        peer = target.Peer!;
        if (connection is null)
        {
            errno = Errno.ENFILE;
            return null;
        }
        peer = target.Peer ?? connection.OwnTarget(target.Address, target.Port);
        SocketEndpoint? source = target.Source;
        if (!target.SourceAddress.IsNone)
        {
            source = _ownSource;
            source.Change(target.SourceAddress, target.SourcePort);
        }
        errno = TcpSocket.Open(peer, source, target.Settings ?? ConnectSettings.None, isNonblocking, out int fd);
        if (errno != Errno.Success)
        {
            Retire(connection);
            return null;
        }
        connection.Fd = fd;
        return connection;
    }

    /// <summary>The connection that a token of the kernel means; null: it is closed.</summary>
    internal Connection? Find(ulong token)
    {
        Connection? connection = _table[LoopToken.SlotOf(token)];
        return connection is not null && connection.Generation == LoopToken.GenerationOf(token)
            && !connection.IsClosed ? connection : null;
    }

    /// <summary>The same, also when it is closed and waits for what is under way.</summary>
    internal Connection? FindPinned(ulong token)
    {
        Connection? connection = _table[LoopToken.SlotOf(token)];
        return connection is not null && connection.Generation == LoopToken.GenerationOf(token) ? connection : null;
    }

    /// <summary>Has a connection that was just closed used again as soon as nothing names it.</summary>
    internal void Retire(Connection connection)
    {
        Timers.Remove(connection);
        connection.Queue.Clear(Buffers);
        connection.Inbox.Clear(Buffers);
        connection.Owner = null;
        connection.Attachment = null;
        connection.ForgetUpstream();
        connection.HeldCount = 0;
        connection.Fd = -1;
        if (connection.Pins == 0)
        {
            Recycle(connection);
        }
    }

    /// <summary>Ends one reason to keep a connection object.</summary>
    internal void Unpin(Connection connection)
    {
        connection.Pins--;
        Invariant.Check(connection.Pins >= 0);
        if (connection.Pins == 0 && connection.IsClosed)
        {
            Recycle(connection);
        }
    }

    /// <summary>Connections that wait for buffers try again, as many as there are buffers now.</summary>
    internal void FeedStarved()
    {
        int room = Buffers.ReceiveRoom;
        for (int count = Math.Min(Starved.Count, room); count > 0; count--)
        {
            Connection connection = Starved.Take();
            if (!connection.IsClosed)
            {
                connection.Flags &= ~ConnectionFlags.LacksBuffer;
                Ready.Add(connection);
            }
            Unpin(connection);
        }
    }

    private void Recycle(Connection connection)
    {
        _table[connection.Slot] = null;
        _freeSlots[_freeSlotCount++] = connection.Slot;
        connection.Slot = Connection.NoSlot;
        _idle.Push(connection);
    }
}
