using System.Text;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Proxy.Accept;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Http;

/// <summary>Forwards the requests of one listener in one loop.</summary>
/// <typeparam name="TTransport">The loop's transport.</typeparam>
public sealed class HttpFrontend<TTransport> : Acceptor
    where TTransport : struct, ITransport
{
    private readonly Stack<HttpSession<TTransport>> _freeSessions = new();
    private readonly Stack<IdleClient<TTransport>> _freeIdle = new();
    private readonly Stack<HttpExchange> _freeExchanges = new();
    private readonly Stack<ClientFacts> _freeFacts = new();
    private readonly int _numbersApart;
    private long _nextRequest;
    private long _nextLine;
    private long _failedCount;

    /// <summary>Makes the frontend.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="options">Timeouts.</param>
    /// <param name="whole">The frontend as the process sees it.</param>
    /// <param name="backends">Where requests may go.</param>
    /// <param name="subjects">Where what rules of connections have kept comes from.</param>
    internal HttpFrontend(
        EventLoop<TTransport> loop, FrontendOptions options, Frontend whole, LoopBackends<TTransport> backends,
        SubjectPool subjects)
    {
        Loop = loop;
        Options = options;
        Timeouts = options.Timeouts;
        Whole = whole;
        Program = whole.Program;
        Counters = whole.Counters.Of(loop.State.Index);
        Backends = backends;
        Subjects = subjects;
        Backend = backends.Find(options.Backend)!;
        RequestLeniency = Program.Has(Config.HAProxy.Model.ProxyOptions.AcceptInvalidHttpRequest)
            ? H1Leniency.AcceptInvalidRequest : H1Leniency.HAProxy;
        RequestLeniency |= backends.State.Options.AcceptsAnyPayload ? H1Leniency.BodyOnHttp10Get : 0;
        NeedsContext = Program.NeedsContext || Backend.Backend.Program.NeedsContext
            || backends.State.HasHeaderExtensions;
        ListenerName = Encoding.UTF8.GetBytes(options.ListenerName);
        _numbersApart = backends.State.Options.ThreadCount;
        _nextRequest = _nextLine = loop.State.Index;
        Scratch = new byte[loop.State.Settings.BufferSize];
    }

    /// <summary>What this loop has counted, of all listeners of the frontend.</summary>
    internal CounterBlock Counters { get; }

    internal FrontendOptions Options { get; }

    /// <summary>Clients that are connected.</summary>
    public int SessionCount { get; private set; }

    internal EventLoop<TTransport> Loop { get; }

    internal TimeoutOptions Timeouts { get; }

    internal Frontend Whole { get; }

    internal FrontendProgram Program { get; }

    internal LoopBackends<TTransport> Backends { get; }

    internal SubjectPool Subjects { get; }

    /// <summary>Where requests go that no rule sends elsewhere.</summary>
    internal LoopBackend<TTransport> Backend { get; }

    /// <summary>Told of each connection; null: nothing is logged.</summary>
    internal FrontendLog? Log { get; init; }

    internal ErrorPages Errors { get; init; } = ErrorPages.BuiltIn;

    /// <summary>Where heads are written before it is known where they go.</summary>
    internal byte[] Scratch { get; }

    /// <summary>Where answers of our own are made; as large as a buffer, once there was one.</summary>
    internal byte[] Reply => field ??= new byte[Loop.State.Settings.BufferSize];

    /// <summary>Whether somebody wants to look at each request.</summary>
    internal bool NeedsContext { get; }

    internal byte[] ListenerName { get; }

    /// <summary>What is forgiven clients.</summary>
    internal H1Leniency RequestLeniency { get; }

    internal byte[] HostName { get; } = Encoding.UTF8.GetBytes(Environment.MachineName);

    /// <summary>Bytes of a request line that logs keep, and one: tune.http.logurilen.</summary>
    internal int LogLineMax => Loop.State.Settings.LogLineMax;

    internal LocalTime LocalTime { get; } = new(TimeZoneInfo.Local);

    /// <inheritdoc/>
    public override void OnAccepted(Listener listener, Connection connection)
    {
        HttpSession<TTransport> session = RentSession();
        SessionCount++;
        Counters.Add(TrafficCounter.Sessions);
        Counters.SessionRate.Add(Loop.State.Now);
        if (Program.LogFormat is null)
        {
            Log?.OnConnect(connection);
        }
        session.Begin(listener, connection);
    }

    /// <summary>Goes on with a stream of a frontend of mode tcp, which has counted it.</summary>
    internal void TakeOver(
        Listener listener, Connection connection, in HttpInput input, bool hasEnded, LoopBackend<TTransport>? backend)
    {
        HttpSession<TTransport> session = RentSession();
        SessionCount++;
        session.TakeOver(listener, connection, input, hasEnded, backend);
    }

    /// <summary>Whether its clients come from a frontend of mode tcp, whose rules may name backends of streams.
    /// </summary>
    internal bool IsForStreams => Options.Mode == ProxyMode.Tcp;

    /// <summary>Whether each session ends with its present request: the process does, too.</summary>
    internal bool IsDraining { get; private set; }

    internal override FrontendCounters Totals => new(
        Counters[TrafficCounter.Sessions], Counters[TrafficCounter.Requests], Volatile.Read(ref _failedCount),
        Counters[TrafficCounter.BytesIn], Counters[TrafficCounter.BytesOut]);

    internal void CountFailure() => _failedCount++;

    internal override void Drain()
    {
        IsDraining = true;
        long spread = Backends.State.Options.CloseSpreadMilliseconds;
        foreach (ConnectionOwner owner in Loop.State.Owners())
        {
            if (owner is IdleClient<TTransport> idle)
            {
                idle.EndIfIdle(spread);
            }
            else if (owner is HttpSession<TTransport> session)
            {
                session.EndIfIdle(spread);
            }
        }
    }

    /// <summary>Numbers of requests, unlike in all loops: <c>%rt</c>.</summary>
    internal long NextRequestNumber() => _nextRequest += _numbersApart;

    /// <summary>Numbers of lines: <c>%lc</c>.</summary>
    internal long NextLogNumber() => (_nextLine += _numbersApart) - _numbersApart;

    internal HttpSession<TTransport> RentSession()
        => _freeSessions.TryPop(out HttpSession<TTransport>? session) ? session : new(this);

    /// <summary>A session that is nobody's any more, though its client is still connected.</summary>
    internal void Return(HttpSession<TTransport> session) => _freeSessions.Push(session);

    internal IdleClient<TTransport> RentIdle()
        => _freeIdle.TryPop(out IdleClient<TTransport>? idle) ? idle : new(this);

    internal void Return(IdleClient<TTransport> idle) => _freeIdle.Push(idle);

    internal ClientFacts RentFacts() => _freeFacts.TryPop(out ClientFacts? facts) ? facts : new();

    internal void Return(ClientFacts facts) => _freeFacts.Push(facts);

    internal HttpExchange RentExchange() => _freeExchanges.TryPop(out HttpExchange? exchange) ? exchange
        : new(Loop.State.Settings.Heads);

    internal void Return(HttpExchange exchange)
    {
        exchange.Reset();
        if (exchange.IsShared)
        {
            exchange.IsShared = false;
            exchange.Subject = null;
        }
        else if (exchange.Subject is { } subject)
        {
            ((StickCounters)subject.Stick!).Release(isEnd: true);
            subject.Variables.Forget(VariableScope.Session);
        }
        _freeExchanges.Push(exchange);
    }

    internal void Recycle(HttpSession<TTransport> session, Listener listener)
    {
        SessionCount--;
        listener.Leave();
        _freeSessions.Push(session);
        if (listener.IsPaused && listener.HasRoom)
        {
            Loop.Transport.Resume(listener);
        }
    }
}
