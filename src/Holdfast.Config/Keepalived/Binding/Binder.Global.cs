using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>global_defs.</summary>
internal sealed partial class Binder
{
    private GlobalModel BindGlobal()
    {
        ConfigNode g = _global;
        ConfigNode? user = g.Last("script_user");
        CheckGroup(g.Last("vrrp_mcast_group4"), IpFamily.V4);
        CheckGroup(g.Last("vrrp_mcast_group6"), IpFamily.V6);
        return new GlobalModel
        {
            RouterId = g.Last("router_id")?.Text,
            ScriptSecurity = g.IsSet("enable_script_security"),
            ScriptUser = user?.Text,
            ScriptGroup = user?.Arguments.Count > 1 ? user.Arguments[1].Text : null,
            SetSupplementaryGroups = g.IsSet("set_supplementary_groups"),
            StartupDelay = Time(g, "vrrp_startup_delay"),
            DelayAfterBoot = Time(g, "vrrp_delay_after_boot"),
            GarpInterval = Time(g, "vrrp_garp_interval"),
            GnaInterval = Time(g, "vrrp_gna_interval"),
            StartupScript = BindCommand(g.Last("startup_script")),
            StartupScriptTimeout = TimeSpan.FromSeconds(g.Last("startup_script_timeout")?.Number ?? 10),
            ShutdownScript = BindCommand(g.Last("shutdown_script")),
            ShutdownScriptTimeout = TimeSpan.FromSeconds(g.Last("shutdown_script_timeout")?.Number ?? 10),
            NotifyFifo = g.Last("notify_fifo")?.Text,
            NotifyFifoUser = g.Last("notify_fifo")?.TextAt(1),
            NotifyFifoGroup = g.Last("notify_fifo")?.TextAt(2),
            NotifyFifoScript = BindCommand(g.Last("notify_fifo_script")),
            VrrpNotifyFifo = g.Last("vrrp_notify_fifo")?.Text,
            VrrpNotifyFifoUser = g.Last("vrrp_notify_fifo")?.TextAt(1),
            VrrpNotifyFifoGroup = g.Last("vrrp_notify_fifo")?.TextAt(2),
            VrrpNotifyFifoScript = BindCommand(g.Last("vrrp_notify_fifo_script")),
            VrrpRealtimePriority = (int?)g.Last("vrrp_rt_priority")?.Number,
            VrrpNice = (int?)g.Last("vrrp_priority")?.Number,
            VrrpNoSwap = g.IsSet("vrrp_no_swap"),
            VrrpCpuAffinity = BindAffinity(g.Last("vrrp_cpu_affinity")),
            VrrpRealtimeLimitMicroseconds =
                (g.Last("vrrp_rlimit_rttime") ?? g.Last("vrrp_rlimit_rtime"))?.Number,
            DynamicInterfaces = g.Last("dynamic_interfaces") is not null,
            LogUnknownVrids = g.IsSet("log_unknown_vrids"),
            ReloadCheckConfig = g.Last("reload_check_config") is not null,
            ReloadCheckLog = g.Last("reload_check_config") is { Text.Length: > 0 } check ? check.Text : null,
            ReloadTimeFile = g.Last("reload_time_file")?.Text,
            ReloadRepeat = g.IsSet("reload_repeat"),
            ReloadFile = g.Last("reload_file")?.Text,
            ConfigSaveDirectory = g.Last("config_save_dir")?.Text,
            JsonVersion = (int)(g.Last("json_version")?.Number ?? 1),
            Umask = BindUmask(g.Last("umask")),
            Smtp = BindSmtp(g),
            NoMailOnFault = g.IsSet("no_email_faults"),
            VrrpProcessName = g.Last("vrrp_process_name")?.Text,
            StateDumpFile = g.Last("state_dump_file")?.Text,
            StatsDumpFile = g.Last("stats_dump_file")?.Text,
            JsonDumpFile = g.Last("json_dump_file")?.Text,
            DataUseInstance = g.IsSet("data_use_instance"),
            FifoWriteStatesOnReload = g.IsSet("fifo_write_vrrp_states_on_reload"),
            ReceiveBufferMultiplier = (int)Math.Min(int.MaxValue, g.Last("vrrp_rx_bufs_multiplier")?.Number ?? 3),
            DefaultInterface = g.Last("default_interface")?.Text ?? "eth0",
        };
    }

    private CheckerProcessModel BindCheckerProcess() => new()
    {
        Name = (_global.Last("checker_process_name") ?? _global.Last("lvs_process_name"))?.Text,
        Nice = (int?)_global.Last("checker_priority")?.Number,
        RealtimePriority = (int?)_global.Last("checker_rt_priority")?.Number,
        RealtimeLimitMicroseconds =
            (_global.Last("checker_rlimit_rttime") ?? _global.Last("checker_rlimit_rtime"))?.Number,
        NoSwap = _global.IsSet("checker_no_swap"),
        CpuAffinity = BindAffinity(_global.Last("checker_cpu_affinity")),
    };

    private void CheckGroup(ConfigNode? node, IpFamily family)
    {
        if (node is not null && (node.Address.Family != family || !node.Address.IsMulticast))
        {
            _findings.Report(FindingCodes.MulticastGroup, node.Arguments[0],
                $"{node.Address} is not an IP{family.ToString().ToLowerInvariant()} multicast group");
            node.IsValid = false;
        }
    }

    private static TimeSpan Time(ConfigNode block, string name) => block.Last(name)?.Time ?? TimeSpan.Zero;

    private ImmutableArray<int> BindAffinity(ConfigNode? node)
    {
        ImmutableArray<int>.Builder processors = ImmutableArray.CreateBuilder<int>();
        foreach (Word word in node?.Arguments ?? [])
        {
            if (_values.TryInteger("a processor", word, 0, 4095, out long processor))
            {
                processors.Add((int)processor);
            }
        }
        return processors.ToImmutable();
    }

    private int? BindUmask(ConfigNode? node)
    {
        if (node is null)
        {
            return null;
        }
        string text = string.Concat(node.Arguments.Select(static w => w.Text));
        if (RouteNames.TryNumber(text, out uint number) && number <= 511)
        {
            return (int)number;
        }
        int bits = 0;
        foreach (string part in text.Split('|'))
        {
            int bit = part switch
            {
                "IRUSR" => 256, "IWUSR" => 128, "IXUSR" => 64, "IRGRP" => 32, "IWGRP" => 16, "IXGRP" => 8,
                "IROTH" => 4, "IWOTH" => 2, "IXOTH" => 1, _ => 0,
            };
            if (bit == 0)
            {
                _findings.Report(FindingCodes.BadWord, node.Arguments[0], $"umask '{text}' is not understood",
                    "write an octal number such as 022, or bits such as IWGRP|IWOTH");
                return null;
            }
            bits |= bit;
        }
        return bits;
    }

    private static SmtpModel? BindSmtp(ConfigNode g)
    {
        ConfigNode? server = g.Last("smtp_server");
        ConfigNode[] receivers = [.. g.All("notification_email")];
        if (server is null && receivers.Length == 0)
        {
            return null;
        }
        int port = server?.Arguments.Count > 1
            && ushort.TryParse(server.Arguments[1].Text, CultureInfo.InvariantCulture, out ushort read) ? read : 25;
        TimeSpan timeout = g.Last("smtp_connect_timeout")?.Time ?? TimeSpan.FromSeconds(30);
        return new SmtpModel(server?.Text ?? "127.0.0.1", port, g.Last("notification_email_from")?.Text ?? "",
            [.. receivers.SelectMany(static n => n.LinesOrEmpty).Select(static l => l.Text)],
            g.Last("smtp_helo_name")?.Text, timeout);
    }
}
