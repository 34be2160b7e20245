using Holdfast.HAProxy.Rules;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Accept;

/// <summary>
/// What happens to clients first: <c>tcp-request connection</c>, then the PROXY protocol's header. What rules have kept
/// goes on with the connection, as its attachment.
/// </summary>
internal sealed class ClientGate<TTransport>(
    EventLoop<TTransport> loop, FrontendOptions options, Frontend frontend, SubjectPool subjects,
    ClientExit<TTransport> exit, Acceptor inner)
    : Acceptor
    where TTransport : struct, ITransport
{
    private readonly Stack<ProxyHandshake<TTransport>> _free = new();
    private readonly ProxyRules _rules = frontend.Program.Rules;
    private readonly bool _hasRules = ProgramNeeds.OfConnections(frontend.Program.Rules);
    private readonly CounterBlock _counters = frontend.Counters.Of(loop.State.Index);

    internal EventLoop<TTransport> Loop { get; } = loop;

    /// <summary>How long a header may take, in milliseconds; negative: for ever.</summary>
    internal long TimeoutMilliseconds { get; } = options.Timeouts.Handshake;

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
        VerdictKind verdict = subject is null ? VerdictKind.Continue
            : ClientRules.Run(_rules.TcpConnection, subjects, subject, ref expectsHeader);
        if (verdict is VerdictKind.Reject or VerdictKind.SilentDrop)
        {
            _counters.Add(TrafficCounter.DeniedConnections);
            if (verdict == VerdictKind.SilentDrop)
            {
                TcpSocket.SetSilentClose(connection.Fd);
            }
            exit.Close(listener, connection, isReset: verdict == VerdictKind.Reject);
            return;
        }
        if (!expectsHeader)
        {
            inner.OnAccepted(listener, connection);
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
        inner.OnAccepted(listener, connection);
    }

    /// <summary>There was no header: there will be no session.</summary>
    internal void Refuse(ProxyHandshake<TTransport> handshake, Listener listener, Connection connection, bool isReset,
        bool isNull, ReadOnlySpan<byte> reason)
    {
        _free.Push(handshake);
        exit.Refuse(listener, connection, isReset, isNull, reason);
    }
}
