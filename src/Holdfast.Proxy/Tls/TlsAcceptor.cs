using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Linux.OpenSsl;
using Holdfast.Proxy.Accept;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Tls;

/// <summary>Shakes hands with the clients of a listener, and hands them on when that is done.</summary>
/// <typeparam name="TTransport">The loop's transport.</typeparam>
/// <param name="loop">The loop.</param>
/// <param name="inner">Who takes the connections then.</param>
/// <param name="server">Certificates and settings.</param>
/// <param name="timeoutMilliseconds">How long a handshake may take; negative: for ever.</param>
/// <param name="exit">How those go whose handshake fails.</param>
internal sealed class TlsAcceptor<TTransport>(
    EventLoop<TTransport> loop, Acceptor inner, TlsServer server, long timeoutMilliseconds,
    ClientExit<TTransport> exit) : Acceptor
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

        internal void Begin(Listener listener, Connection connection)
        {
            _listener = listener;
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
            => Refuse(connection, "Connection closed during SSL handshake"u8, isNull: true);

        public override void OnSent(Connection connection)
        {
        }

        public override void OnFailed(Connection connection, Errno errno)
        {
            TlsHandshakeError error = (connection.Layer as TlsLayer)?.HandshakeError ?? TlsHandshakeError.Reset;
            Refuse(connection, error switch
            {
                TlsHandshakeError.ClosedSilently => "Connection closed during SSL handshake"u8,
                TlsHandshakeError.Reset => "Connection error during SSL handshake"u8,
                TlsHandshakeError.Authority => "SSL client CA chain cannot be verified"u8,
                TlsHandshakeError.Certificate => "SSL client certificate not trusted"u8,
                _ => "SSL handshake failure"u8,
            }, isNull: error is TlsHandshakeError.ClosedSilently or TlsHandshakeError.Reset);
        }

        public override void OnTimeout(Connection connection)
            => Refuse(connection, "Timeout during SSL handshake"u8, isNull: true);

        private void Refuse(Connection connection, ReadOnlySpan<byte> reason, bool isNull = false)
        {
            acceptor.FailedCount++;
            Listener listener = _listener!;
            _listener = null;
            acceptor._free.Push(this);
            acceptor.Exit.Refuse(listener, connection, isReset: false, isNull, reason);
        }
    }

    private EventLoop<TTransport> Loop => loop;

    private Acceptor Inner => inner;

    private TlsServer Server => server;

    private long Timeout => timeoutMilliseconds;

    private ClientExit<TTransport> Exit => exit;
}
