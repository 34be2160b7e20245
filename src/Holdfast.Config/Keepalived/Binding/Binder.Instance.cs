using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Schema;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>One vrrp_instance, with the global defaults merged in.</summary>
internal sealed partial class Binder
{
    private VrrpInstanceModel BindInstance(ConfigNode block)
    {
        ImmutableArray<UnicastPeerModel> peers = BindPeers(block, out bool limitsTtl);
        ImmutableArray<VirtualAddressModel> addresses = BindAddresses(block, "virtual_ipaddress");
        IpFamily family = FamilyOf(block, addresses, peers);
        addresses = DropOtherFamily(addresses, family);
        int version = VersionOf(block, family);
        bool strict = block.Last("strict_mode") is { } own ? own.IsOn : _global.IsSet("vrrp_strict");
        var instance = new VrrpInstanceModel
        {
            Name = block.Text,
            Span = block.Span,
            Interface = InterfaceOf(block, peers),
            Vrid = VridOf(block),
            Family = family,
            Version = version,
            DownTimerAdverts = (int)Inherit(block, "down_timer_adverts", "vrrp_down_timer_adverts", 3),
            PreemptDelay = Time(block, "preempt_delay"),
            NoPreempt = block.IsSet("nopreempt") && !ComesAfter(block, "preempt", "nopreempt"),
            Accept = AcceptOf(block, strict, version),
            Strict = strict,
            OwnerIgnoreAdverts = Inherit(block, "owner_ignore_adverts", "vrrp_owner_ignore_adverts", strict: null),
            LowerPriorityNoAdvert = Inherit(block, "lower_prio_no_advert", "vrrp_lower_prio_no_advert", strict),
            HigherPrioritySendAdvert =
                Inherit(block, "higher_prio_send_advert", "vrrp_higher_prio_send_advert", strict: null),
            SkipCheckAdvertAddresses =
                Inherit(block, "skip_check_adv_addr", "vrrp_skip_check_adv_addr", strict: null),
            V3ChecksumAsV2 = Inherit(block, "v3_checksum_as_v2", "v3_checksum_as_v2", strict: null),
            OldUnicastChecksum = block.Last("old_unicast_checksum") is not { } old ? OldUnicastChecksum.Auto
                : old.Text == "never" ? OldUnicastChecksum.Never : OldUnicastChecksum.Always,
            MulticastGroup = MulticastGroupOf(block, family),
            TrackSourceAddress = block.IsSet("track_src_ip"),
            UnicastPeers = peers,
            UnicastTtl = (byte)(block.Last("unicast_ttl")?.Number ?? 255),
            CheckUnicastSource = limitsTtl || block.IsSet("check_unicast_src")
                || _global.IsSet("vrrp_check_unicast_src"),
            UnicastFaultNoPeer = block.IsSet("unicast_fault_no_peer"),
            Vrf = block.Last("vrf")?.Text,
            DontTrackPrimary = block.IsSet("dont_track_primary"),
            PromoteSecondaries = block.IsSet("promote_secondaries"),
            Vmac = block.Last("use_vmac") is { } vmac
                ? new VmacModel(vmac.Text.Length > 0 ? vmac.Text : null, block.IsSet("vmac_xmit_base")) : null,
            KernelReceiveBufferBytes = (int)Math.Min(int.MaxValue, block.Last("kernel_rx_buf_size")?.Number ?? 0),
            Addresses = addresses,
            ExcludedAddresses = BindAddresses(block, "virtual_ipaddress_excluded"),
            NoVirtualAddress = block.IsSet("no_virtual_ipaddress"),
            Routes = BindRoutes(block, "virtual_routes", isStatic: false),
            Rules = BindRules(block, "virtual_rules", isStatic: false),
            Trackers = BindTrackers(block),
            Notify = BindNotify(block),
            Garp = BindGarp(block),
            Options = BindOptions(BlockKind.Instance, block),
        };
        instance = WithTimerExpired(block, instance);
        return new InstanceRules(block, _findings).Apply(instance);
    }

    private static bool ComesAfter(ConfigNode block, string a, string b)
        => block.Last(a) is { } first && block.Last(b) is { } second
            && block.Children.IndexOf(first) > block.Children.IndexOf(second);

    private static VrrpInstanceModel WithTimerExpired(ConfigNode block, VrrpInstanceModel instance)
        => (block.Last("timer_expired_backup") ?? block.Last("thread_timer_expired")) is { } node
            ? instance with
            {
                TimerExpiredBackup = true,
                TimerExpiredPriority = node.Number > 0 ? new Priority((byte)node.Number) : null,
            }
            : instance;

    private string InterfaceOf(ConfigNode block, ImmutableArray<UnicastPeerModel> peers)
    {
        if (block.Last("interface") is not { } node)
        {
            if (peers.IsEmpty && !block.IsSet("unicast_fault_no_peer"))
            {
                _findings.Report(FindingCodes.InterfaceMissing, block.Arguments[0],
                    $"instance '{block.Text}' has no interface", "add: interface NAME");
            }
            return "";
        }
        if (block.Last("vrf") is { } vrf)
        {
            _findings.Report(FindingCodes.VrfAndInterface, vrf.Span, "vrf has no effect beside an interface",
                "remove one of them");
        }
        CheckInterface(node.Text, node.Arguments[0].Span, FindingCodes.InterfaceUnknown);
        return node.Text;
    }

    private Vrid VridOf(ConfigNode block)
    {
        if (block.Last("virtual_router_id") is { } node)
        {
            return new Vrid((byte)node.Number);
        }
        if (!block.ChildrenOrEmpty.Any(static n => n.Spec.Name == "virtual_router_id"))
        {
            _findings.Report(FindingCodes.VridMissing, block.Arguments[0],
                $"instance '{block.Text}' has no virtual_router_id", "add: virtual_router_id N, the same on all nodes");
        }
        return default;
    }

    private static IpFamily FamilyOf(
        ConfigNode block, ImmutableArray<VirtualAddressModel> addresses, ImmutableArray<UnicastPeerModel> peers)
    {
        if (!addresses.IsEmpty)
        {
            return addresses[0].Prefix.Address.Family;
        }
        if (!peers.IsEmpty)
        {
            return peers[0].Address.Family;
        }
        ConfigNode? source = block.Last("mcast_src_ip") ?? block.Last("unicast_src_ip");
        return source?.Address.Family ?? (block.IsSet("native_ipv6") ? IpFamily.V6 : IpFamily.V4);
    }

    private ImmutableArray<VirtualAddressModel> DropOtherFamily(
        ImmutableArray<VirtualAddressModel> addresses, IpFamily family)
    {
        ImmutableArray<VirtualAddressModel>.Builder kept = ImmutableArray.CreateBuilder<VirtualAddressModel>();
        foreach (VirtualAddressModel address in addresses)
        {
            if (address.Prefix.Address.Family == family)
            {
                kept.Add(address);
                continue;
            }
            _findings.Report(FindingCodes.MixedFamilies, address.Span,
                $"{address.Prefix.Address} is of another family than the first address",
                "move it to virtual_ipaddress_excluded, or to an instance of its own", null,
                new RelatedPlace(addresses[0].Span, "the first address decides the family"));
        }
        return kept.ToImmutable();
    }

    private int VersionOf(ConfigNode block, IpFamily family)
    {
        ConfigNode? own = block.Last("version");
        int version = (int)(own?.Number ?? _global.Last("vrrp_version")?.Number ?? 2);
        if (family != IpFamily.V6)
        {
            return version;
        }
        if (own is { Number: 2 })
        {
            _findings.Report(FindingCodes.VersionFamily, own.Span, "VRRP version 2 knows no IPv6; version 3 is used",
                "write: version 3");
        }
        return 3;
    }

    private bool AcceptOf(ConfigNode block, bool strict, int version)
    {
        ConfigNode? accept = block.Last("accept");
        if (accept is not null && strict && version == 2)
        {
            _findings.Report(FindingCodes.Strict, accept.Span,
                "strict mode: version 2 does not allow accept (RFC 3768); no_accept is used");
            return false;
        }
        if (accept is not null && block.Last("no_accept") is not null)
        {
            return ComesAfter(block, "accept", "no_accept");
        }
        return accept is not null || (block.Last("no_accept") is null && !strict);
    }

    private IpAddress MulticastGroupOf(ConfigNode block, IpFamily family)
    {
        ConfigNode? node = block.Last("mcast_dst_ip")
            ?? _global.Last(family == IpFamily.V6 ? "vrrp_mcast_group6" : "vrrp_mcast_group4");
        IpAddress @default = IpAddress.Parse(family == IpFamily.V6 ? "ff02::12" : "224.0.0.18");
        if (node is null)
        {
            return @default;
        }
        if (!node.Address.IsMulticast || node.Address.Family != family)
        {
            _findings.Report(FindingCodes.MulticastGroup, node.Arguments[0],
                $"{node.Address} is not a multicast group of the family of '{block.Text}'",
                    $"the default is {@default}");
            return @default;
        }
        return node.Address;
    }

    private long Inherit(ConfigNode block, string own, string global, long @default)
        => (block.Last(own) ?? _global.Last(global))?.Number ?? @default;

    private bool Inherit(ConfigNode block, string own, string global, bool? strict)
        => (block.Last(own) ?? _global.Last(global)) is { } node ? node.IsOn : strict ?? false;

    private ImmutableArray<VirtualAddressModel> BindAddresses(ConfigNode block, string keyword)
    {
        ImmutableArray<VirtualAddressModel>.Builder list = ImmutableArray.CreateBuilder<VirtualAddressModel>();
        Dictionary<IpAddress, VirtualAddressModel>? seen = null;
        foreach (ConfigNode node in block.All(keyword))
        {
            foreach (MappedText line in node.LinesOrEmpty)
            {
                if (_addresses.Read(line, isStatic: false) is not { } address)
                {
                    continue;
                }
                CheckInterface(address.Interface ?? "", address.Span, FindingCodes.InterfaceUnknown);
                seen ??= [];
                if (seen.TryGetValue(address.Prefix.Address, out VirtualAddressModel? first)
                    && first.Interface == address.Interface)
                {
                    _findings.Report(FindingCodes.DuplicateAddress, address.Span,
                        $"{address.Prefix.Address} stands twice in '{block.Text}'", "remove one of them", null,
                        new RelatedPlace(first.Span, "the first one"));
                    continue;
                }
                seen[address.Prefix.Address] = address;
                list.Add(address);
            }
        }
        return list.ToImmutable();
    }

    private ImmutableArray<UnicastPeerModel> BindPeers(ConfigNode block, out bool limitsTtl)
    {
        ImmutableArray<UnicastPeerModel>.Builder peers = ImmutableArray.CreateBuilder<UnicastPeerModel>();
        limitsTtl = false;
        foreach (MappedText line in block.All("unicast_peer").SelectMany(static n => n.LinesOrEmpty))
        {
            List<Word> words = WordSplitter.Split(line);
            if (!IpAddress.TryParse(words[0].Text, out IpAddress address))
            {
                _findings.Report(FindingCodes.PeerLine, words[0], $"'{words[0]}' is not the address of a peer");
                continue;
            }
            byte? min = null, max = null;
            for (int i = 1; i < words.Count; i += 2)
            {
                if (words[i].Text is not ("min_ttl" or "max_ttl") || i + 1 >= words.Count)
                {
                    _findings.Report(FindingCodes.PeerLine, words[i],
                        $"only 'min_ttl N' and 'max_ttl N' may follow, not '{words[i]}'", null,
                        NearestWord.Find(words[i].Text, ["min_ttl", "max_ttl"]));
                    break;
                }
                if (_values.TryInteger(words[i].Text, words[i + 1], 0, 255, out long ttl))
                {
                    limitsTtl = true;
                    min = words[i].Text == "min_ttl" ? (byte)ttl : min;
                    max = words[i].Text == "max_ttl" ? (byte)ttl : max;
                }
            }
            if (peers.Count > 0 && peers[0].Address.Family != address.Family)
            {
                _findings.Report(FindingCodes.MixedFamilies, words[0],
                    $"the peer {address} is of another family than the first peer");
                continue;
            }
            peers.Add(new UnicastPeerModel(address, min, max));
        }
        return peers.ToImmutable();
    }

    private NotifyModel BindNotify(ConfigNode block)
    {
        ConfigNode? deleted = block.Last("notify_deleted");
        return new NotifyModel
        {
            Master = BindCommand(block.Last("notify_master")),
            Backup = BindCommand(block.Last("notify_backup")),
            Fault = BindCommand(block.Last("notify_fault")),
            Stop = BindCommand(block.Last("notify_stop")),
            Deleted = BindCommand(deleted),
            DeletedWithoutScript = deleted is { Arguments.Count: 0 },
            Any = BindCommand(block.Last("notify")),
            MasterReceivedLowerPriority = BindCommand(block.Last("notify_master_rx_lower_pri")),
            PriorityChanges =
                Inherit(block, "notify_priority_changes", "vrrp_notify_priority_changes", strict: null),
            SmtpAlert = (block.Last("smtp_alert") ?? _global.Last("smtp_alert_vrrp")
                ?? _global.Last("smtp_alert"))?.IsOn ?? false,
        };
    }

    private GarpModel BindGarp(ConfigNode block)
    {
        bool least = _global.IsSet("vrrp_min_garp");
        long delay = Inherit(block, "garp_master_delay", "vrrp_garp_master_delay", least ? 0 : 5);
        long repeat = Inherit(block, "garp_master_repeat", "vrrp_garp_master_repeat", least ? 1 : 5);
        ConfigNode? extra = block.Last("garp_extra_if") ?? block.Last("vmac_garp_intvl")
            ?? _global.Last("vrrp_garp_extra_if") ?? _global.Last("vrrp_vmac_garp_intvl");
        return new GarpModel
        {
            MasterDelay = TimeSpan.FromSeconds(delay),
            MasterRepeat = Clamp(repeat),
            MasterRefresh = TimeSpan.FromSeconds(
                Inherit(block, "garp_master_refresh", "vrrp_garp_master_refresh", 0)),
            MasterRefreshRepeat = Clamp(
                Inherit(block, "garp_master_refresh_repeat", "vrrp_garp_master_refresh_repeat", 1)),
            LowerPriorityDelay = TimeSpan.FromSeconds(
                Inherit(block, "garp_lower_prio_delay", "vrrp_garp_lower_prio_delay", delay)),
            LowerPriorityRepeat = Clamp(
                Inherit(block, "garp_lower_prio_repeat", "vrrp_garp_lower_prio_repeat", repeat)),
            ExtraInterfacesInterval = extra is null || extra.Number == 0 ? null : extra.Time,
            ExtraInterfacesAll = extra?.IsOn ?? false,
        };
    }

    private static int Clamp(long value) => (int)Math.Min(int.MaxValue, value);
}
