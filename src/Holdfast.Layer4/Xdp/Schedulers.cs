using Holdfast.Layer4.Xdp.Layout;

namespace Holdfast.Layer4.Xdp;

/// <summary>IPVS's schedulers by name, and how the program carries each out. Pure.</summary>
internal static class Schedulers
{
    internal const string Maglev = "mh";
    internal const string SourceHash = "sh";
    internal const string TargetHash = "dh";

    private static readonly Dictionary<string, ChoiceKind> s_choices = new()
    {
        ["rr"] = ChoiceKind.Sequence,
        ["wrr"] = ChoiceKind.Sequence,
        ["lc"] = ChoiceKind.LeastConnections,
        ["wlc"] = ChoiceKind.WeightedLeastConnections,
        ["lblc"] = ChoiceKind.Locality,
        ["lblcr"] = ChoiceKind.LocalitySet,
        [TargetHash] = ChoiceKind.Target,
        [SourceHash] = ChoiceKind.Source,
        ["sed"] = ChoiceKind.ShortestDelay,
        ["nq"] = ChoiceKind.NeverQueue,
        ["fo"] = ChoiceKind.Failover,
        ["ovf"] = ChoiceKind.Overflow,
        [Maglev] = ChoiceKind.Hash,
        ["twos"] = ChoiceKind.TwoByLot,
    };

    /// <summary>Whether IPVS has a scheduler of this name; then this plane has it.</summary>
    internal static bool IsKnown(string scheduler) => s_choices.ContainsKey(scheduler);

    internal static ChoiceKind ChoiceOf(string scheduler) => s_choices[scheduler];
}
