using Holdfast.HAProxy.Samples;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Http;

// What expressions want to know of the session itself.
internal sealed partial class HttpSession<TTransport> : ISessionFacts
{
    bool ISessionFacts.IsHttp => true;

    bool ISessionFacts.HasServerConnection => _exchange is { Times.Connected: > 0 };

    long? ISessionFacts.Read(SessionFigure figure)
    {
        RequestContext? subject = _exchange?.Subject;
        if (figure != SessionFigure.FeClientTimeout && _exchange is not { Request.HeadLength: > 0 })
        {
            return null; // there is no request
        }
        // 0 is for ever, as in the file.
        return Math.Max(0, figure switch
        {
            SessionFigure.BeServerTimeout => ServerTimeouts.Server,
            SessionFigure.BeTunnelTimeout => ServerTimeouts.Tunnel,
            SessionFigure.CurConnectTimeout => ServerTimeouts.Connect,
            SessionFigure.CurQueueTimeout => ServerTimeouts.Queue,
            SessionFigure.CurServerTimeout when subject is { ServerTimeout: >= 0 } => subject.ServerTimeout,
            SessionFigure.CurServerTimeout => _exchange is { Times.Connected: > 0 } ? ServerTimeouts.Server : 0,
            SessionFigure.CurTunnelTimeout when subject is { TunnelTimeout: >= 0 } => subject.TunnelTimeout,
            SessionFigure.CurTunnelTimeout => _exchange is { Times.Connected: > 0 } ? ServerTimeouts.Tunnel : 0,
            SessionFigure.CurTarpitTimeout => _frontend.Program.Tarpit,
            _ => Timeouts.Client,
        });
    }

    long? ISessionFacts.Read(TcpFigure figure, bool isServer) => KernelFigures.Of(isServer ? _server : _client, figure);

    void ISessionFacts.RefreshLog()
    {
        if (_exchange is { Subject: { } subject, Times.First: > 0 } exchange)
        {
            Fill(exchange, subject, isEarly: false);
        }
    }
}
