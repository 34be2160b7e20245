using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Holdfast.Bench;

/// <summary>Writes the table and the figures.</summary>
internal static class Report
{
    internal static string Markdown(IReadOnlyList<CaseResult> results, IReadOnlyList<ResourceRow> resources)
    {
        var text = new StringBuilder();
        text.Append("| Case | Active → Backup | rounds | min ms | median ms | max ms | pings lost | "
            + "meter late by at most | ratio | goal |\n");
        text.Append("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n");
        foreach (IGrouping<FailoverCase, CaseResult> group in results.GroupBy(static result => result.Case))
        {
            CaseResult original = group.First();
            foreach (Figure figure in group.Key.Figures)
            {
                foreach (CaseResult result in group)
                {
                    text.Append(Row(result, original, figure)).Append('\n');
                }
            }
        }
        if (resources.Count > 0)
        {
            text.Append("\n| What | keepalived | Holdfast |\n| --- | ---: | ---: |\n");
            foreach (ResourceRow row in resources)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {row.Title} | {row.Original} | {row.Ours ?? "–"} |\n");
            }
        }
        return text.ToString();
    }

    internal static void WriteJson(string path, IReadOnlyList<CaseResult> results,
        IReadOnlyList<ResourceRow> resources, double stealSeconds)
    {
        using FileStream file = File.Create(path);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("stealSeconds", stealSeconds);
        json.WriteStartArray("cases");
        foreach (CaseResult result in results)
        {
            json.WriteStartObject();
            json.WriteString("case", result.Case.Name);
            json.WriteString("contender", result.Contender.Label);
            json.WriteStartArray("rounds");
            foreach (RoundResult round in result.Rounds)
            {
                json.WriteStartObject();
                json.WriteNumber("blackoutMilliseconds", round.Blackout.TotalMilliseconds);
                json.WriteNumber("pingsLost", round.LostCount);
                json.WriteNumber("lastAnnouncedMilliseconds", round.AllAnnounced.TotalMilliseconds);
                json.WriteNumber("firstToLastAnnouncementMilliseconds", round.Spread.TotalMilliseconds);
                json.WriteNumber("meterDelayMaxMilliseconds", round.MeterDelayMax.TotalMilliseconds);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("failures");
            result.Failures.ForEach(json.WriteStringValue);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("resources");
        foreach (ResourceRow row in resources)
        {
            json.WriteStartObject();
            json.WriteString("what", row.Title);
            json.WriteString("keepalived", row.Original);
            json.WriteString("holdfast", row.Ours);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Row(CaseResult result, CaseResult original, Figure figure)
    {
        string title = result.Case.Title + figure.Suffix;
        if (result.Rounds.Count == 0)
        {
            return $"| {title} | {result.Contender.Label} | 0 | failed: {result.Failures.FirstOrDefault()} "
                + "| | | | | | |";
        }
        double[] sorted = result.Sorted(figure);
        double median = CaseResult.Median(sorted);
        double late = result.Rounds.Max(static round => round.MeterDelayMax.TotalMilliseconds);
        string ratio = "";
        if (!ReferenceEquals(result, original) && original.Rounds.Count > 0)
        {
            double originalMedian = CaseResult.Median(original.Sorted(figure));
            ratio = originalMedian > 0 ? (median / originalMedian).ToString("F3", CultureInfo.InvariantCulture) : "";
        }
        string rounds = result.Failures.Count == 0 ? $"{result.Rounds.Count}"
            : $"{result.Rounds.Count} ({result.Failures.Count} failed)";
        return string.Create(CultureInfo.InvariantCulture,
            $"| {title} | {result.Contender.Label} | {rounds} | {sorted[0]:F1} | {median:F1} | {sorted[^1]:F1} | "
            + $"{result.LostTotal} | {late:F1} ms | {ratio} | {result.Case.Goal} |");
    }
}
