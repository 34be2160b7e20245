using Holdfast.Proxy.Counters;

namespace Holdfast.Management.Statistics;

/// <summary>Columns that count traffic.</summary>
internal static class TrafficColumns
{
    /// <summary>A column for each counter, in all kinds of rows.</summary>
    internal static void Put(
        StatisticRow row, CounterSet counters, params ReadOnlySpan<(StatisticField, TrafficCounter)> columns)
    {
        foreach ((StatisticField field, TrafficCounter counter) in columns)
        {
            row[field] = StatisticValue.U64("MCP", counters[counter]);
        }
    }

    /// <summary>Responses by class.</summary>
    internal static void PutResponses(StatisticRow row, CounterSet counters) => Put(row, counters,
        (StatisticField.Hrsp1xx, TrafficCounter.Informational),
        (StatisticField.Hrsp2xx, TrafficCounter.Successful),
        (StatisticField.Hrsp3xx, TrafficCounter.Redirections),
        (StatisticField.Hrsp4xx, TrafficCounter.ClientErrors),
        (StatisticField.Hrsp5xx, TrafficCounter.ServerErrors),
        (StatisticField.HrspOther, TrafficCounter.OtherStatuses));

    /// <summary>What compression has done.</summary>
    internal static void PutCompression(StatisticRow row, CounterSet counters) => Put(row, counters,
        (StatisticField.CompIn, TrafficCounter.CompressionIn),
        (StatisticField.CompOut, TrafficCounter.CompressionOut),
        (StatisticField.CompByp, TrafficCounter.CompressionBypassed),
        (StatisticField.CompRsp, TrafficCounter.CompressedResponses));

    /// <summary>Averages and maxima of times, in milliseconds.</summary>
    internal static void PutTimes(StatisticRow row, CounterSet counters)
    {
        (long queue, long connect, long response, long total) = counters.AverageTimes;
        row[StatisticField.Qtime] = StatisticValue.U32("MaP", queue);
        row[StatisticField.Ctime] = StatisticValue.U32("MaP", connect);
        row[StatisticField.Rtime] = StatisticValue.U32("MaP", response);
        row[StatisticField.Ttime] = StatisticValue.U32("MaP", total);
        (queue, connect, response, total) = counters.LongestTimes;
        row[StatisticField.QtimeMax] = StatisticValue.U32("MMP", queue);
        row[StatisticField.CtimeMax] = StatisticValue.U32("MMP", connect);
        row[StatisticField.RtimeMax] = StatisticValue.U32("MMP", response);
        row[StatisticField.TtimeMax] = StatisticValue.U32("MMP", total);
    }

    /// <summary>Seconds since the last session; −1 without one.</summary>
    internal static void PutLastSession(StatisticRow row, CounterSet counters, long now)
        => row[StatisticField.Lastsess] = StatisticValue.S32(
            "MAP", counters.LastSession == 0 ? -1 : Math.Max(0, (now - counters.LastSession) / 1000));

    /// <summary>What the modules of the original count; ours has no HTTP/2, and counts TLS elsewhere.</summary>
    internal static void PutModules(StatisticRow row, bool withStreams)
    {
        row[StatisticField.SslSess] = StatisticValue.U64("MCP", 0);
        row[StatisticField.SslReusedSess] = StatisticValue.U64("MCP", 0);
        row[StatisticField.SslFailedHandshake] = StatisticValue.U64("MCP", 0);
        for (StatisticField field = StatisticField.H2HeadersRcvd;
            withStreams && field <= StatisticField.H1SplicedBytesOut; field++)
        {
            bool isGauge = field is StatisticField.H2OpenConnections or StatisticField.H2BackendOpenStreams
                or StatisticField.H1OpenConnections or StatisticField.H1OpenStreams;
            row[field] = StatisticValue.U64(isGauge ? "MGP" : "MCP", 0);
        }
    }

    /// <summary>Numbers of process, proxy and object, and its kind.</summary>
    internal static void PutIdentity(StatisticRow row)
    {
        row[StatisticField.Pxname] = StatisticValue.Text("KNS", row.Proxy);
        row[StatisticField.Svname] = StatisticValue.Text("KNS", row.Name);
        row[StatisticField.Mode] = StatisticValue.Text("CGS", row.IsHttp ? "http" : "tcp");
        row[StatisticField.Pid] = StatisticValue.U32("KGP", 1);
        row[StatisticField.Iid] = StatisticValue.U32("KGS", row.ProxyId);
        row[StatisticField.Sid] = StatisticValue.U32("KGS", row.Id);
        row[StatisticField.Type] = StatisticValue.U32("CGS", (long)row.Kind);
    }
}
