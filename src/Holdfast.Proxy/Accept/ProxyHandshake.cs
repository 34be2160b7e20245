using Holdfast.Http.ProxyProtocol;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Http;

namespace Holdfast.Proxy.Accept;

/// <summary>Reads the PROXY protocol's header of one connection. Objects are used again.</summary>
internal sealed class ProxyHandshake<TTransport>(ClientGate<TTransport> gate) : ConnectionOwner
    where TTransport : struct, ITransport
{
    private readonly BufferPool _pool = gate.Loop.State.Buffers;
    private Listener? _listener;
    private HttpInput _input;

    internal void Begin(Listener listener, Connection connection)
    {
        _listener = listener;
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
        else if (result.Error != ProxyError.None || _input.IsFull)
        {
            Refuse(connection, isReset: true, isNull: false, result.Error switch
            {
                ProxyError.NoSignature => "Received something which does not look like a PROXY protocol header"u8,
                ProxyError.BadFamily => "Received an unhandled protocol in the PROXY protocol header"u8,
                _ => "Received an invalid PROXY protocol header"u8,
            });
        }
        else
        {
            gate.Loop.Transport.Receive(connection);
        }
    }

    public override void OnReceiveEnded(Connection connection)
    {
        bool isNull = !_input.HasBytes;
        Refuse(connection, isReset: false, isNull, isNull
            ? "Connection closed while waiting for PROXY protocol header"u8
            : "Truncated PROXY protocol header received"u8);
    }

    public override void OnFailed(Connection connection, Errno errno)
        => Refuse(connection, isReset: true, isNull: true,
            "Connection error while waiting for PROXY protocol header"u8);

    public override void OnTimeout(Connection connection)
        => Refuse(connection, isReset: false, isNull: true, "Timeout while waiting for PROXY protocol header"u8);

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
            Keep(ends, _input.Bytes(_pool)[header.Extensions]);
        }
        connection.ReceivedBytes -= length;
        _input.Consume(_pool, length);
        PutBack(connection);
        connection.SetTimeout(-1);
        Listener listener = _listener!;
        _listener = null;
        gate.Pass(this, listener, connection);
    }

    private static void Keep(AnnouncedEnds ends, ReadOnlySpan<byte> extensions)
    {
        ends.Authority.Clear();
        ends.UniqueId.Clear();
        var all = new ProxyTlvs(extensions);
        while (all.MoveNext())
        {
            if (all.Type == ProxyTlvType.Authority)
            {
                _ = ends.Authority.TryKeep(all.Value);
            }
            else if (all.Type == ProxyTlvType.UniqueId)
            {
                _ = ends.UniqueId.TryKeep(all.Value);
            }
        }
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

    private void Refuse(Connection connection, bool isReset, bool isNull, ReadOnlySpan<byte> reason)
    {
        _input.Clear(_pool);
        Listener listener = _listener!;
        _listener = null;
        gate.Refuse(this, listener, connection, isReset, isNull, reason);
    }
}
