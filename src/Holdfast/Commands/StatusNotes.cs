using System.Globalization;
using System.Text.Json;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary>What stands below the table of a status: faults, trackers, counters, groups.</summary>
internal sealed class StatusNotes(JsonElement status)
{
    private readonly List<(string Name, string Text, Tone Tone)> _notes = [];
    private int _ready;
    private int _notReady;

    /// <summary>Adds the notes of one instance.</summary>
    internal void Add(JsonElement instance)
    {
        string name = StatusText.Text(instance, "name");
        AddReadiness(name, StatusText.Text(instance, "role"));
        string[] faults = [.. StatusText.List(instance, "faults").Select(static f => f.GetString()!)];
        if (faults.Length > 0)
        {
            _notes.Add((name, "fault: " + string.Join(", ", faults).Replace('_', ' '), Tone.Bad));
        }
        foreach (JsonElement tracker in StatusText.List(instance, "trackers"))
        {
            AddTracker(name, tracker);
        }
        AddPeers(name, instance);
        if (instance.TryGetProperty("counters", out JsonElement counters))
        {
            string counted = string.Join(", ", counters.EnumerateObject()
                .Select(static c => $"{c.Name} {c.Value.GetInt64()}"));
            _notes.Add((name, counted, Tone.Faint));
        }
    }

    /// <summary>Adds a sync group.</summary>
    internal void AddGroup(JsonElement group)
    {
        string members = string.Join(", ", StatusText.List(group, "members").Select(static m => m.GetString()));
        string role = StatusText.Text(group, "role");
        _notes.Add((StatusText.Text(group, "name"), $"sync group of {members}: {StatusText.Role(role)}",
            role == "fault" ? Tone.Bad : Tone.Plain));
    }

    /// <summary>Adds what keeps virtual servers from working, as far as this host shows it.</summary>
    internal void AddVirtualServers()
    {
        foreach (JsonElement problem in StatusText.List(status, "virtual_server_problems"))
        {
            string remedy = StatusText.Text(problem, "remedy");
            bool prevents = StatusText.Flag(problem, "prevents");
            _notes.Add(("virtual servers", (prevents ? "" : "note: ") + StatusText.Text(problem, "text")
                + (remedy.Length > 0 ? $" (mend it: {remedy})" : ""), prevents ? Tone.Bad : Tone.Warning));
        }
    }

    /// <summary>Puts them on a page.</summary>
    internal void WriteTo(Page page)
    {
        if (_ready + _notReady > 0)
        {
            page.Line().Line(_notReady == 0
                ? page.Paint(Tone.Good, "✓ " + ReadinessText.Works)
                : page.Paint(Tone.Bad, "✗ a failover to this node would not work")
                    + (_ready == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
                        $" for {_notReady} of {_ready + _notReady} instances")));
        }
        if (_notes.Count == 0)
        {
            return;
        }
        page.Line();
        int width = _notes.Max(static n => Page.Cells(n.Name)) + 2;
        string last = "";
        foreach ((string name, string text, Tone tone) in _notes)
        {
            page.Item(0, name == last ? "" : name, width, text, tone, Tone.Strong);
            last = name;
        }
    }

    private void AddReadiness(string name, string role)
    {
        if (ReadinessText.Of(status, name) is not { } report)
        {
            return;
        }
        bool ready = StatusText.Flag(report, "ready");
        if (role != "active")
        {
            _ready += ready ? 1 : 0;
            _notReady += ready ? 0 : 1;
        }
        foreach ((string text, Tone tone) in ReadinessText.Lines(report, role).Skip(1))
        {
            _notes.Add((name, text, tone));
        }
    }

    private void AddTracker(string name, JsonElement tracker)
    {
        string kind = StatusText.Text(tracker, "kind");
        string state = StatusText.Text(tracker, "state");
        long weight = StatusText.Number(tracker, "weight");
        long share = StatusText.Number(tracker, "contribution");
        bool isFault = StatusText.Flag(tracker, "is_fault");
        if (!isFault && state is "up" or "0" && share >= 0)
        {
            return; // as it should be
        }
        string effect = isFault ? "a fault" : share != 0 ? $"priority {StatusText.Signed(share)}"
            : weight > 0 ? $"priority {StatusText.Signed(weight)} once it is up" : "no effect";
        string text = $"{kind} {StatusText.Text(tracker, "name")} is {state} ({effect})";
        JsonElement check = kind == "script" ? StatusText.List(status, "scripts").FirstOrDefault(
            c => StatusText.Text(c, "name") == StatusText.Text(tracker, "name")) : default;
        if (check.ValueKind == JsonValueKind.Object)
        {
            text += $"; {StatusText.Check(check, withState: false)}";
        }
        _notes.Add((name, text, isFault ? Tone.Bad : Tone.Warning));
    }

    private void AddPeers(string name, JsonElement instance)
    {
        const long recent = 60_000;
        if (instance.TryGetProperty("last_dropped", out JsonElement dropped)
            && StatusText.Number(dropped, "ms_ago") < recent)
        {
            _notes.Add((name, $"{StatusText.Text(dropped, "text")} from {StatusText.Text(dropped, "address")}, "
                + $"{StatusText.Duration(StatusText.Number(dropped, "ms_ago"))} ago", Tone.Warning));
        }
    }
}
