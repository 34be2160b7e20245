using Holdfast.Balancing.Servers;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Management.Statistics;

/// <summary>The row of a server.</summary>
internal static class ServerRow
{
    private const int DynamicScale = SlowStart.Scale;

    /// <summary>Makes it.</summary>
    /// <param name="proxy">The proxy.</param>
    /// <param name="server">The server.</param>
    /// <param name="now">The present in milliseconds of the monotonic clock.</param>
    /// <param name="startedAt">When the process began, by the same clock.</param>
    internal static StatisticRow Of(ManagedProxy proxy, Server server, long now, long startedAt)
    {
        BalancedServer balanced = server.Balanced;
        CheckView? check = CheckViews.Of(server);
        ServerModel? model = proxy.ModelOf(server);
        string? tracked = model?.Track is { } track ? $"{track.Backend}/{track.Server}" : null;
        var row = new StatisticRow(
            StatisticObject.Server, proxy.Name, server.Options.Name, proxy.Id, balanced.Settings.Id)
        {
            IsHttp = proxy.IsHttp,
            Server = new ServerFacts(StateWords.Short(server), check?.Code),
        };
        TrafficColumns.PutIdentity(row);
        PutLoad(row, server);
        PutState(row, server, check, tracked, Math.Max(startedAt, balanced.ChangedAt.Nanoseconds / 1_000_000), now);
        CounterSet counters = server.Counters;
        row[StatisticField.Rate] = StatisticValue.U32("MRP", counters.SessionRate(now));
        row[StatisticField.RateMax] = StatisticValue.U32("MMP", counters.SessionRateMax);
        row[StatisticField.Addr] = StatisticValue.Text("CGS", server.Options.Endpoint.ToString());
        if (model?.Cookie is { } cookie)
        {
            row[StatisticField.Cookie] = StatisticValue.Text("CNS", cookie);
        }
        PutTraffic(row, counters);
        TrafficColumns.PutTimes(row, counters);
        TrafficColumns.PutLastSession(row, counters, now);
        TrafficColumns.PutModules(row, withStreams: false);
        return row;
    }

    /// <summary>The weight at the moment as operators know it: 1 for each 16 of a dynamic algorithm's.</summary>
    internal static long WeightOf(Server server)
    {
        BalancedServer balanced = server.Balanced;
        return server.Backend.Pool.Settings.HasDynamicWeights
            ? HasNeverBeenUp(server) ? 1 : (balanced.Weight + DynamicScale - 1) / DynamicScale : balanced.UserWeight;
    }

    /// <summary>A server that was added has no weight of its own before it first comes up; the original says 1.
    /// </summary>
    private static bool HasNeverBeenUp(Server server)
        => server.IsDynamic && server.Balanced.ChangedAt.Nanoseconds == 0;

    private static void PutLoad(StatisticRow row, Server server)
    {
        BalancedServer balanced = server.Balanced;
        row[StatisticField.Qcur] = StatisticValue.U32("MGP", balanced.Queued);
        row[StatisticField.Qmax] = StatisticValue.U32("MMP", server.Counters.QueuedMax);
        row[StatisticField.Scur] = StatisticValue.U32("MGP", balanced.Served);
        row[StatisticField.Smax] = StatisticValue.U32("MMP", server.Counters.SessionsMax);
        if (balanced.Settings.MaxConnections > 0)
        {
            row[StatisticField.Slim] = StatisticValue.U32("CLP", balanced.Settings.MaxConnections);
        }
        if (balanced.Settings.MaxQueue > 0)
        {
            row[StatisticField.Qlimit] = StatisticValue.U32("CLS", balanced.Settings.MaxQueue);
        }
        int idle = Math.Max(0, server.ConnectionCount - balanced.Served);
        row[StatisticField.SrvIcur] = StatisticValue.U32("MGP", idle);
        if (server.IsDynamic)
        {
            row[StatisticField.SrcIlim] = StatisticValue.U32("CLP", 0);
        }
        row[StatisticField.IdleConnCur] = StatisticValue.U32("MGP", 0);
        row[StatisticField.SafeConnCur] = StatisticValue.U32("MGP", idle);
        row[StatisticField.UsedConnCur] = StatisticValue.U32("MGP", Math.Max(0, server.ConnectionCount - idle));
        row[StatisticField.NeedConnEst] = StatisticValue.U32("MGP", balanced.Served);
    }

    private static void PutState(
        StatisticRow row, Server server, CheckView? check, string? tracked, long changedAt, long now)
    {
        BalancedServer balanced = server.Balanced;
        row[StatisticField.Status] = StatisticValue.Text("SGP", StateWords.Status(server, check, tracked));
        row[StatisticField.Lastchg] = StatisticValue.U32("MAP", Math.Max(0, now - changedAt) / 1000);
        row[StatisticField.Weight] = StatisticValue.U32("MaP", WeightOf(server));
        row[StatisticField.Uweight] = StatisticValue.U32("MaP", balanced.UserWeight);
        row[StatisticField.Act] = StatisticValue.U32("SGP", balanced.Settings.IsBackup ? 0 : 1);
        row[StatisticField.Bck] = StatisticValue.U32("SGP", balanced.Settings.IsBackup ? 1 : 0);
        if (balanced.State == ServerState.Starting)
        {
            long full = Math.Max(1, (long)balanced.UserWeight * DynamicScale);
            row[StatisticField.Throttle] = StatisticValue.U32("CaS", 100L * balanced.Weight / full);
        }
        if (tracked is not null)
        {
            row[StatisticField.Tracked] = StatisticValue.Text("CNS", tracked);
        }
        PutAgent(row, CheckViews.AgentOf(server));
        if (check is null)
        {
            return;
        }
        row[StatisticField.Chkfail] = StatisticValue.U64("MCP", check.Failures);
        row[StatisticField.Chkdown] = StatisticValue.U64("MCP", check.Downs);
        row[StatisticField.Downtime] = StatisticValue.U32("MCP", check.Downtime);
        row[StatisticField.CheckStatus] = StatisticValue.Text("MOP", check.Code);
        if (check.Number is { } number)
        {
            row[StatisticField.CheckCode] = StatisticValue.U32("MOP", number);
        }
        if (check.Duration >= 0)
        {
            row[StatisticField.CheckDuration] = StatisticValue.U64("MDP", check.Duration);
        }
        row[StatisticField.CheckDesc] = StatisticValue.Text("MOP", check.Description);
        row[StatisticField.LastChk] = StatisticValue.Text("MOP", check.Info);
        row[StatisticField.CheckRise] = StatisticValue.U32("CGS", check.Rise);
        row[StatisticField.CheckFall] = StatisticValue.U32("CGS", check.Fall);
        row[StatisticField.CheckHealth] = StatisticValue.U32("CGS", check.Health);
    }

    private static void PutAgent(StatisticRow row, CheckView? agent)
    {
        if (agent is null)
        {
            return;
        }
        row[StatisticField.AgentStatus] = StatisticValue.Text("MOP", agent.Code);
        if (agent.Number is { } number)
        {
            row[StatisticField.AgentCode] = StatisticValue.U32("MOP", number);
        }
        if (agent.Duration >= 0)
        {
            row[StatisticField.AgentDuration] = StatisticValue.U64("MDP", agent.Duration);
        }
        row[StatisticField.AgentDesc] = StatisticValue.Text("MOP", agent.Description);
        row[StatisticField.LastAgt] = StatisticValue.Text("MOP", agent.Info);
        row[StatisticField.AgentRise] = StatisticValue.U32("CGS", agent.Rise);
        row[StatisticField.AgentFall] = StatisticValue.U32("CGS", agent.Fall);
        row[StatisticField.AgentHealth] = StatisticValue.U32("CGS", agent.Health);
    }

    private static void PutTraffic(StatisticRow row, CounterSet counters)
    {
        TrafficColumns.Put(row, counters,
            (StatisticField.Stot, TrafficCounter.Sessions), (StatisticField.Bin, TrafficCounter.BytesIn),
            (StatisticField.Bout, TrafficCounter.BytesOut), (StatisticField.Dresp, TrafficCounter.DeniedResponses),
            (StatisticField.Econ, TrafficCounter.ConnectionErrors),
            (StatisticField.Eresp, TrafficCounter.ResponseErrors), (StatisticField.Wretr, TrafficCounter.Retries),
            (StatisticField.Wredis, TrafficCounter.Redispatches), (StatisticField.Lbtot, TrafficCounter.Balanced),
            (StatisticField.CliAbrt, TrafficCounter.ClientAborts),
            (StatisticField.SrvAbrt, TrafficCounter.ServerAborts),
            (StatisticField.Wrew, TrafficCounter.FailedRewrites), (StatisticField.Connect, TrafficCounter.Connections),
            (StatisticField.Reuse, TrafficCounter.Reuses), (StatisticField.Eint, TrafficCounter.InternalErrors));
        if (row.IsHttp)
        {
            TrafficColumns.PutResponses(row, counters);
            TrafficColumns.Put(row, counters, (StatisticField.ReqTot, TrafficCounter.Requests));
        }
    }
}
