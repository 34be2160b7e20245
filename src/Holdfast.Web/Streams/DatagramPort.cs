using Holdfast.Linux.Abi;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Loops;

namespace Holdfast.Web.Streams;

/// <summary>Who a datagram is from, and where it was sent to: what a session is known by.</summary>
internal readonly record struct DatagramKey(IpAddress Client, int Port, IpAddress Local);

/// <summary>A listener of datagrams on its loop: finds the session of each one, or begins one.</summary>
/// <param name="parent">What sessions of the loop share.</param>
/// <param name="listening">The listener.</param>
/// <param name="batch">For datagrams of the loop.</param>
/// <param name="sessionsMax">Sessions at the same time; datagrams of further clients are dropped.</param>
internal sealed class DatagramPort(
    StreamLoop parent, StreamListening listening, DatagramBatch batch, int sessionsMax) : ReadyPort
{
    private const int RoundsMax = 16;

    private readonly Dictionary<DatagramKey, DatagramSession> _sessions = [];
    private readonly Stack<DatagramSession> _free = new();
    private int _localPort;

    /// <summary>Sessions that are under way, those that take no more datagrams included.</summary>
    internal int SessionCount { get; private set; }

    internal StreamLoop Parent => parent;

    internal WebLoop Loop => parent.Loop;

    internal DatagramBatch Batch => batch;

    /// <summary>Begins to take datagrams.</summary>
    internal void Listen(int fd)
    {
        Fd = fd;
        _ = TcpSocket.GetLocal(fd, out _, out _localPort);
        _ = Loop.Watch(this);
    }

    /// <summary>Takes none any more; sessions go on.</summary>
    internal void Close()
    {
        if (Slot >= 0)
        {
            Loop.Unwatch(this);
        }
    }

    /// <inheritdoc/>
    public override bool OnReadable()
    {
        for (int round = 0; round < RoundsMax; round++)
        {
            Errno errno = batch.Receive(Fd);
            if (errno == Errno.EAGAIN)
            {
                return false;
            }
            if (errno != Errno.Success)
            {
                continue; // what became of a datagram that was sent to a client
            }
            int count = batch.Count;
            for (int i = 0; i < count; i++)
            {
                Take(i);
            }
            if (count < DatagramBatch.CountMax)
            {
                return false; // what comes later is reported anew
            }
        }
        return true;
    }

    /// <summary>A session takes no more datagrams: the next one of its client begins another.</summary>
    internal void Detach(DatagramSession session)
    {
        if (_sessions.TryGetValue(session.Key, out DatagramSession? known) && known == session)
        {
            _ = _sessions.Remove(session.Key);
        }
    }

    /// <summary>A session has ended.</summary>
    internal void Return(DatagramSession session)
    {
        Detach(session);
        SessionCount--;
        _free.Push(session);
    }

    private void Take(int index)
    {
        DatagramKey key = new(batch.PeerOf(index), batch.PortOf(index), batch.DestinationOf(index));
        if (!_sessions.TryGetValue(key, out DatagramSession? session))
        {
            if (key.Client.IsNone || SessionCount >= sessionsMax)
            {
                return;
            }
            SessionCount++;
            session = _free.TryPop(out DatagramSession? free) ? free : new DatagramSession(this);
            _sessions.Add(key, session);
            if (!session.Begin(listening.For(key.Local), key, _localPort, batch[index]))
            {
                return;
            }
        }
        session.OnClientDatagram(batch[index]);
    }
}
