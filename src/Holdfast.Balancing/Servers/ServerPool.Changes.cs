using Holdfast.Primitives;

namespace Holdfast.Balancing.Servers;

/// <content>What changes while running: weights, health, maintenance. Rare, and under the pool's lock.</content>
public sealed partial class ServerPool
{
    /// <summary>Sets the weight of a server, 0 to 256; 0 drains it.</summary>
    /// <returns>
    /// Whether it was taken: a static algorithm takes only 0 and the weight of the configuration.
    /// </returns>
    public bool SetWeight(BalancedServer server, int weight, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentOutOfRangeException.ThrowIfNegative(weight);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weight, 256);
        if (!Settings.HasDynamicWeights && weight != 0 && weight != server.Settings.Weight)
        {
            return false;
        }
        lock (Gate)
        {
            server.UserWeight = weight;
            Apply(server, now);
        }
        return true;
    }

    /// <summary>Sets the limit of a server: <c>set maxconn server</c>, and what agents say.</summary>
    /// <remarks>A limit that moves with the load keeps where it begins.</remarks>
    /// <param name="server">The server.</param>
    /// <param name="limit">Requests at the same time; 0: no limit.</param>
    public void SetMaxConnections(BalancedServer server, int limit)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        lock (Gate)
        {
            ServerSettings old = server.Settings;
            bool moves = old.MinConnections < old.MaxConnections;
            server.Settings = old with
            {
                MaxConnections = limit, MinConnections = moves ? Math.Min(old.MinConnections, limit) : limit,
            };
            _hasMovingLimits = Servers.Any(static s => s.Settings.MinConnections < s.Settings.MaxConnections);
        }
    }

    /// <summary>Health has changed: <see cref="ServerState.Running"/> begins a slow start where one is configured.
    /// </summary>
    /// <remarks>A server in maintenance stays as it is.</remarks>
    public void SetState(BalancedServer server, ServerState state, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(server);
        lock (Gate)
        {
            bool isUp = server.State is ServerState.Starting or ServerState.Running;
            bool comesUp = state is ServerState.Starting or ServerState.Running;
            if ((server.Administrative & AdministrativeStates.AnyMaintenance) == 0 && server.State != state
                && !(isUp && comesUp))
            {
                Enter(server, state, now);
            }
        }
    }

    /// <summary>The operator's will has changed. After maintenance a server is up, and starts slowly.</summary>
    public void SetAdministrative(BalancedServer server, AdministrativeStates states, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(server);
        lock (Gate)
        {
            bool was = (server.Administrative & AdministrativeStates.AnyMaintenance) != 0;
            bool will = (states & AdministrativeStates.AnyMaintenance) != 0;
            server.Administrative = states;
            if (was == will)
            {
                Apply(server, now);
            }
            else
            {
                Enter(server, will ? ServerState.Stopped : ServerState.Running, now);
            }
        }
    }

    /// <summary>Moves slow starts on.</summary>
    /// <returns>When to call again; never: no server is starting.</returns>
    public MonotonicTime AdvanceSlowStarts(MonotonicTime now)
    {
        MonotonicTime next = MonotonicTime.Never;
        lock (Gate)
        {
            foreach (BalancedServer server in Servers)
            {
                if (server.State != ServerState.Starting)
                {
                    continue;
                }
                TimeSpan length = server.Settings.SlowStart;
                if (SlowStart.IsOver(length, now - server.ChangedAt))
                {
                    server.State = ServerState.Running;
                }
                else
                {
                    next = MonotonicTime.Min(next, now + SlowStart.Step(length));
                }
                Apply(server, now);
            }
        }
        return next;
    }

    private static bool IsUsable(BalancedServer server)
        => server.Weight > 0 && server.Administrative == AdministrativeStates.None
            && server.State is ServerState.Starting or ServerState.Running;

    private void Enter(BalancedServer server, ServerState state, MonotonicTime now)
    {
        server.State = state == ServerState.Running && server.Settings.SlowStart > TimeSpan.Zero
            ? ServerState.Starting : state;
        server.ChangedAt = now;
        Apply(server, now);
    }

    private void Apply(BalancedServer server, MonotonicTime now)
    {
        int old = server.IsUsable ? server.Weight : 0;
        server.Weight = WeightOf(server, now);
        server.IsUsable = IsUsable(server);
        if (old != (server.IsUsable ? server.Weight : 0))
        {
            Recount();
            _scheduler.OnServerChanged(server, old);
        }
    }

    private int WeightOf(BalancedServer server, MonotonicTime now)
        => !Settings.HasDynamicWeights ? (server.UserWeight + _staticDivisor - 1) / _staticDivisor
            : server.UserWeight * (server.State == ServerState.Starting
                ? SlowStart.Sixteenths(server.Settings.SlowStart, now - server.ChangedAt) : SlowStart.Scale);

    private void Recount()
    {
        int activeCount = 0, activeWeight = 0, backupCount = 0, backupWeight = 0;
        BalancedServer? firstBackup = null;
        foreach (BalancedServer server in Servers)
        {
            if (!server.IsUsable)
            {
                continue;
            }
            if (server.Settings.IsBackup)
            {
                server.CumulativeWeight = backupWeight;
                backupWeight += server.Weight;
                backupCount++;
                firstBackup ??= Settings.UsesAllBackups ? null : server;
            }
            else
            {
                server.CumulativeWeight = activeWeight;
                activeWeight += server.Weight;
                activeCount++;
            }
        }
        _view = new(activeCount, activeWeight, backupCount, backupWeight, firstBackup);
    }

    private int GreatestCommonDivisor()
    {
        int divisor = 0;
        foreach (BalancedServer server in Servers.Where(static one => !one.IsVacant))
        {
            int other = server.Settings.Weight;
            while (other != 0)
            {
                (divisor, other) = (other, divisor % other);
            }
        }
        return Math.Max(1, divisor);
    }
}
