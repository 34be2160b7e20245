using System.Text.Json;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Vrrp;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.History;

/// <summary>The last changes of each instance. Kept by the supervisor, so that it outlives the VRRP process.</summary>
internal sealed class TransitionHistory(TimeProvider time)
{
    /// <summary>So many changes of one instance are kept.</summary>
    internal const int EntriesMax = 16;

    private readonly Dictionary<string, Queue<TransitionEntry>> _entries = [];
    private KeepalivedModel? _model;
    private VrrpInstancePlan[] _plans = [];

    /// <summary>Notes a change of state.</summary>
    /// <returns>What was noted; null when the index is not of this model.</returns>
    internal TransitionEntry? Add(KeepalivedModel model, in InstanceStateChangedMessage message)
        => Add(model, message.Index, new TransitionEntry(
            MonotonicClock.Now, message.From, message.To, (TransitionReason)message.Reason, message.Priority,
            message.Priority, message.Peer, message.Evidence,
            message.To == InstanceState.Fault ? Tracker(model, message.Index, message.Evidence.Tracker) : null));

    /// <summary>Notes a change of priority.</summary>
    internal TransitionEntry? Add(KeepalivedModel model, in PriorityChangedMessage message)
        => Add(model, message.Index, new TransitionEntry(
            MonotonicClock.Now, message.State, message.State, null, message.From, message.To, IpAddress.None,
            default, Tracker(model, message.Index, message.Tracker)));

    /// <summary>Forgets instances that are not in a model any more.</summary>
    internal void Retain(KeepalivedModel model)
    {
        foreach (string gone in _entries.Keys.Except(model.Instances.Select(static i => i.Name)).ToArray())
        {
            _entries.Remove(gone);
        }
    }

    /// <summary>Writes an object with an array for each instance, the oldest change first.</summary>
    internal void Write(Utf8JsonWriter json, string? only = null)
    {
        MonotonicTime now = MonotonicClock.Now;
        DateTimeOffset wall = time.GetUtcNow();
        json.WriteStartObject("history");
        foreach ((string name, Queue<TransitionEntry> entries) in _entries)
        {
            if (only is null || only == name)
            {
                json.WriteStartArray(name);
                foreach (TransitionEntry entry in entries)
                {
                    Write(json, entry, now - entry.At, wall);
                }
                json.WriteEndArray();
            }
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TransitionEntry entry, TimeSpan ago, DateTimeOffset wall)
    {
        json.WriteStartObject();
        json.WriteString("time", (wall - ago).UtcDateTime);
        json.WriteNumber("ms_ago", (long)ago.TotalMilliseconds);
        json.WriteString("from", entry.From.ToString().ToLowerInvariant());
        json.WriteString("to", entry.To.ToString().ToLowerInvariant());
        json.WriteString("reason",
            entry.Reason is { } reason ? VrrpStatus.Snake(reason.ToString()) : "priority_changed");
        json.WriteString("cause", TransitionWords.Cause(entry));
        json.WriteNumber("priority", entry.Priority.Value);
        if (entry.Tracker is not null)
        {
            json.WriteString("tracker", entry.Tracker);
        }
        if (!entry.Evidence.Source.IsNone)
        {
            json.WriteStartObject("last_advert");
            json.WriteString("address", entry.Evidence.Source.ToString());
            json.WriteNumber("priority", entry.Evidence.Priority.Value);
            json.WriteNumber("version", entry.Evidence.Version);
            json.WriteNumber("interval_ms", entry.Evidence.IntervalMilliseconds);
            json.WriteNumber("address_count", entry.Evidence.AddressCount);
            json.WriteNumber("heard_ms_before", entry.Evidence.HeardMillisecondsAgo);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private TransitionEntry? Add(KeepalivedModel model, int index, TransitionEntry entry)
    {
        if ((uint)index >= (uint)model.Instances.Length)
        {
            return null;
        }
        string name = model.Instances[index].Name;
        if (!_entries.TryGetValue(name, out Queue<TransitionEntry>? entries))
        {
            _entries.Add(name, entries = []);
        }
        if (entries.Count == EntriesMax)
        {
            entries.Dequeue();
        }
        entries.Enqueue(entry);
        return entry;
    }

    /// <summary>The name of a tracker by its 1-based place, which both processes work out from the same text.</summary>
    private string? Tracker(KeepalivedModel model, int index, byte place)
    {
        if (!ReferenceEquals(model, _model))
        {
            _model = model;
            _plans = VrrpPlan.From(model, TimeSpan.Zero).Instances;
        }
        return place > 0 && (uint)index < (uint)_plans.Length && place <= _plans[index].Trackers.Length
            ? $"{_plans[index].Trackers[place - 1].Kind.ToString().ToLowerInvariant()} "
                + _plans[index].Trackers[place - 1].Name
            : null;
    }
}
