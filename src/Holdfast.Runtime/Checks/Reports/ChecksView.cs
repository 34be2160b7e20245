using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Checks.Reports;

/// <summary>One real server in the plane: connections of all entries of its service together.</summary>
/// <param name="Active">Established.</param>
/// <param name="Inactive">Others.</param>
/// <param name="Total">Scheduled since the counters were zeroed.</param>
/// <param name="Weight">The least weight of its entries.</param>
internal readonly record struct ServerTraffic(long Active, long Inactive, long Total, long Weight);

/// <summary>Everything that the reports of the checks process are made of.</summary>
internal sealed record ChecksView
{
    /// <summary>The configuration that runs.</summary>
    internal required KeepalivedModel Model { get; init; }

    /// <summary>State of the services.</summary>
    internal required ServiceBoard Board { get; init; }

    /// <summary>State of the checkers.</summary>
    internal required CheckEngine Engine { get; init; }

    /// <summary>Says of a service by its index whether <c>ha_suspend</c> holds it.</summary>
    internal Func<int, bool> IsSuspended { get; init; } = static _ => false;

    /// <summary>A server of a service in the plane, by index, address and port; null: it has no entry.</summary>
    internal Func<int, IpAddress, int, ServerTraffic?> TrafficOf { get; init; } = static (_, _, _) => null;

    /// <summary>Name of the plane: "ipvs", "xdp" or "nftables".</summary>
    internal string Plane { get; init; } = "ipvs";

    /// <summary>Why it is this plane; null: it is the usual one.</summary>
    internal string? PlaneReason { get; init; }

    /// <summary>Why nothing can be forwarded at all; null: it can.</summary>
    internal string? PlaneProblem { get; init; }

    /// <summary>What the plane has refused, one sentence each.</summary>
    internal IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>The present.</summary>
    internal required MonotonicTime Now { get; init; }

    /// <summary>The checkers of each server of a service, in the order of the configuration.</summary>
    internal ILookup<(int Service, int Server), CheckStatus> Checkers()
        => Engine.Status.ToLookup(static c => (c.Id.Service, c.Id.Server));
}
