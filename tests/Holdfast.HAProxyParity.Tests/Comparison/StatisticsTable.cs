namespace Holdfast.HAProxyParity.Tests.Comparison;

/// <summary>What <c>show stat</c> says, of the columns that have to be equal.</summary>
internal sealed class StatisticsTable
{
    private static readonly string[] s_columns =
    [
        "stot", "dreq", "dresp", "ereq", "econ", "eresp", "wretr", "wredis", "status", "weight", "act", "bck", "type",
        "hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other", "req_tot", "lbtot", "cli_abrt",
        "srv_abrt", "mode", "conn_tot", "comp_in", "comp_byp", "comp_rsp",
    ];

    private readonly Dictionary<(string Proxy, string Name), string> _rows = [];

    /// <summary>Reads the answer of the runtime API.</summary>
    public StatisticsTable(string csv)
    {
        string[] lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] names = lines[0].TrimStart('#', ' ').Split(',');
        int[] places = [.. s_columns.Select(c => Array.IndexOf(names, c))];
        foreach (string[] fields in lines.Skip(1).Select(static l => l.Split(',')))
        {
            _rows[(fields[0], fields[1])] = string.Join(' ', s_columns.Select((c, i) => Cell(c, fields, places[i]))
                .Where(static c => c.Length > 0));
        }
    }

    /// <summary>Rows of a scenario's proxies, which have its id in their names.</summary>
    public Dictionary<string, string> Of(string id)
        => _rows.Where(r => r.Key.Proxy == id || r.Key.Proxy.StartsWith(id + "-", StringComparison.Ordinal))
            .ToDictionary(static r => $"{r.Key.Proxy}/{r.Key.Name}", static r => r.Value);

    private static string Cell(string column, string[] fields, int at)
        => at < 0 || at >= fields.Length || fields[at].Length == 0 || fields[at] == "0" ? "" : $"{column}={fields[at]}";
}
