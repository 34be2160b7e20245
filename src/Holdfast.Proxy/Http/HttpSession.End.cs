using Holdfast.Config.HAProxy.Model;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Http;

/// <summary>Errors, and the end.</summary>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>How long what a client still sends is read and dropped, so that it gets our last words.</summary>
    private const long LingerMilliseconds = 1000;

    /// <summary>The process ends: nobody waits for a request that may never come.</summary>
    /// <param name="spread">Some moment of so many milliseconds; 0: now; negative: it goes on waiting.</param>
    internal void EndIfIdle(long spread)
    {
        if (spread < 0 || _client is null || _request != HttpPhase.Idle || _requestCount == 0
            || _client.QueuedCount > 0 || _frontend.Program.Has(ProxyOptions.IdleCloseOnResponse))
        {
            RestIfIdle();
            return;
        }
        if (spread == 0)
        {
            End(isReset: false);
            return;
        }
        long moment = _frontend.Backends.Random.Next() % spread;
        if (_client.Deadline > _loop.State.Now + moment)
        {
            _client.SetTimeout(moment); // it ends then as one that was idle for too long
        }
        RestIfIdle();
    }

    /// <summary>Whether the client has sent nothing that was not read: closing then resets nothing.</summary>
    private bool _isQuiet;

    /// <summary>Answers in place of a server.</summary>
    /// <param name="status">With what.</param>
    /// <param name="cause">Who is to blame, for logs.</param>
    /// <param name="phase">What was going on.</param>
    /// <param name="isStale">Whether a kept connection has ended without a byte of an answer.</param>
    private void Fail(int status, char cause, char phase, bool isStale = false)
    {
        _frontend.CountFailure();
        SayEnd(cause, phase);
        // A response that has begun cannot become another one; and a client that reuses its connection, whose server
        // has gone, is to try again rather than to see an error that was not its own (HAProxy does the same).
        if (_response >= HttpPhase.Body || (isStale && _requestCount > 1))
        {
            End(isReset: false);
            return;
        }
        Refuse(status);
    }

    private void SayEnd(char cause, char phase)
    {
        if (_exchange is { } exchange)
        {
            exchange.End = exchange.End.By(cause, phase);
        }
    }

    /// <summary>Ends after what is under way to the client; what it still sends is dropped.</summary>
    private void CloseWhenSent()
    {
        bool isQuiet = _request == HttpPhase.Complete && _fromClient.First.Length <= _held;
        _response = HttpPhase.Ending;
        _request = HttpPhase.Ending;
        _fromClient.Clear(_pool);
        _held = 0;
        if (_client!.QueuedCount == 0 && (isQuiet || _clientEnded))
        {
            End(isReset: false);
            return;
        }
        _isQuiet = isQuiet;
        _client.SetTimeout(_client.QueuedCount > 0 ? Timeouts.Client : LingerMilliseconds);
        if (!isQuiet)
        {
            _loop.Transport.ShutdownSend(_client);
            if (!_clientEnded)
            {
                _loop.Transport.Receive(_client);
            }
        }
    }

    /// <summary>The client gets the part of the response that there is, and can tell that it is one.</summary>
    private void CutWhenSent()
    {
        LetServerGo();
        CloseExchange();
        _request = HttpPhase.Complete;
        _fromClient.Clear(_pool);
        CloseWhenSent();
    }

    private void FinishIfSent()
    {
        if (_client!.QueuedCount > 0)
        {
            return;
        }
        if (_isQuiet || _clientEnded)
        {
            End(isReset: false);
            return;
        }
        _client.SetTimeout(LingerMilliseconds);
    }

    private void End(bool isReset)
    {
        _frontend.Counters.Add(TrafficCounter.BytesIn, _client!.ReceivedBytes);
        _frontend.Counters.Add(TrafficCounter.BytesOut, _client.SentBytes);
        LeaveQueue();
        LetServerGo(isReset);
        DropPrivates();
        CloseExchange();
        _fromClient.Clear(_pool);
        _held = 0;
        if (_isWaitingToRetry)
        {
            _isWaitingToRetry = false;
            _loop.State.Timers.Remove(_retry!);
        }
        _wait = RequestWait.None;
        _loop.Transport.Close(_client, isReset);
        _client = null;
        GiveBackExchange();
        if (_kept is { } kept)
        {
            _kept = null;
            _frontend.Return(kept);
        }
        if (_shared is { } shared)
        {
            _shared = null;
            _frontend.Subjects.Return(shared);
        }
        if (_facts is { } facts)
        {
            _facts = null;
            _frontend.Return(facts);
        }
        Listener listener = _listener!;
        _listener = null;
        _frontend.Recycle(this, listener);
    }
}
