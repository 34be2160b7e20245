using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks;

/// <summary>One checker of one real server of one virtual server, by 0-based indexes into the model.</summary>
/// <param name="Service">Index of the virtual server.</param>
/// <param name="Server">Index of its real server.</param>
/// <param name="Checker">Index of the checker of that server.</param>
public readonly record struct CheckId(int Service, int Server, int Checker);

/// <summary>What is known of a checker whose process has ended: it goes on from there.</summary>
/// <param name="IsDown">Whether it counts as down, until it succeeds.</param>
/// <param name="WeightDelta">What it added to the weight of its server.</param>
public readonly record struct CheckMemory(bool IsDown, long WeightDelta);

/// <summary>What is known of a virtual server whose process has ended.</summary>
/// <param name="HadQuorum">Whether it had its quorum; null: what is up decides.</param>
/// <param name="Servers">One for each real server: its checkers.</param>
public sealed record ServiceMemory(bool? HadQuorum, ImmutableArray<ImmutableArray<CheckMemory>> Servers);

/// <summary>What a report says.</summary>
public enum ServerReportKind : byte
{
    /// <summary>The checker came up, or its first check succeeded.</summary>
    Up,

    /// <summary>The checker went down.</summary>
    Down,

    /// <summary>A probe failed without changing anything; only told when all failures are logged.</summary>
    Failure,

    /// <summary>The checker adds <see cref="ServerReport.WeightDelta"/> to the weight from now on.</summary>
    Weight,
}

/// <summary>What an engine tells of a checker.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Kind">What.</param>
/// <param name="Result">The result that led to it.</param>
/// <param name="WeightDelta">Added to the configured weight; for <see cref="ServerReportKind.Weight"/>.</param>
/// <param name="At">When.</param>
public readonly record struct ServerReport(
    CheckId Id, ServerReportKind Kind, ProbeResult Result, long WeightDelta, MonotonicTime At);

/// <summary>What is known of a checker, for <c>explain</c>.</summary>
/// <param name="Id">Which one.</param>
/// <param name="IsUp">Whether it counts as up.</param>
/// <param name="HasRun">Whether a check has ended.</param>
/// <param name="IsSuspended">Whether <c>ha_suspend</c> holds it.</param>
/// <param name="Failures">Failures in a row that have not counted.</param>
/// <param name="Due">When the next probe is due; never while one is under way.</param>
/// <param name="Last">The last result.</param>
/// <param name="LastAt">When it came; zero when there is none.</param>
/// <param name="LastTook">How long that probe took.</param>
/// <param name="LastFailure">The last failure; a success when there was none.</param>
/// <param name="LastFailureAt">When it came; zero when there is none.</param>
public sealed record CheckStatus(
    CheckId Id, bool IsUp, bool HasRun, bool IsSuspended, int Failures, MonotonicTime Due, ProbeResult Last,
    MonotonicTime LastAt, TimeSpan LastTook, ProbeResult LastFailure, MonotonicTime LastFailureAt)
{
    /// <summary>Whether a probe is under way.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Since when it has been up or down; before its first check, since it is there.</summary>
    public MonotonicTime Since { get; init; }

    /// <summary>What it adds to the weight of its server.</summary>
    public long WeightDelta { get; init; }
}
