using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>Several whole nodes on one segment without loss, for reloads. The same seed gives the same run.</summary>
public sealed class SimulatedSite(int seed)
{
    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private readonly HashSet<(MonotonicTime At, (int Node, int Generation, int Instance) Who)> _waiting = [];
    private readonly List<SimulatedNode> _nodes = [];
    private long _order;

    /// <summary>The one source of chance.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>Time of the simulation.</summary>
    public MonotonicTime Now { get; private set; } = new(1_000_000_000);

    /// <summary>All nodes.</summary>
    public IReadOnlyList<SimulatedNode> Nodes => _nodes;

    /// <summary>Starts a node.</summary>
    public SimulatedNode AddNode(NodePlan plan)
    {
        var node = new SimulatedNode(this, _nodes.Count, plan);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Runs until <paramref name="span"/> has passed.</summary>
    /// <param name="span">Simulated time.</param>
    /// <param name="afterEach">Called after every event.</param>
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

    /// <summary>Wakes an instance; a second wish for the same instant is one wish.</summary>
    internal void At(MonotonicTime time, (int Node, int Generation, int Instance) who, Action action)
    {
        if (_waiting.Add((time, who)))
        {
            Enqueue(time, () =>
            {
                _waiting.Remove((time, who));
                action();
            });
        }
    }

    /// <summary>Gives a frame to every other node, up to a millisecond later.</summary>
    internal void Send(SimulatedNode from, Action<SimulatedNode> deliver)
    {
        foreach (SimulatedNode to in _nodes)
        {
            if (to != from)
            {
                Enqueue(Now + TimeSpan.FromTicks(Random.Next(1, 10_000)), () => deliver(to));
            }
        }
    }

    private void Enqueue(MonotonicTime time, Action action)
        => _events.Enqueue(action, (Math.Max(time.Nanoseconds, Now.Nanoseconds), _order++));
}
