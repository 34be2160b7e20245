using Holdfast.Vrrp.Machine;

namespace Holdfast.Simulation;

/// <summary>What must hold on a segment, counted from the last fault.</summary>
public static class Invariants
{
    /// <summary>Null when all hold now; else what is broken.</summary>
    /// <param name="lan">The segment.</param>
    /// <param name="settle">How long after the last fault the number of Actives may still be wrong.</param>
    public static string? Broken(SimulatedLan lan, TimeSpan settle)
    {
        foreach (SimulatedRouter router in lan.Routers)
        {
            if (router.IsRunning && router.Role == Role.Active && !router.HoldsAddresses)
            {
                return $"router {router.Index} is Active without its addresses";
            }
            if (router.IsRunning && router.HoldsAddresses && router.State.Addresses == AddressPhase.Absent)
            {
                return $"router {router.Index} has addresses that its state does not know of";
            }
            if (router.IsRunning && router.Role != Role.Active && router.State.Addresses == AddressPhase.Held)
            {
                return $"router {router.Index} holds addresses as {router.Role}";
            }
        }
        return lan.Now - lan.LastFault < settle ? null : OneActivePerPart(lan);
    }

    private static string? OneActivePerPart(SimulatedLan lan)
    {
        foreach (IGrouping<int, SimulatedRouter> part in lan.Routers.Where(r => r.IsRunning).GroupBy(r => r.Part))
        {
            int able = part.Count(r => r.Role is Role.Active or Role.Backup);
            int actives = part.Count(r => r.Role == Role.Active);
            int holders = part.Count(r => r.HoldsAddresses);
            if (able > 0 && actives != 1)
            {
                return $"part {part.Key} has {actives} Actives among {able}";
            }
            if (able > 0 && holders != 1)
            {
                return $"part {part.Key} has {holders} holders of the addresses";
            }
        }
        return null;
    }
}
