using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Demo;

/// <summary>What a node says of itself in its log.</summary>
internal enum NodeRole
{
    /// <summary>It has not said anything yet.</summary>
    Starting,

    /// <summary>It has the address.</summary>
    Active,

    /// <summary>It waits.</summary>
    Backup,

    /// <summary>It cannot serve.</summary>
    Fault,

    /// <summary>Its daemon does not run.</summary>
    Stopped,

    /// <summary>It has no process and no cable.</summary>
    Dead,
}

/// <summary>One line of the event log.</summary>
internal readonly record struct DemoEvent(TimeSpan At, string Node, string Text);

/// <summary>A node as the view shows it.</summary>
internal readonly record struct NodeView(string Name, string Address, string Config, NodeRole Role, bool HasAddress,
    bool Answers);

/// <summary>What a scene measured.</summary>
internal sealed record SceneResult(string Title, string Outcome, int LostCount, TimeSpan Blackout);

/// <summary>What the scenes have done so far: they write it, the view reads it.</summary>
internal sealed class DemoState
{
    private readonly Lock _gate = new();
    private readonly List<DemoEvent> _events = [];
    private readonly List<SceneResult> _results = [];
    private string _scene = "Starting two nodes and a client";

    /// <summary>When the demo began.</summary>
    internal MonotonicTime Start { get; } = MonotonicClock.Now;

    /// <summary>The scene that plays.</summary>
    internal string Scene
    {
        get
        {
            lock (_gate)
            {
                return _scene;
            }
        }
    }

    internal IReadOnlyList<SceneResult> Results
    {
        get
        {
            lock (_gate)
            {
                return [.. _results];
            }
        }
    }

    internal void Begin(string scene)
    {
        lock (_gate)
        {
            _scene = scene;
        }
        Log("demo", scene);
    }

    internal void Log(string node, string text, MonotonicTime? time = null)
    {
        lock (_gate)
        {
            _events.Add(new((time ?? MonotonicClock.Now) - Start, node, text));
        }
    }

    internal void Add(SceneResult result)
    {
        lock (_gate)
        {
            _results.Add(result);
        }
    }

    /// <summary>The events from a number on.</summary>
    internal IReadOnlyList<DemoEvent> EventsFrom(int first)
    {
        lock (_gate)
        {
            return _events[first..];
        }
    }
}
