using System.Globalization;
using System.Text.Json;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary>The part of an explanation that says what would change the state.</summary>
internal static class ExplainOutlook
{
    private const int IfMax = 50;
    private const int ThenMin = 36;

    internal static void Write(Page page, JsonElement reply, JsonElement instance)
    {
        (string If, string Then, Tone Tone)[] rows = [.. StatusText.List(instance, "outlook")
            .Where(entry => StatusText.Text(entry, "tracker") != StatusText.Text(instance, "interface")
                || StatusText.Text(entry, "kind") != "interface") // its own interface is asked about anyway
            .Where(entry => !StatusText.Text(entry, "if").StartsWith("active_", StringComparison.Ordinal)
                || instance.TryGetProperty("active_router", out _)) // who was not heard can do nothing
            .Select(entry => Row(reply, instance, entry))];
        if (rows.Length == 0)
        {
            return;
        }
        page.Line().Line("  " + page.Paint(Tone.Strong, "What would change it"));
        int limit = Math.Min(IfMax, page.Width - ThenMin);
        int widest = rows.Select(static r => Page.Cells(r.If)).Where(w => w <= limit).DefaultIfEmpty(0).Max() + 2;
        foreach ((string supposed, string then, Tone tone) in rows)
        {
            if (Page.Cells(supposed) <= limit)
            {
                page.Item(4, supposed, widest, then, tone);
            }
            else
            {
                page.Item(4, "", 0, supposed + ":").Item(8, "", 0, then, tone);
            }
        }
    }

    private static (string If, string Then, Tone Tone) Row(JsonElement reply, JsonElement instance, JsonElement entry)
    {
        string role = StatusText.Text(entry, "role");
        bool changes = StatusText.Flag(entry, "changes");
        bool isTracker = entry.TryGetProperty("tracker", out _);
        string priority = isTracker && StatusText.Number(entry, "priority") is > 0 and var value
            && value != StatusText.Number(instance, "effective_priority")
            ? string.Create(CultureInfo.InvariantCulture, $"priority {value}, ") : "";
        string then = priority + (changes ? $"{StatusText.Role(role)} {When(entry)}"
            : $"stays {StatusText.Role(role)}{Unless(instance, entry, priority)}");
        if (StatusText.Text(entry, "kind") == "script" && Earliest(reply, entry) is { } earliest)
        {
            then += $" ({(changes ? "counted from then; " : "")}{earliest} from now at the earliest)";
        }
        return (Supposed(reply, instance, entry), then, changes ? StatusText.ToneOf(role) : Tone.Plain);
    }

    private static string When(JsonElement entry)
    {
        long after = StatusText.Number(entry, "after_ms");
        return after == 0 ? "at once" : $"in {StatusText.Duration(after)}";
    }

    /// <summary>An Active does not hear its Backups: whether one of them would now preempt, it cannot know.</summary>
    private static string Unless(JsonElement instance, JsonElement entry, string priority)
        => priority.Length > 0 && StatusText.Text(instance, "role") == "active"
            && StatusText.Number(entry, "priority") < StatusText.Number(instance, "effective_priority")
            ? ", unless a router with a higher priority preempts" : "";

    private static string Supposed(JsonElement reply, JsonElement instance, JsonElement entry)
    {
        string active = instance.TryGetProperty("active_router", out JsonElement router)
            ? StatusText.Text(router, "address") : "the Active";
        return StatusText.Text(entry, "if") switch
        {
            "nothing_changes" => "if all goes on as it does",
            "active_silent" => $"if {active} falls silent",
            "active_resigns" => $"if {active} resigns",
            "higher_priority_appears" => string.Create(CultureInfo.InvariantCulture,
                $"if a priority of {StatusText.Number(entry, "priority")} or more is heard"),
            "faults_end" => "if all faults end",
            "interface_down" => $"if {StatusText.Text(instance, "interface")} goes down",
            "tracker_up" => "if " + Tracker(reply, entry, up: true),
            "tracker_down" => "if " + Tracker(reply, entry, up: false),
            var other => "if " + other.Replace('_', ' '),
        };
    }

    private static string Tracker(JsonElement reply, JsonElement entry, bool up)
    {
        string name = StatusText.Text(entry, "tracker");
        switch (StatusText.Text(entry, "kind"))
        {
            case "script":
                return $"script {name} {(up ? "succeeds" : "fails")}{Times(reply, name)}";
            case "interface":
                return $"interface {name} goes {(up ? "up" : "down")}";
            case "file":
                return $"the number in track_file {name} becomes {(up ? "0" : "1")}";
            default:
                return $"{name} {(up ? "runs in the number wanted" : "stops running in the number wanted")}";
        }
    }

    /// <summary>" twice in a row", or " twice more" when it has begun.</summary>
    private static string Times(JsonElement reply, string name)
    {
        if (Check(reply, name) is not { } check)
        {
            return "";
        }
        long left = Left(check);
        string times = left switch { 1 => " once", 2 => " twice", _ => $" {StatusText.Plain(left)} times" };
        return times + (StatusText.Number(check, "against_in_a_row") > 0 ? " more" : left > 1 ? " in a row" : "");
    }

    /// <summary>How soon so many runs can have ended; null when none is due.</summary>
    private static string? Earliest(JsonElement reply, JsonElement entry)
    {
        if (Check(reply, StatusText.Text(entry, "tracker")) is not { } check)
        {
            return null;
        }
        long next = StatusText.Number(check, "next_run_ms", -1);
        return next < 0 ? null : StatusText.Duration(
            next + ((Left(check) - 1) * StatusText.Number(check, "interval_ms")));
    }

    private static long Left(JsonElement check)
        => Math.Max(1, StatusText.Number(check, "needed_in_a_row") - StatusText.Number(check, "against_in_a_row"));

    private static JsonElement? Check(JsonElement reply, string name)
    {
        JsonElement check = StatusText.List(reply, "scripts").FirstOrDefault(c => StatusText.Text(c, "name") == name);
        return check.ValueKind == JsonValueKind.Object ? check : null;
    }
}
