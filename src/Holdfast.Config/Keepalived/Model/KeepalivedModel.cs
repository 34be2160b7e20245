using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Model;

/// <summary>
/// A whole keepalived.conf, typed and with all defaults filled in. Immutable; spans point into the text.
/// </summary>
public sealed record KeepalivedModel
{
    /// <summary>The <c>global_defs</c> block.</summary>
    public GlobalModel Global { get; init; } = new();

    /// <summary>The <c>vrrp_instance</c> blocks, in the order of the file.</summary>
    public ImmutableArray<VrrpInstanceModel> Instances { get; init; } = [];

    /// <summary>The <c>vrrp_sync_group</c> blocks.</summary>
    public ImmutableArray<SyncGroupModel> SyncGroups { get; init; } = [];

    /// <summary>The <c>vrrp_script</c> blocks.</summary>
    public ImmutableArray<VrrpScriptModel> Scripts { get; init; } = [];

    /// <summary>The <c>track_file</c> and <c>vrrp_track_file</c> blocks.</summary>
    public ImmutableArray<TrackFileModel> TrackFiles { get; init; } = [];

    /// <summary>The <c>vrrp_track_process</c> blocks.</summary>
    public ImmutableArray<TrackProcessModel> TrackProcesses { get; init; } = [];

    /// <summary>The <c>garp_group</c> blocks.</summary>
    public ImmutableArray<GarpGroupModel> GarpGroups { get; init; } = [];

    /// <summary>The <c>static_ipaddress</c> lines.</summary>
    public ImmutableArray<VirtualAddressModel> StaticAddresses { get; init; } = [];

    /// <summary>The <c>static_routes</c> lines.</summary>
    public ImmutableArray<RouteModel> StaticRoutes { get; init; } = [];

    /// <summary>The <c>static_rules</c> lines.</summary>
    public ImmutableArray<RuleModel> StaticRules { get; init; } = [];

    /// <summary>
    /// The <c>track_group</c> blocks: name and the instances that follow one another's static entries.
    /// </summary>
    public ImmutableArray<TrackGroupModel> TrackGroups { get; init; } = [];

    /// <summary>The lines of <c>interface_up_down_delays</c>.</summary>
    public ImmutableArray<InterfaceDelayModel> InterfaceDelays { get; init; } = [];

    /// <summary>
    /// How many <c>virtual_server</c> blocks there are (the checks process starts only if there is one).
    /// </summary>
    public int VirtualServerCount => VirtualServers.Length;

    /// <summary>The <c>virtual_server</c> blocks that have a real server, in the order of the file.</summary>
    public ImmutableArray<VirtualServerModel> VirtualServers { get; init; } = [];

    /// <summary>The <c>virtual_server_group</c> blocks that hold something.</summary>
    public ImmutableArray<VirtualServerGroupModel> VirtualServerGroups { get; init; } = [];

    /// <summary>The <c>SSL</c> block; null when absent.</summary>
    public SslModel? Ssl { get; init; }

    /// <summary>How many <c>bfd_instance</c> blocks there are.</summary>
    public int BfdInstanceCount { get; init; }

    /// <summary>The <c>instance</c> word of the top level; null when absent.</summary>
    public string? InstanceName { get; init; }

    /// <summary>The <c>net_namespace</c> word of the top level; null when absent.</summary>
    public string? NetNamespace { get; init; }

    /// <summary>Whether <c>use_pid_dir</c> is given.</summary>
    public bool UsePidDir { get; init; }

    /// <summary><c>child_wait_time</c>: how long a stopping child is waited for before SIGKILL. Default 5 s.</summary>
    public TimeSpan ChildWaitTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The <c>#holdfast:</c> options of the top level and of <c>global_defs</c>.</summary>
    public ImmutableArray<HoldfastOption> Options { get; init; } = [];
}

/// <summary>One <c>track_group</c> block.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Instances">The instances named in its <c>group</c>.</param>
public sealed record TrackGroupModel(string Name, ImmutableArray<string> Instances);

/// <summary>One line of <c>interface_up_down_delays</c>: how long a link change must last before it counts.</summary>
/// <param name="Interface">Interface name.</param>
/// <param name="Down">How long the link must be down. At most 255 s.</param>
/// <param name="Up">How long the link must be up. At most 255 s.</param>
public sealed record InterfaceDelayModel(string Interface, TimeSpan Down, TimeSpan Up)
{
    /// <summary>Where it stands; null when it was not read from a file.</summary>
    public SourceSpan? Span { get; init; }
}

/// <summary>One <c>garp_group</c> block: interfaces that share a spacing of announcements.</summary>
/// <param name="GarpInterval">Least time between two gratuitous ARPs; zero when not limited.</param>
/// <param name="GnaInterval">Least time between two unsolicited NAs; zero when not limited.</param>
/// <param name="Interfaces">Interfaces of the group.</param>
public sealed record GarpGroupModel(TimeSpan GarpInterval, TimeSpan GnaInterval, ImmutableArray<string> Interfaces);
