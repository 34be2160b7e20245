using Holdfast.Config.Keepalived.Model;
using static Holdfast.Config.Keepalived.Planning.ModelText;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>Every keyword of <c>global_defs</c> and of the top level that no instance takes over.</summary>
internal static class GlobalFields
{
    private const string AtOnce = "at once";
    private const string AtStart = "counts at a start alone";
    private const string AtEnd = "when the daemon ends";
    private const string NextScript = "for the next script that is started";
    private const string NextDump = "for the next dump";
    private const string NextReload = "for the next reload";
    private const string Restart = "the old value stays until the daemon is started again";
    private const string Reopened = "all FIFOs are opened anew";

    public static readonly FieldTable<KeepalivedModel> All = new(
        [.. Processes(), .. Scripts(), .. Dumps(), .. Others(), .. LvsFields.All],
        [
            new("garp_group", m => m.GarpGroups.Select(Spacing), AtOnce, AtOnce, AtOnce),
            new("interface_up_down_delays", m => m.InterfaceDelays.Select(static d =>
                (d.Interface, $"{d.Interface} {Time(d.Down)} {Time(d.Up)}")), AtOnce, AtOnce, AtOnce),
            new("track_group", m => m.TrackGroups.Select(static g => (g.Name, $"{g.Name} {{ {Words(g.Instances)} }}")),
                AtOnce, AtOnce, AtOnce),
        ]);

    public static readonly FieldTable<KeepalivedModel> StaticEntries = new(
        [],
        [
            new("static_ipaddress", m => m.StaticAddresses.Select(Address), "added", "taken away", "set anew in place"),
            new("static_routes", m => m.StaticRoutes.Select(RouteText.Route), "added", "taken away", "replaced"),
            new("static_rules", m => m.StaticRules.Select(RouteText.Rule), "added", "taken away", "replaced"),
        ]);

    private static Field<KeepalivedModel>[] Processes() =>
    [
        new("net_namespace", m => m.NetNamespace ?? "", Restart) { NeedsRestart = true },
        new("instance", m => m.InstanceName ?? "", Restart) { NeedsRestart = true },
        new("use_pid_dir", m => Switch(m.UsePidDir), Restart) { NeedsRestart = true },
        new("child_wait_time", m => Time(m.ChildWaitTime), AtEnd),
        new("umask", m => m.Global.Umask is { } mask ? "0" + Convert.ToString(mask, 8) : "", "for new files"),
        new("vrrp_process_name", m => m.Global.VrrpProcessName ?? "", AtOnce),
        new("vrrp_rt_priority", m => Number(m.Global.VrrpRealtimePriority), Restart) { NeedsRestart = true },
        new("vrrp_priority", m => Number(m.Global.VrrpNice), Restart) { NeedsRestart = true },
        new("vrrp_no_swap", m => Switch(m.Global.VrrpNoSwap), Restart) { NeedsRestart = true },
        new("vrrp_cpu_affinity", m => string.Join(' ', m.Global.VrrpCpuAffinity.Select(static c => Number(c))),
            Restart)
        {
            NeedsRestart = true,
        },
        new("vrrp_rlimit_rttime", m => Number(m.Global.VrrpRealtimeLimitMicroseconds), Restart) { NeedsRestart = true },
    ];

    private static Field<KeepalivedModel>[] Scripts() =>
    [
        new("enable_script_security", m => Switch(m.Global.ScriptSecurity), NextScript),
        new("script_user", m => m.Global.ScriptUser + Word(" ", m.Global.ScriptGroup), NextScript),
        new("set_supplementary_groups", m => Switch(m.Global.SetSupplementaryGroups), NextScript),
        new("startup_script", m => Command(m.Global.StartupScript), AtStart),
        new("startup_script_timeout", m => Time(m.Global.StartupScriptTimeout), AtStart),
        new("shutdown_script", m => Command(m.Global.ShutdownScript), AtEnd),
        new("shutdown_script_timeout", m => Time(m.Global.ShutdownScriptTimeout), AtEnd),
        new("notify_fifo", m => Fifo(m.Global.NotifyFifo, m.Global.NotifyFifoUser, m.Global.NotifyFifoGroup), Reopened),
        new("notify_fifo_script", m => Command(m.Global.NotifyFifoScript), "when the FIFO is opened the next time"),
        new("vrrp_notify_fifo",
            m => Fifo(m.Global.VrrpNotifyFifo, m.Global.VrrpNotifyFifoUser, m.Global.VrrpNotifyFifoGroup), Reopened),
        new("vrrp_notify_fifo_script", m => Command(m.Global.VrrpNotifyFifoScript),
            "when the FIFO is opened the next time"),
        new("fifo_write_vrrp_states_on_reload", m => Switch(m.Global.FifoWriteStatesOnReload), "with this reload"),
    ];

    private static Field<KeepalivedModel>[] Dumps() =>
    [
        new("json_version", m => Number(m.Global.JsonVersion), NextDump),
        new("state_dump_file", m => m.Global.StateDumpFile ?? "", NextDump),
        new("stats_dump_file", m => m.Global.StatsDumpFile ?? "", NextDump),
        new("json_dump_file", m => m.Global.JsonDumpFile ?? "", NextDump),
        new("data_use_instance", m => Switch(m.Global.DataUseInstance), NextDump),
        new("router_id", m => m.Global.RouterId ?? "", NextDump),
        new("no_email_faults", m => Switch(m.Global.NoMailOnFault), "for the next alert"),
        new("smtp_server", m => Mail(m.Global.Smtp), "for the next alert"),
    ];

    private static Field<KeepalivedModel>[] Others() =>
    [
        new("reload_check_config", m => Switch(m.Global.ReloadCheckConfig), NextReload),
        new("reload_check_config log", m => m.Global.ReloadCheckLog ?? "", NextReload),
        new("reload_time_file", m => m.Global.ReloadTimeFile ?? "", "watched at once"),
        new("reload_repeat", m => Switch(m.Global.ReloadRepeat), AtOnce),
        new("reload_file", m => m.Global.ReloadFile is { } flag ? $"on {flag}" : "", NextReload),
        new("config_save_dir", m => m.Global.ConfigSaveDirectory ?? "", NextReload),
        new("vrrp_startup_delay", m => Time(m.Global.StartupDelay), AtStart),
        new("vrrp_delay_after_boot", m => Time(m.Global.DelayAfterBoot), AtStart),
        new("vrrp_garp_interval", m => Time(m.Global.GarpInterval), AtOnce),
        new("vrrp_gna_interval", m => Time(m.Global.GnaInterval), AtOnce),
        new("dynamic_interfaces", m => Switch(m.Global.DynamicInterfaces), AtOnce),
        new("default_interface", m => m.Global.DefaultInterface, AtOnce),
        new("log_unknown_vrids", m => Switch(m.Global.LogUnknownVrids), AtOnce),
        new("vrrp_rx_bufs_multiplier", m => Number(m.Global.ReceiveBufferMultiplier),
            "when a socket is opened the next time"),
        new("bfd_instance", m => Number(m.BfdInstanceCount) + " blocks", "not run by this version"),
        new("plane", m => m.Global.Plane.ToString().ToLowerInvariant(), Restart) { NeedsRestart = true },
        new("#holdfast:", m => Options(m.Options), AtOnce),
    ];

    private static (string Key, string Text) Spacing(GarpGroupModel group)
    {
        string interfaces = Words(group.Interfaces);
        return (interfaces,
            $"{{ {interfaces} }} garp_interval {Time(group.GarpInterval)} gna_interval {Time(group.GnaInterval)}");
    }

    internal static string Fifo(string? path, string? user, string? group)
        => path is null ? "" : path + Word(" ", user) + Word(" ", group);

    private static string Mail(SmtpModel? mail) => mail is null ? ""
        : $"{mail.Server} {Number(mail.Port)} from {mail.From} to {Words(mail.To)}"
            + $"{Word(" helo ", mail.HeloName)} timeout {Time(mail.ConnectTimeout)}";
}
