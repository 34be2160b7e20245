using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;

namespace Holdfast.Config.Keepalived;

/// <summary>What a command line adds to a keepalived.conf.</summary>
public sealed record KeepalivedParseOptions
{
    /// <summary><c>-i</c>: the id that <c>@id</c> lines are compared with; null: the host name up to a dot.</summary>
    public string? ConfigId { get; init; }

    /// <summary><c>-e</c>: every include must match, from the first line on. Default false.</summary>
    public bool StrictIncludes { get; init; }

    /// <summary>
    /// Load a file with keywords that change behaviour and are not supported yet; they become warnings. Default
    /// false.
    /// </summary>
    public bool AcceptLoss { get; init; }

    /// <summary>
    /// Files of ipvsadm rules, whose services are added to the virtual servers; with one, the path of the
    /// keepalived.conf may be empty. Default: none.
    /// </summary>
    public ImmutableArray<string> RuleFiles { get; init; } = [];

    /// <summary>Value of <c>${_INSTANCE}</c>. Default empty.</summary>
    public string? InstanceName { get; init; }

    /// <summary>Seed of <c>${_RANDOM}</c>, unless the file has <c>random_seed</c>. Default 0.</summary>
    public ulong RandomSeed { get; init; }

    /// <summary>Which parts are run; the model holds nothing else. Default: all.</summary>
    public DaemonParts Parts { get; init; } = DaemonParts.All;

    /// <summary>Says what is wrong with a <c>regex</c>; null for nothing. Default: regexes are not looked at.</summary>
    public Func<HttpRegexModel, string?>? RegexProblem { get; init; }

    /// <summary>
    /// Interfaces of this machine; names that are not among them are reported. Default: not known, not checked.
    /// </summary>
    public ImmutableArray<string> KnownInterfaces { get; init; }

    /// <summary>
    /// Names of routing tables, protocols, scopes, realms and groups, as <c>kind name number</c> lines would give
    /// them ("rt_tables:blue" to 100). Default: iproute2's built-in names only.
    /// </summary>
    public ImmutableDictionary<string, uint> RouteNames { get; init; } = ImmutableDictionary<string, uint>.Empty;
}
