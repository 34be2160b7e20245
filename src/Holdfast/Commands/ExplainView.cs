using System.Text.Json;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary>An explanation as a person reads it.</summary>
internal static class ExplainView
{
    private const int LabelWidth = 16;

    /// <summary>Puts all instances of a reply on a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="reply">What the daemon said.</param>
    /// <param name="now">The present in local time, from which clock times are worked out.</param>
    internal static void Write(Page page, JsonElement reply, DateTimeOffset now)
    {
        if (!reply.TryGetProperty("vrrp", out JsonElement vrrp) || vrrp.ValueKind != JsonValueKind.Object)
        {
            StatusView.WriteHead(page, reply);
            page.Line(page.Paint(Tone.Bad, "VRRP does not run, so there is no state to explain."));
            WriteHistories(page, reply);
            return;
        }
        bool first = true;
        foreach (JsonElement instance in StatusText.List(vrrp, "instances"))
        {
            if (!first)
            {
                page.Line();
            }
            first = false;
            WriteInstance(page, reply, instance, now);
        }
        if (first)
        {
            page.Line("No vrrp_instance is configured.");
        }
    }

    private static void WriteInstance(Page page, JsonElement reply, JsonElement instance, DateTimeOffset now)
    {
        string name = StatusText.Text(instance, "name");
        string role = StatusText.Text(instance, "role");
        long since = StatusText.Number(instance, "since_ms");
        JsonElement[] history = [.. History(reply, name)];
        page.Line(page.Paint(Tone.Strong, name) + " is " + page.Paint(StatusText.ToneOf(role), StatusText.Role(role))
            + $" since {StatusText.Duration(since)}"
            + page.Paint(Tone.Faint, " (" + StatusText.Clock(now, since) + ")"));
        JsonElement last = history.LastOrDefault(static e => StatusText.Text(e, "from") != StatusText.Text(e, "to"));
        page.Item(2, "because", 10, last.ValueKind == JsonValueKind.Object
            ? StatusText.Text(last, "cause") : StatusText.Text(instance, "reason").Replace('_', ' '));
        ExplainNow.Write(page, reply, instance, LabelWidth);
        ExplainOutlook.Write(page, reply, instance);
        WriteHistory(page, history, now);
    }

    private static void WriteHistory(Page page, JsonElement[] history, DateTimeOffset now)
    {
        if (history.Length == 0)
        {
            return;
        }
        page.Line().Line("  " + page.Paint(Tone.Strong, "How it came here"));
        foreach (JsonElement entry in history)
        {
            string from = StatusText.Text(entry, "from");
            string to = StatusText.Text(entry, "to");
            string change = from == to ? StatusText.Role(to)
                : $"{StatusText.Role(from)} → {StatusText.Role(to)}";
            string clock = StatusText.Clock(now, StatusText.Number(entry, "ms_ago"));
            string text = StatusText.Text(entry, "cause");
            page.Item(4, $"{clock}  {change}", clock.Length + 20, text, Tone.Plain,
                from == to ? Tone.Faint : Tone.Plain);
        }
    }

    private static void WriteHistories(Page page, JsonElement reply)
    {
        if (reply.TryGetProperty("history", out JsonElement all) && all.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty instance in all.EnumerateObject())
            {
                page.Line().Line(page.Paint(Tone.Strong, instance.Name));
                WriteHistory(page, [.. instance.Value.EnumerateArray()], TimeProvider.System.GetLocalNow());
            }
        }
    }

    private static IEnumerable<JsonElement> History(JsonElement reply, string name)
        => reply.TryGetProperty("history", out JsonElement all) ? StatusText.List(all, name) : [];
}
