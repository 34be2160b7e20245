using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.OpenSsl;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Logs;

namespace Holdfast.Proxy.Tls;

/// <summary>Shakes hands with the clients of a listener, and hands them on when that is done.</summary>
/// <typeparam name="TTransport">The loop's transport.</typeparam>
/// <param name="loop">The loop.</param>
/// <param name="inner">Who takes the connections then.</param>
/// <param name="server">Certificates and settings.</param>
/// <param name="timeoutMilliseconds">How long a handshake may take; negative: for ever.</param>
/// <param name="log">Told of those that fail; null: nobody.</param>
/// <param name="logsNull">Whether clients that sent nothing are logged, too.</param>
internal sealed class TlsAcceptor<TTransport>(
    EventLoop<TTransport> loop, Acceptor inner, TlsServer server, long timeoutMilliseconds, RefusalLog? log,
    bool logsNull) : Acceptor
    where TTransport : struct, ITransport
{
    private readonly Stack<Greeter> _free = new();

    /// <summary>Clients that went away or were sent away before their handshake was done.</summary>
    internal long FailedCount { get; private set; }

    /// <inheritdoc/>
    public override void OnAccepted(Listener listener, Connection connection)
    {
        if (!_free.TryPop(out Greeter? greeter))
        {
            greeter = new Greeter(this);
        }
        greeter.Begin(listener, connection);
    }

    /// <inheritdoc/>
    internal override void Drain() => inner.Drain();

    /// <inheritdoc/>
    internal override FrontendCounters Totals => inner.Totals;

    /// <summary>Owns a connection during its handshake.</summary>
    private sealed class Greeter(TlsAcceptor<TTransport> acceptor) : ConnectionOwner
    {
        private Listener? _listener;
        private long _acceptedAt;

        internal void Begin(Listener listener, Connection connection)
        {
            _listener = listener;
            _acceptedAt = acceptor.Log is null ? 0 : RefusalLog.WallClock;
            connection.Owner = this;
            connection.SetTimeout(acceptor.Timeout);
            if (!TlsLayer.TryAccept(acceptor.Loop.State, connection, acceptor.Server))
            {
                Refuse(connection, "Out of memory when initializing an SSL connection"u8);
            }
        }

        public override void OnConnected(Connection connection)
        {
            connection.SetTimeout(-1);
            Listener listener = _listener!;
            acceptor._free.Push(this);
            acceptor.Inner.OnAccepted(listener, connection);
        }

        public override void OnReceived(Connection connection, BufferPart data)
            => acceptor.Loop.State.Buffers.Return(data.Buffer);

        public override void OnReceiveEnded(Connection connection)
            => Refuse(connection, "Connection closed during SSL handshake"u8);

        public override void OnSent(Connection connection)
        {
        }

        public override void OnFailed(Connection connection, Errno errno)
        {
            TlsHandshakeError error = (connection.Layer as TlsLayer)?.HandshakeError ?? TlsHandshakeError.Reset;
            if (error == TlsHandshakeError.ClosedSilently && !acceptor.LogsNull)
            {
                Refuse(connection, default);
                return;
            }
            Refuse(connection, error switch
            {
                TlsHandshakeError.ClosedSilently => "Connection closed during SSL handshake"u8,
                TlsHandshakeError.Reset => "Connection error during SSL handshake"u8,
                TlsHandshakeError.Authority => "SSL client CA chain cannot be verified"u8,
                TlsHandshakeError.Certificate => "SSL client certificate not trusted"u8,
                _ => "SSL handshake failure"u8,
            });
        }

        public override void OnTimeout(Connection connection)
            => Refuse(connection, "Timeout during SSL handshake"u8);

        private void Refuse(Connection connection, ReadOnlySpan<byte> reason)
        {
            if (!reason.IsEmpty)
            {
                acceptor.Log?.OnRefused(connection, _acceptedAt, reason);
            }
            acceptor.FailedCount++;
            Listener listener = _listener!;
            acceptor._free.Push(this);
            acceptor.Loop.Transport.Close(connection, isReset: false);
            listener.Leave();
            if (listener.IsPaused && listener.HasRoom)
            {
                acceptor.Loop.Transport.Resume(listener);
            }
        }
    }

    private EventLoop<TTransport> Loop => loop;

    private Acceptor Inner => inner;

    private TlsServer Server => server;

    private long Timeout => timeoutMilliseconds;

    private RefusalLog? Log => log;

    private bool LogsNull => logsNull;
}
