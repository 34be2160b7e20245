using System.Collections.Immutable;

namespace Holdfast.Config.Keepalived.Model;

/// <summary>The part of <c>global_defs</c> that is not merged into instances.</summary>
public sealed record GlobalModel
{
    /// <summary>What it says about layer 4.</summary>
    public LvsGlobalModel Lvs { get; init; } = new();

    /// <summary><c>router_id</c>; null: the host name.</summary>
    public string? RouterId { get; init; }

    /// <summary><c>enable_script_security</c>. Default false.</summary>
    public bool ScriptSecurity { get; init; }

    /// <summary><c>script_user</c>; null when absent.</summary>
    public string? ScriptUser { get; init; }

    /// <summary>Group of <c>script_user</c>; null when absent.</summary>
    public string? ScriptGroup { get; init; }

    /// <summary><c>set_supplementary_groups</c>.</summary>
    public bool SetSupplementaryGroups { get; init; }

    /// <summary><c>vrrp_startup_delay</c>. Default zero.</summary>
    public TimeSpan StartupDelay { get; init; }

    /// <summary><c>vrrp_delay_after_boot</c>. Default zero.</summary>
    public TimeSpan DelayAfterBoot { get; init; }

    /// <summary><c>vrrp_garp_interval</c>: least spacing of gratuitous ARPs on an interface. Default zero.</summary>
    public TimeSpan GarpInterval { get; init; }

    /// <summary><c>vrrp_gna_interval</c>: least spacing of unsolicited NAs on an interface. Default zero.</summary>
    public TimeSpan GnaInterval { get; init; }

    /// <summary><c>startup_script</c>; null when absent.</summary>
    public ScriptCommand? StartupScript { get; init; }

    /// <summary><c>startup_script_timeout</c>, 1 to 1000 s. Default 10 s.</summary>
    public TimeSpan StartupScriptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>shutdown_script</c>; null when absent.</summary>
    public ScriptCommand? ShutdownScript { get; init; }

    /// <summary><c>shutdown_script_timeout</c>, 1 to 1000 s. Default 10 s.</summary>
    public TimeSpan ShutdownScriptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>notify_fifo</c>; null when absent.</summary>
    public string? NotifyFifo { get; init; }

    /// <summary>Owner of <see cref="NotifyFifo"/>; null: the daemon's own.</summary>
    public string? NotifyFifoUser { get; init; }

    /// <summary>Group of <see cref="NotifyFifo"/>; null: the owner's.</summary>
    public string? NotifyFifoGroup { get; init; }

    /// <summary><c>notify_fifo_script</c>; null when absent.</summary>
    public ScriptCommand? NotifyFifoScript { get; init; }

    /// <summary><c>vrrp_notify_fifo</c>; null when absent.</summary>
    public string? VrrpNotifyFifo { get; init; }

    /// <summary>Owner of <see cref="VrrpNotifyFifo"/>; null: the daemon's own.</summary>
    public string? VrrpNotifyFifoUser { get; init; }

    /// <summary>Group of <see cref="VrrpNotifyFifo"/>; null: the owner's.</summary>
    public string? VrrpNotifyFifoGroup { get; init; }

    /// <summary><c>vrrp_notify_fifo_script</c>; null when absent.</summary>
    public ScriptCommand? VrrpNotifyFifoScript { get; init; }

    /// <summary><c>vrrp_rt_priority</c>, 1 to 99; null: the default of Holdfast.</summary>
    public int? VrrpRealtimePriority { get; init; }

    /// <summary><c>vrrp_priority</c> (nice), −20 to 19; null when absent.</summary>
    public int? VrrpNice { get; init; }

    /// <summary><c>vrrp_no_swap</c>.</summary>
    public bool VrrpNoSwap { get; init; }

    /// <summary><c>vrrp_cpu_affinity</c>: processor numbers; empty: all.</summary>
    public ImmutableArray<int> VrrpCpuAffinity { get; init; } = [];

    /// <summary><c>vrrp_rlimit_rttime</c> in microseconds; null: not limited.</summary>
    public long? VrrpRealtimeLimitMicroseconds { get; init; }

    /// <summary><c>dynamic_interfaces</c>: an interface may appear later.</summary>
    public bool DynamicInterfaces { get; init; }

    /// <summary><c>log_unknown_vrids</c>.</summary>
    public bool LogUnknownVrids { get; init; }

    /// <summary><c>reload_check_config</c>.</summary>
    public bool ReloadCheckConfig { get; init; }

    /// <summary>Default of <see cref="AddressLifetimeLimit"/>.</summary>
    public const int DefaultAddressLifetimeLimit = 64;

    /// <summary>
    /// <c>#holdfast: address_lifetime</c>: with how many virtual addresses on this node, of all instances, they still
    /// carry a kernel lifetime. 0: never ("off"); <see cref="int.MaxValue"/>: always ("on"). Default 64, since each
    /// renewal is an event for every netlink listener.
    /// </summary>
    public int AddressLifetimeLimit { get; init; } = DefaultAddressLifetimeLimit;

    /// <summary><c>#holdfast: plane</c>. Default: automatic. Counts at a start alone.</summary>
    public ForwardingPlane Plane { get; init; }

    /// <summary>The file of <c>reload_check_config</c>, which gets the findings of a reload; null: none.</summary>
    public string? ReloadCheckLog { get; init; }

    /// <summary><c>reload_time_file</c>: the file that names when to reload; null when absent.</summary>
    public string? ReloadTimeFile { get; init; }

    /// <summary><c>reload_repeat</c>: keep that file, and reload every day. Default false.</summary>
    public bool ReloadRepeat { get; init; }

    /// <summary>
    /// <c>reload_file</c>: exists while files are read; empty: keepalived.reload beside the pid file; null: absent.
    /// </summary>
    public string? ReloadFile { get; init; }

    /// <summary><c>config_save_dir</c>: where the files of each reload are kept; null when absent.</summary>
    public string? ConfigSaveDirectory { get; init; }

    /// <summary><c>json_version</c>: 1 or 2. Default 1.</summary>
    public int JsonVersion { get; init; } = 1;

    /// <summary><c>umask</c> in octal; null: the daemon's own.</summary>
    public int? Umask { get; init; }

    /// <summary>
    /// <c>smtp_server</c> and what belongs to it; null without it and without <c>notification_email</c>.
    /// </summary>
    public SmtpModel? Smtp { get; init; }

    /// <summary><c>no_email_faults</c>: no mail when something enters FAULT. Default false.</summary>
    public bool NoMailOnFault { get; init; }

    /// <summary><c>vrrp_process_name</c>; null: "keepalived".</summary>
    public string? VrrpProcessName { get; init; }

    /// <summary><c>state_dump_file</c>; null: /tmp/keepalived.data.</summary>
    public string? StateDumpFile { get; init; }

    /// <summary><c>stats_dump_file</c>; null: /tmp/keepalived.stats.</summary>
    public string? StatsDumpFile { get; init; }

    /// <summary><c>json_dump_file</c>; null: /tmp/keepalived.json.</summary>
    public string? JsonDumpFile { get; init; }

    /// <summary><c>data_use_instance</c>.</summary>
    public bool DataUseInstance { get; init; }

    /// <summary><c>fifo_write_vrrp_states_on_reload</c>.</summary>
    public bool FifoWriteStatesOnReload { get; init; }

    /// <summary><c>vrrp_rx_bufs_multiplier</c>. Default 3.</summary>
    public int ReceiveBufferMultiplier { get; init; } = 3;

    /// <summary><c>default_interface</c>. Default "eth0".</summary>
    public string DefaultInterface { get; init; } = "eth0";
}

/// <summary>Where and how alerts are mailed.</summary>
/// <param name="Server">Host name or address of the mail server. Default 127.0.0.1.</param>
/// <param name="Port">Port. Default 25.</param>
/// <param name="From"><c>notification_email_from</c>.</param>
/// <param name="To"><c>notification_email</c>.</param>
/// <param name="HeloName"><c>smtp_helo_name</c>; null: the host name.</param>
/// <param name="ConnectTimeout"><c>smtp_connect_timeout</c>. Default 30 s.</param>
public sealed record SmtpModel(
    string Server, int Port, string From, ImmutableArray<string> To, string? HeloName, TimeSpan ConnectTimeout);
