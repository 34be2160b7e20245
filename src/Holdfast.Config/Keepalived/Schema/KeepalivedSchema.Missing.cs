namespace Holdfast.Config.Keepalived.Schema;

/// <summary>Where the original does not leave at once when a value is missing (observed with 2.2.7).</summary>
internal static partial class KeepalivedSchema
{
    private static BlockSchema WithMissingValues(BlockSchema block)
    {
        (string lenient, string silent) = block.Kind switch
        {
            BlockKind.Top => ("vrrp_instance vrrp_sync_group track_group", ""),
            BlockKind.Global => (
                "bfd_cpu_affinity bfd_priority bfd_rt_priority checker_cpu_affinity checker_priority "
                + "checker_rt_priority dbus_service_name default_interface lvs_netlink_cmd_rcv_bufs "
                + "lvs_netlink_monitor_rcv_bufs lvs_notify_fifo lvs_notify_fifo_script lvs_sync_daemon "
                + "lvs_timeouts min_auto_priority_delay notification_email_from notify_fifo notify_fifo_script "
                + "process_monitor_rcv_bufs reload_time_file router_id script_user shutdown_script_timeout snmp_socket "
                + "startup_script_timeout vrrp_cpu_affinity vrrp_netlink_cmd_rcv_bufs "
                + "vrrp_netlink_monitor_rcv_bufs vrrp_notify_fifo vrrp_notify_fifo_script vrrp_priority "
                + "vrrp_rt_priority vrrp_rx_bufs_multiplier vrrp_rx_bufs_policy", "smtp_helo_name"),
            BlockKind.Instance => ("kernel_rx_buf_size", ""),
            BlockKind.Script => ("", "script"),
            BlockKind.TrackFile => ("file weight", ""),
            BlockKind.TrackProcess => ("weight", "param_match"),
            BlockKind.VirtualServer => ("snmp_name sorry_server_lvs_method virtualhost", ""),
            BlockKind.RealServer => ("snmp_name virtualhost", ""),
            BlockKind.HttpCheck => ("http_protocol virtualhost", ""),
            BlockKind.SmtpCheck => ("helo_name", ""),
            BlockKind.UdpCheck => ("payload", ""),
            BlockKind.FileCheck => ("weight", ""),
            BlockKind.BfdCheck => ("name", ""),
            BlockKind.Ssl => ("password ca certificate key", ""),
            BlockKind.Url => ("virtualhost", "status_code"),
            BlockKind.MiscCheck => ("user", "misc_path"),
            _ => ("", ""),
        };
        return block.With(lenient, OriginalClass.ConfigError).With(silent, OriginalClass.Silent);
    }
}
