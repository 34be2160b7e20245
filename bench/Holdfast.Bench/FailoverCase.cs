namespace Holdfast.Bench;

/// <summary>What happens to the Active.</summary>
internal enum Fault
{
    /// <summary>Its daemon gets SIGTERM.</summary>
    PlannedStop,

    /// <summary>All its processes are killed and its cable is cut.</summary>
    NodeDies,

    /// <summary>Its cable is cut; the daemon lives.</summary>
    LinkDown,

    /// <summary>Its tracked script fails, weight 0.</summary>
    ScriptFails,
}

/// <summary>One row of the table.</summary>
/// <param name="Name">For the command line.</param>
/// <param name="Title">For the table.</param>
/// <param name="Fault">What happens.</param>
/// <param name="Version">VRRP version.</param>
/// <param name="IntervalMilliseconds">Advertisement interval.</param>
/// <param name="BackupCount">How many Backups there are.</param>
/// <param name="Instances">How many instances move.</param>
/// <param name="AddressesEach">Addresses of each.</param>
/// <param name="Goal">What Holdfast is to reach.</param>
internal sealed record FailoverCase(string Name, string Title, Fault Fault, int Version, int IntervalMilliseconds,
    int BackupCount, int Instances, int AddressesEach, string Goal)
{
    /// <summary>All addresses.</summary>
    internal int AddressCount => Instances * AddressesEach;

    /// <summary>What is judged; a move of many addresses has three figures.</summary>
    internal IReadOnlyList<Figure> Figures => Instances == 1 ? [Figure.Blackout] : Figure.OfMassMove;

    internal static IReadOnlyList<FailoverCase> All { get; } =
    [
        Single("stop-v2-1", "planned stop, v2, 1 s, one Backup", Fault.PlannedStop, 2, 1000, 1, "no ping lost"),
        Single("stop-v2-2", "planned stop, v2, 1 s, two Backups", Fault.PlannedStop, 2, 1000, 2, "no ping lost"),
        Single("stop-v3-1", "planned stop, v3, 1 s, one Backup", Fault.PlannedStop, 3, 1000, 1, "no ping lost"),
        Single("stop-v3-2", "planned stop, v3, 1 s, two Backups", Fault.PlannedStop, 3, 1000, 2, "no ping lost"),
        Single("dies-v2-1s", "node dies, v2, 1 s", Fault.NodeDies, 2, 1000, 1, "ratio ≤ 1.05"),
        Single("dies-v3-100ms", "node dies, v3, 100 ms", Fault.NodeDies, 3, 100, 1, "ratio ≤ 1.05"),
        Single("dies-v3-10ms", "node dies, v3, 10 ms", Fault.NodeDies, 3, 10, 1, "ratio ≤ 1.05"),
        Single("script-v2", "tracked script fails, weight 0, v2, 1 s", Fault.ScriptFails, 2, 1000, 1, "ratio ≤ 0.5"),
        Single("link-v2", "link down on the Active, v2, 1 s", Fault.LinkDown, 2, 1000, 1, "ratio ≤ 1.05"),
        new("mass-stop", "255 instances × 20 addresses, planned stop, v2, 1 s",
            Fault.PlannedStop, 2, 1000, 1, 255, 20, "ratio ≤ 0.5"),
        new("mass-dies", "255 instances × 20 addresses, node dies, v2, 1 s",
            Fault.NodeDies, 2, 1000, 1, 255, 20, "ratio ≤ 0.5"),
    ];

    private static FailoverCase Single(
        string name, string title, Fault fault, int version, int interval, int backups, string goal)
        => new(name, title, fault, version, interval, backups, 1, 1, goal);
}

/// <summary>One of the times that a round gives.</summary>
/// <param name="Suffix">Behind the title of the case.</param>
/// <param name="Of">Which it is.</param>
internal sealed record Figure(string Suffix, Func<RoundResult, TimeSpan> Of)
{
    internal static Figure Blackout { get; } = new("", static round => round.Blackout);

    internal static IReadOnlyList<Figure> OfMassMove { get; } =
    [
        new(": last address announced after", static round => round.AllAnnounced),
        new(": from the first announcement to the last", static round => round.Spread),
        new(": blackout of the last address", static round => round.Blackout),
    ];
}

/// <summary>Who plays which part in a measurement.</summary>
/// <param name="Label">For the table.</param>
/// <param name="Active">Program of the Active.</param>
/// <param name="Backup">Program of the Backups.</param>
internal sealed record Contender(string Label, string Active, string Backup);
