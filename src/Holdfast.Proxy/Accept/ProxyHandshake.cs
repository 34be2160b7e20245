using Holdfast.Http.ProxyProtocol;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Http;
using Holdfast.Proxy.Logs;

namespace Holdfast.Proxy.Accept;

/// <summary>Reads the PROXY protocol's header of one connection. Objects are used again.</summary>
internal sealed class ProxyHandshake<TTransport>(ClientGate<TTransport> gate) : ConnectionOwner
    where TTransport : struct, ITransport
{
    private readonly BufferPool _pool = gate.Loop.State.Buffers;
    private Listener? _listener;
    private HttpInput _input;
    private long _acceptedAt;

    internal void Begin(Listener listener, Connection connection)
    {
        _listener = listener;
        _acceptedAt = gate.Log is null ? 0 : RefusalLog.WallClock;
        connection.Owner = this;
        connection.SetTimeout(gate.TimeoutMilliseconds);
        gate.Loop.Transport.Receive(connection);
    }

    public override void OnReceived(Connection connection, BufferPart data)
    {
        _input.Add(_pool, data);
        ProxyResult result = ProxyHeaderParser.Parse(_input.Bytes(_pool), out ProxyHeader header);
        if (result.IsComplete)
        {
            Finish(connection, header, result.Consumed);
        }
        else if (result.Error == ProxyError.NoSignature)
        {
            Refuse(connection, "Received something which does not look like a PROXY protocol header"u8, isReset: true);
        }
        else if (result.Error != ProxyError.None || _input.IsFull)
        {
            Refuse(connection, "Received an invalid PROXY protocol header"u8, isReset: true);
        }
        else
        {
            gate.Loop.Transport.Receive(connection);
        }
    }

    public override void OnReceiveEnded(Connection connection) => Refuse(connection, _input.HasBytes
        ? "Truncated PROXY protocol header received"u8
        : gate.LogsNull ? "Connection closed while waiting for PROXY protocol header"u8 : default, isReset: false);

    public override void OnFailed(Connection connection, Errno errno)
        => Refuse(connection, "Connection error while waiting for PROXY protocol header"u8, isReset: true);

    public override void OnTimeout(Connection connection)
        => Refuse(connection, "Timeout while waiting for PROXY protocol header"u8, isReset: false);

    public override void OnConnected(Connection connection)
    {
    }

    public override void OnSent(Connection connection)
    {
    }

    private void Finish(Connection connection, in ProxyHeader header, int length)
    {
        if (header.HasAddresses)
        {
            AnnouncedEnds ends = connection.Announce();
            (ends.Source, ends.SourcePort) = (header.Source, header.SourcePort);
            (ends.Destination, ends.DestinationPort) = (header.Destination, header.DestinationPort);
        }
        connection.ReceivedBytes -= length;
        _input.Consume(_pool, length);
        PutBack(connection);
        connection.SetTimeout(-1);
        Listener listener = _listener!;
        _listener = null;
        gate.Pass(this, listener, connection);
    }

    /// <summary>What came behind the header is the session's.</summary>
    private void PutBack(Connection connection)
    {
        if (!_input.HasBytes)
        {
            return;
        }
        BufferPart first = _input.Take();
        if (_input.HasBytes)
        {
            connection.Unread(_input.Take());
        }
        connection.Unread(first);
    }

    /// <param name="connection">The client.</param>
    /// <param name="reason">What is logged; empty: nothing.</param>
    /// <param name="isReset">Whether it is told so by a reset: what it has sent was not read as it meant it.</param>
    private void Refuse(Connection connection, ReadOnlySpan<byte> reason, bool isReset)
    {
        if (!reason.IsEmpty)
        {
            gate.Log?.OnRefused(connection, _acceptedAt, reason);
        }
        _input.Clear(_pool);
        Listener listener = _listener!;
        _listener = null;
        gate.Refuse(this, listener, connection, isReset);
    }
}
