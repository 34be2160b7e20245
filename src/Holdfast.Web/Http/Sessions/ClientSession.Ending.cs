using Holdfast.Proxy.Engine;
using Holdfast.Web.Http.Bodies;

namespace Holdfast.Web.Http.Sessions;

/// <summary>What comes between two requests, and the end.</summary>
internal sealed partial class ClientSession : IBodyReceiver
{
    private const long LingerMilliseconds = 5000;

    /// <summary>Buffers that may still wait to leave when a request counts as done.</summary>
    private const int QueuedMax = 2;

    private bool _mustLinger;

    bool IBodyReceiver.HasRoom => true;

    /// <summary>The exchange has put its whole answer.</summary>
    internal void OnAnswerEnd()
    {
        Flush();
        _isAnswerOver = true;
    }

    private void LeaveAnswer()
    {
        if (_phase != ClientPhase.Request)
        {
            return;
        }
        if (_lacksBuffer)
        {
            Close(isReset: true);
        }
        else if (_client is { QueuedCount: > QueuedMax })
        {
            Phase = ClientPhase.Leaving;
            ArmSendTimer();
        }
        else
        {
            FinishExchange();
        }
    }

    /// <summary>The exchange ends without (the rest of) an answer.</summary>
    internal void OnAnswerCut(bool isReset)
    {
        Flush();
        if (isReset || _client is null)
        {
            Close(isReset);
            return;
        }
        _exchange!.KeepsAlive = false;
        _isAnswerOver = true;
    }

    /// <summary>From here on bytes go both ways.</summary>
    internal void BeginTunnel()
    {
        Phase = ClientPhase.Tunnel;
        _client!.SetTimeout(-1);
    }

    /// <summary>What has come of the client and was not read: for a tunnel.</summary>
    internal bool TryTakeInput(out Linux.Memory.BufferPart part)
    {
        part = default;
        if (!_input.HasBytes)
        {
            return false;
        }
        part = _input.Take();
        return true;
    }

    void IBodyReceiver.OnBody(ReadOnlySpan<byte> bytes)
    {
    }

    void IBodyReceiver.OnBodyEnd()
    {
        if (_phase == ClientPhase.Discarding)
        {
            BeginWaiting();
        }
    }

    void IBodyReceiver.OnBodyFailed(int status)
    {
        if (_phase == ClientPhase.Discarding)
        {
            Close(isReset: false);
        }
    }

    private void FinishExchange()
    {
        bool keepsAlive = _exchange!.KeepsAlive && !_hasEnded;
        ReleaseExchange();
        if (!keepsAlive)
        {
            End();
        }
        else if (!_isBodyOver)
        {
            Phase = ClientPhase.Discarding;
            ReadBody(this);
        }
        else
        {
            BeginWaiting();
        }
    }

    private void BeginWaiting()
    {
        Phase = ClientPhase.Waiting;
        _hasMore = _input.HasBytes;
        _client!.SetTimeout(_idleTimeout);
        if (http.Program.IsStopping && !_input.HasBytes)
        {
            Close(isReset: false);
        }
    }

    private long _idleTimeout;

    private void ReleaseExchange()
    {
        if (_exchange is not { } exchange)
        {
            return;
        }
        _exchange = null;
        _receiver = null;
        _idleTimeout = exchange.KeepAliveTimeout;
        exchange.Complete();
        http.Return(exchange);
    }

    /// <summary>No more requests: what was put leaves, and what the client still sends is dropped for a while, so that
    /// it gets our last words.</summary>
    private void End()
    {
        if (_client is not { } client)
        {
            return;
        }
        Phase = ClientPhase.Ending;
        _mustLinger = (!_isBodyOver || _input.HasBytes) && !_hasEnded;
        DropInput();
        if (client.QueuedCount == 0)
        {
            OnLastSent();
            return;
        }
        client.SetTimeout(LingerMilliseconds * 12);
    }

    private void OnLastSent()
    {
        if (!_mustLinger)
        {
            Close(isReset: false);
            return;
        }
        _mustLinger = false;
        _loop.ShutdownSend(_client!);
        _client!.SetTimeout(LingerMilliseconds);
        _loop.Receive(_client);
    }

    /// <summary>Closes the connection at once; what there is of a request is let go of by <see cref="Settle"/>.
    /// </summary>
    internal void Close(bool isReset)
    {
        if (_phase == ClientPhase.Closed)
        {
            return;
        }
        Phase = ClientPhase.Closed;
        _isGone = true;
        if (_exchange is { HasBegun: true })
        {
            LookAtPeer(); // for the log
            LookAtLocal();
        }
        Connection client = _client!;
        _client = null;
        DropOut();
        DropInput();
        _loop.Close(client, isReset);
    }

    private void Recycle()
    {
        _isAnswerOver = false;
        ReleaseExchange();
        Listener listener = _listener!;
        _listener = null;
        http.OnClosed(this, listener);
    }
}
