using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Web.Translation;

/// <summary>What a translation asks the host about.</summary>
/// <param name="ProcessorCount">For <c>worker_processes auto</c>.</param>
/// <param name="IsPrivileged">Whether low ports may be opened: the default of <c>listen</c>.</param>
/// <param name="Hosts">Addresses of host names that the file has.</param>
public sealed record WebFacts(
    int ProcessorCount, bool IsPrivileged, ImmutableDictionary<string, ImmutableArray<IpAddress>> Hosts)
{
    /// <summary>Of a host that nothing is known of.</summary>
    public static WebFacts None { get; } = new(1, false, ImmutableDictionary<string, ImmutableArray<IpAddress>>.Empty);
}
