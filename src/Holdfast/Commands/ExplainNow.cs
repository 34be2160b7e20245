using System.Globalization;
using System.Text.Json;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary>The part of an explanation that says how things stand: routers, addresses, priority, timers.</summary>
internal static class ExplainNow
{
    internal static void Write(Page page, JsonElement reply, JsonElement instance, int labelWidth)
    {
        void Item(string label, string text, Tone tone = Tone.Plain)
            => page.Item(4, label, labelWidth, text, tone, Tone.Faint);

        page.Line().Line("  " + page.Paint(Tone.Strong, "Now"));
        string[] faults = [.. StatusText.List(instance, "faults").Select(static f => f.GetString()!)];
        if (faults.Length > 0)
        {
            Item("Faults", string.Join(", ", faults).Replace('_', ' '), Tone.Bad);
        }
        Item("Active router", ActiveRouter(instance));
        Item("This node", string.Create(CultureInfo.InvariantCulture,
            $"{StatusText.Text(instance, "source")} on {Interface(instance)}, VRRPv{StatusText.Number(
                instance, "version")}, VRID {StatusText.Number(instance, "vrid")}, an advert each {StatusText.Duration(
                StatusText.Number(instance, "advert_interval_ms"))}"));
        Item("Addresses", Addresses(instance));
        WritePriority(page, instance, labelWidth);
        foreach (JsonElement check in Scripts(reply, instance))
        {
            Item("Script", $"{StatusText.Text(check, "name")} is {StatusText.Check(check)}",
                StatusText.Text(check, "state") == "up" ? Tone.Plain : Tone.Warning);
        }
        bool first = true;
        string role = StatusText.Text(instance, "role");
        JsonElement? readiness = ReadinessText.Of(reply, StatusText.Text(instance, "name"));
        foreach ((string text, Tone tone) in ReadinessText.Lines(readiness, role))
        {
            Item(first ? "Readiness" : "", text, tone);
            first = false;
        }
        string timers = string.Join(", ", StatusText.List(instance, "timers").Select(static t
            => $"{StatusText.Text(t, "timer").Replace('_', ' ')} in {StatusText.Duration(StatusText.Number(t, "in_ms"))}"));
        Item("Timers", timers.Length == 0 ? "none runs" : timers);
        if (instance.TryGetProperty("last_dropped", out JsonElement dropped))
        {
            Item("Last dropped", $"{StatusText.Text(dropped, "text")} from {StatusText.Text(dropped, "address")}, "
                + $"{StatusText.Duration(StatusText.Number(dropped, "ms_ago"))} ago", Tone.Warning);
        }
    }

    /// <summary>The checks behind the trackers of an instance.</summary>
    internal static IEnumerable<JsonElement> Scripts(JsonElement reply, JsonElement instance)
    {
        string[] names = [.. StatusText.List(instance, "trackers")
            .Where(static t => StatusText.Text(t, "kind") == "script").Select(static t => StatusText.Text(t, "name"))];
        return StatusText.List(reply, "scripts").Where(c => names.Contains(StatusText.Text(c, "name")));
    }

    private static string Interface(JsonElement instance)
        => StatusText.Text(instance, "interface") is { Length: > 0 } name
            ? name + (StatusText.Flag(instance, "interface_up") ? "" : " (down)") : "any interface";

    private static string ActiveRouter(JsonElement instance)
    {
        if (StatusText.Text(instance, "role") == "active")
        {
            return "this node" + (instance.TryGetProperty("last_advert", out JsonElement other)
                ? string.Create(CultureInfo.InvariantCulture,
                    $"; the last other one was {StatusText.Text(other, "address")} (priority {StatusText.Number(
                        other, "priority")}), {StatusText.Duration(StatusText.Number(other, "heard_ms_ago"))} ago")
                : "; no other one was ever heard");
        }
        return instance.TryGetProperty("active_router", out JsonElement active)
            ? string.Create(CultureInfo.InvariantCulture,
                $"{StatusText.Text(active, "address")}, priority {StatusText.Number(active, "priority")}, heard {
                    StatusText.Duration(StatusText.Number(active, "heard_ms_ago"))} ago")
            : "nobody was heard";
    }

    private static string Addresses(JsonElement instance)
    {
        string where = StatusText.Text(instance, "addresses_are") switch
        {
            "held" => "here",
            "lingering" => "still answered here until the successor has them",
            _ => "not here",
        };
        string all = string.Join(", ", StatusText.List(instance, "addresses").Select(static a => a.GetString()));
        return all.Length == 0 ? "none" : $"{all} ({where})";
    }

    private static void WritePriority(Page page, JsonElement instance, int labelWidth)
    {
        page.Item(4, "Priority", labelWidth, string.Create(CultureInfo.InvariantCulture,
            $"{StatusText.Number(instance, "effective_priority")} = {StatusText.Number(
                instance, "configured_priority")} configured"), labelTone: Tone.Faint);
        foreach (JsonElement tracker in StatusText.List(instance, "trackers"))
        {
            string state = StatusText.Text(tracker, "state");
            long weight = StatusText.Number(tracker, "weight");
            bool isFault = StatusText.Flag(tracker, "is_fault");
            string share = weight == 0 ? (isFault ? "fault" : "  ±0")
                : "  " + StatusText.Signed(StatusText.Number(tracker, "contribution"));
            string rule = weight == 0 ? "its failure is a fault" : $"weight {StatusText.Signed(weight)}";
            page.Item(4 + labelWidth, share, 7,
                $"{StatusText.Text(tracker, "kind")} {StatusText.Text(tracker, "name")} ({state}; {rule}{
                    (StatusText.Flag(tracker, "reverse") ? ", reversed" : "")})",
                isFault ? Tone.Bad : state == "down" ? Tone.Warning : Tone.Plain);
        }
    }
}
