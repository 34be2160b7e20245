using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Holdfast.Management.Statistics;

/// <summary>Rows as CSV, as typed lines and as JSON: byte for byte the original's forms.</summary>
internal static class StatisticFormats
{
    /// <summary>The line of names of the CSV.</summary>
    internal static string CsvHeader { get; } = MakeHeader();

    /// <summary>A row of the CSV.</summary>
    internal static string Csv(StatisticRow row)
    {
        var text = new StringBuilder();
        for (int i = 0; i < StatisticFields.Count; i++)
        {
            if (i == StatisticFields.CoreCount)
            {
                text.Append("-,");
            }
            StatisticValue value = row[(StatisticField)i];
            text.Append(value.Type == ValueType.Text ? Quoted(value.String) : value.ToString()).Append(',');
        }
        return text.Append('\n').ToString();
    }

    /// <summary>A row in the typed form: one line for each value.</summary>
    /// <param name="row">The row.</param>
    /// <param name="withMeaning">Whether the meaning of each column follows.</param>
    internal static string Typed(StatisticRow row, bool withMeaning)
    {
        var text = new StringBuilder();
        for (int i = 0; i < StatisticFields.Count; i++)
        {
            var field = (StatisticField)i;
            StatisticValue value = row[field];
            if (!value.IsSome)
            {
                continue;
            }
            text.Append(CultureInfo.InvariantCulture,
                $"{row.Letter}.{row.ProxyId}.{row.Id}.{i}.{StatisticFields.Name(field)}.1:{value.Tags}:");
            text.Append(CultureInfo.InvariantCulture, $"{value.TypeName}:{value}");
            if (withMeaning)
            {
                text.Append(CultureInfo.InvariantCulture, $":\"{StatisticFields.Meaning(field)}\"");
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>A row as a JSON array.</summary>
    internal static string Json(StatisticRow row)
    {
        var text = new StringBuilder("[");
        for (int i = 0; i < StatisticFields.Count; i++)
        {
            var field = (StatisticField)i;
            if (!row[field].IsSome)
            {
                continue;
            }
            text.Append(text.Length > 1 ? "," : "").Append(CultureInfo.InvariantCulture,
                $"{{\"objType\":\"{row.KindName}\",\"proxyId\":{row.ProxyId},\"id\":{row.Id},");
            AppendJson(text, i, StatisticFields.Name(field), row[field]);
        }
        return text.Append(']').ToString();
    }

    /// <summary>The rest of a JSON object: place and name of the column, tags, value.</summary>
    internal static void AppendJson(StringBuilder text, int position, string name, StatisticValue value)
    {
        text.Append(CultureInfo.InvariantCulture,
            $"\"field\":{{\"pos\":{position},\"name\":\"{name}\"}},\"processNum\":1,\"tags\":{{");
        text.Append(CultureInfo.InvariantCulture, $"\"origin\":\"{Origin(value.Tags[0])}\",");
        text.Append(CultureInfo.InvariantCulture, $"\"nature\":\"{Nature(value.Tags[1])}\",");
        text.Append(CultureInfo.InvariantCulture, $"\"scope\":\"{Scope(value.Tags[2])}\"}},");
        text.Append(CultureInfo.InvariantCulture, $"\"value\":{{\"type\":\"{value.TypeName}\",\"value\":");
        if (value.Type == ValueType.Text)
        {
            text.Append('"').Append(JsonEncodedText.Encode(value.String,
                System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)).Append('"');
        }
        else
        {
            text.Append(value);
        }
        text.Append("}}");
    }

    /// <summary>A text in quotes where CSV needs them.</summary>
    private static string Quoted(string text)
        => text.AsSpan().IndexOfAny("\n\",") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string MakeHeader()
    {
        var text = new StringBuilder("# ");
        for (int i = 0; i < StatisticFields.Count; i++)
        {
            text.Append(i == StatisticFields.CoreCount ? "-," : "")
                .Append(StatisticFields.Name((StatisticField)i)).Append(',');
        }
        return text.Append('\n').ToString();
    }

    private static string Origin(char letter) => letter switch
    {
        'M' => "Metric",
        'S' => "Status",
        'K' => "Key",
        'C' => "Config",
        'P' => "Product",
        _ => "Unknown",
    };

    private static string Nature(char letter) => letter switch
    {
        'G' => "Gauge",
        'L' => "Limit",
        'm' => "Min",
        'M' => "Max",
        'R' => "Rate",
        'C' => "Counter",
        'D' => "Duration",
        'A' => "Age",
        'T' => "Time",
        'N' => "Name",
        'O' => "Output",
        'a' => "Avg",
        _ => "Unknown",
    };

    private static string Scope(char letter) => letter switch
    {
        'C' => "Cluster",
        'P' => "Process",
        'S' => "Service",
        'Y' => "System",
        _ => "Unknown",
    };
}
