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
        text.Append("| Case | Active → Backup | rounds | min ms | median ms | max ms | pings lost | ratio | goal |\n");
        text.Append("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n");
        foreach (IGrouping<FailoverCase, CaseResult> group in results.GroupBy(static result => result.Case))
        {
            CaseResult original = group.First();
            foreach (CaseResult result in group)
            {
                text.Append(Row(result, original)).Append('\n');
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

    private static string Row(CaseResult result, CaseResult original)
    {
        if (result.Rounds.Count == 0)
        {
            return $"| {result.Case.Title} | {result.Contender.Label} | 0 | failed: {result.Failures.FirstOrDefault()} "
                + "| | | | | |";
        }
        string ratio = ReferenceEquals(result, original) || original.Rounds.Count == 0 || original.Median == 0 ? ""
            : (result.Median / original.Median).ToString("F3", CultureInfo.InvariantCulture);
        string rounds = result.Failures.Count == 0 ? $"{result.Rounds.Count}"
            : $"{result.Rounds.Count} ({result.Failures.Count} failed)";
        return string.Create(CultureInfo.InvariantCulture,
            $"| {result.Case.Title} | {result.Contender.Label} | {rounds} | {result.Min:F1} | {result.Median:F1} | "
            + $"{result.Max:F1} | {result.LostTotal} | {ratio} | {result.Case.Goal} |");
    }
}
