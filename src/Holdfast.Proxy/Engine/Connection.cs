using Holdfast.HAProxy.Samples;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Engine;

/// <summary>One TCP connection on an event loop: its socket, what is to be sent, what is waited for.</summary>
/// <remarks>
/// Objects are used again for other connections once the loop has nothing under way for them: whoever has closed a
/// connection must not keep it. The deadline of a connection is its timer's.
/// </remarks>
public sealed class Connection : TimerEntry, IClientSocket
{
    internal const int NoSlot = -1;
    internal const int NoDescriptor = -1;

    private const int RoomWhenBlocked = 2;

    private readonly LoopState _loop;

    internal Connection(LoopState loop) => _loop = loop;

    /// <summary>Who is told; must be set before anything is asked of the connection.</summary>
    public ConnectionOwner? Owner { get; set; }

    /// <summary>What the owner wants to remember of it, such as its server or its place in a pool.</summary>
    public object? Attachment { get; set; }

    /// <summary>What only a connection to a server needs: made when it is first asked for.</summary>
    internal UpstreamFacts Upstream => _upstream ??= new UpstreamFacts();

    /// <summary>The next one in a list of the owner (idle connections of a server).</summary>
    internal Connection? Link
    {
        get => _upstream?.Next;
        set => Upstream.Next = value;
    }

    /// <summary>The socket; −1: closed.</summary>
    public int Fd { get; internal set; } = -1;

    /// <summary>How many buffers wait to be sent.</summary>
    public int QueuedCount => _queue.Count + HeldCount;

    /// <summary>
    /// Whether its source is read on: a sink that takes data gets them by bursts, one that does not has the last
    /// burst, and little else, waiting.
    /// </summary>
    public bool HasRoom => QueuedCount < RoomWhenBlocked
        || (!Has(ConnectionFlags.SendArmed | ConnectionFlags.Blocked) && QueuedCount < _loop.Burst);

    /// <summary>When it was made, in milliseconds of the loop's clock.</summary>
    internal long OpenedAt { get; set; }

    /// <summary>Bytes received from the peer.</summary>
    public long ReceivedBytes { get; internal set; }

    /// <summary>Bytes that the kernel has taken to be sent.</summary>
    public long SentBytes { get; internal set; }

    /// <summary>Whether a receive is under way.</summary>
    public bool IsReceiving => Has(ConnectionFlags.ReceiveWanted);

    /// <summary>Whether the connection is still being made.</summary>
    public bool IsConnecting => Has(ConnectionFlags.Connecting);

    /// <summary>Whether it is closed.</summary>
    public bool IsClosed => Fd < 0;

    /// <summary>What stands between socket and owner; null: nothing.</summary>
    internal ConnectionLayer? Layer { get; set; }

    /// <summary>Buffers of the owner that the layer has and could not send yet.</summary>
    internal int HeldCount { get; set; }

    /// <summary>Whom the transport tells.</summary>
    internal ConnectionOwner Sink => Layer is { } layer ? layer : Owner!;

    /// <summary>What is known of its TLS, for expressions; null: there is none, or it does not stand yet.</summary>
    internal ITlsFacts? TlsFacts => Layer as ITlsFacts;

    internal int Slot { get; set; } = NoSlot;

    internal uint Generation { get; set; }

    internal ConnectionFlags Flags { get; set; }

    internal Errno Failure { get; set; }

    /// <summary>Operations of the kernel, or places in lists of the loop, that still name this object.</summary>
    internal int Pins { get; set; }

    internal Connection? NextReady { get; set; }

    internal Connection? NextSender { get; set; }

    internal ref BufferQueue Queue => ref _queue;

    internal ref BufferQueue Inbox => ref _inbox;

    private AnnouncedEnds? _announced;
    private UpstreamFacts? _upstream;
    private BufferQueue _queue;
    private BufferQueue _inbox;

    /// <summary>
    /// Both ends as somebody in front has announced them (PROXY protocol); null: the kernel's count.
    /// </summary>
    public AnnouncedEnds? Announced => _announced is { IsSet: true } ? _announced : null;

    /// <summary>The peer's address and port, as announced or by a system call; none of a Unix socket.</summary>
    public Errno GetPeer(out IpAddress address, out int port)
    {
        if (Announced is not { } ends)
        {
            return TcpSocket.GetPeer(Fd, out address, out port);
        }
        (address, port) = (ends.Source, ends.SourcePort);
        return Errno.Success;
    }

    /// <summary>Our own address and port, as announced or by a system call; none of a Unix socket.</summary>
    public Errno GetLocal(out IpAddress address, out int port)
    {
        if (Announced is not { } ends)
        {
            return TcpSocket.GetLocal(Fd, out address, out port);
        }
        (address, port) = (ends.Destination, ends.DestinationPort);
        return Errno.Success;
    }

    /// <summary>Has both ends shown as announced for as long as it is open.</summary>
    internal AnnouncedEnds Announce()
    {
        _announced ??= new AnnouncedEnds();
        _announced.IsSet = true;
        return _announced;
    }

    /// <summary>Gives back what was received: it will come again, before all that has not come yet.</summary>
    /// <param name="data">The bytes; their buffer is the connection's from now on.</param>
    internal void Unread(BufferPart data) => _inbox.Prepend(_loop.Buffers, data);

    /// <summary>An address of its own to connect to, while it is being made and as long as it is open.</summary>
    internal SocketEndpoint OwnTarget(IpAddress address, int port)
    {
        if (Upstream.Target is not { } target)
        {
            return Upstream.Target = new SocketEndpoint(address, port);
        }
        target.Change(address, port);
        return target;
    }

    internal void ForgetUpstream() => _upstream?.Forget();

    internal void ForgetEnds()
    {
        if (_announced is not null)
        {
            _announced.IsSet = false;
        }
    }

    /// <summary>Sets when <see cref="ConnectionOwner.OnTimeout"/> is called, instead of any time before.</summary>
    /// <param name="milliseconds">From now; negative: never.</param>
    public void SetTimeout(long milliseconds)
        => _loop.Timers.Set(this, milliseconds < 0 ? Never : _loop.Now + milliseconds);

    /// <inheritdoc/>
    public void SetMark(int mark) => TcpSocket.SetMark(Fd, mark);

    /// <inheritdoc/>
    public void SetTypeOfService(int value) => TcpSocket.SetTypeOfService(Fd, value);

    internal bool Has(ConnectionFlags flag) => (Flags & flag) != 0;

    internal override void OnDue() => Owner!.OnTimeout(this);
}
