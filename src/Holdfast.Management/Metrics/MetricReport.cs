using System.Globalization;
using System.Text;
using Holdfast.Management.Statistics;

namespace Holdfast.Management.Metrics;

/// <summary>What a scrape asks for.</summary>
/// <param name="Scopes">process, frontend, backend, server, listener, sticktable.</param>
/// <param name="HidesMaintenance">Whether servers in maintenance are left out.</param>
internal sealed record MetricFilter(IReadOnlySet<string> Scopes, bool HidesMaintenance)
{
    private static readonly HashSet<string> s_all = new HashSet<string>(StringComparer.Ordinal)
    {
        "process", "frontend", "listener", "backend", "server", "sticktable",
    };

    /// <summary>Everything.</summary>
    internal static MetricFilter All { get; } = new(s_all, false);

    /// <summary>Reads the query of a request: <c>scope=</c> several times, <c>*</c> or empty; <c>no-maint</c>.
    /// </summary>
    /// <returns>Null: a scope is not known, which the original answers by 400.</returns>
    internal static MetricFilter? Of(string query)
    {
        bool hides = false;
        HashSet<string>? scopes = null;
        foreach (string part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? part : part[..equals];
            string value = equals < 0 ? "" : Uri.UnescapeDataString(part[(equals + 1)..]);
            hides |= name == "no-maint";
            if (name != "scope")
            {
                continue;
            }
            scopes ??= new HashSet<string>(StringComparer.Ordinal);
            switch (value)
            {
                case "":
                    scopes.Clear(); // nothing, unless another one follows
                    break;
                case "*":
                case "global": // the process by its other name
                    scopes.UnionWith(value == "*" ? s_all : ["process"]);
                    break;
                default:
                    if (!s_all.Contains(value))
                    {
                        return null;
                    }
                    scopes.Add(value);
                    break;
            }
        }
        return new MetricFilter(scopes ?? s_all, hides);
    }
}

/// <summary>Metrics in Prometheus' text format, version 0.0.4.</summary>
internal static class MetricReport
{
    private static readonly string[] s_serverStates = ["DOWN", "UP", "MAINT", "DRAIN", "NOLB"];

    private static readonly string[] s_checkStates =
    [
        "HANA", "SOCKERR", "L4OK", "L4TOUT", "L4CON", "L6OK", "L6TOUT", "L6RSP", "L7TOUT", "L7RSP", "L7OK", "L7OKC",
        "L7STS", "PROCERR", "PROCTOUT", "PROCOK",
    ];

    private static readonly (string Code, StatisticField Field)[] s_responses =
    [
        ("1xx", StatisticField.Hrsp1xx), ("2xx", StatisticField.Hrsp2xx), ("3xx", StatisticField.Hrsp3xx),
        ("4xx", StatisticField.Hrsp4xx), ("5xx", StatisticField.Hrsp5xx), ("other", StatisticField.HrspOther),
    ];

    /// <summary>The whole text, metric by metric.</summary>
    internal static IEnumerable<string> Of(ManagedProcess process, MetricFilter filter)
    {
        if (filter.Scopes.Contains("process"))
        {
            InfoItems items = InfoItems.Of(process, hasFractions: false);
            foreach (Metric metric in MetricTable.All.Where(static m => m.Scope == "process"))
            {
                yield return OfProcess(metric, items, process.Identity.Version);
            }
        }
        StatisticRow[] rows = [.. StatisticRows.Of(
            process, new StatisticFilter { HidesMaintenance = filter.HidesMaintenance })];
        foreach (Metric metric in MetricTable.All.Where(m => m.Scope != "process" && filter.Scopes.Contains(m.Scope)))
        {
            StatisticObject kind = metric.Scope switch
            {
                "frontend" => StatisticObject.Frontend,
                "backend" => StatisticObject.Backend,
                _ => StatisticObject.Server,
            };
            yield return OfRows(metric, rows.Where(row => row.Kind == kind));
        }
        if (filter.Scopes.Contains("sticktable") && process.Tables.Length > 0)
        {
            yield return OfTables("size", "Entries that the table may have", process,
                static table => table.Table.Settings.Size);
            yield return OfTables("used", "Entries that the table has", process, static table => table.Table.Count);
        }
    }

    /// <summary>A label's value as the format writes it.</summary>
    internal static string Label(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string OfProcess(Metric metric, InfoItems items, string version)
    {
        string name = $"haproxy_process_{metric.Name}";
        string line = metric.Field.Replace('_', ' ');
        (string Name, StatisticValue Value, string Meaning) found = items.All.FirstOrDefault(
            one => one.Name == metric.Field || one.Name == line);
        string value = metric.Field == "Build_info" ? $"{{version=\"{Label(version)}\"}} 1"
            : " " + (found.Name is null ? "NaN" : found.Value.ToString());
        string meaning = found.Meaning ?? "Memory of compression, which is not counted";
        return $"# HELP {name} {meaning}\n# TYPE {name} {metric.Type}\n{name}{value}\n";
    }

    private static string OfTables(
        string name, string meaning, ManagedProcess process, Func<ManagedTable, long> value)
    {
        var text = new StringBuilder($"# HELP haproxy_sticktable_{name} {meaning}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE haproxy_sticktable_{name} gauge\n");
        foreach (ManagedTable table in process.Tables)
        {
            text.Append(CultureInfo.InvariantCulture, $"haproxy_sticktable_{name}{{name=\"{Label(table.Name)}\",");
            text.Append(CultureInfo.InvariantCulture, $"type=\"{table.TypeName}\"}} {value(table)}\n");
        }
        return text.ToString();
    }

    private static string OfRows(Metric metric, IEnumerable<StatisticRow> rows)
    {
        string name = $"haproxy_{metric.Scope}_{metric.Name}";
        var lines = new StringBuilder();
        StatisticField? field = FieldOf(metric.Field);
        foreach ((string extra, Func<StatisticRow, string?> value) in Variants(metric, field))
        {
            foreach (StatisticRow row in rows)
            {
                if (value(row) is { } text)
                {
                    Append(lines, name, row, extra, text);
                }
            }
        }
        foreach (StatisticRow row in metric.Field is "status" or "check_status" or "agg_server_status"
            or "agg_server_check_status" or "agg_check_status" ? rows : [])
        {
            foreach ((string state, long count) in States(metric.Field, row))
            {
                Append(lines, name, row, $",state=\"{state}\"", count.ToString(CultureInfo.InvariantCulture));
            }
        }
        if (lines.Length == 0)
        {
            return "";
        }
        string meaning = metric.Field == "hrsp" ? "HTTP responses by the class of their code"
            : StatisticFields.Meaning(field!.Value).Replace("milliseconds", "seconds", StringComparison.Ordinal)
                .Replace("Milliseconds", "Seconds", StringComparison.Ordinal);
        return $"# HELP {name} {meaning}\n# TYPE {name} {metric.Type}\n{lines}";
    }

    private static void Append(StringBuilder lines, string name, StatisticRow row, string extra, string value)
    {
        lines.Append(CultureInfo.InvariantCulture, $"{name}{{proxy=\"{Label(row.Proxy)}\"");
        if (row.Kind == StatisticObject.Server)
        {
            lines.Append(CultureInfo.InvariantCulture, $",server=\"{Label(row.Name)}\"");
        }
        lines.Append(CultureInfo.InvariantCulture, $"{extra}}} {value}\n");
    }

    private static StatisticField? FieldOf(string name)
    {
        for (int i = 0; i < StatisticFields.Count; i++)
        {
            if (StatisticFields.Name((StatisticField)i) == name)
            {
                return (StatisticField)i;
            }
        }
        return null;
    }

    /// <summary>Values of a metric that are not states: one, or one for each class of responses.</summary>
    private static IEnumerable<(string Extra, Func<StatisticRow, string?> Value)> Variants(
        Metric metric, StatisticField? field)
    {
        if (metric.Field == "hrsp")
        {
            return s_responses.Select(static one => ($",code=\"{one.Code}\"",
                (Func<StatisticRow, string?>)(row => row.IsHttp ? row[one.Field].ToString() : null)));
        }
        return metric.Field is "status" or "check_status" || metric.Field.StartsWith("agg_", StringComparison.Ordinal)
            ? [] : [("", row => Value(metric.Field, field!.Value, row))];
    }

    private static string? Value(string name, StatisticField field, StatisticRow row)
    {
        bool isOfHttp = name is "req_rate_max" or "req_tot" or "intercepted" or "cache_lookups" or "cache_hits"
            || name.StartsWith("comp_", StringComparison.Ordinal);
        if ((isOfHttp && !row.IsHttp) || (name is "check_code" or "check_duration" && row.Server?.CheckStatus is null))
        {
            return null;
        }
        StatisticValue value = row[field];
        bool isTime = name is "qtime" or "ctime" or "rtime" or "ttime" or "qtime_max" or "ctime_max" or "rtime_max"
            or "ttime_max" or "check_duration";
        return isTime ? (value.Number / 1000m).ToString("F6", CultureInfo.InvariantCulture)
            : value.IsSome ? value.ToString() : name == "check_code" ? "0" : "NaN";
    }

    private static IEnumerable<(string State, long Count)> States(string field, StatisticRow row)
    {
        switch (field)
        {
            case "status" when row.Kind == StatisticObject.Server:
                return s_serverStates.Select(state => (state, row.Server?.State == state ? 1L : 0));
            case "status":
                bool isUp = row.Kind == StatisticObject.Frontend ? row[StatisticField.Status].String != "STOP"
                    : row[StatisticField.Status].String.StartsWith("UP", StringComparison.Ordinal);
                return [("DOWN", isUp ? 0 : 1), ("UP", isUp ? 1 : 0)];
            case "check_status":
                return row.Server?.CheckStatus is not { } status ? []
                    : s_checkStates.Select(state => (state, state == status ? 1L : 0));
            case "agg_check_status":
                return row.Servers.Count == 0 ? []
                    : s_checkStates.Select(state => (state, row.Servers.LongCount(one => one.CheckStatus == state)));
            default:
                return row.Servers.Count == 0 ? []
                    : s_serverStates.Select(state => (state, row.Servers.LongCount(one => one.State == state)));
        }
    }
}
