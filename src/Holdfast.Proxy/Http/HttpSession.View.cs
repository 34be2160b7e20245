using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Http;

// What operators see of a session, and its end at their wish.
internal sealed partial class HttpSession<TTransport>
{
    internal override SessionView? View => _client is { IsClosed: false } client && _listener is { } listener
        ? new SessionView(listener, client, _chosen?.Backend, _chosen, _request == HttpPhase.Idle) : null;

    internal override void Abort(char cause)
    {
        if (_client is { IsClosed: false })
        {
            if (_exchange is { } exchange)
            {
                exchange.End = exchange.End.By(cause, 'D');
            }
            End(isReset: cause == 'K');
        }
    }
}
