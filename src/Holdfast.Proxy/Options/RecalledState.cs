using Holdfast.Balancing.Servers;

namespace Holdfast.Proxy.Options;

/// <summary>What was known of a server before this process began: from a state file, or from the process before.
/// </summary>
/// <param name="Weight">The operator's weight; null: the file's.</param>
/// <param name="Administrative">The operator's will.</param>
/// <param name="State">Its health; of use only to a server that is checked.</param>
/// <param name="Counter">The check's counter of health.</param>
public sealed record RecalledState(int? Weight, AdministrativeStates Administrative, ServerState State, int Counter);
