using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived;

/// <summary>What became of a keepalived.conf.</summary>
public sealed record KeepalivedParseResult
{
    /// <summary>The configuration, with all defaults; bad values count as not given. Use only without errors.</summary>
    public required KeepalivedModel Model { get; init; }

    /// <summary>All findings of the run.</summary>
    public required ImmutableArray<Diagnostic> Diagnostics { get; init; }

    /// <summary>All that was read: parsing again from it gives this result again.</summary>
    public required ConfigSnapshot Snapshot { get; init; }

    /// <summary>The texts that were read, by the path that spans name; for excerpts, with passwords masked.</summary>
    public required IReadOnlyDictionary<string, string> Texts { get; init; }

    /// <summary>Whether the configuration must not be used.</summary>
    public bool HasErrors => Diagnostics.Any(static d => d.Severity == Severity.Error);
}
