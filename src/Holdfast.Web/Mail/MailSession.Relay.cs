using Holdfast.Linux.Memory;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Mail;

/// <summary>Bytes both ways behind the login, and the end.</summary>
internal sealed partial class MailSession
{
    private bool _hasEnded;
    private Connection? _sink;

    private void BeginRelay()
    {
        _phase = MailPhase.Relaying;
        _hasEnded = false;
        Error(ErrorLevel.Info, "client logged in");
        Touch();
        Pass(_answer, _client!);
        Pass(_input, _peer!);
        Pump(_client!, _peer!);
        Pump(_peer!, _client!);
    }

    /// <summary>What one side has said already goes to the other one.</summary>
    private void Pass(LineBuffer from, Connection to)
    {
        ReadOnlySpan<byte> bytes = from.Bytes;
        if (!bytes.IsEmpty && _pool.TryRent(out int buffer))
        {
            BufferPart part = new(buffer, 0, bytes.Length);
            bytes.CopyTo(_pool.Bytes(part));
            _loop.Send(to, part);
        }
        from.Clear();
    }

    private void Relay(Connection source, BufferPart data)
    {
        Connection sink = source == _client ? _peer! : _client!;
        Touch();
        _loop.Send(sink, data);
        Pump(source, sink);
    }

    private void Touch() => _client!.SetTimeout((long)Settings.ProxyTimeout.TotalMilliseconds);

    private void Pump(Connection source, Connection sink)
    {
        if (!_hasEnded && sink.HasRoom)
        {
            _loop.Receive(source);
        }
    }

    private void OnRoom(Connection sink)
    {
        Touch();
        if (_hasEnded)
        {
            EndIfPassed();
            return;
        }
        Pump(sink == _client ? _peer! : _client!, sink);
    }

    private void OnEnded(Connection side)
    {
        _hasEnded = true;
        _sink = side == _client ? _peer : _client;
        EndIfPassed();
    }

    private void EndIfPassed()
    {
        if (_sink is not { QueuedCount: > 0 })
        {
            Error(ErrorLevel.Info, "proxied session done");
            End();
        }
    }

    /// <summary>Says something, and closes when it was sent.</summary>
    private void Close(string text)
    {
        _phase = MailPhase.Closing;
        Say(text);
        EndIfSent();
    }

    private void EndIfSent()
    {
        if (_client!.QueuedCount == 0)
        {
            End();
        }
    }

    private void ClosePeer()
    {
        if (_peer is { } peer)
        {
            _peer = null;
            _loop.Close(peer);
        }
    }

    private void End()
    {
        ClosePeer();
        _input.Clear();
        _answer.Clear();
        _login.Clear();
        _sink = null;
        _server = null;
        _verdict = null;
        _loop.Close(_client!);
        _client = null;
        Listener listener = _listener!;
        _listener = null;
        _acceptor.Return(this, listener);
    }
}
