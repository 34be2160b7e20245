using System.Buffers;
using System.Text.Json;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp;

/// <summary>The state of a node as JSON, for <c>holdfast status</c> and the control socket. On demand only.</summary>
internal static class VrrpStatus
{
    /// <summary>Writes everything that is known of the instances and groups.</summary>
    /// <param name="node">The node.</param>
    /// <param name="kind">How much is wanted.</param>
    /// <param name="only">0-based index of the one instance that is asked about; −1: all.</param>
    public static ReadOnlyMemory<byte> Write(VrrpNode node, StatusKind kind, int only = -1)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer);
        MonotonicTime now = MonotonicClock.Now;
        json.WriteStartObject();
        json.WriteStartArray("instances");
        foreach (VrrpInstance instance in node.Instances)
        {
            if (only < 0 || only == instance.Index)
            {
                WriteInstance(json, node, instance, now, kind);
            }
        }
        json.WriteEndArray();
        json.WriteStartArray("groups");
        for (int group = 0; group < node.Plan.Groups.Length; group++)
        {
            json.WriteStartObject();
            json.WriteString("name", node.Plan.Model.SyncGroups[group].Name);
            json.WriteString("role", RoleName(node.Router.GroupRole(group)));
            json.WriteStartArray("members");
            foreach (int member in node.Plan.Groups[group])
            {
                json.WriteStringValue(node.Instances[member].Name);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("unknown_vrids", node.UnknownVrids);
        WriteSockets(json, node);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>What the kernel has dropped before it could be counted by kind.</summary>
    private static void WriteSockets(Utf8JsonWriter json, VrrpNode node)
    {
        json.WriteStartArray("sockets");
        foreach (AdvertChannel channel in node.Channels)
        {
            json.WriteStartObject();
            json.WriteString("interface", node.Links.Link(channel.Key.InterfaceIndex)?.Name ?? "");
            json.WriteString("local", channel.Key.Local.ToString());
            json.WriteNumber("dropped", channel.Dropped);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteInstance(
        Utf8JsonWriter json, VrrpNode node, VrrpInstance instance, MonotonicTime now, StatusKind kind)
    {
        ref readonly VrrpState state = ref node.Router.State(instance.Index);
        VrrpInstanceModel model = instance.Plan.Model;
        json.WriteStartObject();
        json.WriteString("name", instance.Name);
        json.WriteNumber("vrid", model.Vrid.Value);
        json.WriteNumber("version", model.Version);
        json.WriteString("family", model.Family == IpFamily.V6 ? "ipv6" : "ipv4");
        json.WriteString("interface", model.Interface);
        json.WriteBoolean("interface_up", instance.InterfaceIsUp);
        json.WriteString("role", RoleName(state.Role));
        json.WriteString("reason", Snake(state.Reason.ToString()));
        json.WriteNumber("since_ms", Milliseconds(now - state.Since));
        json.WriteNumber("configured_priority", model.Priority.Value);
        json.WriteNumber("effective_priority", state.EffectivePriority.Value);
        json.WriteNumber("advert_interval_ms", model.AdvertInterval.TotalMilliseconds);
        json.WriteString("source", instance.SourceAddress.ToString());
        WriteActive(json, state, now);
        json.WriteString("addresses_are", state.Addresses.ToString().ToLowerInvariant());
        json.WriteStartArray("addresses");
        foreach (VirtualAddressModel address in instance.Plan.Addresses)
        {
            json.WriteStringValue(address.Prefix.ToString());
        }
        json.WriteEndArray();
        json.WriteStartArray("faults");
        foreach (FaultCauses cause in Enum.GetValues<FaultCauses>())
        {
            if (cause != FaultCauses.None && state.Faults.HasFlag(cause))
            {
                json.WriteStringValue(Snake(cause.ToString()));
            }
        }
        json.WriteEndArray();
        WritePeers(json, instance.Peers, now);
        WriteTrackers(json, node, instance);
        json.WriteNumber(
            "next_deadline_ms", state.NextDeadline.IsNever ? -1 : Milliseconds(state.NextDeadline - now));
        if (kind == StatusKind.Full)
        {
            WriteCounters(json, instance.Counters);
        }
        if (kind == StatusKind.Explain)
        {
            VrrpExplanation.Write(json, node, instance, now);
        }
        json.WriteEndObject();
    }

    private static void WriteActive(Utf8JsonWriter json, in VrrpState state, MonotonicTime now)
    {
        if (state.ActiveAddress.IsNone)
        {
            return;
        }
        json.WriteStartObject("active_router");
        json.WriteString("address", state.ActiveAddress.ToString());
        json.WriteNumber("priority", state.ActivePriority.Value);
        json.WriteNumber("heard_ms_ago", Milliseconds(now - state.ActiveHeardAt));
        json.WriteEndObject();
    }

    private static void WritePeers(Utf8JsonWriter json, PeerView peers, MonotonicTime now)
    {
        if (!peers.Source.IsNone)
        {
            json.WriteStartObject("last_advert");
            json.WriteString("address", peers.Source.ToString());
            json.WriteNumber("priority", peers.Priority.Value);
            json.WriteNumber("version", peers.Advert.Version);
            json.WriteNumber("interval_ms", Milliseconds(peers.Advert.Interval));
            json.WriteNumber("address_count", peers.Advert.AddressCount);
            json.WriteBoolean("addresses_are_ours", peers.ListIsOurs);
            json.WriteNumber("heard_ms_ago", Milliseconds(now - peers.HeardAt));
            json.WriteEndObject();
        }
        if (peers.DroppedFor != ReceiveVerdict.Accepted)
        {
            json.WriteStartObject("last_dropped");
            json.WriteString("address", peers.DroppedFrom.ToString());
            json.WriteString("verdict", Snake(peers.DroppedFor.ToString()));
            json.WriteString("text", VerdictText.Of(peers.DroppedFor));
            json.WriteNumber("ms_ago", Milliseconds(now - peers.DroppedAt));
            json.WriteEndObject();
        }
    }

    private static void WriteTrackers(Utf8JsonWriter json, VrrpNode node, VrrpInstance instance)
    {
        json.WriteStartArray("trackers");
        foreach (TrackerBinding tracker in instance.Plan.Trackers)
        {
            json.WriteStartObject();
            json.WriteString("kind", tracker.Kind.ToString().ToLowerInvariant());
            json.WriteString("name", tracker.Name);
            json.WriteNumber("weight", tracker.Weight);
            json.WriteBoolean("reverse", tracker.Reverse);
            json.WriteString("state", node.Trackers.Describe(tracker) ?? "unknown");
            (bool isFault, int contribution) = node.Trackers.ShareOf(tracker);
            json.WriteBoolean("is_fault", isFault);
            json.WriteNumber("contribution", contribution);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Names are those of keepalived's statistics where it has one.</summary>
    private static void WriteCounters(Utf8JsonWriter json, VrrpCounters counters)
    {
        json.WriteStartObject("counters");
        json.WriteNumber("advert_rcvd", counters.AdvertsReceived);
        json.WriteNumber("advert_sent", counters.AdvertsSent);
        json.WriteNumber("advert_failed", counters.AdvertsFailed);
        json.WriteNumber("become_master", counters.BecameActive);
        json.WriteNumber("release_master", counters.ReleasedActive);
        json.WriteNumber("pri_zero_rcvd", counters.PriorityZeroReceived);
        json.WriteNumber("pri_zero_sent", counters.PriorityZeroSent);
        json.WriteNumber("announcements_sent", counters.AnnouncementsSent);
        json.WriteNumber("accepted_unknown_source", counters.StrangersAccepted);
        foreach (ReceiveVerdict verdict in Enum.GetValues<ReceiveVerdict>())
        {
            if (verdict != ReceiveVerdict.Accepted && counters[verdict] > 0)
            {
                json.WriteNumber(Snake(verdict.ToString()), counters[verdict]);
            }
        }
        json.WriteEndObject();
    }

    /// <summary>A name of ours as JSON has it: "active_silent".</summary>
    internal static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    internal static string RoleName(Role role) => role.ToString().ToLowerInvariant();

    internal static long Milliseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMillisecond;
}
