using System.Globalization;
using System.Text;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>A plan as a person reads it: a line for each item that changes, below it its keywords in columns.</summary>
public static class PlanText
{
    private const string Reset = "\x1b[0m";
    private const string Faint = "\x1b[2m";
    private const string Bold = "\x1b[1m";
    private const int ColumnMax = 44;

    /// <summary>The whole plan, and a line that counts; ends with a line feed.</summary>
    /// <param name="plan">What is shown.</param>
    /// <param name="colour">Whether to use ANSI colours.</param>
    public static string Render(ReloadPlan plan, bool colour)
    {
        var text = new StringBuilder();
        foreach (PlannedItem item in plan.Changed)
        {
            (string sign, string words, string paint) = Describe(item.Verdict);
            string name = item.Name.Length > 0 ? $" {item.Name}" : "";
            text.Append("  ").Append(Paint(colour, paint, sign)).Append(' ').Append(item.SubjectKeyword)
                .Append(Paint(colour, Bold, name)).Append(": ").Append(Paint(colour, paint, words));
            if (item.Effect.Length > 0)
            {
                text.Append(": ").Append(item.Effect);
            }
            text.Append('\n');
            AppendChanges(text, item, colour);
        }
        text.Append(Summary(plan)).Append('\n');
        return text.ToString();
    }

    /// <summary>"2 changed, 1 added, 5 unchanged", or that nothing changes.</summary>
    public static string Summary(ReloadPlan plan)
    {
        string unchanged = Count(plan.Count(PlannedVerdict.Unchanged), "unchanged");
        if (!plan.HasChanges)
        {
            return $"nothing changes ({unchanged})";
        }
        (PlannedVerdict Verdict, string Word)[] words =
        [
            (PlannedVerdict.Changed, "changed in place"), (PlannedVerdict.Added, "added"),
            (PlannedVerdict.Removed, "removed"), (PlannedVerdict.Replaced, "ended and begun"),
            (PlannedVerdict.NeedsRestart, "needs a restart"), (PlannedVerdict.Unchanged, "unchanged"),
        ];
        return string.Join(", ", words.Where(w => plan.Count(w.Verdict) > 0)
            .Select(w => Count(plan.Count(w.Verdict), w.Word)));
    }

    private static void AppendChanges(StringBuilder text, PlannedItem item, bool colour)
    {
        string[] values = [.. item.Changes.Select(Value)];
        int keywordWidth = item.Changes.Select(static c => c.Keyword.Length).DefaultIfEmpty().Max();
        int valueWidth = values.Select(static v => v.Length).Where(static l => l <= ColumnMax).DefaultIfEmpty().Max();
        for (int index = 0; index < values.Length; index++)
        {
            PlannedChange change = item.Changes[index];
            string paint = change.From is null ? "\x1b[32m" : change.To is null ? "\x1b[31m" : "";
            text.Append("      ").Append(change.Keyword.PadRight(keywordWidth)).Append("  ")
                .Append(Paint(colour && paint.Length > 0, paint, values[index]))
                .Append(' ', Math.Max(0, valueWidth - values[index].Length)).Append("  ")
                .Append(Paint(colour, Faint, change.Effect)).Append('\n');
        }
    }

    private static string Value(PlannedChange change) => (change.From, change.To) switch
    {
        (null, _) => $"+ {change.To}",
        (_, null) => $"- {change.From}",
        _ => $"{change.From} -> {change.To}",
    };

    private static (string Sign, string Words, string Paint) Describe(PlannedVerdict verdict) => verdict switch
    {
        PlannedVerdict.Changed => ("~", "changed in place", "\x1b[1;33m"),
        PlannedVerdict.Added => ("+", "added", "\x1b[1;32m"),
        PlannedVerdict.Removed => ("-", "removed", "\x1b[1;31m"),
        PlannedVerdict.Replaced => ("±", "ended and begun", "\x1b[1;31m"),
        PlannedVerdict.NeedsRestart => ("!", "needs a restart", "\x1b[1;35m"),
        _ => (" ", "unchanged", Faint),
    };

    private static string Paint(bool colour, string paint, string text) => colour ? paint + text + Reset : text;

    private static string Count(int count, string word)
        => string.Create(CultureInfo.InvariantCulture, $"{count} {word}");
}
