using Holdfast.Linux.Abi;
using Holdfast.Proxy.Accept;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Http;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tcp;

/// <summary>Counters of a frontend in one loop.</summary>
public struct TcpCounters
{
    /// <summary>Sessions that have begun.</summary>
    public long SessionCount { get; internal set; }

    /// <summary>Sessions for which no server could be reached.</summary>
    public long RefusedCount { get; internal set; }

    /// <summary>Connections that were tried again.</summary>
    public long RetryCount { get; internal set; }

    /// <summary>Bytes from clients.</summary>
    public long BytesIn { get; internal set; }

    /// <summary>Bytes to clients.</summary>
    public long BytesOut { get; internal set; }

    /// <summary>Sessions that a timeout has ended.</summary>
    public long TimeoutCount { get; internal set; }
}

/// <summary>Relays the connections of one listener in one loop.</summary>
/// <typeparam name="TTransport">The loop's transport.</typeparam>
public sealed class TcpFrontend<TTransport> : Acceptor
    where TTransport : struct, ITransport
{
    private readonly Stack<TcpSession<TTransport>> _free = new();
    private readonly int _numbersApart;
    private TcpCounters _counters;
    private long _nextLine;

    /// <summary>Makes the frontend.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="options">Timeouts.</param>
    /// <param name="whole">The frontend as the process sees it.</param>
    /// <param name="backends">Where sessions may go.</param>
    /// <param name="subjects">What rules and formats see.</param>
    internal TcpFrontend(
        EventLoop<TTransport> loop, FrontendOptions options, Frontend whole, LoopBackends<TTransport> backends,
        SubjectPool subjects)
    {
        Loop = loop;
        Timeouts = options.Timeouts;
        Whole = whole;
        Backends = backends;
        Subjects = subjects;
        Backend = backends.Find(options.Backend)!;
        Totalled = whole.Counters.Of(loop.State.Index);
        NeedsSubject = backends.State.HasHeaderExtensions || ProgramNeeds.OfTcp(Program) || (Program.UseBackend is null
            ? ProgramNeeds.OfTcp(Backend.Backend.Program)
            : backends.State.Backends.Any(static one => ProgramNeeds.OfTcp(one.Program)));
        _numbersApart = backends.State.Options.ThreadCount;
        _nextLine = loop.State.Index;
    }

    /// <summary>What was counted.</summary>
    public ref TcpCounters Counters => ref _counters;

    /// <summary>Sessions that are open.</summary>
    public int SessionCount { get; private set; }

    internal EventLoop<TTransport> Loop { get; }

    internal TimeoutOptions Timeouts { get; }

    internal Frontend Whole { get; }

    internal FrontendProgram Program => Whole.Program;

    /// <summary>What this loop has counted, of all listeners of the frontend.</summary>
    internal CounterBlock Totalled { get; }

    internal LoopBackends<TTransport> Backends { get; }

    internal SubjectPool Subjects { get; }

    /// <summary>Whether rules, formats or balancing look at each session.</summary>
    internal bool NeedsSubject { get; }

    /// <summary>Where sessions go that no rule sends elsewhere.</summary>
    internal LoopBackend<TTransport> Backend { get; }

    /// <summary>Goes on with streams that become HTTP; null: none does.</summary>
    internal HttpFrontend<TTransport>? Upgraded { get; init; }

    /// <summary>Told of each connection; null: nothing is logged.</summary>
    internal FrontendLog? Log { get; init; }

    /// <inheritdoc/>
    public override void OnAccepted(Listener listener, Connection connection)
    {
        if (!_free.TryPop(out TcpSession<TTransport>? session))
        {
            session = new TcpSession<TTransport>(this);
        }
        SessionCount++;
        _counters.SessionCount++;
        Totalled.Add(TrafficCounter.Sessions);
        Totalled.SessionRate.Add(Loop.State.Now);
        if (Program.LogFormat is null)
        {
            Log?.OnConnect(connection);
        }
        session.Begin(listener, connection);
    }

    /// <summary>Streams go on until they end by themselves.</summary>
    internal override void Drain() => Upgraded?.Drain();

    internal override FrontendCounters Totals => Upgraded?.Totals ?? new(
        _counters.SessionCount, 0, _counters.RefusedCount, _counters.BytesIn, _counters.BytesOut);

    /// <summary>Numbers of lines, unlike in all loops: <c>%lc</c>.</summary>
    internal long NextLogNumber() => _nextLine += _numbersApart;

    /// <summary>The session has become one of HTTP, which has its connection.</summary>
    internal void Release(TcpSession<TTransport> session)
    {
        SessionCount--;
        _free.Push(session);
    }

    internal void Recycle(TcpSession<TTransport> session, Listener listener)
    {
        Release(session);
        listener.Leave();
        if (listener.IsPaused && listener.HasRoom)
        {
            Loop.Transport.Resume(listener);
        }
    }

    internal Errno Connect(Server server, Connection client, ConnectionOwner owner, out Connection? connection)
        => ServerConnector.Connect(Loop, server, client, owner, out connection);
}
