using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Running;

namespace Holdfast.Management.Statistics;

/// <summary>The row of a frontend.</summary>
internal static class FrontendRow
{
    internal static StatisticRow Of(ManagedProxy proxy, Frontend frontend, long now)
    {
        var row = new StatisticRow(StatisticObject.Frontend, proxy.Name, "FRONTEND", proxy.Id, 0)
        {
            IsHttp = proxy.IsHttp,
        };
        CounterSet counters = frontend.Counters;
        TrafficColumns.PutIdentity(row);
        row[StatisticField.Scur] = StatisticValue.U32("MGP", frontend.Limit.Count);
        row[StatisticField.Smax] = StatisticValue.U32("MMP", counters.SessionsMax);
        row[StatisticField.Slim] = StatisticValue.U32("CLP", frontend.Limit.Max);
        row[StatisticField.Status] = StatisticValue.Text("SGP", frontend.Status switch
        {
            FrontendStatus.Paused => "PAUSED",
            FrontendStatus.Stopped => "STOP",
            _ => "OPEN",
        });
        row[StatisticField.Rate] = StatisticValue.U32("MRP", counters.SessionRate(now));
        row[StatisticField.RateLim] = StatisticValue.U32("CLP", proxy.Model.SessionRateLimit);
        row[StatisticField.RateMax] = StatisticValue.U32("MMP", counters.SessionRateMax);
        row[StatisticField.ReqRate] = StatisticValue.U32("MRP", counters.RequestRate(now));
        row[StatisticField.ReqRateMax] = StatisticValue.U32("MMP", counters.RequestRateMax);
        row[StatisticField.ConnRate] = StatisticValue.U32("MRP", counters.ConnectionRate(now));
        row[StatisticField.ConnRateMax] = StatisticValue.U32("MMP", counters.SessionRateMax);
        TrafficColumns.Put(row, counters,
            (StatisticField.Stot, TrafficCounter.Sessions), (StatisticField.Bin, TrafficCounter.BytesIn),
            (StatisticField.Bout, TrafficCounter.BytesOut), (StatisticField.Dreq, TrafficCounter.DeniedRequests),
            (StatisticField.Dresp, TrafficCounter.DeniedResponses),
            (StatisticField.Ereq, TrafficCounter.RequestErrors), (StatisticField.ReqTot, TrafficCounter.Requests),
            (StatisticField.ConnTot, TrafficCounter.Connections),
            (StatisticField.Dcon, TrafficCounter.DeniedConnections),
            (StatisticField.Dses, TrafficCounter.DeniedSessions),
            (StatisticField.Wrew, TrafficCounter.FailedRewrites),
            (StatisticField.Eint, TrafficCounter.InternalErrors));
        TrafficColumns.PutCompression(row, counters);
        if (proxy.IsHttp)
        {
            TrafficColumns.PutResponses(row, counters);
            TrafficColumns.Put(row, counters, (StatisticField.Intercepted, TrafficCounter.Intercepted));
            row[StatisticField.CacheLookups] = StatisticValue.U64("MCP", 0);
            row[StatisticField.CacheHits] = StatisticValue.U64("MCP", 0);
        }
        TrafficColumns.PutModules(row, withStreams: true);
        return row;
    }
}
