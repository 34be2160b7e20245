namespace Holdfast.Bench;

/// <summary>All rounds of one case and one contender.</summary>
internal sealed class CaseResult(FailoverCase which, Contender contender)
{
    internal FailoverCase Case { get; } = which;

    internal Contender Contender { get; } = contender;

    internal List<RoundResult> Rounds { get; } = [];

    /// <summary>Rounds that came to no end, with the reason.</summary>
    internal List<string> Failures { get; } = [];

    internal int LostTotal => Rounds.Sum(static round => round.LostCount);

    /// <summary>A figure of all rounds, in milliseconds, from the least on.</summary>
    internal double[] Sorted(Figure figure)
        => [.. Rounds.Select(round => figure.Of(round).TotalMilliseconds).Order()];

    internal static double Median(double[] sorted)
    {
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
