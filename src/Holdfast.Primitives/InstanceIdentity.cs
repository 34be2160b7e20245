namespace Holdfast.Primitives;

/// <summary>What makes a virtual router on this node the same one before and after a reload.</summary>
/// <remarks>
/// RFC 9568 §5.2.3 identifies it by VRID, family and link. Version and transport belong to it as well: peers would
/// take the adverts of the other for those of nobody. The name does not: a virtual router may be renamed.
/// </remarks>
/// <param name="Name">Name of the instance, which decides between several that are equal in all else.</param>
/// <param name="Vrid">Virtual Router Identifier.</param>
/// <param name="Family">Family of the adverts.</param>
/// <param name="Version">2 or 3.</param>
/// <param name="Interface">Interface that adverts use; empty when there is none.</param>
/// <param name="IsUnicast">Whether adverts go to peers rather than to the group.</param>
public readonly record struct InstanceIdentity(
    string Name, Vrid Vrid, IpFamily Family, int Version, string Interface, bool IsUnicast)
{
    /// <summary>Whether both are the same virtual router, under whichever name.</summary>
    public bool IsSameRouter(in InstanceIdentity other)
        => Vrid == other.Vrid && Family == other.Family && Version == other.Version
            && Interface == other.Interface && IsUnicast == other.IsUnicast;

    /// <summary>For each instance now, the one before that it goes on from; −1 for one that begins.</summary>
    /// <remarks>One of the same name comes first; what is left over is matched without names.</remarks>
    public static int[] Match(ReadOnlySpan<InstanceIdentity> before, ReadOnlySpan<InstanceIdentity> now)
    {
        int[] sources = new int[now.Length];
        Array.Fill(sources, -1);
        bool[] taken = new bool[before.Length];
        Dictionary<string, int> names = new(before.Length, StringComparer.Ordinal);
        for (int index = 0; index < before.Length; index++)
        {
            names[before[index].Name] = index;
        }
        for (int index = 0; index < now.Length; index++)
        {
            if (names.TryGetValue(now[index].Name, out int old) && !taken[old] && now[index].IsSameRouter(before[old]))
            {
                sources[index] = old;
                taken[old] = true;
            }
        }
        MatchRenamed(before, now, sources, taken);
        return sources;
    }

    private static void MatchRenamed(
        ReadOnlySpan<InstanceIdentity> before, ReadOnlySpan<InstanceIdentity> now, int[] sources, bool[] taken)
    {
        Dictionary<InstanceIdentity, Queue<int>> left = [];
        for (int index = 0; index < before.Length; index++)
        {
            if (!taken[index])
            {
                InstanceIdentity router = before[index] with { Name = "" };
                if (!left.TryGetValue(router, out Queue<int>? queue))
                {
                    left[router] = queue = new Queue<int>();
                }
                queue.Enqueue(index);
            }
        }
        for (int index = 0; index < now.Length; index++)
        {
            if (sources[index] < 0 && left.TryGetValue(now[index] with { Name = "" }, out Queue<int>? queue)
                && queue.TryDequeue(out int old))
            {
                sources[index] = old;
            }
        }
    }
}
