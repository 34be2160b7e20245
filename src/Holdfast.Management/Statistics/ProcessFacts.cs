using System.Globalization;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Tls;

namespace Holdfast.Management.Statistics;

/// <summary>What <c>show info</c> knows of a process.</summary>
internal static class ProcessFacts
{
    private const int ConnectionsDefault = 30_000;

    internal static Dictionary<string, StatisticValue> Of(ManagedProcess process, bool hasFractions)
    {
        var values = new Dictionary<string, StatisticValue>(StringComparer.Ordinal);
        PutIdentity(values, process, hasFractions);
        PutLimits(values, process);
        PutTraffic(values, process);
        PutTls(values, process);
        return values;
    }

    /// <summary>"0d 0h01m04s".</summary>
    internal static string Uptime(long seconds) => string.Create(CultureInfo.InvariantCulture,
        $"{seconds / 86400}d {seconds / 3600 % 24}h{seconds / 60 % 60:00}m{seconds % 60:00}s");

    private static void PutIdentity(
        Dictionary<string, StatisticValue> values, ManagedProcess process, bool hasFractions)
    {
        ProcessIdentity identity = process.Identity;
        long uptime = ManagedProcess.Now - process.StartedAt;
        Text(values, "Name", "HAProxy");
        Text(values, "Version", identity.Version);
        Text(values, "Release_date", identity.VersionDate);
        Number(values, "Nbthread", process.Engine.State.Options.ThreadCount);
        Number(values, "Nbproc", 1);
        Number(values, "Process_num", 1);
        Number(values, "Pid", identity.ProcessId);
        Text(values, "Uptime", Uptime(uptime / 1000));
        values["Uptime_sec"] = hasFractions ? StatisticValue.Real("", uptime * 1000)
            : StatisticValue.U32("", uptime / 1000);
        long started = process.StartedWall.ToUnixTimeMilliseconds();
        values["Start_time_sec"] = hasFractions ? StatisticValue.Real("", started * 1000)
            : StatisticValue.U32("", started / 1000);
        Text(values, "node", identity.Node);
        if (process.Model.Global.Description is { } description)
        {
            Text(values, "description", description);
        }
        Text(values, "Build info", identity.Version);
        Text(values, "Tainted", "0");
        Number(values, "Stopping", process.IsStopping ? 1 : 0);
        long held = GC.GetTotalMemory(forceFullCollection: false);
        Number(values, "PoolAlloc_bytes", held);
        Number(values, "PoolUsed_bytes", held);
        Number(values, "PoolAlloc_MB", held >> 20);
        Number(values, "PoolUsed_MB", held >> 20);
    }

    private static void PutLimits(Dictionary<string, StatisticValue> values, ManagedProcess process)
    {
        long clients = process.Engine.State.Whole.Max;
        long max = clients == int.MaxValue ? ConnectionsDefault : clients;
        Number(values, "Maxconn", max);
        Number(values, "Hard_maxconn", process.Model.Global.MaxConnections ?? max);
        Number(values, "Ulimit-n", process.DescriptorsMax);
        Number(values, "Maxsock", process.DescriptorsMax);
        ProxyState state = process.Engine.State;
        Number(values, "ConnRateLimit", state.Rates.Connections.Max);
        Number(values, "SessRateLimit", state.Rates.Sessions.Max);
        Number(values, "SslRateLimit", state.Rates.Tls.Max);
        Number(values, "MaxSslConns", state.TlsUse.Max);
    }

    private static void PutTls(Dictionary<string, StatisticValue> values, ManagedProcess process)
    {
        TlsUse tls = process.Engine.State.TlsUse;
        TlsRates rates = tls.RatesAt(ManagedProcess.Now);
        Number(values, "CurrSslConns", tls.Count);
        Number(values, "CumSslConns", tls.Total);
        Number(values, "SslRate", rates.Clients);
        Number(values, "MaxSslRate", rates.ClientsMax);
        Number(values, "SslFrontendKeyRate", rates.ClientKeys);
        Number(values, "SslFrontendMaxKeyRate", rates.ClientKeysMax);
        Number(values, "SslFrontendSessionReuse_pct", tls.ResumedPercent);
        Number(values, "SslBackendKeyRate", rates.ServerKeys);
        Number(values, "SslBackendMaxKeyRate", rates.ServerKeysMax);
    }

    private static void PutTraffic(Dictionary<string, StatisticValue> values, ManagedProcess process)
    {
        long now = ManagedProcess.Now;
        ProxyState state = process.Engine.State;
        Frontend[] frontends = [.. state.Frontends];
        long clients = state.Whole.Count;
        int listeners = process.Proxies.Where(static one => one.Frontend?.Status == FrontendStatus.Open)
            .Sum(static one => one.Listeners.Length);
        Number(values, "CurrConns", clients);
        Number(values, "CumConns", frontends.Sum(static one => one.Counters[TrafficCounter.Connections]));
        Number(values, "CumReq", frontends.Sum(static one => one.Counters[TrafficCounter.Requests]));
        Number(values, "ConnRate", frontends.Sum(one => one.Counters.ConnectionRate(now)));
        Number(values, "MaxConnRate", frontends.Sum(static one => one.Counters.SessionRateMax));
        Number(values, "SessRate", frontends.Sum(one => one.Counters.SessionRate(now)));
        Number(values, "MaxSessRate", frontends.Sum(static one => one.Counters.SessionRateMax));
        Number(values, "CompressBpsIn", state.Compression.BytesIn(now));
        Number(values, "CompressBpsOut", state.Compression.BytesOut(now));
        Number(values, "CompressBpsRateLim", state.Compression.BytesPerSecondMax);
        Number(values, "ZlibMemUsage", state.Compression.MemoryBytes);
        Number(values, "TotalBytesOut", frontends.Sum(static one => one.Counters[TrafficCounter.BytesOut]));
        Number(values, "DroppedLogs", process.Engine.DroppedLogLines);
        Number(values, "Listeners", listeners);
        Number(values, "Jobs", clients + listeners);
        Number(values, "Tasks", clients + state.Backends.Sum(static one
            => one.Servers.Count(static server => server.Options.Check is not null)));
        Number(values, "Idle_pct", process.Idleness.Percent(state.Options.ThreadCount));
    }

    private static void Number(Dictionary<string, StatisticValue> values, string name, long number)
        => values[name] = StatisticValue.U64("", number);

    private static void Text(Dictionary<string, StatisticValue> values, string name, string text)
        => values[name] = StatisticValue.Text("", text);
}
