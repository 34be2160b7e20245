using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Holdfast.Commands;

/// <summary>The status as a person reads it: one row for each instance, and below what needs a closer look.</summary>
internal static class StatusView
{
    internal static void Write(JsonElement status)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            ColorSystem = Environment.GetEnvironmentVariable("NO_COLOR") is null
                ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = 160; // a pipe has no width of its own, and a wrapped table cannot be cut
        }
        string phase = status.GetProperty("phase").GetString()!.ToLowerInvariant();
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"[bold]holdfast[/] {Text(status, "version")}: {phase}, pid {status.GetProperty("pid").GetInt32()}");
        if (status.TryGetProperty("failure", out JsonElement failure) && failure.ValueKind == JsonValueKind.String)
        {
            console.MarkupLineInterpolated($"[red]{failure.GetString()}[/]");
        }
        if (!status.TryGetProperty("vrrp", out JsonElement vrrp) || vrrp.ValueKind != JsonValueKind.Object)
        {
            console.WriteLine("VRRP does not run.");
            return;
        }
        console.Write(Instances(vrrp));
        foreach (JsonElement instance in vrrp.GetProperty("instances").EnumerateArray())
        {
            WriteDetails(console, instance);
        }
        foreach (JsonElement group in vrrp.GetProperty("groups").EnumerateArray())
        {
            string members = string.Join(", ", group.GetProperty("members").EnumerateArray()
                .Select(static m => m.GetString()));
            console.MarkupLineInterpolated($"group {Text(group, "name")}: {Text(group, "role")} ({members})");
        }
    }

    private static Table Instances(JsonElement vrrp)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string title in new[]
            { "instance", "vrid", "interface", "role", "priority", "since", "why", "Active", "addresses" })
        {
            table.AddColumn(new TableColumn(title) { NoWrap = title != "addresses" });
        }
        foreach (JsonElement instance in vrrp.GetProperty("instances").EnumerateArray())
        {
            string role = Text(instance, "role");
            string colour = role switch { "active" => "green", "backup" => "blue", "fault" => "red", _ => "grey" };
            string why = Text(instance, "reason").Replace('_', ' ');
            string active = role == "active" ? "this node"
                : instance.TryGetProperty("active_router", out JsonElement other)
                    ? $"{Text(other, "address")} ({other.GetProperty("priority").GetInt32()})" : "-";
            table.AddRow(
                Markup.Escape(Text(instance, "name")), Number(instance, "vrid"),
                Markup.Escape(Text(instance, "interface")), $"[{colour}]{role}[/]", Priority(instance),
                Duration(instance.GetProperty("since_ms").GetInt64()), why, Markup.Escape(active),
                Markup.Escape(Addresses(instance)));
        }
        return table;
    }

    private static void WriteDetails(IAnsiConsole console, JsonElement instance)
    {
        string name = Text(instance, "name");
        string[] faults = [.. instance.GetProperty("faults").EnumerateArray().Select(static f => f.GetString()!)];
        if (faults.Length > 0)
        {
            string causes = string.Join(", ", faults).Replace('_', ' ');
            console.MarkupLineInterpolated($"{name}: [red]fault[/]: {causes}");
        }
        foreach (JsonElement tracker in instance.GetProperty("trackers").EnumerateArray())
        {
            string state = Text(tracker, "state");
            string colour = state switch { "up" => "green", "down" => "red", _ => "yellow" };
            console.MarkupLine($"{Markup.Escape(name)}: {Text(tracker, "kind")} "
                + $"{Markup.Escape(Text(tracker, "name"))} is [{colour}]{Markup.Escape(state)}[/]"
                + $" (weight {Number(tracker, "weight")})");
        }
        if (instance.TryGetProperty("counters", out JsonElement counters))
        {
            string counted = string.Join(", ", counters.EnumerateObject()
                .Select(static c => $"{c.Name} {c.Value.GetInt64()}"));
            console.WriteLine($"{name}: {counted}");
        }
    }

    private static string Addresses(JsonElement instance)
    {
        string[] all = [.. instance.GetProperty("addresses").EnumerateArray().Select(static a => a.GetString()!)];
        return all.Length <= 3 ? string.Join(", ", all)
            : string.Create(CultureInfo.InvariantCulture, $"{all[0]}, {all[1]} and {all.Length - 2} more");
    }

    private static string Priority(JsonElement instance)
    {
        string configured = Number(instance, "configured_priority");
        string effective = Number(instance, "effective_priority");
        return configured == effective ? effective : $"{effective} (of {configured})";
    }

    private static string Duration(long milliseconds)
    {
        TimeSpan span = TimeSpan.FromMilliseconds(milliseconds);
        return span.TotalSeconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:F1} s")
            : span.TotalHours < 1 ? string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s")
            : span.TotalDays < 1 ? string.Create(CultureInfo.InvariantCulture, $"{span.Hours} h {span.Minutes} min")
            : string.Create(CultureInfo.InvariantCulture, $"{span.Days} d {span.Hours} h");
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private static string Number(JsonElement element, string name)
        => element.GetProperty(name).GetInt64().ToString(CultureInfo.InvariantCulture);
}
