using System.Text.Json;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>A plan for programs.</summary>
public static class PlanJson
{
    /// <summary>
    /// Writes <c>{"changes":true,"items":[{"subject":…,"name":…,"verdict":…,"effect":…,"changes":[…]}]}</c>, with
    /// all items, also those that stay as they are.
    /// </summary>
    public static void Write(Utf8JsonWriter writer, ReloadPlan plan)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("changes", plan.HasChanges);
        writer.WriteString("summary", PlanText.Summary(plan));
        writer.WriteStartArray("items");
        foreach (PlannedItem item in plan.Items)
        {
            writer.WriteStartObject();
            writer.WriteString("subject", item.SubjectKeyword);
            writer.WriteString("name", item.Name);
            writer.WriteString("verdict", Word(item.Verdict));
            writer.WriteString("effect", item.Effect);
            if (item.NameBefore is not null)
            {
                writer.WriteString("nameBefore", item.NameBefore);
            }
            WriteChanges(writer, item);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteChanges(Utf8JsonWriter writer, PlannedItem item)
    {
        writer.WriteStartArray("changes");
        foreach (PlannedChange change in item.Changes)
        {
            writer.WriteStartObject();
            writer.WriteString("keyword", change.Keyword);
            writer.WriteString("from", change.From);
            writer.WriteString("to", change.To);
            writer.WriteString("effect", change.Effect);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static string Word(PlannedVerdict verdict) => verdict switch
    {
        PlannedVerdict.Changed => "changed",
        PlannedVerdict.Added => "added",
        PlannedVerdict.Removed => "removed",
        PlannedVerdict.Replaced => "replaced",
        PlannedVerdict.NeedsRestart => "needs_restart",
        _ => "unchanged",
    };
}
