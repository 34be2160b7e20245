using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Accept;

/// <summary>What happens to clients before their session begins: reading the PROXY protocol's header.</summary>
internal sealed class ClientGate<TTransport>(EventLoop<TTransport> loop, FrontendOptions options, Acceptor inner)
    : Acceptor
    where TTransport : struct, ITransport
{
    private readonly Stack<ProxyHandshake<TTransport>> _free = new();

    /// <summary>Connections that have ended before a session began.</summary>
    internal long RefusedCount { get; private set; }

    internal EventLoop<TTransport> Loop { get; } = loop;

    /// <summary>How long a header may take, in milliseconds; negative: for ever.</summary>
    internal long TimeoutMilliseconds { get; } = options.Timeouts.Client;

    /// <inheritdoc/>
    public override void OnAccepted(Listener listener, Connection connection)
    {
        if (options.SegmentReduction > 0)
        {
            TcpSocket.ReduceSegmentSize(connection.Fd, options.SegmentReduction);
        }
        if (!options.ExpectsProxyHeader)
        {
            inner.OnAccepted(listener, connection);
            return;
        }
        if (!_free.TryPop(out ProxyHandshake<TTransport>? handshake))
        {
            handshake = new ProxyHandshake<TTransport>(this);
        }
        handshake.Begin(listener, connection);
    }

    internal override FrontendCounters Totals => inner.Totals;

    internal override void Drain() => inner.Drain();

    /// <summary>The header is there, and what it says is noted.</summary>
    internal void Pass(ProxyHandshake<TTransport> handshake, Listener listener, Connection connection)
    {
        _free.Push(handshake);
        inner.OnAccepted(listener, connection);
    }

    /// <summary>There will be no session.</summary>
    internal void Refuse(ProxyHandshake<TTransport> handshake, Listener listener, Connection connection, bool isReset)
    {
        _free.Push(handshake);
        RefusedCount++;
        Loop.Transport.Close(connection, isReset);
        listener.Leave();
        if (listener.IsPaused && listener.HasRoom)
        {
            Loop.Transport.Resume(listener);
        }
    }
}
