using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Http;

// A stream that becomes HTTP: its backend is one of HTTP, or a rule has said so (switch-mode).
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>The backend that was chosen for the stream; null: the first request chooses, as all do.</summary>
    private LoopBackend<TTransport>? _given;

    /// <summary>
    /// Whether the first request goes on with what rules of the stream have seen and kept: they are not run again.
    /// </summary>
    private bool _isTakenOver;

    /// <summary>Goes on with a stream.</summary>
    /// <param name="listener">Where its client has come in.</param>
    /// <param name="client">Its connection, with what rules have kept attached.</param>
    /// <param name="input">What has come of it; its buffers are the session's from now on.</param>
    /// <param name="hasEnded">Whether nothing more comes.</param>
    /// <param name="backend">Where the first request goes; null: rules choose.</param>
    internal void TakeOver(
        Listener listener, Connection client, in HttpInput input, bool hasEnded, LoopBackend<TTransport>? backend)
    {
        Prepare(listener, client);
        _fromClient = input;
        _clientEnded = hasEnded;
        _given = backend;
        _isTakenOver = true;
        if (!hasEnded || input.HasBytes)
        {
            WaitForRequest();
            return;
        }
        OnClientEnded();
    }

    /// <summary>No request has come: the original has counted the stream, and what it became.</summary>
    private void CountLostStream(bool isError)
    {
        if (!_isTakenOver)
        {
            return;
        }
        if (isError)
        {
            _frontend.Counters.Add(TrafficCounter.RequestErrors);
            _given?.Counters.Add(TrafficCounter.ClientAborts);
        }
        _given?.Counters.Add(TrafficCounter.Sessions);
    }

    /// <summary>A request cannot go to a backend of streams: it ends without an answer, as the original's.</summary>
    private void EndBeforeStream()
    {
        HttpExchange exchange = _exchange!;
        MarkReceived();
        exchange.Times.Status = 500;
        exchange.End = exchange.End.By('I', 'R');
        EndExchange();
        End(isReset: false);
    }
}
