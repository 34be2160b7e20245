using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Vrrp.Sync;

/// <summary>A router with a new configuration goes on from the one before. Pure; the simulator runs it, too.</summary>
/// <remarks>
/// In this order: 1 <see cref="Restore"/>; 2 the shell judges faults and priorities by the new configuration;
/// 3 <see cref="Settle"/>; 4 <see cref="MoveAddresses"/>, when every state is what it will be.
/// </remarks>
public static class RouterReload
{
    /// <summary>Puts the states before into the new router.</summary>
    /// <param name="before">What ran. It is not changed, and must not be stepped any more.</param>
    /// <param name="now">A new router with the configured instances, then those that leave.</param>
    /// <param name="map">Who goes on as whom.</param>
    /// <param name="time">The present.</param>
    public static void Restore(VrrpRouter before, VrrpRouter now, ReloadMap map, MonotonicTime time)
    {
        for (int index = 0; index < map.Count; index++)
        {
            if (map.SourceOf(index) is >= 0 and int source)
            {
                VrrpState state = before.State(source);
                if (index < map.Sources.Length)
                {
                    VrrpMachine.Reconfigure(before.Config(source), now.Config(index), ref state, time);
                }
                now.Restore(index, state, before.OwnFaults(source));
            }
        }
        for (int group = 0; group < map.GroupSources.Length; group++)
        {
            if (map.GroupSources[group] is >= 0 and int source)
            {
                now.RestoreGroup(group, before.GroupRole(source));
            }
        }
    }

    /// <summary>Brings sync groups with other members together, and lets those that leave hand over.</summary>
    public static void Settle<TEffects>(
        VrrpRouter before, VrrpRouter now, ReloadMap map, MonotonicTime time, TEffects effects)
        where TEffects : IVrrpEffects
    {
        now.AlignFaults(time, effects);
        for (int group = 0; group < map.GroupSources.Length; group++)
        {
            if (!HasSameMembers(before, now, map, group))
            {
                now.AlignGroup(group, time, effects);
            }
        }
        for (int index = map.Sources.Length; index < map.Count; index++)
        {
            now.Step(index, VrrpEvent.Of(EventKind.Shutdown), time, effects);
        }
    }

    /// <summary>What a reload does to the addresses in the kernel: new ones come before old ones go.</summary>
    /// <remarks>An address that moves from one instance to another, or is in both, is not touched.</remarks>
    /// <param name="before">What ran.</param>
    /// <param name="now">What runs.</param>
    /// <param name="map">Who goes on as whom.</param>
    /// <param name="addressesBefore">For each instance before, its addresses.</param>
    /// <param name="addressesNow">For each instance now, its addresses.</param>
    /// <param name="place">What the kernel tells addresses apart by.</param>
    /// <typeparam name="T">An address with all its properties.</typeparam>
    /// <typeparam name="TPlace">Address, prefix length and interface.</typeparam>
    /// <returns>Instances whose addresses have to be put in (again); addresses that have to go after that.</returns>
    public static (int[] Install, T[] Gone) MoveAddresses<T, TPlace>(
        VrrpRouter before, VrrpRouter now, ReloadMap map, Func<int, T[]> addressesBefore,
        Func<int, T[]> addressesNow, Func<T, TPlace> place)
        where TPlace : notnull
    {
        HashSet<TPlace> wanted = [];
        List<int> install = [];
        for (int index = 0; index < map.Count; index++)
        {
            if (now.State(index).Addresses == AddressPhase.Absent)
            {
                continue;
            }
            T[] addresses = addressesNow(index);
            wanted.UnionWith(addresses.Select(place));
            if (map.SourceOf(index) is >= 0 and int source && addresses.Except(addressesBefore(source)).Any())
            {
                install.Add(index);
            }
        }
        List<T> gone = [];
        for (int index = 0; index < before.Count; index++)
        {
            if (before.State(index).Addresses != AddressPhase.Absent)
            {
                gone.AddRange(addressesBefore(index).Where(a => !wanted.Contains(place(a))));
            }
        }
        return ([.. install], [.. gone]);
    }

    private static bool HasSameMembers(VrrpRouter before, VrrpRouter now, ReloadMap map, int group)
    {
        if (map.GroupSources[group] < 0)
        {
            return false;
        }
        int[] members = now.Members(group);
        int[] old = before.Members(map.GroupSources[group]);
        return members.Length == old.Length && members.All(m => old.Contains(map.SourceOf(m)));
    }
}
