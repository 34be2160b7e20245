using System.Collections.Immutable;
using Holdfast.Config.Nginx.Binding;

namespace Holdfast.Config.Nginx.Model;

/// <summary>A line of <c>proxy_cache_valid</c>.</summary>
/// <param name="Statuses">Statuses; none for <c>any</c>.</param>
/// <param name="Time">How long such answers are good.</param>
public sealed record CacheValidity(ImmutableArray<int> Statuses, TimeSpan Time);

/// <summary>Caching what servers answer; the same knobs for each protocol.</summary>
public sealed record CacheSettings
{
    /// <summary><c>proxy_cache</c>: the zone; null: off.</summary>
    public ComplexText? Zone { get; init; }

    /// <summary><c>proxy_cache_key</c>; null: that of the protocol.</summary>
    public ComplexText? Key { get; init; }

    /// <summary><c>proxy_cache_valid</c> lines. Default none.</summary>
    public ImmutableArray<CacheValidity> Valid { get; init; } = [];

    /// <summary><c>proxy_cache_bypass</c>. Default none.</summary>
    public ImmutableArray<ComplexText> Bypass { get; init; } = [];

    /// <summary><c>proxy_no_cache</c>. Default none.</summary>
    public ImmutableArray<ComplexText> NoCache { get; init; } = [];

    /// <summary><c>proxy_cache_use_stale</c>. Default off.</summary>
    public UpstreamConditions UseStale { get; init; }

    /// <summary><c>proxy_cache_lock</c>. Default false.</summary>
    public bool Locks { get; init; }

    /// <summary><c>proxy_cache_lock_timeout</c>. Default 5 s.</summary>
    public TimeSpan LockTimeout { get; init; }

    /// <summary><c>proxy_cache_lock_age</c>. Default 5 s.</summary>
    public TimeSpan LockAge { get; init; }

    /// <summary><c>proxy_cache_revalidate</c>. Default false.</summary>
    public bool Revalidates { get; init; }

    /// <summary><c>proxy_cache_background_update</c>. Default false.</summary>
    public bool UpdatesInBackground { get; init; }

    /// <summary><c>proxy_cache_min_uses</c>. Default 1.</summary>
    public int UsesMin { get; init; }

    /// <summary><c>proxy_cache_methods</c>, upper case. Default GET HEAD.</summary>
    public ImmutableArray<string> Methods { get; init; } = [];

    /// <summary><c>proxy_cache_convert_head</c>. Default true.</summary>
    public bool ConvertsHead { get; init; }

    /// <summary><c>proxy_cache_max_range_offset</c> in bytes; null: no limit.</summary>
    public long? RangeOffsetMax { get; init; }

    internal static CacheSettings Read(SettingReader from, string protocol) => new()
    {
        Zone = from.Complex($"{protocol}_cache") is { Constant: not "off" } zone ? zone : null,
        Key = from.Complex($"{protocol}_cache_key"),
        Valid = from.List(LineReaders.Validity, $"{protocol}_cache_valid"),
        Bypass = from.Complexes($"{protocol}_cache_bypass"),
        NoCache = from.Complexes($"{protocol}_no_cache"),
        UseStale = LineReaders.Conditions(from.Words($"{protocol}_cache_use_stale"), UpstreamConditions.None),
        Locks = from.Flag($"{protocol}_cache_lock", false),
        LockTimeout = from.Time($"{protocol}_cache_lock_timeout", TimeSpan.FromSeconds(5)),
        LockAge = from.Time($"{protocol}_cache_lock_age", TimeSpan.FromSeconds(5)),
        Revalidates = from.Flag($"{protocol}_cache_revalidate", false),
        UpdatesInBackground = from.Flag($"{protocol}_cache_background_update", false),
        UsesMin = from.Number($"{protocol}_cache_min_uses", 1),
        Methods = [.. from.Words($"{protocol}_cache_methods").Concat(["GET", "HEAD"])
            .Select(static m => m.ToUpperInvariant()).Distinct()],
        ConvertsHead = from.Flag($"{protocol}_cache_convert_head", true),
        RangeOffsetMax = from.Bytes($"{protocol}_cache_max_range_offset"),
    };
}
