using Holdfast.HAProxy.Samples;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Tcp;

// What expressions want to know of the session itself.
internal sealed partial class TcpSession<TTransport> : ISessionFacts
{
    bool ISessionFacts.IsHttp => false;

    bool ISessionFacts.HasServerConnection => _times.Connected >= 0;

    // 0 is for ever, as in the file.
    long? ISessionFacts.Read(SessionFigure figure) => figure == SessionFigure.CurTarpitTimeout
        ? null
        : Math.Max(0, figure switch
        {
            SessionFigure.BeServerTimeout => ServerTimeouts.Server,
            SessionFigure.BeTunnelTimeout => ServerTimeouts.Tunnel,
            SessionFigure.CurConnectTimeout => ServerTimeouts.Connect,
            SessionFigure.CurQueueTimeout => ServerTimeouts.Queue,
            // Where bytes are relayed, the timeout of tunnels is that of both sides.
            SessionFigure.CurServerTimeout when _phase == SessionPhase.Relaying && ServerTimeouts.Tunnel > 0
                => ServerTimeouts.Tunnel,
            SessionFigure.CurClientTimeout when _phase == SessionPhase.Relaying && ServerTimeouts.Tunnel > 0
                => ServerTimeouts.Tunnel,
            SessionFigure.CurServerTimeout => _times.Connected >= 0 ? ServerTimeouts.Server : 0,
            SessionFigure.CurTunnelTimeout => _times.Connected >= 0 ? ServerTimeouts.Tunnel : 0,
            _ => _frontend.Timeouts.Client,
        });

    long? ISessionFacts.Read(TcpFigure figure, bool isServer) => KernelFigures.Of(isServer ? _server : _client, figure);

    void ISessionFacts.RefreshLog()
    {
        if (_client is not null && _subject is { } subject)
        {
            Fill(subject.Context, subject.Context.Log.IsEarly);
        }
    }
}
