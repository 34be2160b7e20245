using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Programs;

namespace Holdfast.Proxy.Running;

/// <summary>Whether a frontend takes clients.</summary>
public enum FrontendStatus : byte
{
    /// <summary>It does.</summary>
    Open,

    /// <summary>Not for now: they wait in the kernel (<c>disable frontend</c>).</summary>
    Paused,

    /// <summary>Never again in this process (<c>shutdown frontend</c>).</summary>
    Stopped,
}

/// <summary>A frontend as the whole process sees it: all its listeners, in all loops.</summary>
/// <param name="name">Its name.</param>
/// <param name="program">What it does with requests.</param>
/// <param name="limit">Clients at the same time.</param>
/// <param name="loops">How many loops count.</param>
public sealed class Frontend(string name, FrontendProgram program, ConnectionLimit limit, int loops)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>What it does with requests.</summary>
    public FrontendProgram Program { get; } = program;

    /// <summary>Whether it takes clients.</summary>
    public FrontendStatus Status { get; internal set; }

    /// <summary>Clients that are connected, and how many may be.</summary>
    public ConnectionLimit Limit { get; } = limit;

    /// <summary>New sessions in a second; null: no limit.</summary>
    public SessionRateLimit? Rate { get; internal init; }

    /// <summary>The last request that was refused because it is none.</summary>
    public Http.BadMessageMemory BadRequest { get; } = new();

    /// <summary>What was counted.</summary>
    public CounterSet Counters { get; } = new(loops);
}
