using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Vrrp.Sync;

/// <summary>Who goes on as whom in a reload.</summary>
/// <param name="Sources">For each instance now the one before that it goes on from; −1: it begins.</param>
/// <param name="Leaving">
/// Instances before that no longer are, and have yet to hand over: they follow those of the configuration.
/// </param>
/// <param name="GroupSources">For each sync group now the group of that name before; −1: there was none.</param>
public sealed record ReloadMap(int[] Sources, int[] Leaving, int[] GroupSources)
{
    /// <summary>How many instances the router has afterwards: the configured ones, then those that leave.</summary>
    public int Count => Sources.Length + Leaving.Length;

    /// <summary>Works out who goes on as whom.</summary>
    /// <param name="router">
    /// What runs. It may have more instances than <paramref name="before"/>, which an earlier reload has ended.
    /// </param>
    /// <param name="before">Identities of the instances that were configured.</param>
    /// <param name="now">Identities of the instances that are configured now.</param>
    /// <param name="groupsBefore">Names of the sync groups before.</param>
    /// <param name="groupsNow">Names of the sync groups now.</param>
    public static ReloadMap Of(
        VrrpRouter router, ReadOnlySpan<InstanceIdentity> before, ReadOnlySpan<InstanceIdentity> now,
        string[] groupsBefore, string[] groupsNow)
    {
        int[] sources = InstanceIdentity.Match(before, now);
        bool[] goesOn = new bool[router.Count];
        foreach (int source in sources)
        {
            if (source >= 0)
            {
                goesOn[source] = true;
            }
        }
        List<int> leaving = [];
        for (int index = 0; index < router.Count; index++)
        {
            ref readonly VrrpState state = ref router.State(index);
            if (!goesOn[index] && (state.Role == Role.Active || state.Addresses != AddressPhase.Absent))
            {
                leaving.Add(index);
            }
        }
        return new ReloadMap(sources, [.. leaving],
            [.. groupsNow.Select(name => Array.IndexOf(groupsBefore, name))]);
    }

    /// <summary>The instance before that one goes on from, or leaves as; −1: it begins.</summary>
    public int SourceOf(int index) => index < Sources.Length ? Sources[index] : Leaving[index - Sources.Length];
}
