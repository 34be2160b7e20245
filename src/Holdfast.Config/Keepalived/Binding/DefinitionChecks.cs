using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>What can only be seen by looking at several blocks; every finding points at both places.</summary>
internal sealed class DefinitionChecks(KeepalivedModel model, Findings findings)
{
    private readonly Dictionary<string, VrrpInstanceModel> _instances =
        model.Instances.ToDictionary(static i => i.Name, StringComparer.Ordinal);

    public void Check()
    {
        CheckVrids();
        CheckAddresses();
        CheckGroups();
        CheckTrackGroups();
        CheckEveryNodeFaults();
        CheckDelays();
    }

    /// <summary>A Backup that waits longer for its link than for adverts would take over first.</summary>
    private void CheckDelays()
    {
        foreach (InterfaceDelayModel delay in model.InterfaceDelays)
        {
            VrrpInstanceModel? instance = model.Instances.FirstOrDefault(i => i.Interface == delay.Interface
                && delay.Down >= (i.DownTimerAdverts - 1) * i.AdvertInterval);
            if (instance is not null && delay.Span is { } span)
            {
                findings.Report(FindingCodes.DelayTooLong, span,
                    $"'{instance.Name}' would miss its adverts and become Active before the delay ends",
                    "make it shorter than (down_timer_adverts - 1) times advert_int", null,
                    new RelatedPlace(instance.Span, $"'{instance.Name}' uses the interface"));
            }
        }
    }

    private void CheckVrids()
    {
        var seen = new Dictionary<(string, byte, IpFamily, IpAddress, string), VrrpInstanceModel>();
        foreach (VrrpInstanceModel instance in model.Instances)
        {
            if (instance.Vrid.Value == 0)
            {
                continue;
            }
            string peers = string.Join(' ', instance.UnicastPeers.Select(static p => p.Address).Order());
            IpAddress group = instance.IsUnicast ? default : instance.MulticastGroup;
            if (!seen.TryAdd((instance.Interface, instance.Vrid.Value, instance.Family, group, peers), instance))
            {
                VrrpInstanceModel first =
                    seen[(instance.Interface, instance.Vrid.Value, instance.Family, group, peers)];
                findings.Report(FindingCodes.DuplicateVrid, instance.Span,
                    $"'{instance.Name}' and '{first.Name}' both use VRID {instance.Vrid} on '{instance.Interface}'",
                    "give one of them another virtual_router_id, on every node", null,
                    new RelatedPlace(first.Span, $"'{first.Name}' is defined here"));
            }
        }
    }

    private void CheckAddresses()
    {
        var seen = new Dictionary<(IpAddress, string), (VrrpInstanceModel Owner, VirtualAddressModel Address)>();
        foreach (VrrpInstanceModel instance in model.Instances)
        {
            foreach (VirtualAddressModel address in instance.Addresses.Concat(instance.ExcludedAddresses))
            {
                (IpAddress, string) key = (address.Prefix.Address, address.Interface ?? instance.Interface);
                if (!seen.TryAdd(key, (instance, address)))
                {
                    (VrrpInstanceModel owner, VirtualAddressModel first) = seen[key];
                    findings.Report(FindingCodes.OverlappingAddress, address.Span, owner == instance
                        ? $"{address.Prefix.Address} is both announced and excluded in '{owner.Name}'"
                        : $"{address.Prefix.Address} belongs to '{owner.Name}' and to '{instance.Name}'",
                        "one of them would take it from the other", null,
                        new RelatedPlace(first.Span, $"in '{owner.Name}'"));
                }
            }
        }
    }

    private void CheckGroups()
    {
        var members = new Dictionary<string, SyncGroupModel>(StringComparer.Ordinal);
        foreach (SyncGroupModel group in model.SyncGroups)
        {
            foreach (string name in group.Members)
            {
                if (!members.TryAdd(name, group))
                {
                    findings.Report(FindingCodes.InTwoGroups, group.Span,
                        $"'{name}' is in '{members[name].Name}' and in '{group.Name}'",
                        "an instance moves with one group only", null,
                        new RelatedPlace(members[name].Span, "the first group"));
                }
                if (!group.TrackingWeight)
                {
                    ReportGroupWeights(group, _instances[name]);
                }
            }
        }
    }

    private void ReportGroupWeights(SyncGroupModel group, VrrpInstanceModel member)
    {
        TrackersModel t = member.Trackers;
        foreach (TrackerReference reference in
            t.Interfaces.Concat(t.Scripts).Concat(t.Files).Concat(t.Processes).Concat(t.Bfd))
        {
            if (reference.Weight != 0)
            {
                findings.Report(
                    t.Processes.Contains(reference) ? FindingCodes.GroupWeightProcess : FindingCodes.GroupWeight,
                    reference.Span,
                    $"'{reference.Name}' has no effect here: '{member.Name}' is in a sync group, "
                    + "and its weight is not 0",
                    "track it in the group, or add sync_group_tracking_weight there", null,
                    new RelatedPlace(group.Span, $"the group '{group.Name}'"));
            }
        }
    }

    private void CheckTrackGroups()
    {
        var names = new HashSet<string>(model.TrackGroups.Select(static g => g.Name), StringComparer.Ordinal);
        IEnumerable<(string? Group, SourceSpan Span)> uses =
        [
            .. model.StaticAddresses.Select(static a => (a.TrackGroup, a.Span)),
            .. model.StaticRoutes.Select(static r => (r.TrackGroup, r.Span)),
            .. model.StaticRules.Select(static r => (r.TrackGroup, r.Span)),
        ];
        foreach ((string? group, SourceSpan span) in uses)
        {
            if (group is not null && !names.Contains(group))
            {
                string? near = Holdfast.Config.Text.NearestWord.Find(group, names);
                findings.Report(FindingCodes.GroupMember, span, $"track_group '{group}' is not defined",
                    near is null ? $"add: track_group {group} {{ group {{ INSTANCE }} }}" : $"did you mean '{near}'?",
                        near);
            }
        }
    }

    /// <summary>A script with weight 0 that can only fail at first keeps every node in FAULT after a start.</summary>
    private void CheckEveryNodeFaults()
    {
        Dictionary<string, VrrpScriptModel> scripts =
            model.Scripts.ToDictionary(static s => s.Name, StringComparer.Ordinal);
        foreach (VrrpInstanceModel instance in model.Instances)
        {
            foreach (TrackerReference reference in instance.Trackers.Scripts)
            {
                if (reference.Weight == 0 && scripts.TryGetValue(reference.Name, out VrrpScriptModel? script)
                    && script.Command.Arguments[0] is "false" or "/bin/false" or "/usr/bin/false")
                {
                    findings.Report(FindingCodes.EveryNodeFaults, reference.Span,
                        $"'{reference.Name}' can only fail, and its weight is 0: every node would be in FAULT",
                        "give it a weight, or a script that can succeed", null,
                        new RelatedPlace(script.Command.Span, "the script"));
                }
            }
        }
    }
}
