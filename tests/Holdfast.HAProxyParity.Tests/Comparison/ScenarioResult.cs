namespace Holdfast.HAProxyParity.Tests.Comparison;

/// <summary>How a scenario went on both sides.</summary>
/// <param name="Refused">Why ours does not load it; empty when it does.</param>
/// <param name="Differences">Empty when both did the same.</param>
/// <param name="Statistics">Empty when both counted the same.</param>
internal sealed record ScenarioResult(
    string Refused, IReadOnlyList<Difference> Differences, IReadOnlyList<Difference> Statistics)
{
    /// <summary>Everything that is wrong, for a reader; empty when nothing is.</summary>
    public override string ToString() => Refused.Length > 0 ? "refused: " + Refused : string.Join('\n', Differences);
}
