using System.Text.Json;
using Holdfast.Primitives;
using Holdfast.Vrrp.Foresight;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp;

/// <summary>The part of the status that only <c>holdfast explain</c> asks for: timers, and what would change.</summary>
/// <remarks>Every "what if" is answered by the machine itself (<see cref="VrrpForesight"/>).</remarks>
internal static class VrrpExplanation
{
    internal static void Write(Utf8JsonWriter json, VrrpNode node, VrrpInstance instance, MonotonicTime now)
    {
        ref readonly VrrpState state = ref node.Router.State(instance.Index);
        VrrpConfig config = instance.Plan.Machine;
        json.WriteBoolean("preempts", config.Preempt);
        json.WriteNumber("preempt_delay_ms", VrrpStatus.Milliseconds(config.PreemptDelay));
        json.WriteNumber("active_down_ms", VrrpStatus.Milliseconds(VrrpTimers.ActiveDown(config, state)));
        json.WriteNumber("skew_ms", VrrpStatus.Milliseconds(VrrpTimers.Skew(config, state)));
        json.WriteNumber("active_interval_ms", VrrpStatus.Milliseconds(state.ActiveInterval));
        json.WriteStartArray("timers");
        WriteTimer(json, TimerName(state.Role), state.Deadline, now);
        WriteTimer(json, "preempt_delay", state.PreemptAt, now);
        WriteTimer(json, "addresses_linger", state.LingerUntil, now);
        WriteTimer(json, "second_announcement", state.AnnounceAt, now);
        WriteTimer(json, "announcement_refresh", state.RefreshAt, now);
        WriteTimer(json, "announcement_after_lower_priority", state.LowerPriorityAnnounceAt, now);
        json.WriteEndArray();
        json.WriteStartArray("outlook");
        new Questions(json, node, instance, now).Ask();
        json.WriteEndArray();
    }

    private static string TimerName(Role role) => role switch
    {
        Role.Active => "next_advert",
        Role.Backup => "active_down",
        _ => "startup_delay",
    };

    private static void WriteTimer(Utf8JsonWriter json, string name, MonotonicTime at, MonotonicTime now)
    {
        if (!at.IsNever)
        {
            json.WriteStartObject();
            json.WriteString("timer", name);
            json.WriteNumber("in_ms", VrrpStatus.Milliseconds(at - now));
            json.WriteEndObject();
        }
    }

    private readonly struct Questions(Utf8JsonWriter json, VrrpNode node, VrrpInstance instance, MonotonicTime now)
    {
        internal void Ask()
        {
            VrrpState state = node.Router.State(instance.Index);
            switch (state.Role)
            {
                case Role.Backup:
                    Write("nothing_changes", default, state, always: false);
                    Write("active_silent", new Supposition { ActiveIsSilent = true }, state);
                    Write("active_resigns", new Supposition { Heard = Heard(new Priority(0)) }, state);
                    break;
                case Role.Active when state.EffectivePriority.Value < Priority.Owner.Value:
                    var above = new Priority((byte)(state.EffectivePriority.Value + 1));
                    Write("higher_priority_appears", new Supposition { Heard = Heard(above) }, state, above);
                    break;
                case Role.Fault:
                    Write("faults_end", new Supposition { Faults = FaultCauses.None }, state);
                    break;
                default:
                    break;
            }
            AskInterface(state);
            AskTrackers(state);
        }

        private void AskInterface(in VrrpState state)
        {
            if (instance.Plan.Model.Interface.Length > 0 && !instance.Plan.Model.DontTrackPrimary
                && instance.InterfaceIsUp)
            {
                FaultCauses faults = node.Router.OwnFaults(instance.Index) | FaultCauses.InterfaceDown;
                Write("interface_down", new Supposition { Faults = faults }, state);
            }
        }

        private void AskTrackers(in VrrpState state)
        {
            for (int position = 0; position < instance.Plan.Trackers.Length; position++)
            {
                TrackerBinding tracker = instance.Plan.Trackers[position];
                bool isUp = !IsUp(tracker);
                (bool isFault, Priority priority) = node.Trackers.JudgeSupposing(instance.Index, position, isUp);
                FaultCauses faults = node.Router.OwnFaults(instance.Index) & ~FaultCauses.Tracker;
                faults |= isFault ? FaultCauses.Tracker : FaultCauses.None;
                Write(isUp ? "tracker_up" : "tracker_down",
                    new Supposition { Faults = faults, Priority = priority }, state, priority, tracker);
            }
        }

        private bool IsUp(TrackerBinding tracker)
            => node.Trackers.Describe(tracker) is "up" || (tracker.Kind == TrackedKind.File
                && node.Trackers.Describe(tracker) is "0" or null);

        private Advert Heard(Priority priority)
        {
            VrrpState state = node.Router.State(instance.Index);
            IpAddress source = instance.Peers.Source;
            return new(instance.Plan.Model.Vrid, priority, state.ActiveInterval, source,
                (byte)instance.Plan.Model.Version, 0);
        }

        private void Write(
            string supposed, in Supposition supposition, in VrrpState state, Priority? priority = null,
            TrackerBinding? tracker = null, bool always = true)
        {
            Prospect? prospect = node.Foresee(instance, now, supposition);
            if (prospect is null && !always)
            {
                return;
            }
            json.WriteStartObject();
            json.WriteString("if", supposed);
            if (tracker is not null)
            {
                json.WriteString("kind", VrrpStatus.Snake(tracker.Kind.ToString()));
                json.WriteString("tracker", tracker.Name);
            }
            if (priority is { } value)
            {
                json.WriteNumber("priority", value.Value);
            }
            json.WriteString("role", VrrpStatus.RoleName(prospect?.Role ?? state.Role));
            json.WriteBoolean("changes", prospect is not null);
            if (prospect is { } change)
            {
                json.WriteString("reason", VrrpStatus.Snake(change.Reason.ToString()));
                json.WriteNumber("after_ms", VrrpStatus.Milliseconds(change.After));
            }
            json.WriteEndObject();
        }
    }
}
