using System.Collections.Immutable;

namespace Holdfast.Health.Services;

/// <summary>What decides which servers of a virtual server get traffic.</summary>
/// <param name="Quorum"><c>quorum</c>: weight that has to be up.</param>
/// <param name="Hysteresis"><c>hysteresis</c>, less than the quorum.</param>
/// <param name="HasSorryServer">Whether there is a <c>sorry_server</c>.</param>
/// <param name="InhibitsSorryServer"><c>sorry_server_inhibit</c>: unused, it stays with weight 0.</param>
/// <param name="Omega"><c>omega</c>: the down scripts run at the end.</param>
/// <param name="Servers">The real servers.</param>
public sealed record ServiceModel(
    long Quorum, long Hysteresis, bool HasSorryServer, bool InhibitsSorryServer, bool Omega,
    ImmutableArray<ServerModel> Servers);

/// <summary>What decides how much traffic a real server gets.</summary>
/// <param name="Weight"><c>weight</c>.</param>
/// <param name="Inhibit"><c>inhibit_on_failure</c>: a failed server stays with weight 0.</param>
/// <param name="StartsDown">One for each checker: whether it counts as down until it has succeeded.</param>
public sealed record ServerModel(long Weight, bool Inhibit, ImmutableArray<bool> StartsDown);

/// <summary>What is known of one real server.</summary>
/// <param name="IsDown">One for each checker.</param>
/// <param name="Deltas">What each checker adds to the weight.</param>
/// <param name="Weight">The configured weight with all that is added, 0 to 2147483647.</param>
public sealed record ServerState(ImmutableArray<bool> IsDown, ImmutableArray<long> Deltas, long Weight)
{
    /// <summary>Whether no checker is down.</summary>
    public bool IsUp => !IsDown.Contains(true);
}

/// <summary>State of one virtual server. Start with <see cref="ServiceMachine.Start"/>.</summary>
/// <param name="HasQuorum">Whether enough weight is up.</param>
/// <param name="Servers">The real servers.</param>
public sealed record ServiceState(bool HasQuorum, ImmutableArray<ServerState> Servers)
{
    /// <summary>Weight of all servers that are up.</summary>
    public long WeightUp => Servers.Sum(static s => s.IsUp ? s.Weight : 0);
}

/// <summary>Kind of a <see cref="ServiceEvent"/>.</summary>
public enum ServiceEventKind : byte
{
    /// <summary>A checker came up.</summary>
    CheckUp,

    /// <summary>A checker went down.</summary>
    CheckDown,

    /// <summary>A checker adds another number to the weight.</summary>
    WeightDelta,

    /// <summary>The daemon stops.</summary>
    Stop,
}

/// <summary>What happened to a virtual server.</summary>
/// <param name="Kind">What.</param>
/// <param name="Server">0-based index of the real server.</param>
/// <param name="Checker">0-based index of its checker.</param>
/// <param name="Delta">What it adds to the weight.</param>
public readonly record struct ServiceEvent(ServiceEventKind Kind, int Server = 0, int Checker = 0, long Delta = 0);

/// <summary>Kind of a <see cref="ServiceEffect"/>.</summary>
public enum ServiceEffectKind : byte
{
    /// <summary>A server came up: <c>notify_up</c>.</summary>
    ServerUp,

    /// <summary>A server went down: <c>notify_down</c>.</summary>
    ServerDown,

    /// <summary>The weight of a server changed.</summary>
    WeightChanged,

    /// <summary>Enough weight is up: <c>quorum_up</c>.</summary>
    QuorumGained,

    /// <summary>Not enough weight is up: <c>quorum_down</c>.</summary>
    QuorumLost,
}

/// <summary>What is to be told. The table is what <see cref="ServiceMachine.Table"/> makes of the state.</summary>
/// <param name="Kind">What.</param>
/// <param name="Server">0-based index of the real server; −1 for the service.</param>
/// <param name="Weight">The weight of the server, or of all that is up.</param>
public readonly record struct ServiceEffect(ServiceEffectKind Kind, int Server, long Weight);

/// <summary>Which entries the service has in the plane.</summary>
/// <param name="Servers">Weight of each real server; null: no entry.</param>
/// <param name="SorryServer">Weight of the sorry server; null: no entry.</param>
public sealed record ServiceTable(ImmutableArray<long?> Servers, long? SorryServer);
