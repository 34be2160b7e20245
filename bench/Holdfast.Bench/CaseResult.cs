namespace Holdfast.Bench;

/// <summary>All rounds of one case and one contender.</summary>
internal sealed class CaseResult(FailoverCase which, Contender contender)
{
    internal FailoverCase Case { get; } = which;

    internal Contender Contender { get; } = contender;

    internal List<RoundResult> Rounds { get; } = [];

    /// <summary>Rounds that came to no end, with the reason.</summary>
    internal List<string> Failures { get; } = [];

    internal double Min => Figures().Min();

    internal double Median
    {
        get
        {
            double[] sorted = [.. Figures().Order()];
            int middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    internal double Max => Figures().Max();

    internal int LostTotal => Rounds.Sum(static round => round.LostCount);

    /// <summary>The figure that is judged, in milliseconds.</summary>
    internal double Figure(RoundResult round)
        => (Case.IsMassMove ? round.AllAnnounced : round.Blackout).TotalMilliseconds;

    private IEnumerable<double> Figures() => Rounds.Select(Figure);
}
