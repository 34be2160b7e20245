using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Simulation;

/// <summary>
/// A segment with VRRP routers that run the real machines, driven by one seed: loss, delay, partition, crash and
/// clock drift, faster than real time. The same seed gives the same run.
/// </summary>
public sealed class SimulatedLan(int seed)
{
    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private readonly List<SimulatedRouter> _routers = [];
    private long _order;

    /// <summary>The one source of chance.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>Time of the simulation, which no router sees.</summary>
    public MonotonicTime Now { get; private set; } = new(1_000_000_000);

    /// <summary>Chance that a packet is lost on its way to one receiver.</summary>
    public double Loss { get; set; }

    /// <summary>Longest delay of a packet.</summary>
    public TimeSpan DelayMax { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>All routers, running or not.</summary>
    public IReadOnlyList<SimulatedRouter> Routers => _routers;

    /// <summary>When the last fault was made.</summary>
    public MonotonicTime LastFault { get; private set; }

    /// <summary>Adds a router and starts it.</summary>
    public SimulatedRouter AddRouter(byte priority, VrrpConfig? config = null, double driftPpm = 0)
    {
        VrrpConfig own = (config ?? new VrrpConfig()) with { Priority = new Priority(priority) };
        var router = new SimulatedRouter(this, _routers.Count, own, driftPpm);
        _routers.Add(router);
        router.Boot();
        return router;
    }

    /// <summary>Notes that a fault happened now: the invariants count from here.</summary>
    public void MarkFault() => LastFault = Now;

    /// <summary>Kills a router with its addresses: nothing is sent.</summary>
    public void Crash(SimulatedRouter router)
    {
        MarkFault();
        router.Crash();
    }

    /// <summary>Puts each router into the part with the given number.</summary>
    public void Partition(Func<SimulatedRouter, int> partOf)
    {
        MarkFault();
        foreach (SimulatedRouter router in _routers)
        {
            router.Part = partOf(router);
        }
    }

    /// <summary>Runs until <paramref name="span"/> has passed.</summary>
    /// <param name="span">Simulated time.</param>
    /// <param name="afterEach">Called after every event, with all routers in a state that lasts until the next.</param>
    public void RunFor(TimeSpan span, Action? afterEach = null)
    {
        MonotonicTime end = Now + span;
        while (_events.TryPeek(out Action? action, out (long At, long Order) when) && when.At <= end.Nanoseconds)
        {
            _events.Dequeue();
            Now = new MonotonicTime(when.At);
            action();
            afterEach?.Invoke();
        }
        Now = end;
    }

    internal void At(MonotonicTime time, Action action)
        => _events.Enqueue(action, (Math.Max(time.Nanoseconds, Now.Nanoseconds), _order++));

    /// <summary>Gives a frame to every other running router of the same part.</summary>
    internal void Broadcast(SimulatedRouter from, Action<SimulatedRouter> deliver)
    {
        foreach (SimulatedRouter to in _routers)
        {
            if (to == from || Random.NextDouble() < Loss)
            {
                continue;
            }
            int incarnation = to.Incarnation;
            int part = from.Part;
            TimeSpan delay = DelayMax * Random.NextDouble();
            At(Now + delay, () =>
            {
                if (to.IsRunning && to.Part == part && to.Incarnation == incarnation)
                {
                    deliver(to);
                }
            });
        }
    }

    internal Advert AdvertOf(SimulatedRouter router, in Effect effect)
        => new(new Vrid(1), effect.Priority, effect.Interval, router.Address, (byte)router.Config.Version, 1);
}
