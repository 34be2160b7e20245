using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Model;

/// <summary>A <c>use_backend</c> rule or <c>default_backend</c>.</summary>
/// <param name="Name">The name; with variables it is known only when it runs.</param>
/// <param name="Condition">When; null: always.</param>
/// <param name="Span">Where it stands.</param>
public sealed record BackendChoice(LogFormat Name, RuleCondition? Condition, SourceSpan Span);

/// <summary>A <c>use-server</c> rule.</summary>
/// <param name="Name">The name; with variables it is known only when it runs.</param>
/// <param name="Condition">When; null: always.</param>
/// <param name="Span">Where it stands.</param>
public sealed record ServerChoice(LogFormat Name, RuleCondition? Condition, SourceSpan Span);

/// <summary>Keep-alive packets of TCP.</summary>
public sealed record KeepAliveModel
{
    /// <summary>Whether they are sent. Default false.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>Probes before giving up; null: the system's.</summary>
    public int? Count { get; init; }

    /// <summary>Seconds without traffic before the first; null: the system's.</summary>
    public long? Idle { get; init; }

    /// <summary>Seconds between them; null: the system's.</summary>
    public long? Interval { get; init; }
}

/// <summary><c>option forwardfor</c> or <c>option originalto</c>.</summary>
/// <param name="Header">Name of the header.</param>
/// <param name="Except">Addresses that get none; null: all get one.</param>
/// <param name="IfNone">Only when there is none yet.</param>
/// <param name="HasOwnHeader">Whether the name is written in the file: a backend's wins only then.</param>
/// <param name="Span">Where it stands.</param>
public sealed record ForwardedForModel(
    string Header, IpPrefix? Except, bool IfNone, bool HasOwnHeader, SourceSpan Span);

/// <summary>A header that is captured, or a slot that <c>declare capture</c> makes.</summary>
/// <param name="Header">Name of the header; null: a slot for rules.</param>
/// <param name="Length">At most so many bytes.</param>
/// <param name="Span">Where it stands.</param>
public sealed record CaptureSlot(string? Header, int Length, SourceSpan Span);

/// <summary>Captures of a frontend.</summary>
public sealed record CapturesModel
{
    /// <summary>Slots of requests, by number.</summary>
    public ImmutableArray<CaptureSlot> Request { get; init; } = [];

    /// <summary>Slots of responses, by number.</summary>
    public ImmutableArray<CaptureSlot> Response { get; init; } = [];

    /// <summary><c>capture cookie</c>; null: none. A prefix of the name is enough.</summary>
    public CaptureSlot? Cookie { get; init; }
}

/// <summary><c>compression</c>.</summary>
public sealed record CompressionModel
{
    /// <summary><c>algo</c>, in the order of preference.</summary>
    public ImmutableArray<string> Algorithms { get; init; } = [];

    /// <summary><c>type</c>; empty: all.</summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary><c>offload</c>: servers are not asked to compress.</summary>
    public bool IsOffloaded { get; init; }

    /// <summary><c>minsize-res</c> (3.2): shorter responses are passed on as they are. Default 0 bytes.</summary>
    public long ResponseSizeMin { get; init; }

    /// <summary>The words of 3.x, as they are written.</summary>
    public ImmutableArray<GenericStatement> Others { get; init; } = [];
}

/// <summary>The statistics page of a proxy.</summary>
public sealed record StatsModel
{
    /// <summary><c>uri</c>. Default /haproxy?stats.</summary>
    public string Uri { get; init; } = "/haproxy?stats";

    /// <summary><c>realm</c>; null: the default.</summary>
    public string? Realm { get; init; }

    /// <summary><c>auth</c>: user and password; empty: open to all.</summary>
    public ImmutableArray<(string User, string Password)> Users { get; init; } = [];

    /// <summary><c>refresh</c> in seconds; 0: none.</summary>
    public long Refresh { get; init; }

    /// <summary><c>scope</c>: proxies that are shown, "." is itself; empty: all.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary><c>hide-version</c>.</summary>
    public bool HidesVersion { get; init; }

    /// <summary><c>show-legends</c>.</summary>
    public bool ShowsLegends { get; init; }

    /// <summary><c>show-modules</c>.</summary>
    public bool ShowsModules { get; init; }

    /// <summary><c>show-node</c>: the name, empty for that of global; null: not shown.</summary>
    public string? Node { get; init; }

    /// <summary><c>show-desc</c>: the text, empty for that of global; null: not shown.</summary>
    public string? Description { get; init; }

    /// <summary><c>admin</c> conditions: who may change states.</summary>
    public ImmutableArray<RuleCondition> Admin { get; init; } = [];
}
