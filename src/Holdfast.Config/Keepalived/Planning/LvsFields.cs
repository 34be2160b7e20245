using Holdfast.Config.Keepalived.Model;
using static Holdfast.Config.Keepalived.Planning.ModelText;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>Every keyword about virtual servers as a whole: of <c>global_defs</c>, and the <c>SSL</c> block.</summary>
internal static class LvsFields
{
    private const string AtOnce = "at once";
    private const string Checks = "the checks of SSL_GET start anew";
    private const string NextProcess = "when the checks process is started the next time";

    public static readonly Field<KeepalivedModel>[] All =
    [
        new("lvs_timeouts", m => $"tcp {Time(m.Global.Lvs.TcpTimeout)} tcpfin {Time(m.Global.Lvs.TcpFinTimeout)} "
            + $"udp {Time(m.Global.Lvs.UdpTimeout)}", "for connections that are new or go on"),
        new("lvs_flush", m => Switch(m.Global.Lvs.Flush), "counts at a start alone"),
        new("lvs_flush_on_stop", m => m.Global.Lvs.FlushOnStop switch
        {
            FlushOnStop.All => "on",
            FlushOnStop.VirtualServers => "VS",
            _ => "off",
        }, "when the daemon ends"),
        new("lvs_sync_daemon", m => Sync(m.Global.Lvs.SyncDaemon), "the sync daemon is started anew"),
        new("rs_init_notifies", m => Switch(m.Global.Lvs.NotifyAtStart), "for servers that are new"),
        new("checker_log_all_failures", m => Switch(m.Global.Lvs.LogAllFailures), AtOnce),
        new("no_checker_emails", m => Switch(m.Global.Lvs.NoCheckerMails), "for the next alert"),
        new("lvs_notify_fifo", m => GlobalFields.Fifo(
            m.Global.Lvs.NotifyFifo, m.Global.Lvs.NotifyFifoUser, m.Global.Lvs.NotifyFifoGroup),
            "the FIFOs of virtual servers are opened anew"),
        new("lvs_notify_fifo_script", m => Command(m.Global.Lvs.NotifyFifoScript),
            "when the FIFO is opened the next time"),
        new("checker_process_name", m => m.Global.Lvs.Process.Name ?? "", AtOnce),
        new("checker_priority", m => Number(m.Global.Lvs.Process.Nice), NextProcess),
        new("checker_rt_priority", m => Number(m.Global.Lvs.Process.RealtimePriority), NextProcess),
        new("checker_rlimit_rttime", m => Number(m.Global.Lvs.Process.RealtimeLimitMicroseconds), NextProcess),
        new("checker_no_swap", m => Switch(m.Global.Lvs.Process.NoSwap), NextProcess),
        new("checker_cpu_affinity",
            m => string.Join(' ', m.Global.Lvs.Process.CpuAffinity.Select(static c => Number(c))), NextProcess),
        new("SSL", m => m.Ssl is null ? "" : "given", Checks),
        new("SSL ca", m => m.Ssl?.CaFile ?? "", Checks),
        new("SSL certificate", m => m.Ssl?.CertificateFile ?? "", Checks),
        new("SSL key", m => m.Ssl?.KeyFile ?? "", Checks),
        new("SSL password", m => m.Ssl?.Password ?? "", Checks) { IsSecret = true },
    ];

    private static string Sync(LvsSyncDaemonModel? sync) => sync is null ? ""
        : $"{sync.Interface}{Word(" ", sync.Instance)}{Word(" id ", Number(sync.SyncId))} "
            + $"maxlen {Number(sync.MessageBytesMax)} port {Number(sync.Port)} ttl {Number(sync.Ttl)}"
            + Word(" group ", Optional(sync.Group));
}
