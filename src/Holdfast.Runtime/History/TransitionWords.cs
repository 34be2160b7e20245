using System.Globalization;
using Holdfast.Runtime.Processes;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.History;

/// <summary>Why an instance changed, as a person would say it: with who, what and how long.</summary>
internal static class TransitionWords
{
    /// <summary>One clause without a full stop.</summary>
    internal static string Cause(TransitionEntry entry)
    {
        if (entry.Reason is not { } reason)
        {
            return $"priority {entry.Before} → {entry.Priority}"
                + (entry.Tracker is null ? "" : $" since {entry.Tracker} changed");
        }
        TransitionEvidence heard = entry.Evidence;
        string peer = heard.Source.IsNone ? "another router" : heard.Source.ToString();
        return reason switch
        {
            TransitionReason.Started => "the instance started",
            TransitionReason.OwnerStarted => "this node owns the addresses (priority 255)",
            TransitionReason.ActiveSilent when heard.Source.IsNone => "no other router was heard",
            TransitionReason.ActiveSilent =>
                $"{peer} (priority {heard.Priority}) fell silent: its last advert was {Seconds(heard)} old",
            TransitionReason.ActiveResigned => $"{peer} resigned (priority 0)",
            TransitionReason.Preempting => $"{peer} advertised the lower priority {heard.Priority}",
            TransitionReason.HigherPriorityHeard =>
                $"{peer} advertised the higher priority {heard.Priority} ({Packet(heard)})",
            TransitionReason.EqualPriorityHigherAddress =>
                $"{peer} advertised the same priority and has the higher address ({Packet(heard)})",
            TransitionReason.OwnerConflict => $"{peer} claims to own the addresses, too ({Packet(heard)})",
            TransitionReason.FaultBegan => "a fault began: " + Faults(heard.Faults, entry.Tracker),
            TransitionReason.FaultEnded => "all faults ended",
            TransitionReason.SyncGroupMoved => "its sync group moved",
            TransitionReason.TimerExpired => "its own timer was so late that a Backup has surely taken over",
            TransitionReason.Stopped => "it was told to stop",
            _ => Plain(reason.ToString()),
        };
    }

    /// <summary>What is wrong, as "interface down, tracker chk_web failed".</summary>
    internal static string Faults(FaultCauses faults, string? tracker)
    {
        List<string> words = [];
        foreach (FaultCauses cause in Enum.GetValues<FaultCauses>())
        {
            if (cause != FaultCauses.None && faults.HasFlag(cause))
            {
                words.Add(cause switch
                {
                    FaultCauses.Tracker => $"{tracker ?? "a tracker"} failed",
                    FaultCauses.InterfaceDown => "the interface is down",
                    FaultCauses.NoSourceAddress => "the interface has no address to send from",
                    FaultCauses.SyncGroup => "another member of the sync group is in fault",
                    FaultCauses.KernelRefused => "the kernel refused an address, route or rule",
                    FaultCauses.NoPeer => "no unicast peer is configured",
                    FaultCauses.AddressInterfaceDown => "an interface of a virtual address is down",
                    _ => Plain(cause.ToString()),
                });
            }
        }
        return words.Count == 0 ? "unknown" : string.Join(", ", words);
    }

    private static string Packet(in TransitionEvidence heard)
        => string.Create(CultureInfo.InvariantCulture,
            $"VRRPv{heard.Version}, interval {heard.IntervalMilliseconds / 1000.0:0.###} s, "
            + $"{heard.AddressCount} {(heard.AddressCount == 1 ? "address" : "addresses")}");

    private static string Seconds(in TransitionEvidence heard)
        => string.Create(CultureInfo.InvariantCulture, $"{heard.HeardMillisecondsAgo / 1000.0:0.00} s");

    /// <summary>For a name that has no sentence of its own: "TimerExpired" as "timer expired".</summary>
    private static string Plain(string name)
        => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name).Replace('_', ' ');
}
