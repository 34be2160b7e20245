using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;
using static Holdfast.Config.Keepalived.Planning.ModelText;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>Every keyword of a <c>vrrp_instance</c>, and what another value of it does in a reload.</summary>
internal static class InstanceFields
{
    private const string NextAdvert = "from the next advert on";
    private const string NextPacket = "for the next packet that arrives";
    private const string NextAnnouncement = "from the next announcement on";
    private const string NextTransition = "for the next change of state; nothing is run now";
    private const string NoEffect = "no effect on what runs";

    /// <summary>What makes it another virtual router; the old one ends and the new one begins.</summary>
    public static readonly FieldTable<VrrpInstanceModel> Identity = new(
        [
            new("virtual_router_id", i => Number(i.Vrid.Value), "another virtual router"),
            new("interface", i => i.Interface, "another link"),
            new("version", i => Number(i.Version), "peers of the other version do not understand its adverts"),
            new("family", i => i.Family == IpFamily.V6 ? "IPv6" : "IPv4", "adverts are of the other family"),
            new("transport", i => i.IsUnicast ? "unicast" : "multicast", "adverts go another way"),
        ],
        []);

    /// <summary>What changes in place.</summary>
    public static readonly FieldTable<VrrpInstanceModel> InPlace = new(
        [.. Election(), .. Packets(), .. Announcements(), .. Notifications(), .. Others()], [.. Lists()]);

    private static Field<VrrpInstanceModel>[] Election() =>
    [
        new("priority", i => Number(i.Priority.Value), PriorityEffect),
        new("state", i => i.InitialState == InitialState.Master ? "MASTER" : "BACKUP", "counts at a start alone"),
        new("advert_int", i => Time(i.AdvertInterval), (_, now) => now.Version == 3
            ? $"{NextAdvert}; Backups learn it from the advert"
            : $"{NextAdvert}; peers drop the adverts until they have the same interval"),
        new("down_timer_adverts", i => Number(i.DownTimerAdverts), "the running Active-down timer moves with it"),
        new("nopreempt", i => Switch(i.NoPreempt), "for the next advert of a lower priority"),
        new("preempt_delay", i => Time(i.PreemptDelay), "a delay that runs already moves with it"),
        new("timer_expired_backup", i => Switch(i.TimerExpiredBackup), NextAdvert),
        new("timer_expired_backup priority", i => Number(i.TimerExpiredPriority?.Value), NextAdvert),
        new("lower_prio_no_advert", i => Switch(i.LowerPriorityNoAdvert), NextPacket),
        new("higher_prio_send_advert", i => Switch(i.HigherPrioritySendAdvert), NextPacket),
        new("owner_ignore_adverts", i => Switch(i.OwnerIgnoreAdverts), NextPacket),
    ];

    private static Field<VrrpInstanceModel>[] Packets() =>
    [
        new("auth_type", i => i.AuthType switch { VrrpAuthType.Pass => "PASS", VrrpAuthType.Ah => "AH", _ => "" },
            $"{NextAdvert}; peers drop the adverts until they have the same"),
        new("auth_pass", i => i.AuthPassword, $"{NextAdvert}; peers drop the adverts until they have the same")
        {
            IsSecret = true,
        },
        new("skip_check_adv_addr", i => Switch(i.SkipCheckAdvertAddresses), NextPacket),
        new("v3_checksum_as_v2", i => Switch(i.V3ChecksumAsV2), NextAdvert),
        new("old_unicast_checksum", i => i.OldUnicastChecksum.ToString().ToLowerInvariant(), NextAdvert),
        new("mcast_group", i => Optional(i.MulticastGroup), "its socket is opened anew; no change of state"),
        new("mcast_src_ip or unicast_src_ip", i => Optional(i.SourceAddress), NextAdvert),
        new("track_src_ip", i => Switch(i.TrackSourceAddress), "judged at once"),
        new("unicast_ttl", i => Number(i.UnicastTtl), NextAdvert),
        new("check_unicast_src", i => Switch(i.CheckUnicastSource), NextPacket),
        new("unicast_fault_no_peer", i => Switch(i.UnicastFaultNoPeer), "judged at once"),
        new("vrf", i => i.Vrf ?? "", "its socket is opened anew; no change of state"),
        new("kernel_rx_buf_size", i => Number(i.KernelReceiveBufferBytes),
            "when its socket is opened the next time"),
    ];

    private static Field<VrrpInstanceModel>[] Announcements() =>
    [
        new("garp_master_delay", i => Time(i.Garp.MasterDelay), "for the next time that it becomes Active"),
        new("garp_master_repeat", i => Number(i.Garp.MasterRepeat), NextAnnouncement),
        new("garp_master_refresh", i => Time(i.Garp.MasterRefresh), "the running timer starts anew"),
        new("garp_master_refresh_repeat", i => Number(i.Garp.MasterRefreshRepeat), NextAnnouncement),
        new("garp_lower_prio_delay", i => Time(i.Garp.LowerPriorityDelay), NextAnnouncement),
        new("garp_lower_prio_repeat", i => Number(i.Garp.LowerPriorityRepeat), NextAnnouncement),
        new("garp_extra_if", i => (i.Garp.ExtraInterfacesAll ? "all " : "")
            + (i.Garp.ExtraInterfacesInterval is { } every ? Time(every) : ""), "the running timer starts anew"),
    ];

    private static Field<VrrpInstanceModel>[] Notifications()
        => [.. NotifyFields.All.Select(static f => new Field<VrrpInstanceModel>(
            f.Keyword, i => f.Text(i.Notify), NextTransition))];

    private static Field<VrrpInstanceModel>[] Others() =>
    [
        new("accept", i => Switch(i.Accept), "the filter for its addresses is set at once"),
        new("strict_mode", i => Switch(i.Strict), NextPacket),
        new("dont_track_primary", i => Switch(i.DontTrackPrimary), "judged at once"),
        new("promote_secondaries", i => Switch(i.PromoteSecondaries), "set at once"),
        new("use_vmac", i => i.Vmac is { } vmac
            ? $"{vmac.InterfaceName ?? "vrrp." + Number(i.Vrid.Value)}{(vmac.TransmitOnBase ? " vmac_xmit_base" : "")}"
            : "", NoEffect),
        new("no_virtual_ipaddress", i => Switch(i.NoVirtualAddress), NoEffect),
        new("#holdfast:", i => Options(i.Options), "at once"),
    ];

    private static IEnumerable<ListField<VrrpInstanceModel>> Lists()
    {
        const string Come = "added and announced where it is Active; the others stay";
        const string Go = "taken away where it is Active; the others stay";
        const string Same = "set anew in place, without being taken away";
        const string Judged = "judged at once";
        yield return new("virtual_ipaddress", i => i.Addresses.Select(Address), Come, Go, Same);
        yield return new("virtual_ipaddress_excluded", i => i.ExcludedAddresses.Select(Address), Come, Go, Same);
        yield return new("virtual_routes", i => i.Routes.Select(RouteText.Route),
            "added where it is Active", "taken away where it is Active", "replaced where it is Active");
        yield return new("virtual_rules", i => i.Rules.Select(RouteText.Rule),
            "added where it is Active", "taken away where it is Active", NoEffect);
        yield return new("unicast_peer", i => i.UnicastPeers.Select(static p => (p.Address.ToString(), Peer(p))),
            $"{NextAdvert}", $"{NextAdvert}", NextPacket);
        yield return new("track_interface", i => Trackers(i.Trackers.Interfaces), Judged, Judged, Judged);
        yield return new("track_script", i => Trackers(i.Trackers.Scripts),
            "judged by its last result, or its first one", Judged, Judged);
        yield return new("track_file", i => Trackers(i.Trackers.Files), Judged, Judged, Judged);
        yield return new("track_process", i => Trackers(i.Trackers.Processes), Judged, Judged, Judged);
        yield return new("track_bfd", i => Trackers(i.Trackers.Bfd), NoEffect, NoEffect, NoEffect);
    }

    private static string PriorityEffect(VrrpInstanceModel before, VrrpInstanceModel now)
    {
        if (now.Priority.IsOwner)
        {
            return "becomes the owner of the addresses, and Active at once";
        }
        return now.Priority > before.Priority
            ? $"{NextAdvert}; an Active stays Active, a Backup "
                + (now.NoPreempt ? "takes over only from a silent Active" : "takes over from a lower priority")
            : $"{NextAdvert}; it stays Active unless a router with a higher priority takes over";
    }
}
