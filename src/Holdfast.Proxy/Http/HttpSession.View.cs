using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Http;

// What operators see of a session, and its end at their wish.
internal sealed partial class HttpSession<TTransport>
{
    internal override SessionView? View => _client is { IsClosed: false } client && _listener is { } listener
        ? new SessionView(listener, client, _chosen?.Backend, _chosen, _request == HttpPhase.Idle) : null;

    internal override void Abort()
    {
        if (_client is { IsClosed: false })
        {
            End(isReset: true);
        }
    }
}
