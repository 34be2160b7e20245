using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Model;

/// <summary>A reference from an instance or group to a tracker: <c>NAME [weight N [reverse]]</c>.</summary>
/// <param name="Name">Interface, script, file, process or BFD instance.</param>
/// <param name="Weight">−253 to 253; 0: its failure is a FAULT. Defaults to the weight of the definition.</param>
/// <param name="Reverse">Whether up and down change places.</param>
/// <param name="Span">Where it stands.</param>
public sealed record TrackerReference(string Name, int Weight, bool Reverse, SourceSpan Span);

/// <summary>All trackers of an instance or of a sync group.</summary>
public sealed record TrackersModel
{
    /// <summary><c>track_interface</c>.</summary>
    public ImmutableArray<TrackerReference> Interfaces { get; init; } = [];

    /// <summary><c>track_script</c>; names are resolved, also forward ones.</summary>
    public ImmutableArray<TrackerReference> Scripts { get; init; } = [];

    /// <summary><c>track_file</c>.</summary>
    public ImmutableArray<TrackerReference> Files { get; init; } = [];

    /// <summary><c>track_process</c>.</summary>
    public ImmutableArray<TrackerReference> Processes { get; init; } = [];

    /// <summary><c>track_bfd</c>.</summary>
    public ImmutableArray<TrackerReference> Bfd { get; init; } = [];
}

/// <summary>A command line with the user that runs it.</summary>
/// <param name="Arguments">Program and arguments after shell-like splitting; at least one.</param>
/// <param name="User">User name; null: <c>script_user</c>, or keepalived_script, or the daemon's own.</param>
/// <param name="Group">Group name; null: the user's own.</param>
/// <param name="Span">Where it stands.</param>
public sealed record ScriptCommand(ImmutableArray<string> Arguments, string? User, string? Group, SourceSpan Span);

/// <summary>One <c>vrrp_script</c> block.</summary>
public sealed record VrrpScriptModel
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where the block begins.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>What is run.</summary>
    public required ScriptCommand Command { get; init; }

    /// <summary><c>interval</c>. Default 1 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>timeout</c>. Defaults to the interval.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>weight</c>, −253 to 253. Default 0.</summary>
    public int Weight { get; init; }

    /// <summary><c>weight N reverse</c>.</summary>
    public bool Reverse { get; init; }

    /// <summary><c>rise</c>: successes in a row until it counts as up. Default 1.</summary>
    public int Rise { get; init; } = 1;

    /// <summary><c>fall</c>: failures in a row until it counts as down. Default 1.</summary>
    public int Fall { get; init; } = 1;

    /// <summary><c>init_fail</c>: it counts as down until it has succeeded.</summary>
    public bool InitFail { get; init; }
}

/// <summary>One <c>track_file</c> or <c>vrrp_track_file</c> block.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">The file whose number is read.</param>
/// <param name="Weight">The number is multiplied by this. Default 1.</param>
/// <param name="Reverse">Whether the sign is turned.</param>
/// <param name="InitialValue">Value written at start by <c>init_file</c>; null: it is not written.</param>
/// <param name="Overwrite">Whether <c>init_file</c> overwrites a file that is there.</param>
/// <param name="Span">Where the block begins.</param>
public sealed record TrackFileModel(
    string Name, string Path, int Weight, bool Reverse, int? InitialValue, bool Overwrite, SourceSpan Span);

/// <summary>One <c>vrrp_track_process</c> block.</summary>
public sealed record TrackProcessModel
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where the block begins.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>Process name, or full command when <see cref="FullCommand"/>; then its arguments.</summary>
    public ImmutableArray<string> Process { get; init; } = [];

    /// <summary><c>param_match</c>: null exact, "initial" or "partial".</summary>
    public string? ParameterMatch { get; init; }

    /// <summary><c>weight</c>, −254 to 254. Default 0.</summary>
    public int Weight { get; init; }

    /// <summary><c>weight N reverse</c>.</summary>
    public bool Reverse { get; init; }

    /// <summary><c>quorum</c>: at least so many must run. Default 1.</summary>
    public int Quorum { get; init; } = 1;

    /// <summary><c>quorum_max</c>: at most so many may run. Default: no limit.</summary>
    public int QuorumMax { get; init; } = int.MaxValue;

    /// <summary><c>fork_delay</c>.</summary>
    public TimeSpan ForkDelay { get; init; }

    /// <summary><c>terminate_delay</c>.</summary>
    public TimeSpan TerminateDelay { get; init; }

    /// <summary><c>full_command</c>.</summary>
    public bool FullCommand { get; init; }
}
