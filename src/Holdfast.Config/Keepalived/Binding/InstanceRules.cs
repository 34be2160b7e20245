using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>
/// The settings of one instance that depend on one another: priority and state, preemption, interval and version,
/// authentication, unicast, strict mode.
/// </summary>
internal sealed class InstanceRules(ConfigNode block, Findings findings)
{
    private static readonly string[] s_unicastWords =
        ["unicast_ttl", "unicast_peer", "unicast_src_ip", "check_unicast_src", "old_unicast_checksum"];

    public VrrpInstanceModel Apply(VrrpInstanceModel instance)
    {
        instance = Priority(instance);
        instance = Preemption(instance);
        instance = Interval(instance);
        instance = Authentication(instance);
        instance = Addresses(instance);
        instance = Strict(instance);
        Unicast(instance);
        Trackers(instance);
        Vmac(instance);
        return instance;
    }

    private void Vmac(VrrpInstanceModel instance)
    {
        ConfigNode? vmac = block.Last("use_vmac") ?? block.Last("use_ipvlan");
        if (block.Last("vmac_xmit_base") is { } xmit)
        {
            if (vmac is null)
            {
                findings.Report(FindingCodes.VmacCombination, xmit.Span, "vmac_xmit_base needs use_vmac");
            }
        }
        else if (instance.Vmac is not null && (instance.IsUnicast || instance.UnicastFaultNoPeer))
        {
            findings.Report(FindingCodes.VmacCombination, vmac!.Span, "unicast with use_vmac needs vmac_xmit_base",
                "add vmac_xmit_base");
        }
        if (vmac is not null && block.Last("promote_secondaries") is { } promote)
        {
            findings.Report(FindingCodes.VmacCombination, promote.Span, "a VMAC sets promote_secondaries by itself",
                "remove it");
        }
        if (block.Last("use_ipvlan") is { } ipvlan && instance.Family == IpFamily.V4
            && block.Last("unicast_src_ip") is null
            && !ipvlan.Arguments.Exists(static w => IpPrefix.TryParse(w.Text, out _)))
        {
            findings.Report(FindingCodes.VmacCombination, ipvlan.Span, "use_ipvlan needs a source address");
        }
    }

    private VrrpInstanceModel Priority(VrrpInstanceModel instance)
    {
        ConfigNode? state = block.Last("state");
        ConfigNode? written = block.Last("priority");
        bool isMaster = state?.Text == "MASTER";
        byte priority = (byte)(written?.Number ?? (isMaster ? 255 : 100));
        if (written is null && isMaster && !block.ChildrenOrEmpty.Any(static n => n.Spec.Name == "priority"))
        {
            findings.Report(FindingCodes.DefaultPriority, state!.Span,
                "state MASTER without a priority means priority 255, the owner of the addresses",
                "write a priority below 255 unless the addresses are this machine's own");
        }
        if (priority == 255 && state is { Text: "BACKUP" })
        {
            findings.Report(FindingCodes.OwnerState, state.Span,
                "priority 255 owns the addresses and begins as MASTER", "write: state MASTER");
        }
        return instance with
        {
            Priority = new Priority(priority),
            InitialState = isMaster || priority == 255 ? InitialState.Master : InitialState.Backup,
        };
    }

    private VrrpInstanceModel Preemption(VrrpInstanceModel instance)
    {
        ConfigNode? nopreempt = instance.NoPreempt ? block.Last("nopreempt") : null;
        ConfigNode? delay = block.Last("preempt_delay");
        if (nopreempt is not null && instance.Priority.IsOwner)
        {
            ConfigNode? cause = block.Last("priority") ?? block.Last("state");
            findings.Report(FindingCodes.NoPreemptOwner, nopreempt.Span,
                "nopreempt is incompatible with priority 255, which always takes over",
                "remove nopreempt, or choose a lower priority", null,
                cause is null ? [] : [new RelatedPlace(cause.Span, "this makes the priority 255")]);
            nopreempt = null;
        }
        else if (nopreempt is not null && instance.InitialState == InitialState.Master)
        {
            findings.Report(FindingCodes.NoPreemptMaster, nopreempt.Span,
                "nopreempt does not work with state MASTER", "write state BACKUP on every node", null,
                new RelatedPlace(block.Last("state")!.Span, "the state is set here"));
            nopreempt = null;
        }
        bool useless = delay is { Number: > 0 }
            && (nopreempt is not null || instance.InitialState == InitialState.Master);
        if (useless)
        {
            findings.Report(FindingCodes.PreemptDelay, delay!.Span,
                nopreempt is not null ? "preempt_delay has no effect with nopreempt"
                    : "preempt_delay does not work with state MASTER or priority 255",
                "remove it, or write state BACKUP");
        }
        return instance with
        {
            NoPreempt = nopreempt is not null,
            PreemptDelay = useless ? TimeSpan.Zero : instance.PreemptDelay,
        };
    }

    private VrrpInstanceModel Interval(VrrpInstanceModel instance)
    {
        if (block.Last("advert_int") is not { } node)
        {
            return instance;
        }
        TimeSpan wanted = node.Time;
        TimeSpan used = instance.Version == 2
            ? TimeSpan.FromSeconds(Math.Max(1, Math.Round(wanted.TotalSeconds, MidpointRounding.AwayFromZero)))
            : TimeSpan.FromMilliseconds(Math.Clamp(Math.Round(wanted.TotalMilliseconds / 10) * 10, 10, 40950));
        if (used != wanted)
        {
            string allowed = instance.Version == 2 ? "whole seconds in version 2" : "10 ms to 40.95 s, by 10 ms";
            findings.Report(FindingCodes.AdvertIntervalRounded, node.Arguments[0], string.Create(
                CultureInfo.InvariantCulture, $"advert_int {node.Text} does not fit: {allowed}"),
                string.Create(CultureInfo.InvariantCulture, $"write {used.TotalSeconds}")
                + (instance.Version == 2 ? ", or use version 3" : ""));
        }
        return instance with { AdvertInterval = used };
    }

    private VrrpInstanceModel Authentication(VrrpInstanceModel instance)
    {
        if (block.Last("authentication") is not { } auth)
        {
            return instance;
        }
        ConfigNode? type = auth.Last("auth_type");
        ConfigNode? pass = auth.Last("auth_pass");
        if (instance.Version == 3 && type is not null)
        {
            findings.Report(FindingCodes.AuthVersion, auth.Span,
                "VRRP version 3 has no authentication (RFC 5798); it is left out", "remove the authentication block");
            return instance;
        }
        if (instance.Strict && type is not null)
        {
            findings.Report(FindingCodes.Strict, auth.Span, "strict mode: RFC 3768 has no authentication");
            return instance;
        }
        if (type is null)
        {
            return instance;
        }
        if (type.Text == "AH")
        {
            findings.Report(FindingCodes.NotYetKeyword, type.Arguments[0], "auth_type AH is not supported yet",
                "use PASS, or load with --accept-loss");
        }
        if (pass is null)
        {
            findings.Report(FindingCodes.AuthIncomplete, auth.Span, "authentication lacks its auth_pass",
                "add: auth_pass PASSWORD");
            return instance;
        }
        string password = pass.Text;
        if (System.Text.Encoding.UTF8.GetByteCount(password) > 8)
        {
            findings.Report(FindingCodes.PasswordTooLong, pass.Arguments[0],
                "auth_pass is longer than eight bytes; keepalived would use the first eight",
                "shorten it to eight bytes on every node");
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(password);
            password = System.Text.Encoding.UTF8.GetString(bytes.AsSpan(0, 8)).TrimEnd('\uFFFD');
        }
        return instance with
        {
            AuthType = type.Text == "AH" ? VrrpAuthType.Ah : VrrpAuthType.Pass,
            AuthPassword = password,
        };
    }

    private VrrpInstanceModel Addresses(VrrpInstanceModel instance)
    {
        if (instance.Addresses.IsEmpty && !instance.NoVirtualAddress)
        {
            findings.Report(FindingCodes.NoAddresses, block.Arguments[0],
                $"instance '{instance.Name}' has no virtual address",
                "add virtual_ipaddress { ADDRESS }, or no_virtual_ipaddress");
        }
        int limit = Math.Min(255, ((instance.Family == IpFamily.V6 ? 1500 - 40 : 1500 - 20) - 16)
            / (instance.Family == IpFamily.V6 ? 16 : 4));
        if (instance.Addresses.Length > limit)
        {
            findings.Report(FindingCodes.TooManyAddresses, instance.Addresses[limit].Span,
                $"an advert carries at most {limit} addresses", "move the rest to virtual_ipaddress_excluded");
        }
        ConfigNode? source = (instance.IsUnicast ? block.Last("unicast_src_ip") : block.Last("mcast_src_ip"))
            ?? block.Last("unicast_src_ip") ?? block.Last("mcast_src_ip");
        if (source is null)
        {
            return instance;
        }
        if (source.Address.Family != instance.Family)
        {
            findings.Report(FindingCodes.SourceFamily, source.Arguments[0],
                $"{source.Address} is of another family than the instance's addresses");
            return instance;
        }
        return instance with { SourceAddress = source.Address };
    }

    private VrrpInstanceModel Strict(VrrpInstanceModel instance)
    {
        if (!instance.Strict)
        {
            return instance;
        }
        if (instance.DownTimerAdverts != 3)
        {
            ReportStrict("down_timer_adverts", "strict mode: down_timer_adverts has to be 3");
        }
        if (!instance.LowerPriorityNoAdvert)
        {
            ReportStrict("lower_prio_no_advert", "strict mode: lower_prio_no_advert has to be on");
        }
        if (instance.HigherPrioritySendAdvert)
        {
            ReportStrict("higher_prio_send_advert", "strict mode: higher_prio_send_advert has to be off");
        }
        foreach (string word in (ReadOnlySpan<string>)["garp_lower_prio_repeat", "garp_lower_prio_delay"])
        {
            if (block.Last(word) is { Number: > 0 })
            {
                ReportStrict(word, $"strict mode: {word} has to be 0");
            }
        }
        if (instance.PreemptDelay > TimeSpan.Zero)
        {
            ReportStrict("preempt_delay", "strict mode: preempt_delay is not allowed");
        }
        if (instance.InitialState == InitialState.Master && !instance.Priority.IsOwner)
        {
            ReportStrict("state", "strict mode: state MASTER is for priority 255 only");
        }
        if (instance.Family == IpFamily.V6 && !instance.Addresses.IsEmpty
            && !instance.Addresses[0].Prefix.Address.IsLinkLocalV6)
        {
            findings.Report(FindingCodes.Strict, instance.Addresses[0].Span,
                "strict mode: the first IPv6 address has to be link-local");
        }
        return instance with
        {
            DownTimerAdverts = 3,
            LowerPriorityNoAdvert = true,
            HigherPrioritySendAdvert = false,
            PreemptDelay = TimeSpan.Zero,
            Garp = instance.Garp with { LowerPriorityDelay = TimeSpan.Zero, LowerPriorityRepeat = 0 },
            InitialState = instance.Priority.IsOwner ? InitialState.Master : InitialState.Backup,
        };
    }

    private void ReportStrict(string keyword, string message)
        => findings.Report(FindingCodes.Strict, block.Last(keyword)?.Span ?? block.Span, message);

    private void Unicast(VrrpInstanceModel instance)
    {
        if (!instance.IsUnicast)
        {
            ConfigNode? word = s_unicastWords.Select(block.Last).FirstOrDefault(static n => n is not null);
            if (word is not null && (!instance.UnicastFaultNoPeer || word.Spec.Name == "unicast_ttl"))
            {
                findings.Report(FindingCodes.UnicastNoPeers, word.Span,
                    $"{word.Spec.Name} stands without any unicast_peer, so adverts go to the multicast group",
                    "add unicast_peer { ADDRESS }, or remove it");
            }
            return;
        }
        if (instance.UnicastPeers[0].Address.Family != instance.Family)
        {
            findings.Report(FindingCodes.MixedFamilies, block.Last("unicast_peer")!.Span,
                "the peers are of another family than the addresses");
        }
        if (block.Last("mcast_dst_ip") is { } group)
        {
            findings.Report(FindingCodes.UnicastGroup, group.Span, "mcast_dst_ip has no effect with unicast peers",
                "remove it");
        }
        if (!instance.CheckUnicastSource)
        {
            findings.Report(FindingCodes.UnicastUnchecked, block.Last("unicast_peer")!.Span,
                "any host that reaches this one can end its mastership: adverts are accepted from everyone",
                "add check_unicast_src, and min_ttl to the peers where they are near");
        }
    }

    private void Trackers(VrrpInstanceModel instance)
    {
        TrackersModel trackers = instance.Trackers;
        foreach (TrackerReference reference in trackers.Interfaces)
        {
            if (reference.Name == instance.Interface)
            {
                findings.Report(FindingCodes.OwnInterfaceTracked, reference.Span,
                    $"'{reference.Name}' is the instance's own interface, which is tracked anyway",
                    "remove it; dont_track_primary decides whether it counts");
            }
            if (reference is { Weight: 0, Reverse: true })
            {
                findings.Report(FindingCodes.EveryNodeFaults, reference.Span,
                    $"the instance is in FAULT as long as '{reference.Name}' is up", "remove reverse");
            }
        }
        if (!instance.Priority.IsOwner)
        {
            return;
        }
        foreach (TrackerReference reference in (IEnumerable<TrackerReference>)
            [.. trackers.Interfaces, .. trackers.Scripts, .. trackers.Files, .. trackers.Processes, .. trackers.Bfd])
        {
            if (reference.Weight != 0)
            {
                findings.Report(FindingCodes.OwnerWeight, reference.Span,
                    $"the weight of '{reference.Name}' has no effect with priority 255", "choose a lower priority");
            }
        }
    }
}
