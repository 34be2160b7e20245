using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy;

/// <summary>What became of a haproxy.cfg.</summary>
public sealed record HAProxyParseResult
{
    /// <summary>The configuration, with all defaults; bad values count as not given. Use only without errors.</summary>
    public required HAProxyModel Model { get; init; }

    /// <summary>All findings of the run, in the order of the text; at most 50 errors a file.</summary>
    public required ImmutableArray<Diagnostic> Diagnostics { get; init; }

    /// <summary>All that was read: parsing again from it gives this result again.</summary>
    public required ConfigSnapshot Snapshot { get; init; }

    /// <summary>The texts that were read, by the path that spans name; for excerpts, with passwords masked.</summary>
    public required IReadOnlyDictionary<string, string> Texts { get; init; }

    /// <summary>Files of the configuration in the order in which they were read.</summary>
    public required ImmutableArray<string> Paths { get; init; }

    /// <summary>Whether the configuration must not be used.</summary>
    public bool HasErrors => Diagnostics.Any(static d => d.Severity == Severity.Error);

    /// <summary>Whether nothing listens: the original checks this with exit code 2.</summary>
    public bool HasNoListener => Diagnostics.Any(static d => d.Code == "HA0215");
}
