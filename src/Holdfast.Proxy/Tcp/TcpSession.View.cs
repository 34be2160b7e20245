using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Tcp;

// What operators see of a session, and its end at their wish.
internal sealed partial class TcpSession<TTransport>
{
    internal override SessionView? View => _client is { IsClosed: false } client && _listener is { } listener
        ? new SessionView(listener, client, _backend.Backend, _chosen, IsIdle: false) : null;

    internal override void Abort(char cause)
    {
        if (_client is { IsClosed: false })
        {
            Blame(cause);
            End(isReset: cause == 'K');
        }
    }
}
