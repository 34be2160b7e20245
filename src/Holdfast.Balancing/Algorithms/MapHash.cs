using Holdfast.Balancing.Servers;

namespace Holdfast.Balancing.Algorithms;

/// <summary><c>hash-type map-based</c>: the hash modulo the length of a table of servers.</summary>
/// <remarks>
/// Whether the server is full does not matter, and the server to avoid cannot be avoided. A request without a key goes
/// by turns over the same table. Exact with several threads, and nobody waits.
/// </remarks>
internal sealed class MapHash(ServerPool pool) : StaticRoundRobin(pool)
{
    public override BalancedServer? Select(in Selection selection)
    {
        BalancedServer[] map = Map;
        return map.Length == 0 ? null
            : selection.Key.HasValue ? map[selection.Key.Value % (uint)map.Length] : base.Select(selection);
    }
}
