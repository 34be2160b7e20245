using Holdfast.Balancing.Servers;
using Holdfast.Linux;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Upstreams;

// What operators change while it runs, and how long it was without servers.
public sealed partial class Backend
{
    private readonly Lock _observing = new();
    private bool _isDown;
    private long _changedAt;
    private long _downtime;
    private long _downCount;

    /// <summary>How often its last usable server has gone.</summary>
    public long DownCount => Volatile.Read(ref _downCount);

    /// <summary>When it last went down or came up, in milliseconds of the monotonic clock; 0: never.</summary>
    public long ChangedAt => Volatile.Read(ref _changedAt);

    /// <summary>How long it was without a usable server, in milliseconds.</summary>
    /// <param name="now">The present in milliseconds of the monotonic clock.</param>
    public long DowntimeAt(long now)
    {
        lock (_observing)
        {
            return _downtime + (_isDown ? Math.Max(0, now - _changedAt) : 0);
        }
    }

    /// <summary>Sets the weight of a server, 0 to 256. May be called on any thread.</summary>
    /// <returns>Whether the algorithm takes it.</returns>
    public bool SetWeight(Server server, int weight)
    {
        ArgumentNullException.ThrowIfNull(server);
        MonotonicTime now = MonotonicClock.Now;
        bool isTaken = Pool.SetWeight(server.Balanced, weight, now);
        OnServerChanged(server, now);
        return isTaken;
    }

    /// <summary>Puts a server into maintenance or drain, or takes it out. May be called on any thread.</summary>
    public void SetAdministrative(Server server, AdministrativeStates states)
    {
        ArgumentNullException.ThrowIfNull(server);
        Order(server, states | (server.Balanced.Administrative & AdministrativeStates.Unresolved));
    }

    /// <summary>Sends new connections of a server elsewhere; one whose address was not known gets work from now on. May
    /// be called on one thread alone.</summary>
    public void ChangeEndpoint(Server server, SocketEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(server);
        server.ChangeEndpoint(endpoint);
        if ((server.Balanced.Administrative & AdministrativeStates.Unresolved) != 0)
        {
            Order(server, server.Balanced.Administrative & ~AdministrativeStates.Unresolved);
        }
    }

    private void Order(Server server, AdministrativeStates states)
    {
        TrafficChange change = SetAdministrative(server, states, MonotonicClock.Now);
        server.Health.Tell(new HealthOrder(Will: states) { Change = change });
    }

    /// <summary>The same for traffic alone.</summary>
    internal TrafficChange SetAdministrative(Server server, AdministrativeStates states, MonotonicTime now)
    {
        TrafficChange change = TrafficChange.Of(
            server, () => Pool.SetAdministrative(server.Balanced, states, now));
        OnServerChanged(server, now);
        return change;
    }

    /// <summary>Says what the health of a server is, until a check says something else. May be called on any thread.
    /// </summary>
    public void ForceHealth(Server server, ServerState state)
    {
        ArgumentNullException.ThrowIfNull(server);
        TrafficChange change = TrafficChange.Of(server, () => SetState(server, state, MonotonicClock.Now));
        server.Health.Tell(new HealthOrder(State: state) { Change = change });
    }

    /// <summary>Has a server checked or not. May be called on any thread.</summary>
    public static void SetChecked(Server server, bool isChecked)
    {
        ArgumentNullException.ThrowIfNull(server);
        server.Health.IsChecked = isChecked && server.Options.Check is not null;
        server.Health.Tell(new HealthOrder(IsChecked: isChecked));
    }

    /// <summary>Has the agent of a server asked or not. May be called on any thread.</summary>
    public static void SetAgentAsked(Server server, bool isAsked)
    {
        ArgumentNullException.ThrowIfNull(server);
        server.Health.IsAgentAsked = isAsked && server.Options.Health.Agent is not null;
    }

    /// <summary>Says what the agent of a server says, until it says something else. May be called on any thread.
    /// </summary>
    public static void ForceAgent(Server server, bool isDown)
    {
        ArgumentNullException.ThrowIfNull(server);
        server.Health.Tell(new HealthOrder(IsAgentDown: isDown));
    }

    /// <summary>Sets how many requests or connections a server has at most; 0: no limit. May be called on any thread.
    /// </summary>
    public void SetMaxConnections(Server server, int max)
    {
        ArgumentNullException.ThrowIfNull(server);
        Pool.SetMaxConnections(server.Balanced, max);
        OnServerChanged(server, MonotonicClock.Now);
    }

    private void Observe(MonotonicTime now)
    {
        long milliseconds = now.Nanoseconds / 1_000_000;
        lock (_observing)
        {
            bool isDown = IsWithoutServers;
            if (isDown == _isDown)
            {
                return;
            }
            _downtime += _isDown ? Math.Max(0, milliseconds - _changedAt) : 0;
            _downCount += isDown ? 1 : 0;
            _isDown = isDown;
            Volatile.Write(ref _changedAt, milliseconds);
        }
    }

    /// <summary>Servers begin with what is known of them.</summary>
    private void Recall()
    {
        for (int i = 0; i < Options.Servers.Length; i++)
        {
            BalancedServer server = Pool.Servers[i];
            if (Options.Servers[i].IsUnresolved)
            {
                Pool.SetAdministrative(
                    server, server.Administrative | AdministrativeStates.Unresolved, MonotonicTime.Zero);
            }
            if (Options.Servers[i].Recalled is not { } known)
            {
                continue;
            }
            if (known.Weight is { } weight)
            {
                _ = Pool.SetWeight(server, weight, MonotonicTime.Zero); // a static algorithm may not take it
            }
            Pool.SetAdministrative(server, known.Administrative
                | (server.Administrative & AdministrativeStates.Unresolved), MonotonicTime.Zero);
            if (Options.Servers[i].Check is not null)
            {
                Pool.SetState(server, known.State, MonotonicTime.Zero);
            }
        }
        _isDown = !Options.Servers.IsEmpty && Pool.View.UsedWeight == 0;
    }

    private bool IsWithoutServers => _servers.Length > 0 && Pool.View.UsedWeight == 0;
}
