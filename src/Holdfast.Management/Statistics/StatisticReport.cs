namespace Holdfast.Management.Statistics;

/// <summary>Whole reports: rows in one of the forms, with what stands around them.</summary>
internal static class StatisticReport
{
    /// <summary>A report, piece by piece.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="form">csv, typed or json.</param>
    /// <param name="hasMeaning">Whether the typed form tells what columns mean.</param>
    internal static IEnumerable<string> Of(IEnumerable<StatisticRow> rows, string form, bool hasMeaning)
        => form switch
        {
            "typed" => rows.Select(row => StatisticFormats.Typed(row, hasMeaning)),
            "json" => Json(rows),
            _ => rows.Select(StatisticFormats.Csv).Prepend(StatisticFormats.CsvHeader),
        };

    private static IEnumerable<string> Json(IEnumerable<StatisticRow> rows)
    {
        string separator = "[";
        foreach (StatisticRow row in rows)
        {
            yield return separator + StatisticFormats.Json(row);
            separator = ",";
        }
        yield return separator == "[" ? "[]\n" : "]\n";
    }
}
