using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx;

/// <summary>What became of an nginx.conf.</summary>
public sealed record NginxParseResult
{
    /// <summary>The configuration; bad values count as not given. Use only without errors.</summary>
    public required NginxModel Model { get; init; }

    /// <summary>The directives of the top level, in the order of reading, those of the command line first.</summary>
    public required ImmutableArray<NginxDirective> Directives { get; init; }

    /// <summary>All findings, in the order in which the original would come upon them.</summary>
    public required ImmutableArray<Diagnostic> Diagnostics { get; init; }

    /// <summary>
    /// What the original writes: its warnings up to the first error, and that; each as
    /// "[emerg] what is wrong in FILE:LINE".
    /// </summary>
    public required ImmutableArray<string> OriginalLines { get; init; }

    /// <summary>All that was read: parsing again from it gives this result again.</summary>
    public required ConfigSnapshot Snapshot { get; init; }

    /// <summary>The texts that were read, by the path that spans name.</summary>
    public required IReadOnlyDictionary<string, string> Texts { get; init; }

    /// <summary>Files of the configuration in the order in which they were first read.</summary>
    public required ImmutableArray<string> Paths { get; init; }

    /// <summary>Whether the configuration must not be used.</summary>
    public bool HasErrors => Diagnostics.Any(static d => d.Severity == Severity.Error);
}
