using Holdfast.Primitives;

namespace Holdfast.Vrrp.Tracking;

/// <summary>What one tracker contributes, by keepalived's rules.</summary>
/// <param name="Weight">0: its failure is a fault. Positive: added while up. Negative: subtracted while down.</param>
/// <param name="Reverse">Turns the sign; with weight 0 being up is the fault.</param>
/// <param name="IsUp">Whether the thing is up.</param>
public readonly record struct TrackerVote(int Weight, bool Reverse, bool IsUp)
{
    /// <summary>Whether this vote alone puts the instance in fault.</summary>
    public bool IsFault => Weight == 0 && IsUp == Reverse;

    /// <summary>What is added to the priority; <see cref="Reverse"/> turns the sign.</summary>
    public int Contribution
    {
        get
        {
            int counted = (Weight > 0) == IsUp ? Weight : 0;
            return Reverse ? -counted : counted;
        }
    }
}

/// <summary>From the configured priority and the trackers to the priority that is advertised.</summary>
public static class EffectivePriority
{
    /// <summary>Clips base plus contributions to 1..254; the owner's 255 never changes.</summary>
    public static Priority Of(Priority configured, int contributions)
        => configured.IsOwner ? configured : new((byte)Math.Clamp(configured.Value + contributions, 1, 254));
}
