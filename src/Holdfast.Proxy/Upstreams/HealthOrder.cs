using Holdfast.Balancing.Servers;

namespace Holdfast.Proxy.Upstreams;

/// <summary>What an operator wants of a server's checks.</summary>
/// <param name="Will">Maintenance and drain as they are now; null: no change.</param>
/// <param name="State">What its health is to be; null: no change.</param>
/// <param name="IsChecked">Whether it is checked from now on; null: no change.</param>
/// <param name="IsAgentDown">What its agent is taken to say; null: no change.</param>
internal sealed record HealthOrder(
    AdministrativeStates? Will = null, ServerState? State = null, bool? IsChecked = null,
    bool? IsAgentDown = null);
