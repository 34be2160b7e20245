using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Simulation;

/// <summary>The configuration of one instance of a <see cref="SimulatedNode"/>.</summary>
/// <param name="Identity">What makes it the same before and after a reload.</param>
/// <param name="Config">What the machine is told.</param>
/// <param name="Addresses">Its virtual addresses, by number.</param>
public sealed record InstancePlan(InstanceIdentity Identity, VrrpConfig Config, int[] Addresses)
{
    /// <summary>Whether both say the same.</summary>
    public bool IsSame(InstancePlan other)
        => Identity == other.Identity && Config == other.Config && Addresses.SequenceEqual(other.Addresses);
}

/// <summary>The configuration of one node.</summary>
/// <param name="Instances">All instances.</param>
/// <param name="Groups">Sync groups: name and indexes of the members.</param>
public sealed record NodePlan(InstancePlan[] Instances, (string Name, int[] Members)[] Groups)
{
    /// <summary>The name of the group of an instance and the names of all its members; empty without one.</summary>
    public string GroupOf(int index)
    {
        foreach ((string name, int[] members) in Groups)
        {
            if (members.Contains(index))
            {
                return $"{name}: {string.Join(' ', members.Select(m => Instances[m].Identity.Name))}";
            }
        }
        return "";
    }
}
