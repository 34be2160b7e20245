using static Holdfast.Config.Keepalived.Schema.ValueSpec;

namespace Holdfast.Config.Keepalived.Schema;

/// <summary>global_defs: processes, files, scripts and reporting.</summary>
internal static partial class KeepalivedSchema
{
    private static KeywordSpec[] ProcessKeywords() =>
    [
        Cosmetic("process_names", None, "off", "Give the processes their default names"),
        Cosmetic("process_name", Name, "holdfast", "Name of the parent process"),
        Done("vrrp_process_name", Name, "keepalived", "Name of the VRRP process"),
        Done("checker_process_name", Name, "holdfast-checks", "Name of the checker process"),
        Done("lvs_process_name", Name, "holdfast-checks", "Synonym of checker_process_name"),
        Cosmetic("bfd_process_name", Name, "keepalived", "Name of the BFD process"),
        Cosmetic("use_symlink_paths", Switch, "off", "Keep symbolic links in script paths") with { IsNewer = true },
        Done("set_supplementary_groups", None, "off", "Give scripts their user's supplementary groups")
            with { IsNewer = true },
        Done("router_id", Name, "host name", "Name of this machine in reports"),
        Done("notification_email_from", AnyWord, "keepalived@host", "Sender of alerts"),
        Done("smtp_server", Custom(ValueKind.AddressPort, "HOST [PORT]"), "", "Mail server for alerts"),
        Done("smtp_helo_name", Name, "host name", "Name in HELO"),
        Done("smtp_connect_timeout", Integer(1, 4294), "30", "Seconds that a mail connection may take"),
        new("notification_email", Lines, "", SupportClass.Done, "Receivers of alerts, one a line")
            { Repeats = true },
        Done("smtp_alert", Switch, "off", "Default of every smtp_alert"),
        Done("startup_script", Script, "", "Run once before anything starts"),
        Done("startup_script_timeout", Integer(1, 1000), "10", "Seconds that startup_script may take"),
        Done("shutdown_script", Script, "", "Run once after everything has ended"),
        Done("shutdown_script_timeout", Integer(1, 1000), "10", "Seconds that shutdown_script may take"),
        Performance("max_auto_priority", OptionalInteger(-1, 99), "0",
            "Highest real-time priority raised to when timers run late"),
        Performance("min_auto_priority_delay", Integer(1, 10000000), "1000000",
            "Microseconds late that raise the priority"),
        Done("smtp_alert_vrrp", Switch, "smtp_alert", "Default of smtp_alert in VRRP"),
        Done("smtp_alert_checker", Switch, "smtp_alert", "Default of smtp_alert of checkers"),
        Done("checker_log_all_failures", Switch, "off", "Log every failed check"),
        Done("no_email_faults", None, "off", "No mail on a FAULT"),
        Done("no_checker_emails", Switch, "off", "No mail for every check"),
    ];

    private static KeywordSpec[] ScriptAndReportKeywords() =>
    [
        Done("notify_fifo", Custom(ValueKind.Texts, "PATH [USER [GROUP]]"), "", "FIFO for all events"),
        Done("notify_fifo_script", Script, "", "Reader of notify_fifo"),
        Done("vrrp_notify_fifo", Custom(ValueKind.Texts, "PATH [USER [GROUP]]"), "", "FIFO for VRRP events"),
        Done("vrrp_notify_fifo_script", Script, "", "Reader of vrrp_notify_fifo"),
        Done("vrrp_notify_priority_changes", Switch, "off", "Default of notify_priority_changes"),
        Done("fifo_write_vrrp_states_on_reload", None, "off", "Write all states to the FIFOs after a reload"),
        Done("lvs_notify_fifo", Custom(ValueKind.Texts, "PATH [USER [GROUP]]"), "", "FIFO for server events"),
        Done("lvs_notify_fifo_script", Script, "", "Reader of lvs_notify_fifo"),
        Done("checker_priority", Integer(-20, 19), "", "Nice value of the checker process"),
        Done("checker_no_swap", None, "off", "Lock the memory of the checker process"),
        Done("checker_rt_priority", Integer(1, 99), "", "Real-time priority of the checker process"),
        Done("checker_cpu_affinity", Texts, "all", "Processors of the checker process"),
        Done("checker_rlimit_rttime", Integer(1, uint.MaxValue), "not limited", "Microseconds without a pause"),
        Done("checker_rlimit_rtime", Integer(1, uint.MaxValue), "not limited", "Old name")
            with { ReplacedBy = "checker_rlimit_rttime", IsSynonym = true },
        Performance("bfd_priority", Integer(-20, 19), "", "Nice value of the BFD process"),
        Performance("bfd_no_swap", None, "off", "Lock the memory of the BFD process"),
        Performance("bfd_rt_priority", Integer(1, 99), "", "Real-time priority of the BFD process"),
        Performance("bfd_cpu_affinity", Texts, "all", "Processors of the BFD process"),
        Performance("bfd_rlimit_rttime", Integer(1, uint.MaxValue), "10000", "Microseconds without a pause"),
        Performance("bfd_rlimit_rtime", Integer(1, uint.MaxValue), "10000", "Old name")
            with { ReplacedBy = "bfd_rlimit_rttime", IsSynonym = true },
        Cosmetic("snmp_socket", AnyWord, "", "AgentX socket of SNMP"),
        Cosmetic("enable_traps", None, "off", "Send SNMP traps"),
        Cosmetic("enable_snmp_vrrp", None, "off", "Serve the VRRP MIB"),
        Cosmetic("enable_snmp_keepalived", None, "off", "Old name") with { ReplacedBy = "enable_snmp_vrrp", IsSynonym =
            true },
        Cosmetic("enable_snmp_rfc", None, "off", "Serve both RFC MIBs"),
        Cosmetic("enable_snmp_rfcv2", None, "off", "Serve the MIB of RFC 2787"),
        Cosmetic("enable_snmp_rfcv3", None, "off", "Serve the MIB of RFC 6527"),
        Cosmetic("enable_snmp_checker", None, "off", "Serve the checker MIB"),
        Cosmetic("snmp_vs_stats_update_interval", Seconds(0.001m, 30), "5", "Age of virtual server figures")
            with { IsNewer = true },
        Cosmetic("snmp_rs_stats_update_interval", Seconds(0.001m, 30), "0", "Age of real server figures")
            with { IsNewer = true },
        Cosmetic("enable_dbus", None, "off", "Serve the D-Bus interface"),
        Cosmetic("dbus_service_name", Name, "org.keepalived.Vrrp1", "Name on the bus"),
        Cosmetic("dbus_no_interface_name", Name, "none", "Name used for an instance without interface")
            with { IsNewer = true },
        Done("script_user", User, "keepalived_script", "Who runs scripts"),
        Done("enable_script_security", None, "off", "Refuse root scripts that others could change"),
        Done("umask", Custom(ValueKind.Texts, "N|BITS"), "022", "Mask of created files"),
        Done("random_seed", Integer(0, uint.MaxValue), "by time", "Seed of ${_RANDOM}"),
        Done("reload_check_config", OptionalPath, "on", "Check before a reload: always; PATH gets the findings"),
        Done("reload_time_file", FilePath, "", "File that schedules a reload"),
        Done("reload_repeat", None, "off", "Keep the file and repeat daily"),
        Done("reload_file", OptionalPath, "", "Handshake file of a reload"),
        Done("include_check", OptionalTexts, "off", "Which includes must match"),
        Done("config_save_dir", FilePath, "", "Where configurations are kept for debugging"),
        Cosmetic("tmp_config_directory", FilePath, "memory", "Where the expanded configuration is kept"),
        Done("data_use_instance", Switch, "off", "Put the instance name into dump files' names"),
        Done("json_version", Integer(1, 2), "1", "Form of the JSON dump") with { IsNewer = true },
        Cosmetic("iproute_usr_dir", FilePath, "/usr/share/iproute2", "Where iproute2 names are")
            with { IsNewer = true },
        Cosmetic("iproute_etc_dir", FilePath, "/etc/iproute2", "Where iproute2 names are") with { IsNewer = true },
        Done("state_dump_file", FilePath, "/tmp/keepalived.data", "Where USR1 dumps") with { IsNewer = true },
        Done("stats_dump_file", FilePath, "/tmp/keepalived.stats", "Where USR2 dumps") with { IsNewer = true },
        Done("json_dump_file", FilePath, "/tmp/keepalived.json", "Where JSON is dumped") with { IsNewer = true },
    ];
}
