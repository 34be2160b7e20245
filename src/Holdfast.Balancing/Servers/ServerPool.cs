using System.Collections.Immutable;
using Holdfast.Balancing.Algorithms;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Servers;

/// <summary>The servers of a backend, and who of them gets the next request.</summary>
/// <remarks>
/// <para>Any number of threads may call everything here; nothing that a request calls allocates.</para>
/// <para>
/// Exact with several threads: weights and states (a change is seen by every selection that begins after it), limits
/// (<see cref="TryTake"/> never lets a server have more than its limit), turns (<c>roundrobin</c> under a short lock,
/// <c>static-rr</c> by one atomic), hashes. Not exact, and not so in the original either: between the selection and
/// the <see cref="Take"/> that follows, another thread may select by the old load, so that <c>leastconn</c>,
/// <c>first</c>, <c>random</c> and a bounded hash can choose the same server for as many requests as there are threads.
/// </para>
/// <para>
/// The lock: <c>roundrobin</c> moves a server in two heaps for each request, which no atomic does. It is held for some
/// tens of nanoseconds. HAProxy locks there, too.
/// </para>
/// </remarks>
public sealed partial class ServerPool
{
    private readonly Scheduler _scheduler;
    private volatile bool _hasMovingLimits;
    private readonly int _staticDivisor;
    private volatile PoolView _view = new(0, 0, 0, 0, null);
    private int _served;
    private int _load;
    private int _waiting;
    private int _usedPlaces;

    /// <summary>Makes the pool. Servers begin up, with their whole weight: slow start is for those that come back.
    /// </summary>
    public ServerPool(IEnumerable<ServerSettings> servers, BalanceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Settings = settings;
        ServerSettings[] known = [.. servers];
        int spare = settings.HasDynamicWeights ? settings.SpareServers : 0;
        Servers =
        [
            .. known.Select(static (server, index) => new BalancedServer(server, index)),
            .. Enumerable.Range(known.Length, spare).Select(static index => Vacant(index)),
        ];
        _usedPlaces = known.Length;
        _hasMovingLimits = Servers.Any(static s => s.Settings.MinConnections < s.Settings.MaxConnections);
        _staticDivisor = GreatestCommonDivisor();
        foreach (BalancedServer server in Servers)
        {
            if (server.IsVacant || server.Settings.IsDisabled)
            {
                server.Administrative = AdministrativeStates.Maintenance;
                server.State = ServerState.Stopped;
            }
            server.Weight = WeightOf(server, MonotonicTime.Zero);
            server.IsUsable = IsUsable(server);
        }
        Recount();
        _scheduler = Scheduler.Create(this, settings);
    }

    /// <summary>How it balances.</summary>
    public BalanceSettings Settings { get; }

    /// <summary>The servers, in the order of the configuration, and behind them places for those that are added.
    /// </summary>
    public ImmutableArray<BalancedServer> Servers { get; }

    /// <summary>How many places were ever used.</summary>
    internal int UsedPlaces => Volatile.Read(ref _usedPlaces);

    /// <summary>Who is in charge.</summary>
    public PoolView View => _view;

    /// <summary>Requests or connections that all servers have together.</summary>
    public int Served => Volatile.Read(ref _served);

    /// <summary>Whether a request's key decides anything: more than one server is usable.</summary>
    /// <remarks>
    /// With one usable server HAProxy does not hash address, URI or header. Then any key does, but there must be one
    /// (<see cref="Hashing.HashKey.Of"/> of 0), even if the header is absent: a request without a key would move the
    /// turns. A URL parameter is always looked for.
    /// </remarks>
    public bool NeedsKey
        => Settings.Algorithm is BalanceAlgorithm.MapHash or BalanceAlgorithm.ConsistentHash && _view.UsedCount != 1;

    internal Lock Gate { get; } = new();

    /// <summary>Chooses a server for a request.</summary>
    /// <remarks>
    /// The caller then takes a slot (<see cref="TryTake"/>), or waits in the queue. A request that waits in the
    /// backend's queue keeps those behind it from overtaking, where the algorithm says that waiting means all are full.
    /// </remarks>
    public SelectionResult Select(in Selection selection)
    {
        if (_view.UsedWeight == 0)
        {
            return default;
        }
        if (Volatile.Read(ref _waiting) > 0 && Served > 0 && Settings.Algorithm
            is BalanceAlgorithm.RoundRobin or BalanceAlgorithm.StaticRoundRobin or BalanceAlgorithm.First)
        {
            return new(SelectionOutcome.AllFull, null);
        }
        BalancedServer? server = _scheduler.Select(selection);
        return new(server is null ? SelectionOutcome.AllFull : SelectionOutcome.Chosen, server);
    }

    /// <summary>How many requests a server may have at this moment; <see cref="int.MaxValue"/>: no limit.</summary>
    public int LimitOf(BalancedServer server, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(server);
        ServerSettings settings = server.Settings;
        if (settings.MaxConnections == 0)
        {
            return int.MaxValue;
        }
        int load = Volatile.Read(ref _load);
        int limit = load >= Settings.FullConnections || settings.MinConnections == settings.MaxConnections
            ? settings.MaxConnections
            : (int)Math.Max(settings.MinConnections, (long)load * settings.MaxConnections / Settings.FullConnections);
        return server.State == ServerState.Starting
            ? SlowStart.Limit(limit, settings.SlowStart, now - server.ChangedAt) : limit;
    }

    /// <summary>Whether a server could begin a request now: none waits for it, and it is below its limit.</summary>
    public bool HasRoom(BalancedServer server, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(server);
        return server.Settings.MaxConnections == 0
            || (server.Queued == 0 && server.Served < LimitOf(server, now));
    }

    /// <summary>Takes a slot of a server, if it is below its limit.</summary>
    public bool TryTake(BalancedServer server, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (!server.TryTakeSlot(LimitOf(server, now)))
        {
            return false;
        }
        Interlocked.Increment(ref _served);
        _scheduler.OnLoadChanged(server);
        return true;
    }

    /// <summary>Takes a slot of a server whatever its limit.</summary>
    public void Take(BalancedServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        server.CountServed(1);
        Interlocked.Increment(ref _served);
        _scheduler.OnLoadChanged(server);
    }

    /// <summary>Gives a slot back. The caller then asks the queue who gets it.</summary>
    public void Release(BalancedServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        server.CountServed(-1);
        Interlocked.Decrement(ref _served);
        _scheduler.OnLoadChanged(server);
    }

    /// <summary>A request has come to the backend: moving limits (<c>minconn</c>) follow this number.</summary>
    public void Enter()
    {
        if (_hasMovingLimits)
        {
            Interlocked.Increment(ref _load);
        }
    }

    /// <summary>A request has left the backend, after its slot was given to who waits for it.</summary>
    public void Leave()
    {
        if (_hasMovingLimits)
        {
            Interlocked.Decrement(ref _load);
        }
    }

    /// <summary>A request waits for a server, or (null) for any; or does so no more.</summary>
    internal void CountQueued(BalancedServer? server, int difference)
    {
        if (server is null)
        {
            Interlocked.Add(ref _waiting, difference);
            return;
        }
        server.CountQueued(difference);
        _scheduler.OnLoadChanged(server);
    }
}
