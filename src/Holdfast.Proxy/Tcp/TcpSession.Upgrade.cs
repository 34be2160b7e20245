using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Proxy.Accept;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Http;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tcp;

// The stream becomes HTTP, and the session gives its connection away.
internal sealed partial class TcpSession<TTransport>
{
    /// <summary>Reads a request that may stand at the beginning of the stream: rules of content may ask for it.
    /// </summary>
    private void LookForRequest(ClientSubject subject)
    {
        RequestContext context = subject.Context;
        if (context.RequestHead is not null || context.IsNoRequest || !_fromClient.HasBytes)
        {
            return;
        }
        context.IsStream = true;
        switch (H1Parser.ParseRequest(_fromClient.Bytes(_pool), subject.Head).Outcome)
        {
            case H1Outcome.Done:
                context.RequestHead = subject.Head;
                break;
            case H1Outcome.Error:
                context.IsNoRequest = true;
                break;
            default:
                break;
        }
    }

    /// <summary>Gives the connection to a session of HTTP. This one is over, without a line of its own.</summary>
    /// <param name="to">Who takes it.</param>
    /// <param name="backend">The backend that was chosen; null: requests choose.</param>
    private void Upgrade(HttpFrontend<TTransport> to, LoopBackend<TTransport>? backend)
    {
        _timer.Stop();
        _phase = SessionPhase.Ended;
        Listener listener = _listener!;
        Connection client = _client!;
        if (_subject is { } subject)
        {
            subject.Bytes = null;
            subject.Context.Session = subject;
            subject.ForgetHead();
            subject.Context.IsStream = subject.Context.IsNoRequest = false;
            client.Attachment = subject;
            _subject = null;
        }
        HttpInput input = _fromClient;
        bool hasEnded = _clientEnded;
        _fromClient = default;
        _listener = null;
        _client = null;
        _frontend.Release(this);
        to.TakeOver(listener, client, input, hasEnded, backend);
    }
}
