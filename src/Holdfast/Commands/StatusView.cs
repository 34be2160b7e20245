using System.Globalization;
using System.Text.Json;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary>The status as a person reads it: one row for each instance, and below what needs a closer look.</summary>
internal static class StatusView
{
    /// <summary>Puts a status on a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="status">What the daemon said.</param>
    /// <param name="full">Whether everything is shown.</param>
    internal static void Write(Page page, JsonElement status, bool full)
    {
        WriteHead(page, status);
        bool areChecked = status.TryGetProperty("checks", out JsonElement checks);
        bool hasServices = areChecked && checks.ValueKind == JsonValueKind.Object;
        if (!status.TryGetProperty("vrrpWanted", out JsonElement wanted) || wanted.ValueKind != JsonValueKind.False)
        {
            WriteVrrp(page, status, areChecked);
        }
        if (hasServices)
        {
            ServicesView.Write(page, checks, full);
        }
        else if (areChecked)
        {
            page.Line().Line(page.Paint(Tone.Bad, "Virtual servers are not checked: the checks process does not run."));
        }
        if (StatusText.Text(status, "checksFailure") is { Length: > 0 } failure)
        {
            page.Item(0, "", 0, failure, Tone.Bad);
        }
        ProxyView.Write(page, status);
        WebView.Write(page, status);
    }

    private static void WriteVrrp(Page page, JsonElement status, bool areChecked)
    {
        if (!status.TryGetProperty("vrrp", out JsonElement vrrp) || vrrp.ValueKind != JsonValueKind.Object)
        {
            page.Line(page.Paint(Tone.Bad, "VRRP does not run."));
            return;
        }
        if (areChecked && !StatusText.List(vrrp, "instances").Any())
        {
            var own = new StatusNotes(status); // a director without VRRP
            own.AddVirtualServers();
            own.WriteTo(page);
            return;
        }
        page.Line();
        WriteInstances(page, vrrp);
        var notes = new StatusNotes(status);
        foreach (JsonElement instance in StatusText.List(vrrp, "instances"))
        {
            notes.Add(instance);
        }
        foreach (JsonElement group in StatusText.List(vrrp, "groups"))
        {
            notes.AddGroup(group);
        }
        notes.AddVirtualServers();
        notes.WriteTo(page);
    }

    /// <summary>Version, phase and what is wrong with the daemon as a whole.</summary>
    internal static void WriteHead(Page page, JsonElement status)
    {
        string phase = StatusText.Text(status, "phase").ToLowerInvariant();
        Tone tone = phase switch { "running" => Tone.Good, "failed" => Tone.Bad, _ => Tone.Warning };
        long restarts = StatusText.Number(status, "restarts");
        page.Line(page.Paint(Tone.Strong, "Holdfast") + $" {StatusText.Text(status, "version")}  "
            + page.Paint(tone, phase) + page.Paint(Tone.Faint, string.Create(CultureInfo.InvariantCulture,
                $"  pid {StatusText.Number(status, "pid")}")
                + (restarts == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
                    $", VRRP process started again {restarts} times"))));
        if (StatusText.Text(status, "failure") is { Length: > 0 } failure)
        {
            page.Item(0, "", 0, failure, Tone.Bad);
        }
    }

    private static void WriteInstances(Page page, JsonElement vrrp)
    {
        var columns = new Columns("instance", "state", "priority", "since", "active", "addresses");
        bool any = false;
        foreach (JsonElement instance in StatusText.List(vrrp, "instances"))
        {
            any = true;
            string role = StatusText.Text(instance, "role");
            columns.Add(
                (StatusText.Text(instance, "name"), Tone.Strong),
                (StatusText.Role(role), StatusText.ToneOf(role)),
                Priority(instance),
                (StatusText.Duration(StatusText.Number(instance, "since_ms")), Tone.Plain),
                (Active(instance, role), role == "active" ? Tone.Good : Tone.Plain),
                (Addresses(instance), Tone.Plain));
        }
        if (any)
        {
            columns.WriteTo(page);
        }
        else
        {
            page.Line("No vrrp_instance is configured.");
        }
    }

    private static string Active(JsonElement instance, string role)
    {
        if (role == "active")
        {
            return "this node";
        }
        return instance.TryGetProperty("active_router", out JsonElement other)
            ? $"{StatusText.Text(other, "address")} ({StatusText.Plain(StatusText.Number(other, "priority"))})"
            : "nobody heard";
    }

    private static string Addresses(JsonElement instance)
    {
        string[] all = [.. StatusText.List(instance, "addresses").Select(static a => a.GetString()!)];
        string text = all.Length <= 3 ? string.Join(", ", all)
            : string.Create(CultureInfo.InvariantCulture, $"{all[0]}, {all[1]} and {all.Length - 2} more");
        return $"{text} on {StatusText.Text(instance, "interface")}"
            + (StatusText.Text(instance, "addresses_are") == "lingering" ? " (still answered here)" : "");
    }

    private static (string, Tone) Priority(JsonElement instance)
    {
        long configured = StatusText.Number(instance, "configured_priority");
        long effective = StatusText.Number(instance, "effective_priority");
        return configured == effective ? (StatusText.Plain(effective), Tone.Plain)
            : (string.Create(CultureInfo.InvariantCulture, $"{effective} of {configured}"),
                effective < configured ? Tone.Warning : Tone.Plain);
    }
}
