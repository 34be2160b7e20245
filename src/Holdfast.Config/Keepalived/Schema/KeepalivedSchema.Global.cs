using static Holdfast.Config.Keepalived.Schema.ValueSpec;

namespace Holdfast.Config.Keepalived.Schema;

/// <summary>global_defs: VRRP and layer 4.</summary>
internal static partial class KeepalivedSchema
{
    private static KeywordSpec[] GlobalVrrpKeywords() =>
    [
        Done("dynamic_interfaces", OptionalChoice("allow_if_changes"), "off", "Interfaces may appear later"),
        Done("default_interface", Interface, "eth0", "Interface of static addresses"),
        Cosmetic("disable_local_igmp", None, "off", "Keep IGMP off macvlans"),
        Done("v3_checksum_as_v2", Switch, "off", "Default of v3_checksum_as_v2") with { IsNewer = true },
        Done("vrrp_mcast_group4", Address, "224.0.0.18", "IPv4 group of adverts"),
        Done("vrrp_mcast_group6", Address, "ff02::12", "IPv6 group of adverts"),
        Done("vrrp_garp_master_delay", Integer(0, 4294), "5", "Default of garp_master_delay"),
        Done("vrrp_garp_master_repeat", Integer(1, uint.MaxValue), "5", "Default of garp_master_repeat"),
        Done("vrrp_garp_master_refresh", Integer(0, uint.MaxValue), "0", "Default of garp_master_refresh"),
        Done("vrrp_garp_master_refresh_repeat", Integer(1, uint.MaxValue), "1",
            "Default of garp_master_refresh_repeat"),
        Done("vrrp_garp_lower_prio_delay", Integer(0, 4294), "vrrp_garp_master_delay",
            "Default of garp_lower_prio_delay"),
        Done("vrrp_garp_lower_prio_repeat", Integer(0, int.MaxValue), "vrrp_garp_master_repeat",
            "Default of garp_lower_prio_repeat"),
        Done("vrrp_down_timer_adverts", Integer(1, 100), "3", "Default of down_timer_adverts"),
        Done("vrrp_garp_interval", Seconds(0.000001m, 4294.967295m), "0", "Least time between two gratuitous ARPs"),
        Done("vrrp_gna_interval", Seconds(0.000001m, 4294.967295m), "0", "Least time between two unsolicited NAs"),
        Done("vrrp_min_garp", Switch, "off", "One announcement only, no second burst"),
        Done("vrrp_garp_extra_if", Extra(1, 86400), "0", "Default of garp_extra_if") with { WasWhole = true },
        Done("vrrp_vmac_garp_intvl", Extra(1, 86400), "0", "Old name")
            with { WasWhole = true, ReplacedBy = "vrrp_garp_extra_if" },
        Done("vrrp_lower_prio_no_advert", Switch, "off", "Default of lower_prio_no_advert"),
        Done("vrrp_higher_prio_send_advert", Switch, "off", "Default of higher_prio_send_advert"),
        Done("vrrp_version", Integer(2, 3), "2", "Default of version"),
        Cosmetic("vrrp_iptables", OptionalTexts, "INPUT OUTPUT", "Chains used for no_accept"),
        Cosmetic("vrrp_ipsets", OptionalTexts, "keepalived", "Names of ipsets used for no_accept"),
        Cosmetic("nftables", OptionalText, "keepalived", "Name of the nftables table"),
        Cosmetic("nftables_priority", Integer(-2147483648, 2147483647), "-1", "Priority of its chains"),
        Cosmetic("nftables_ifindex", None, "off", "Match interfaces by index"),
        Cosmetic("nftables_counters", None, "off", "Count matched packets"),
        Done("vrrp_check_unicast_src", None, "off", "Default of check_unicast_src"),
        Done("vrrp_skip_check_adv_addr", Switch, "off", "Default of skip_check_adv_addr"),
        Done("vrrp_strict", Switch, "off", "Default of strict_mode"),
        Done("vrrp_priority", Integer(-20, 19), "", "Nice value of the VRRP process"),
        Done("vrrp_no_swap", None, "on", "Lock the memory of the VRRP process"),
        Done("vrrp_rt_priority", Integer(1, 99), "as Holdfast chooses", "Real-time priority of the VRRP process"),
        Done("vrrp_cpu_affinity", Texts, "all", "Processors of the VRRP process"),
        Done("vrrp_rlimit_rttime", Integer(1, uint.MaxValue), "not limited", "Microseconds without a pause"),
        Done("vrrp_rlimit_rtime", Integer(1, uint.MaxValue), "not limited", "Old name")
            with { ReplacedBy = "vrrp_rlimit_rttime", IsSynonym = true },
        Performance("vrrp_netlink_cmd_rcv_bufs", Integer(0, uint.MaxValue), "", "Netlink receive buffer, bytes"),
        Performance("vrrp_netlink_cmd_rcv_bufs_force", Switch, "off", "Beyond rmem_max"),
        Performance("vrrp_netlink_monitor_rcv_bufs", Integer(0, uint.MaxValue), "", "Netlink receive buffer, bytes"),
        Performance("vrrp_netlink_monitor_rcv_bufs_force", Switch, "off", "Beyond rmem_max"),
        Performance("process_monitor_rcv_bufs", Integer(0, uint.MaxValue), "", "Process connector buffer, bytes"),
        Performance("process_monitor_rcv_bufs_force", Switch, "off", "Beyond rmem_max"),
        Performance("vrrp_rx_bufs_policy", Custom(ValueKind.Texts, "MTU|ADVERT|N"), "the system's",
            "Size of VRRP receive buffers"),
        Performance("vrrp_rx_bufs_multiplier", Integer(1, uint.MaxValue), "3", "Adverts that a receive buffer holds"),
        Done("vrrp_startup_delay", Seconds(0.001m, 4294), "0", "Wait after the start"),
        Done("vrrp_delay_after_boot", Seconds(0.001m, 4294), "0", "Wait after boot; the longer one wins")
            with { IsNewer = true },
        Done("log_unknown_vrids", None, "off", "Log adverts of unknown VRIDs"),
        Done("vrrp_owner_ignore_adverts", Switch, "off", "Default of owner_ignore_adverts") with { IsNewer = true },
        Cosmetic("vmac_prefix", Name, "vrrp", "Prefix of macvlan names"),
        Cosmetic("vmac_addr_prefix", Name, "vmac_prefix", "Prefix of names of address macvlans"),
    ];

    private static KeywordSpec[] GlobalOtherKeywords() =>
    [
        Done("lvs_timeouts", Pairs("tcp", "tcpfin", "udp"), "the kernel's", "Connection time-outs of IPVS"),
        Done("lvs_flush", None, "off", "Empty the IPVS table at start"),
        Done("lvs_flush_on_stop", OptionalChoice("VS"), "off", "Empty the IPVS table at the end"),
        Done("lvs_flush_onstop", OptionalChoice("VS"), "off", "Old name")
            with { ReplacedBy = "lvs_flush_on_stop", IsSynonym = true },
        Done("lvs_sync_daemon", Custom(ValueKind.Texts,
            "INTERFACE [[inst] INSTANCE] [id N] [maxlen N] [port N] [ttl N] [group ADDRESS]"), "",
            "IPVS connection synchronisation"),
        Behaviour("nftables_ipvs", OptionalText, "keepalived_ipvs", "nftables table for marks of groups"),
        Behaviour("nftables_ipvs_priority", Integer(-2147483648, 2147483647), "", "Priority of its chains"),
        Behaviour("nftables_ipvs_start_fwmark", Integer(1, uint.MaxValue), "1000", "First mark used"),
        Performance("lvs_netlink_cmd_rcv_bufs", Integer(0, uint.MaxValue), "", "Netlink receive buffer, bytes"),
        Performance("lvs_netlink_cmd_rcv_bufs_force", Switch, "off", "Beyond rmem_max"),
        Performance("lvs_netlink_monitor_rcv_bufs", Integer(0, uint.MaxValue), "", "Netlink receive buffer, bytes"),
        Performance("lvs_netlink_monitor_rcv_bufs_force", Switch, "off", "Beyond rmem_max"),
        Done("rs_init_notifies", Switch, "off", "Notify of real servers at start"),
    ];
}
