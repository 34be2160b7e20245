using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Fetches;

/// <summary>What a session knows of itself: timeouts, times, errors, the rule that has decided.</summary>
internal static class SessionFetches
{
    private const int Thousand = 1000;

    private delegate long LogFigure(LogFacts facts);

    public static void Register(Dictionary<string, StepFactory> table)
    {
        Timeout(table, "be_server_timeout", SessionFigure.BeServerTimeout);
        Timeout(table, "be_tunnel_timeout", SessionFigure.BeTunnelTimeout);
        Timeout(table, "cur_client_timeout", SessionFigure.CurClientTimeout);
        Timeout(table, "cur_connect_timeout", SessionFigure.CurConnectTimeout);
        Timeout(table, "cur_queue_timeout", SessionFigure.CurQueueTimeout);
        Timeout(table, "cur_server_timeout", SessionFigure.CurServerTimeout);
        Timeout(table, "cur_tarpit_timeout", SessionFigure.CurTarpitTimeout);
        Timeout(table, "cur_tunnel_timeout", SessionFigure.CurTunnelTimeout);
        Timeout(table, "fe_client_timeout", SessionFigure.FeClientTimeout);
        RegisterErrors(table);
        RegisterKernel(table);
        RegisterTimes(table);
        table.Register("thread", static (c, ref s) => s.Set((long)c.Thread));
        table.Register("last_rule_file", static (c, ref s) => c.LastRule is { } rule && s.SetText(rule.FileBytes));
        table.Register("last_rule_line", static (c, ref s) => c.LastRule is { } rule && s.Set((long)rule.Line));
        table.Register("res.comp", static (c, ref s) => s.Set(c.ResponseCoding is not null));
        table.Register("res.comp_algo", static (c, ref s) => c.ResponseCoding is { } name && s.SetText(name));
        table.Register("fc_pp_authority",
            static (c, ref s) => c.ProxyAuthority is { HasValue: true } kept && s.SetText(kept.Value));
        table.Register("fc_pp_unique_id",
            static (c, ref s) => c.ProxyUniqueId is { HasValue: true } kept && s.SetText(kept.Value));
        table.Register("fc_is_quic", static (_, ref s) => s.Set(false));
    }

    /// <summary>A session that runs rules and formats has a client's connection, on which nothing has failed.</summary>
    private static void RegisterErrors(Dictionary<string, StepFactory> table)
    {
        table.Register("fc_err", static (_, ref s) => s.Set(0L));
        table.Register("fc_err_str", static (_, ref s) => s.SetText("Success"u8));
        table.Register("bc_err", static (c, ref s) => c.Session is not { HasServerConnection: false } && s.Set(0L));
        table.Register("bc_err_str",
            static (c, ref s) => c.Session is not { HasServerConnection: false } && s.SetText("Success"u8));
    }

    private static void RegisterKernel(Dictionary<string, StepFactory> table)
    {
        foreach (TcpFigure figure in Enum.GetValues<TcpFigure>())
        {
            string name = figure.ToString().ToLowerInvariant();
            table.Register($"fc_{name}", a => Kernel(a, figure, isServer: false));
            table.Register($"bc_{name}", a => Kernel(a, figure, isServer: true));
        }
    }

    private static void RegisterTimes(Dictionary<string, StepFactory> table)
    {
        Log(table, "fc.timer.handshake", static f => f.Handshake);
        Log(table, "fc.timer.total", static f => f.Total);
        Log(table, "bc.timer.connect", static f => f.Connect);
        Log(table, "req.timer.hdr", static f => f.Receive);
        Log(table, "req.timer.idle", static f => f.Idle);
        Log(table, "req.timer.queue", static f => f.Wait);
        Log(table, "req.timer.tq", static f => f.Receive < 0 ? -1 : f.Handshake + f.Idle + f.Receive);
        Log(table, "res.timer.hdr", static f => f.Answer);
        Log(table, "res.timer.data", static f => f.Data);
        Log(table, "res.timer.user txn.timer.user", static f => f.User);
        Log(table, "txn.timer.total", static f => f.Active);
        Log(table, "txn.status", static f => Math.Max(f.Status, -1));
        Log(table, "txn.conn_retries", static f => f.Retries);
        Log(table, "bytes_in", static f => f.BytesUploaded);
        Log(table, "bytes_out", static f => f.BytesRead);
        table.Register("txn.redispatched", static (c, ref s) =>
        {
            c.Session?.RefreshLog();
            return s.Set(c.Log.IsRedispatched);
        });
        table.Register("txn.sess_term_state", static (c, ref s) =>
        {
            c.Session?.RefreshLog();
            return s.SetText(c.Log.Termination.AsSpan(0, 2));
        });
        table.Register("accept_date", static a => Date(a, static f => f.AcceptTime));
        table.Register("request_date", static a => Date(a, static f => f.RequestTime));
    }

    private static void Timeout(Dictionary<string, StepFactory> table, string name, SessionFigure figure)
        => table.Register(name, _ => (c, ref s) => c.Session?.Read(figure) is { } value && s.Set(value));

    private static void Log(Dictionary<string, StepFactory> table, string name, LogFigure figure)
        => table.Register(name, _ => (c, ref s) =>
        {
            c.Session?.RefreshLog();
            return s.Set(figure(c.Log));
        });

    private static SampleStep Date(StepArguments a, LogFigure figure)
    {
        long divisor = a.Text(0, "s") switch { "us" => 1, "ms" => Thousand, _ => Thousand * Thousand };
        return (c, ref s) =>
        {
            c.Session?.RefreshLog();
            return s.Set(figure(c.Log) / divisor);
        };
    }

    private static SampleStep Kernel(StepArguments a, TcpFigure figure, bool isServer)
    {
        long divisor = figure is TcpFigure.Rtt or TcpFigure.RttVar && a.Text(0, "ms") != "us" ? Thousand : 1;
        return (c, ref s) => c.Session?.Read(figure, isServer) is { } value && s.Set(value / divisor);
    }
}
