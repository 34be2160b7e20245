using static Holdfast.Config.Keepalived.Schema.ValueSpec;

namespace Holdfast.Config.Keepalived.Schema;

/// <summary>The top level and the small blocks of it.</summary>
internal static partial class KeepalivedSchema
{
    private static KeywordSpec[] TopKeywords() =>
    [
        Block("global_defs", ValueSpec.Block, BlockKind.Global, SupportClass.Done, "Settings of the whole daemon"),
        Block("vrrp_instance", NamedBlock, BlockKind.Instance, SupportClass.Done, "A virtual router"),
        Block("vrrp_sync_group", NamedBlock, BlockKind.SyncGroup, SupportClass.Done, "Instances that move together"),
        Block("vrrp_script", NamedBlock, BlockKind.Script, SupportClass.Done, "A script whose result is tracked"),
        Block("vrrp_track_process", NamedBlock, BlockKind.TrackProcess, SupportClass.Done,
            "A process whose presence is tracked"),
        Block("track_file", NamedBlock, BlockKind.TrackFile, SupportClass.Done, "A file whose number is tracked"),
        Block("vrrp_track_file", NamedBlock, BlockKind.TrackFile, SupportClass.Done, "Old name of track_file")
            with { ReplacedBy = "track_file" },
        Block("track_group", NamedBlock, BlockKind.TrackGroup, SupportClass.Done,
            "Instances that track static addresses, routes and rules"),
        Block("garp_group", ValueSpec.Block, BlockKind.GarpGroup, SupportClass.Done,
            "Interfaces that share a spacing of announcements"),
        Block("bfd_instance", NamedBlock, BlockKind.Bfd, SupportClass.Behaviour, "A BFD session"),
        Block("virtual_server", ServerBlock, BlockKind.VirtualServer, SupportClass.Done,
            "A layer-4 service with its real servers"),
        new("virtual_server_group", NamedLines, "", SupportClass.Done,
            "Addresses, ranges and marks that one virtual server serves") { Repeats = true },
        Block("SSL", ValueSpec.Block, BlockKind.Ssl, SupportClass.Done, "Client certificate of SSL_GET"),
        new("static_ipaddress", Lines, "", SupportClass.Done, "Addresses that stay whatever the state")
            { Repeats = true },
        new("static_routes", Lines, "", SupportClass.Done, "Routes that stay whatever the state") { Repeats = true },
        new("static_rules", Lines, "", SupportClass.Done, "Rules that stay whatever the state") { Repeats = true },
        new("interface_up_down_delays", Lines, "", SupportClass.Done,
            "How long a link change must last: INTERFACE DOWN [UP], at most 255 s") { Repeats = true },
        new("linkbeat_interfaces", Lines, "", SupportClass.Performance,
            "Interfaces polled for their link: INTERFACE [MII|ETHTOOL|IOCTL]; netlink tells us without polling")
            { Repeats = true },
        Performance("linkbeat_use_polling", None, "off", "Poll links; netlink tells us without polling"),
        Done("net_namespace", Name, "the one it runs in", "Network namespace to run in"),
        Behaviour("net_namespace_ipvs", Name, "net_namespace", "Network namespace of the IPVS services"),
        Cosmetic("namespace_with_ipsets", None, "off", "Use ipsets in a namespace on kernels before 3.13"),
        Done("instance", Name, "", "Name of this daemon, in the names of its files"),
        Done("use_pid_dir", None, "off", "Keep pid files in a directory of their own"),
        Done("child_wait_time", Integer(1, 4294967295), "5", "Seconds to wait for child processes at the end"),
    ];

    private static KeywordSpec[] TrackGroupKeywords() =>
    [
        new("group", Lines, "", SupportClass.Done, "Names of instances, one a line") { Repeats = true },
    ];

    private static KeywordSpec[] SyncGroupKeywords() =>
    [
        new("group", Lines, "", SupportClass.Done, "Names of instances, one a line") { Repeats = true },
        .. TrackerKeywords(),
        .. NotifyKeywords(),
        Done("smtp_alert", Switch, "off", "Mail on a change of state"),
        Done("global_tracking", None, "off", "Old: weighted trackers of members count, too")
            with { ReplacedBy = "track_interface and its kin in the group" },
        Done("sync_group_tracking_weight", None, "off", "Weighted trackers of members count, too"),
        Done("notify_priority_changes", Switch, "off", "Write changes of priority to the FIFOs"),
    ];

    private static KeywordSpec[] GarpGroupKeywords() =>
    [
        Done("garp_interval", Seconds(0, 2147.483647m), "0", "Least time between two gratuitous ARPs"),
        Done("gna_interval", Seconds(0, 2147.483647m), "0", "Least time between two unsolicited NAs"),
        Done("interface", Interface, "", "The one interface of the group"),
        new("interfaces", Lines, "", SupportClass.Done, "Several interfaces that share the spacing")
            { Repeats = true },
    ];

    private static KeywordSpec[] TrackerKeywords() =>
    [
        new("track_interface", Lines, "", SupportClass.Done, "INTERFACE [weight N [reverse]], one a line")
            { Repeats = true },
        new("track_script", Lines, "", SupportClass.Done, "SCRIPT [weight N [reverse]], one a line")
            { Repeats = true },
        new("track_file", Lines, "", SupportClass.Done, "FILE [weight N [reverse]], one a line") { Repeats = true },
        new("track_process", Lines, "", SupportClass.Done, "PROCESS [weight N [reverse]], one a line")
            { Repeats = true },
        new("track_bfd", Lines, "", SupportClass.Behaviour, "BFD [weight N [reverse]], one a line")
            { Repeats = true },
    ];

    private static KeywordSpec[] NotifyKeywords() =>
    [
        Done("notify_master", Script, "", "Run on becoming Active"),
        Done("notify_backup", Script, "", "Run on becoming Backup"),
        Done("notify_fault", Script, "", "Run on a FAULT"),
        Done("notify_stop", Script, "", "Run when the daemon stops"),
        Done("notify", Script, "", "Run on every change, with type, name, state and priority"),
    ];

    private static KeywordSpec[] ScriptKeywords() =>
    [
        Done("script", Script, "mandatory", "The command; 0 is success"),
        Done("interval", Seconds(0.001m, 4294), "1", "Time between two runs") with { WasWhole = true },
        Done("timeout", Seconds(0.001m, 4294), "interval", "Time after which a run has failed")
            with { WasWhole = true },
        Done("weight", Weight(-253, 253), "0", "Added to the priority; 0 makes a failure a FAULT"),
        Done("rise", Integer(1, int.MaxValue), "1", "Successes in a row until it is up"),
        Done("fall", Integer(1, int.MaxValue), "1", "Failures in a row until it is down"),
        Done("user", User, "script_user", "Who runs it"),
        Done("init_fail", None, "off", "Down until it has succeeded"),
    ];

    private static KeywordSpec[] TrackProcessKeywords() =>
    [
        Done("process", Texts, "mandatory", "Name of the process, then its parameters"),
        Done("param_match", Choice("initial", "partial"), "exact", "How parameters are compared"),
        Done("weight", Weight(-254, 254), "0", "Added to the priority; 0 makes a failure a FAULT"),
        Done("quorum", Integer(1, 65535), "1", "At least so many must run"),
        Done("quorum_max", Integer(0, 65535), "no limit", "At most so many may run"),
        Done("delay", Seconds(0.000001m, 3600), "0", "Sets fork_delay and terminate_delay"),
        Done("terminate_delay", Seconds(0.000001m, 3600), "0", "How long it must be gone to count as down"),
        Done("fork_delay", Seconds(0.000001m, 3600), "0", "How long it must be there to count as up"),
        Done("full_command", None, "off", "Compare the whole command line"),
    ];

    private static KeywordSpec[] TrackFileKeywords() =>
    [
        Done("file", FilePath, "mandatory", "The file whose number is read"),
        Done("weight", Weight(-254, 254), "1", "Factor of the number"),
        Done("init_file", Custom(ValueKind.OptionalTexts, "[VALUE] [overwrite]"), "", "Write the file at start"),
    ];

    private static KeywordSpec[] BfdKeywords() =>
    [
        Behaviour("neighbor_ip", Address, "mandatory", "The other end"),
        Behaviour("neighbour_ip", Address, "mandatory", "Synonym of neighbor_ip"),
        Behaviour("source_ip", Address, "", "Own address"),
        Behaviour("min_rx", Milliseconds(1, 4294967), "10", "Least interval of received packets"),
        Behaviour("min_tx", Milliseconds(1, 4294967), "10", "Least interval of sent packets"),
        Behaviour("idle_tx", Milliseconds(1000, 4294967), "1000", "Interval while the session is down"),
        Behaviour("multiplier", Integer(1, 255), "5", "Packets that may be lost"),
        Behaviour("passive", None, "off", "Wait for the other end"),
        Behaviour("ttl", Integer(1, 255), "255", "TTL of sent packets"),
        Behaviour("hoplimit", Integer(1, 255), "64", "Hop limit of sent packets"),
        Behaviour("max_hops", Integer(-1, 255), "0", "Hops that a packet may have made"),
        Behaviour("multihop", None, "off", "Multihop session (RFC 5883)") with { IsNewer = true },
        Behaviour("weight", Weight(-253, 253), "0", "Default weight of its trackers"),
        Behaviour("vrrp", None, "both", "Report to VRRP only"),
        Behaviour("checker", None, "both", "Report to the checkers only"),
    ];

    private static KeywordSpec[] SslKeywords() =>
    [
        Done("password", AnyWord, "", "Password of the key") with { WarnsTwice = true },
        Done("ca", FilePath, "", "CA file") with { WarnsTwice = true },
        Done("certificate", FilePath, "", "Certificate file") with { WarnsTwice = true },
        Done("key", FilePath, "", "Key file") with { WarnsTwice = true },
    ];
}
