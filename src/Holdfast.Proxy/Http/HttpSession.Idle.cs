namespace Holdfast.Proxy.Http;

// A session that waits for a request and holds nothing is free for another client.
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>
    /// Whether nothing but the client's connection is left of what was: no exchange, no server, nothing that rules have
    /// kept, and nothing on its way to the client.
    /// </summary>
    private bool HoldsNothing => _request == HttpPhase.Idle && _client is { IsClosed: false, QueuedCount: 0 }
        && _exchange is null && _kept is null && _shared is null && _private is null && _server is null
        && _chosen is null && _given is null
        && !(_fromClient.HasBytes | _fromServer.HasBytes | _clientEnded | _clientHasFailed | _isAuthenticated
            | _isTakenOver | _isWaitingToRetry | _isParsing) && _wait == RequestWait.None;

    /// <summary>Takes over a client that has waited, because something happens to it.</summary>
    internal void GoOn(IdleClient<TTransport> idle)
    {
        Forget(idle.Listener!, idle.Connection!);
        _requestCount = idle.RequestCount;
        _handshake = idle.Handshake;
        _idleFrom = idle.IdleFrom;
        _facts = idle.Facts;
    }

    /// <summary>
    /// Leaves a client that waits for its next request, where nothing else is to be kept. The last thing that is done
    /// with the session: it is another client's afterwards.
    /// </summary>
    private void RestIfIdle()
    {
        if (!HoldsNothing)
        {
            return;
        }
        IdleClient<TTransport> idle = _frontend.RentIdle();
        idle.Listener = _listener;
        idle.Connection = _client;
        idle.Facts = _facts;
        idle.RequestCount = _requestCount;
        idle.Handshake = _handshake;
        idle.IdleFrom = _idleFrom;
        _client!.Owner = idle;
        _client = null;
        _listener = null;
        _facts = null;
        _frontend.Return(this);
    }
}
