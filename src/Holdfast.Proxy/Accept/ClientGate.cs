using Holdfast.Balancing.Tables;
using Holdfast.HAProxy.Rules;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Accept;

/// <summary>
/// What happens to clients before their session begins: <c>tcp-request connection</c>, the PROXY protocol's header,
/// <c>tcp-request session</c>. What rules have kept goes on with the connection, as its attachment.
/// </summary>
internal sealed class ClientGate<TTransport>(
    EventLoop<TTransport> loop, FrontendOptions options, Frontend frontend, SubjectPool subjects, Acceptor inner,
    RefusalLog? log)
    : Acceptor
    where TTransport : struct, ITransport
{
    private readonly Stack<ProxyHandshake<TTransport>> _free = new();
    private readonly ProxyRules _rules = frontend.Program.Rules;
    private readonly bool _hasRules = ProgramNeeds.OfConnections(frontend.Program.Rules);
    private readonly CounterBlock _counters = frontend.Counters.Of(loop.State.Index);

    /// <summary>Told of clients without a header; null: nobody.</summary>
    internal RefusalLog? Log { get; } = log;

    /// <summary>Whether those that sent nothing at all are logged, too.</summary>
    internal bool LogsNull { get; } = !frontend.Program.Has(Config.HAProxy.Model.ProxyOptions.DontLogNull);

    internal EventLoop<TTransport> Loop { get; } = loop;

    /// <summary>How long a header may take, in milliseconds; negative: for ever.</summary>
    internal long TimeoutMilliseconds { get; } = options.Timeouts.Client;

    /// <inheritdoc/>
    public override void OnAccepted(Listener listener, Connection connection)
    {
        if (options.SegmentReduction > 0)
        {
            TcpSocket.ReduceSegmentSize(connection.Fd, options.SegmentReduction);
        }
        ClientSubject? subject = _hasRules ? subjects.Rent(connection) : null;
        connection.Attachment = subject;
        bool expectsHeader = options.ExpectsProxyHeader;
        switch (subject is null ? VerdictKind.Continue : Run(_rules.TcpConnection, subject, ref expectsHeader))
        {
            case VerdictKind.Reject:
                _counters.Add(TrafficCounter.DeniedConnections);
                Refuse(listener, connection, isReset: true);
                return;
            case VerdictKind.SilentDrop:
                _counters.Add(TrafficCounter.DeniedConnections);
                TcpSocket.SetSilentClose(connection.Fd);
                Refuse(listener, connection, isReset: false);
                return;
            default:
                break;
        }
        if (!expectsHeader)
        {
            BeginSession(listener, connection);
            return;
        }
        if (!_free.TryPop(out ProxyHandshake<TTransport>? handshake))
        {
            handshake = new ProxyHandshake<TTransport>(this);
        }
        handshake.Begin(listener, connection);
    }

    internal override FrontendCounters Totals => inner.Totals;

    internal override void Drain() => inner.Drain();

    /// <summary>The header is there, and what it says is noted.</summary>
    internal void Pass(ProxyHandshake<TTransport> handshake, Listener listener, Connection connection)
    {
        _free.Push(handshake);
        if (connection.Attachment is ClientSubject subject)
        {
            SubjectPool.SetEnds(subject, connection);
        }
        BeginSession(listener, connection);
    }

    /// <summary>There was no header: there will be no session.</summary>
    internal void Refuse(ProxyHandshake<TTransport> handshake, Listener listener, Connection connection, bool isReset)
    {
        _free.Push(handshake);
        Refuse(listener, connection, isReset);
    }

    private void BeginSession(Listener listener, Connection connection)
    {
        if (connection.Attachment is ClientSubject subject)
        {
            bool expectsHeader = false;
            subject.Context.ClientTls = connection.TlsFacts;
            switch (Run(_rules.TcpSession, subject, ref expectsHeader))
            {
                case VerdictKind.Reject:
                    _counters.Add(TrafficCounter.DeniedSessions);
                    Refuse(listener, connection, isReset: false);
                    return;
                case VerdictKind.SilentDrop:
                    _counters.Add(TrafficCounter.DeniedSessions);
                    TcpSocket.SetSilentClose(connection.Fd);
                    Refuse(listener, connection, isReset: false);
                    return;
                default:
                    break;
            }
        }
        (connection.Attachment as ClientSubject)?.Stick.Record(StickEvent.Session);
        inner.OnAccepted(listener, connection);
    }

    private VerdictKind Run(CompiledRules? rules, ClientSubject subject, ref bool expectsHeader)
    {
        if (rules is null)
        {
            return VerdictKind.Continue;
        }
        subjects.SetTime(subject.Context);
        subject.Stick.IsOfConnection = true;
        Verdict verdict = rules.Run(subject.Context);
        while (verdict.Kind == VerdictKind.ExpectProxy)
        {
            expectsHeader = true;
            verdict = rules.Run(subject.Context, verdict.Rule + 1);
        }
        subject.Stick.IsOfConnection = false;
        return verdict.Kind;
    }

    private void Refuse(Listener listener, Connection connection, bool isReset)
    {
        if (connection.Attachment is ClientSubject subject)
        {
            subjects.Return(subject);
        }
        Loop.Transport.Close(connection, isReset);
        listener.Leave();
        if (listener.IsPaused && listener.HasRoom)
        {
            Loop.Transport.Resume(listener);
        }
    }
}
