using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Model;

/// <summary>
/// One line of <c>virtual_ipaddress</c>, <c>virtual_ipaddress_excluded</c> or <c>static_ipaddress</c>.
/// </summary>
/// <remarks>Defaults are keepalived's: prefix /32 or /128, scope global, the instance's interface.</remarks>
public sealed record VirtualAddressModel
{
    /// <summary>Address and prefix length.</summary>
    public required IpPrefix Prefix { get; init; }

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary><c>dev</c>; null: the interface of the instance.</summary>
    public string? Interface { get; init; }

    /// <summary><c>brd ADDRESS</c>; none unless given.</summary>
    public IpAddress Broadcast { get; init; }

    /// <summary><c>brd +</c> (host bits all ones) or <c>brd -</c> (host bits all zero); null otherwise.</summary>
    public char? BroadcastRule { get; init; }

    /// <summary><c>scope</c> as the kernel numbers it: 0 global, 200 site, 253 link, 254 host.</summary>
    public byte Scope { get; init; }

    /// <summary><c>label</c>; null when absent.</summary>
    public string? Label { get; init; }

    /// <summary><c>peer</c>: the other end of a point-to-point link; null when absent.</summary>
    public IpPrefix? Peer { get; init; }

    /// <summary><c>home</c> (IPv6).</summary>
    public bool Home { get; init; }

    /// <summary><c>-nodad</c>: do run duplicate address detection (IPv6). Default: it is not run.</summary>
    public bool DuplicateAddressDetection { get; init; }

    /// <summary><c>mngtmpaddr</c> (IPv6).</summary>
    public bool ManageTemporary { get; init; }

    /// <summary><c>noprefixroute</c>.</summary>
    public bool NoPrefixRoute { get; init; }

    /// <summary><c>autojoin</c>.</summary>
    public bool AutoJoin { get; init; }

    /// <summary><c>no_track</c>: its removal by someone else does not matter.</summary>
    public bool NoTrack { get; init; }

    /// <summary>
    /// <c>preferred_lft</c> in seconds; null: forever. An IPv6 /128 without it is added with 0 (deprecated).
    /// </summary>
    public uint? PreferredLifetimeSeconds { get; init; }

    /// <summary><c>use_vmac</c> on the address line.</summary>
    public bool UseVmac { get; init; }

    /// <summary><c>track_group</c> of a static address; null when absent.</summary>
    public string? TrackGroup { get; init; }
}
