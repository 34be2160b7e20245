using System.Globalization;
using Holdfast.Balancing.Servers;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management.Statistics;

/// <summary>The row of a backend.</summary>
internal static class BackendRow
{
    /// <summary>Makes it.</summary>
    /// <param name="proxy">The proxy.</param>
    /// <param name="backend">Its half with servers.</param>
    /// <param name="now">The present in milliseconds of the monotonic clock.</param>
    /// <param name="startedAt">When the process began, by the same clock.</param>
    /// <param name="hidesMaintenance">Whether servers in maintenance are hidden: then the status counts them.</param>
    internal static StatisticRow Of(
        ManagedProxy proxy, Backend backend, long now, long startedAt, bool hidesMaintenance)
    {
        var row = new StatisticRow(StatisticObject.Backend, proxy.Name, "BACKEND", proxy.Id, 0)
        {
            IsHttp = proxy.IsHttp,
            Servers = [.. backend.Servers.Select(static one
                => new ServerFacts(StateWords.Short(one), CheckViews.Of(one)?.Code))],
        };
        CounterSet counters = backend.Counters;
        PoolView view = backend.Pool.View;
        bool usesBackups = view.UsesBackups;
        TrafficColumns.PutIdentity(row);
        row[StatisticField.Qcur] = StatisticValue.U32("MGP", backend.Queue.Waiting);
        row[StatisticField.Qmax] = StatisticValue.U32("MMP", counters.QueuedMax);
        row[StatisticField.Scur] = StatisticValue.U32("MGP", backend.Pool.Served);
        row[StatisticField.Smax] = StatisticValue.U32("MMP", counters.SessionsMax);
        row[StatisticField.Slim] = StatisticValue.U32("CLP", backend.Program.Balance.FullConnections);
        row[StatisticField.Status] = StatisticValue.Text("SGP", Status(backend, hidesMaintenance));
        var used = backend.Servers.Where(one => one.IsUsable && one.Balanced.Settings.IsBackup == usesBackups)
            .Take(usesBackups && !backend.Program.Balance.UsesAllBackups ? 1 : int.MaxValue).ToList();
        long weight = used.Sum(ServerRow.WeightOf);
        row[StatisticField.Weight] = StatisticValue.U32("MaP", weight);
        row[StatisticField.Uweight] = StatisticValue.U32("MaP", used.Sum(static one => (long)one.Balanced.UserWeight));
        row[StatisticField.Act] = StatisticValue.U32("MGP", view.ActiveCount);
        row[StatisticField.Bck] = StatisticValue.U32("MGP", view.BackupCount);
        row[StatisticField.Chkdown] = StatisticValue.U64("MCP", backend.DownCount);
        row[StatisticField.Lastchg] = StatisticValue.U32("MAP", (now - Math.Max(startedAt, backend.ChangedAt)) / 1000);
        if (!backend.Servers.IsEmpty)
        {
            row[StatisticField.Downtime] = StatisticValue.U32("MCP", backend.DowntimeAt(now) / 1000);
        }
        row[StatisticField.Rate] = StatisticValue.U32("MGP", counters.SessionRate(now));
        row[StatisticField.RateMax] = StatisticValue.U32("MGP", counters.SessionRateMax);
        row[StatisticField.Algo] = StatisticValue.Text("CGS", proxy.Model.Balance.Algorithm);
        if (proxy.Model.Cookie is { } cookie)
        {
            row[StatisticField.Cookie] = StatisticValue.Text("CNS", cookie.Name);
        }
        foreach (StatisticField field in (ReadOnlySpan<StatisticField>)[StatisticField.AggServerStatus,
            StatisticField.AggServerCheckStatus, StatisticField.AggCheckStatus])
        {
            row[field] = StatisticValue.U32("MGP", 0);
        }
        PutTraffic(row, counters);
        TrafficColumns.PutTimes(row, counters);
        TrafficColumns.PutLastSession(row, counters, now);
        TrafficColumns.PutModules(row, withStreams: true);
        return row;
    }

    private static void PutTraffic(StatisticRow row, CounterSet counters)
    {
        TrafficColumns.Put(row, counters,
            (StatisticField.Stot, TrafficCounter.Sessions), (StatisticField.Bin, TrafficCounter.BytesIn),
            (StatisticField.Bout, TrafficCounter.BytesOut), (StatisticField.Dreq, TrafficCounter.DeniedRequests),
            (StatisticField.Dresp, TrafficCounter.DeniedResponses),
            (StatisticField.Econ, TrafficCounter.ConnectionErrors),
            (StatisticField.Eresp, TrafficCounter.ResponseErrors), (StatisticField.Wretr, TrafficCounter.Retries),
            (StatisticField.Wredis, TrafficCounter.Redispatches), (StatisticField.Lbtot, TrafficCounter.Balanced),
            (StatisticField.CliAbrt, TrafficCounter.ClientAborts),
            (StatisticField.SrvAbrt, TrafficCounter.ServerAborts),
            (StatisticField.Wrew, TrafficCounter.FailedRewrites), (StatisticField.Connect, TrafficCounter.Connections),
            (StatisticField.Reuse, TrafficCounter.Reuses), (StatisticField.Eint, TrafficCounter.InternalErrors));
        TrafficColumns.PutCompression(row, counters);
        if (row.IsHttp)
        {
            TrafficColumns.PutResponses(row, counters);
            TrafficColumns.Put(row, counters, (StatisticField.ReqTot, TrafficCounter.Requests));
            row[StatisticField.CacheLookups] = StatisticValue.U64("MCP", 0);
            row[StatisticField.CacheHits] = StatisticValue.U64("MCP", 0);
        }
    }

    private static string Status(Backend backend, bool counts)
    {
        string word = backend.Servers.IsEmpty || backend.Pool.View.UsedWeight > 0 ? "UP" : "DOWN";
        int usable = backend.Servers.Count(static one => one.IsUsable);
        return counts ? string.Create(CultureInfo.InvariantCulture,
            $"{word} ({usable}/{backend.Servers.Length})") : word;
    }
}
