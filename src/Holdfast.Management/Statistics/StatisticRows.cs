using Holdfast.Balancing.Servers;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management.Statistics;

/// <summary>Which rows are wanted.</summary>
internal readonly record struct StatisticFilter()
{
    /// <summary>Frontends in <c>show stat</c>'s mask of kinds.</summary>
    internal const int Frontends = 1;

    /// <summary>Backends.</summary>
    internal const int Backends = 2;

    /// <summary>Servers.</summary>
    internal const int Servers = 4;

    /// <summary>Number of the proxy; −1: all.</summary>
    internal int ProxyId { get; init; } = -1;

    /// <summary>Sum of kinds; −1: all.</summary>
    internal int Kinds { get; init; } = -1;

    /// <summary>Number of the server; −1: all.</summary>
    internal int ServerId { get; init; } = -1;

    /// <summary>Whether only servers that are up are wanted.</summary>
    internal bool OnlyUp { get; init; }

    /// <summary>Whether servers in maintenance are left out.</summary>
    internal bool HidesMaintenance { get; init; }

    /// <summary>Names of proxies (<c>stats scope</c>); null: all.</summary>
    internal IReadOnlySet<string>? Scope { get; init; }
}

/// <summary>All rows, made one after the other.</summary>
internal static class StatisticRows
{
    internal static IEnumerable<StatisticRow> Of(ManagedProcess process, StatisticFilter filter)
        => process.Proxies.Where(proxy => (filter.ProxyId < 0 || filter.ProxyId == proxy.Id)
                && (filter.Scope is null || filter.Scope.Contains(proxy.Name)))
            .SelectMany(proxy => Of(process, proxy, filter));

    /// <summary>Rows of one proxy: its listening half, its servers, its other half.</summary>
    internal static IEnumerable<StatisticRow> Of(ManagedProcess process, ManagedProxy proxy, StatisticFilter filter)
    {
        long now = ManagedProcess.Now;
        if (proxy.Frontend is { } frontend && (filter.Kinds & StatisticFilter.Frontends) != 0)
        {
            yield return FrontendRow.Of(proxy, frontend, now);
        }
        if (proxy.Backend is not { } backend)
        {
            yield break;
        }
        foreach (Server server in (filter.Kinds & StatisticFilter.Servers) != 0 ? backend.Servers : [])
        {
            if ((filter.ServerId < 0 || filter.ServerId == server.Balanced.Settings.Id) && IsWanted(server, filter))
            {
                yield return ServerRow.Of(proxy, server, now, process.StartedAt);
            }
        }
        if ((filter.Kinds & StatisticFilter.Backends) != 0)
        {
            yield return BackendRow.Of(
                proxy, backend, now, process.StartedAt, filter.HidesMaintenance || filter.OnlyUp);
        }
    }

    private static bool IsWanted(Server server, StatisticFilter filter)
    {
        bool isInMaintenance = (server.Balanced.Administrative & AdministrativeStates.AnyMaintenance) != 0;
        return !(filter.HidesMaintenance && isInMaintenance)
            && !(filter.OnlyUp && (isInMaintenance || server.Balanced.State == ServerState.Stopped));
    }
}
