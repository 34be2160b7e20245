using Holdfast.Balancing.Tables;
using Holdfast.HAProxy.Rules;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Accept;

/// <summary>
/// The last thing before a session: <c>tcp-request session</c>, which sees the PROXY header's addresses and what the
/// TLS handshake has shown.
/// </summary>
internal sealed class SessionGate<TTransport>(
    EventLoop<TTransport> loop, Frontend frontend, SubjectPool subjects, ClientExit<TTransport> exit, Acceptor inner)
    : Acceptor
    where TTransport : struct, ITransport
{
    private readonly ProxyRules _rules = frontend.Program.Rules;
    private readonly CounterBlock _counters = frontend.Counters.Of(loop.State.Index);

    /// <inheritdoc/>
    public override void OnAccepted(Listener listener, Connection connection)
    {
        if (connection.Attachment is not ClientSubject subject)
        {
            inner.OnAccepted(listener, connection);
            return;
        }
        bool expectsHeader = false;
        subject.Context.ClientTls = connection.TlsFacts;
        VerdictKind verdict = ClientRules.Run(_rules.TcpSession, subjects, subject, ref expectsHeader);
        if (verdict is VerdictKind.Reject or VerdictKind.SilentDrop)
        {
            _counters.Add(TrafficCounter.DeniedSessions);
            if (verdict == VerdictKind.SilentDrop)
            {
                TcpSocket.SetSilentClose(connection.Fd);
            }
            exit.Close(listener, connection, isReset: false);
            return;
        }
        subject.Stick.Record(StickEvent.Session);
        inner.OnAccepted(listener, connection);
    }

    internal override FrontendCounters Totals => inner.Totals;

    internal override void Drain() => inner.Drain();
}
