using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Fetches;

/// <summary>Figures of proxies and servers, and of stick tables.</summary>
internal static class TrafficFetches
{
    private static readonly (string Name, TrafficFigure Figure, bool IsBool)[] s_figures =
    [
        ("act_conn", TrafficFigure.ActConn, false), ("avg_queue", TrafficFigure.AvgQueue, false),
        ("be_conn", TrafficFigure.BeConn, false), ("be_conn_free", TrafficFigure.BeConnFree, false),
        ("be_sess_rate", TrafficFigure.BeSessRate, false), ("connslots", TrafficFigure.ConnSlots, false),
        ("fe_conn", TrafficFigure.FeConn, false), ("fe_req_rate", TrafficFigure.FeReqRate, false),
        ("fe_sess_rate", TrafficFigure.FeSessRate, false), ("nbsrv", TrafficFigure.NbSrv, false),
        ("queue", TrafficFigure.Queue, false), ("srv_conn", TrafficFigure.SrvConn, false),
        ("srv_conn_free", TrafficFigure.SrvConnFree, false), ("srv_is_up", TrafficFigure.SrvIsUp, true),
        ("srv_iweight", TrafficFigure.SrvIWeight, false), ("srv_queue", TrafficFigure.SrvQueue, false),
        ("srv_sess_rate", TrafficFigure.SrvSessRate, false), ("srv_uweight", TrafficFigure.SrvUWeight, false),
        ("srv_weight", TrafficFigure.SrvWeight, false), ("table_avl", TrafficFigure.TableAvl, false),
        ("table_cnt", TrafficFigure.TableCnt, false), ("stopping", TrafficFigure.Stopping, true),
    ];

    private static readonly string[] s_tracked =
    [
        "bytes_in_rate", "bytes_out_rate", "clr_gpc0", "clr_gpc1", "conn_cnt", "conn_cur", "conn_rate", "get_gpc0",
        "get_gpc1", "get_gpt0", "gpc0_rate", "gpc1_rate", "http_err_cnt", "http_err_rate", "http_fail_cnt",
        "http_fail_rate", "http_req_cnt", "http_req_rate", "inc_gpc0", "inc_gpc1", "kbytes_in", "kbytes_out",
        "sess_cnt", "sess_rate", "trackers", "tracked", "clr_gpc", "get_gpc", "get_gpt", "gpc_rate", "inc_gpc",
    ];

    public static void Register(Dictionary<string, StepFactory> table)
    {
        foreach ((string name, TrafficFigure figure, bool isBool) in s_figures)
        {
            table.Register(name, a => Figure(figure, isBool, a));
        }
        table.Register("dst_conn", static a => Figure(TrafficFigure.DstConn, false, a));
        foreach (string name in s_tracked)
        {
            table.Register($"sc_{name}", a => Tracked(name, null, a));
            for (int counter = 0; counter < 3; counter++)
            {
                int number = counter;
                table.Register($"sc{number}_{name}", a => Tracked(name, number, a));
            }
            if (name is not ("trackers" or "tracked"))
            {
                table.Register($"src_{name}", a => OfSource(name, a));
            }
        }
        table.Register("src_updt_conn_cnt", static a => OfSource("updt_conn_cnt", a));
    }

    private static SampleStep Figure(TrafficFigure figure, bool isBool, StepArguments a)
    {
        string name = a.Proxy(0);
        string server = "";
        if (a.Name.StartsWith("srv_", StringComparison.Ordinal))
        {
            int slash = name.IndexOf('/', StringComparison.Ordinal);
            (name, server) = slash < 0 ? (a.Environment.CurrentProxy, name) : (name[..slash], name[(slash + 1)..]);
        }
        return (c, ref s) =>
        {
            if (c.Traffic?.Read(figure, name, server) is not { } value)
            {
                return false;
            }
            return isBool ? s.Set(value != 0) : s.Set(value);
        };
    }

    private static SampleStep Tracked(string name, int? counter, StepArguments a)
    {
        int next = 0;
        bool hasIndex = name is "clr_gpc" or "get_gpc" or "get_gpt" or "gpc_rate" or "inc_gpc";
        int index = hasIndex ? (int)a.Integer(next++) : 0;
        int number = counter ?? (int)a.Integer(next++);
        string table = a.Text(next);
        bool isBool = name == "tracked";
        return (c, ref s) =>
        {
            if (c.Stick?.Tracked(name, number, index, table) is not { } value)
            {
                return isBool && s.Set(false);
            }
            return isBool ? s.Set(value != 0) : s.Set(value);
        };
    }

    private static SampleStep OfSource(string name, StepArguments a)
    {
        bool hasIndex = name is "clr_gpc" or "get_gpc" or "get_gpt" or "gpc_rate" or "inc_gpc";
        int index = hasIndex ? (int)a.Integer(0) : 0;
        string table = a.Proxy(hasIndex ? 1 : 0);
        return (c, ref s) =>
        {
            var key = new Sample();
            return key.Set(c.Client.Source) && c.Stick?.Lookup(name, table, index, key) is { } value && s.Set(value);
        };
    }
}
