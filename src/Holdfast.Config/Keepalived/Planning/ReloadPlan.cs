using System.Collections.Immutable;

namespace Holdfast.Config.Keepalived.Planning;

/// <summary>What becomes of one item of a configuration in a reload.</summary>
public enum PlannedVerdict : byte
{
    /// <summary>It does not notice the reload.</summary>
    Unchanged,

    /// <summary>It goes on with other properties.</summary>
    Changed,

    /// <summary>It is new.</summary>
    Added,

    /// <summary>It is not configured any more.</summary>
    Removed,

    /// <summary>It is another one under the same name: the old one ends, the new one begins.</summary>
    Replaced,

    /// <summary>The daemon keeps the old value until it is started again.</summary>
    NeedsRestart,
}

/// <summary>What kind of item of a configuration is meant.</summary>
public enum PlannedSubject : byte
{
    /// <summary>What <c>global_defs</c> and the top level say.</summary>
    Global,

    /// <summary>A <c>vrrp_instance</c>.</summary>
    Instance,

    /// <summary>A <c>vrrp_sync_group</c>.</summary>
    SyncGroup,

    /// <summary>A <c>vrrp_script</c>.</summary>
    Script,

    /// <summary>A <c>track_file</c>.</summary>
    TrackFile,

    /// <summary>A <c>vrrp_track_process</c>.</summary>
    TrackProcess,

    /// <summary>All static addresses, routes and rules.</summary>
    StaticEntries,

    /// <summary>A <c>virtual_server_group</c>.</summary>
    ServerGroup,

    /// <summary>A <c>virtual_server</c>.</summary>
    VirtualServer,

    /// <summary><c>global</c> of a haproxy.cfg.</summary>
    ProxyGlobal,

    /// <summary><c>defaults</c>.</summary>
    ProxyDefaults,

    /// <summary>A <c>frontend</c>.</summary>
    Frontend,

    /// <summary>A <c>backend</c>.</summary>
    Backend,

    /// <summary>A <c>listen</c>.</summary>
    Listen,

    /// <summary>Another section of a haproxy.cfg, whose keyword is in its name.</summary>
    ProxySection,

    /// <summary>What an nginx.conf says outside of its servers and upstreams.</summary>
    WebSettings,

    /// <summary>A <c>server</c> of an nginx.conf.</summary>
    WebServer,

    /// <summary>An <c>upstream</c>.</summary>
    WebUpstream,
}

/// <summary>One keyword whose value changes.</summary>
/// <param name="Keyword">As it is written in the file.</param>
/// <param name="From">The value before; null: there was none. Secrets are masked.</param>
/// <param name="To">The value afterwards; null: there is none. Secrets are masked.</param>
/// <param name="Effect">What that does, as half a sentence.</param>
public sealed record PlannedChange(string Keyword, string? From, string? To, string Effect)
{
    /// <summary>"keyword FROM -> TO", "keyword + TO" or "keyword - FROM".</summary>
    public override string ToString() => (From, To) switch
    {
        (null, _) => $"{Keyword} + {To}",
        (_, null) => $"{Keyword} - {From}",
        _ => $"{Keyword} {From} -> {To}",
    };
}

/// <summary>What becomes of one item.</summary>
/// <param name="Subject">What kind of item.</param>
/// <param name="Name">Its name; empty for one that has none.</param>
/// <param name="Verdict">What becomes of it.</param>
/// <param name="Effect">What that does, as half a sentence; empty when the changes say it.</param>
public sealed record PlannedItem(PlannedSubject Subject, string Name, PlannedVerdict Verdict, string Effect)
{
    /// <summary>What changes in it; empty when nothing does, and when all of it comes or goes.</summary>
    public ImmutableArray<PlannedChange> Changes { get; init; } = [];

    /// <summary>The name before, when it is another now; null otherwise.</summary>
    public string? NameBefore { get; init; }

    /// <summary>The word by which the file and the log name this kind of item.</summary>
    public string SubjectKeyword => Subject switch
    {
        PlannedSubject.Global => "global_defs",
        PlannedSubject.Instance => "vrrp_instance",
        PlannedSubject.SyncGroup => "vrrp_sync_group",
        PlannedSubject.Script => "vrrp_script",
        PlannedSubject.TrackFile => "track_file",
        PlannedSubject.TrackProcess => "vrrp_track_process",
        PlannedSubject.ServerGroup => "virtual_server_group",
        PlannedSubject.VirtualServer => "virtual_server",
        PlannedSubject.ProxyGlobal => "global",
        PlannedSubject.ProxyDefaults => "defaults",
        PlannedSubject.Frontend => "frontend",
        PlannedSubject.Backend => "backend",
        PlannedSubject.Listen => "listen",
        PlannedSubject.ProxySection => "section",
        PlannedSubject.WebSettings => "nginx.conf",
        PlannedSubject.WebServer => "server",
        PlannedSubject.WebUpstream => "upstream",
        _ => "static entries",
    };

    /// <summary>One line for a log.</summary>
    public override string ToString()
    {
        string what = Name.Length > 0 ? $"{SubjectKeyword} {Name}" : SubjectKeyword;
        string verdict = Verdict switch
        {
            PlannedVerdict.Unchanged => "unchanged",
            PlannedVerdict.Changed => "changed",
            PlannedVerdict.Added => "added",
            PlannedVerdict.Removed => "removed",
            PlannedVerdict.Replaced => "ended and begun",
            _ => "needs a restart",
        };
        return Changes.IsEmpty ? $"{what}: {verdict}" : $"{what}: {verdict}: {string.Join("; ", Changes)}";
    }
}

/// <summary>What a reload does, item by item. Pure: it is made of two configurations and nothing else.</summary>
/// <param name="Items">In the order of the new configuration; what is removed comes last of its kind.</param>
public sealed record ReloadPlan(ImmutableArray<PlannedItem> Items)
{
    /// <summary>Whether anything changes at all.</summary>
    public bool HasChanges => Items.Any(static i => i.Verdict != PlannedVerdict.Unchanged);

    /// <summary>The items that change.</summary>
    public IEnumerable<PlannedItem> Changed => Items.Where(static i => i.Verdict != PlannedVerdict.Unchanged);

    /// <summary>How many items have a verdict.</summary>
    public int Count(PlannedVerdict verdict) => Items.Count(i => i.Verdict == verdict);
}
