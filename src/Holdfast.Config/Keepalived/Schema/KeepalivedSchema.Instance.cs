using static Holdfast.Config.Keepalived.Schema.ValueSpec;

namespace Holdfast.Config.Keepalived.Schema;

/// <summary>vrrp_instance and the blocks in it.</summary>
internal static partial class KeepalivedSchema
{
    private static KeywordSpec[] InstanceKeywords() =>
    [
        Behaviour("use_vmac", OptionalTexts, "off", "Put the addresses on a macvlan with the virtual MAC"),
        Behaviour("use_vmac_addr", None, "off", "The same for addresses on other interfaces"),
        Behaviour("vmac_xmit_base", None, "off", "Adverts on the base interface"),
        Behaviour("use_ipvlan", OptionalTexts, "off", "Put the addresses on an ipvlan"),
        new("unicast_peer", Lines, "multicast", SupportClass.Done, "ADDRESS [min_ttl N] [max_ttl N], one a line")
            { Repeats = true },
        Done("unicast_fault_no_peer", None, "off", "FAULT rather than multicast without peers"),
        Done("check_unicast_src", None, "vrrp_check_unicast_src", "Drop adverts from others than peers"),
        Done("old_unicast_checksum", OptionalChoice("never"), "detect", "Checksum of keepalived before 1.3.7"),
        Done("native_ipv6", None, "off", "Old: the family follows from the addresses")
            with { ReplacedBy = "IPv6 addresses" },
        Done("state", Choice("MASTER", "BACKUP"), "BACKUP", "State to start in"),
        Done("interface", Interface, "mandatory unless unicast", "Interface of adverts and addresses"),
        Done("vrf", Interface, "", "VRF of unicast without an interface"),
        Done("dont_track_primary", None, "off", "The state of the interface does not matter"),
        .. TrackerKeywords(),
        Done("mcast_src_ip", Address, "first of the interface", "Source address of adverts"),
        Done("unicast_src_ip", Address, "first of the interface", "Source address of adverts"),
        Done("mcast_dst_ip", Address, "vrrp_mcast_group4/6", "Group of adverts"),
        Done("track_src_ip", None, "off", "FAULT while the source address is absent"),
        Done("virtual_router_id", Integer(1, 255), "mandatory", "VRID"),
        Done("unicast_ttl", Integer(0, 255), "255", "TTL of unicast adverts"),
        Done("version", Integer(2, 3), "vrrp_version", "VRRP version; IPv6 is always 3"),
        Done("priority", Integer(1, 255), "100; 255 with state MASTER", "Highest wins"),
        Done("advert_int", Seconds(0.01m, 255), "1", "Time between adverts; whole seconds in version 2"),
        new("virtual_ipaddress", Lines, "", SupportClass.Done, "Addresses that adverts announce, one a line")
            { Repeats = true },
        new("virtual_ipaddress_excluded", Lines, "", SupportClass.Done, "Addresses that move without being announced")
            { Repeats = true },
        Done("no_virtual_ipaddress", None, "off", "No address is meant") with { IsNewer = true },
        Done("promote_secondaries", None, "off", "Removing an address leaves its siblings"),
        Performance("linkbeat_use_polling", None, "off", "Poll the link; netlink tells us without polling")
            with { ReplacedBy = "linkbeat_interfaces" },
        Done("v3_checksum_as_v2", Switch, "off", "No pseudo-header in the IPv4 checksum") with { IsNewer = true },
        new("virtual_routes", Lines, "", SupportClass.Done, "Routes that move with the instance")
            { Repeats = true },
        new("virtual_rules", Lines, "", SupportClass.Done, "Rules that move with the instance") { Repeats = true },
        Done("accept", None, "on unless strict", "Answer packets for the addresses"),
        Done("no_accept", None, "off unless strict", "Drop packets for the addresses"),
        Done("skip_check_adv_addr", Switch, "vrrp_skip_check_adv_addr", "Compare the list once per Active"),
        Done("strict_mode", Switch, "vrrp_strict", "Only what the RFCs allow"),
        Done("preempt", None, "on", "Take over from a lower priority"),
        Done("nopreempt", None, "off", "Let a lower priority stay Active"),
        Done("preempt_delay", Seconds(0, 1000), "0", "Wait before taking over from a lower priority"),
        Cosmetic("debug", Integer(0, 4), "0", "The original ignores it, too"),
        .. InstanceNotifyKeywords(),
    ];

    private static KeywordSpec[] InstanceNotifyKeywords() =>
    [
        .. NotifyKeywords(),
        Done("notify_deleted", OptionalScript, "notify_fault", "Run when a reload removes the instance"),
        Done("notify_master_rx_lower_pri", Script, "", "Run when an Active hears a lower priority"),
        Done("smtp_alert", Switch, "smtp_alert_vrrp", "Mail on a change of state"),
        Done("notify_priority_changes", Switch, "vrrp_notify_priority_changes", "Write them to the FIFOs"),
        Behaviour("lvs_sync_daemon_interface", Interface, "", "Old way to synchronise IPVS connections")
            with { ReplacedBy = "lvs_sync_daemon" },
        Done("garp_master_delay", Integer(0, 4294), "5", "Second burst of announcements after so long; 0: none"),
        Done("garp_master_refresh", Integer(0, uint.MaxValue), "0", "Announce again and again; 0: not"),
        Done("garp_master_repeat", Integer(1, uint.MaxValue), "5", "Announcements of a burst"),
        Done("garp_master_refresh_repeat", Integer(1, uint.MaxValue), "1", "Announcements of a refresh"),
        Done("garp_lower_prio_delay", Integer(0, 4294), "garp_master_delay", "Second burst after a lower priority"),
        Done("garp_lower_prio_repeat", Integer(0, int.MaxValue), "garp_master_repeat",
            "Announcements after a lower priority"),
        Done("down_timer_adverts", Integer(1, 100), "vrrp_down_timer_adverts", "Adverts that may be lost"),
        Done("timer_expired_backup", OptionalInteger(1, 254), "off; N: 254",
            "Step down when so late that a router of priority N has taken over") with { IsNewer = true },
        Done("thread_timer_expired", OptionalInteger(1, 254), "off", "Synonym of timer_expired_backup")
            with { IsNewer = true },
        Done("garp_extra_if", Extra(0, 86400), "vrrp_garp_extra_if", "Announce on the addresses' other interfaces")
            with { WasWhole = true },
        Done("vmac_garp_intvl", Extra(0, 86400), "", "Old name") with { WasWhole = true, ReplacedBy = "garp_extra_if" },
        Done("lower_prio_no_advert", Switch, "vrrp_lower_prio_no_advert", "Stay silent at a lower priority"),
        Done("higher_prio_send_advert", Switch, "vrrp_higher_prio_send_advert", "A last advert at a higher priority"),
        Done("owner_ignore_adverts", Switch, "vrrp_owner_ignore_adverts", "Priority 255 ignores adverts")
            with { IsNewer = true },
        Done("kernel_rx_buf_size", Integer(0, uint.MaxValue), "the kernel's", "Receive buffer, bytes"),
        Block("authentication", ValueSpec.Block, BlockKind.Authentication, SupportClass.Done,
            "Password of version 2") with { Repeats = false },
        Block("auth_hmac", ValueSpec.Block, BlockKind.AuthHmac, SupportClass.Behaviour,
            "HMAC trailer of keepalived 2.4") with { Repeats = false, IsNewer = true },
    ];

    private static KeywordSpec[] AuthenticationKeywords() =>
    [
        Done("auth_type", Choice("PASS", "AH"), "none", "PASS; AH is not supported yet and refused"),
        Done("auth_pass", AnyWord, "mandatory", "At most eight bytes"),
    ];

    private static KeywordSpec[] AuthHmacKeywords() =>
    [
        Behaviour("key", Custom(ValueKind.Texts, "ID KEY"), "mandatory", "32 to 64 bytes: text, hex:, file:")
            with { Repeats = true },
        Behaviour("active_key", Integer(0, 255), "the first", "Key that signs"),
        Behaviour("time_window", Integer(1, 300), "max(3 adverts, 5)", "Seconds that clocks may differ"),
        Behaviour("anti_replay", Choice("time", "monotonic"), "time", "How replays are found"),
        Behaviour("mode", Choice("enforce", "permissive", "receive-only"), "enforce", "What happens without it"),
    ];
}
