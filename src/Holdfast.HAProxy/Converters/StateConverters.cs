using Holdfast.HAProxy.Fetches;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Converters;

/// <summary>Variables, captures, stick tables, backends named by a value.</summary>
internal static class StateConverters
{
    private static readonly string[] s_tableFigures =
    [
        "bytes_in_rate", "bytes_out_rate", "clr_gpc", "clr_gpc0", "clr_gpc1",
        "conn_cnt", "conn_cur", "conn_rate", "expire", "gpc", "gpc0", "gpc0_rate",
        "gpc1", "gpc1_rate", "gpc_rate", "gpt", "gpt0", "http_err_cnt", "http_err_rate", "http_fail_cnt",
        "http_fail_rate", "http_req_cnt", "http_req_rate", "idle", "inc_gpc",
        "inc_gpc0", "inc_gpc1", "kbytes_in", "kbytes_out", "server_id", "sess_cnt",
        "sess_rate", "trackers",
    ];

    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("set-var", static a =>
        {
            VariableTable variables = a.Environment.Variables;
            Variable variable = variables.Of(a.Text(0));
            return (c, ref s) => variables.TryWrite(variable, c, s);
        });
        table.Register("unset-var", static a =>
        {
            VariableTable variables = a.Environment.Variables;
            Variable variable = variables.Of(a.Text(0));
            return (c, ref _) =>
            {
                variables.Remove(variable, c);
                return true;
            };
        });
        table.Register("capture-req", static a => Capture((int)a.Integer(0), isResponse: false));
        table.Register("capture-res", static a => Capture((int)a.Integer(0), isResponse: true));
        table.Register("debug", static (_, ref _) => true);
        table.Register("in_table", static a =>
        {
            string name = a.Proxy(0);
            return (c, ref s) => s.Set(c.Stick?.Lookup("in_table", name, 0, s) is not null);
        });
        foreach (string figure in s_tableFigures)
        {
            table.Register($"table_{figure}", a => Figure(figure, a));
        }
        table.Register("nbsrv", static _ => Named(TrafficFigure.NbSrv));
        table.Register("srv_queue", static _ => Named(TrafficFigure.SrvQueue));
    }

    private static SampleStep Capture(int slot, bool isResponse) => (c, ref s) =>
        (isResponse ? c.Captures.Response(slot) : c.Captures.Request(slot)) is { } kept && kept.TryKeep(s.Bytes);

    private static SampleStep Figure(string figure, StepArguments a)
    {
        bool hasIndex = figure is "gpc" or "gpc_rate" or "gpt" or "inc_gpc" or "clr_gpc";
        int index = hasIndex ? (int)a.Integer(0) : 0;
        string name = a.Proxy(hasIndex ? 1 : 0);
        long? otherwise = figure is "idle" or "expire" ? a.Has(1) ? a.Integer(1) : null : 0;
        return (c, ref s) => (c.Stick?.Lookup(figure, name, index, s) ?? otherwise) is { } value && s.Set(value);
    }

    /// <summary>
    /// A figure of the proxy or server that the text names; a string is made, so it is for rare rules.
    /// </summary>
    private static SampleStep Named(TrafficFigure figure) => (c, ref s) =>
    {
        string name = System.Text.Encoding.UTF8.GetString(s.Bytes);
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        (string proxy, string server) = slash < 0
            ? figure == TrafficFigure.SrvQueue ? (c.Backend.Name, name) : (name, "")
            : (name[..slash], name[(slash + 1)..]);
        return c.Traffic?.Read(figure, proxy, server) is { } value && s.Set(value);
    };
}
