using System.Globalization;
using System.Text.Json;

namespace Holdfast.FalseFail;

/// <summary>All rounds of one program in one case.</summary>
internal sealed class CaseTotals(FalseFailCase which, string label, string program)
{
    private readonly List<PairResult> _rounds = [];

    internal FalseFailCase Case => which;

    internal string Program => program;

    internal string Label => label;

    internal int Takeovers => _rounds.Sum(static round => round.Takeovers);

    internal double LargestMilliseconds => Sorted()[^1];

    internal void Add(PairResult result) => _rounds.Add(result);

    /// <summary>A row of the table.</summary>
    /// <param name="original">The original in the same case.</param>
    internal string Row(CaseTotals original)
    {
        double[] sorted = Sorted();
        if (sorted.Length == 0)
        {
            return $"| {which.Title} | {label} | 0 | failed | | | | | |";
        }
        string ratio = ReferenceEquals(this, original) || original._rounds.Count == 0 ? "–"
            : (sorted[^1] / original.LargestMilliseconds).ToString("F2", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {which.Title} | {label} | {sorted.Length} | {Takeovers} | {At(sorted, 0.5):F2} | "
            + $"{At(sorted, 0.999):F1} | {sorted[^1]:F1} | {ratio} | "
            + $"{_rounds.Sum(static round => round.Steal.TotalSeconds):F1} |");
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("case", which.Title);
        json.WriteString("program", label);
        json.WriteStartArray("rounds");
        foreach (PairResult round in _rounds)
        {
            double[] sorted = [.. round.Gaps.Select(static gap => gap.TotalMilliseconds).Order()];
            json.WriteStartObject();
            json.WriteNumber("gaps", sorted.Length);
            json.WriteNumber("medianMilliseconds", At(sorted, 0.5));
            json.WriteNumber("p999Milliseconds", At(sorted, 0.999));
            json.WriteNumber("largestMilliseconds", sorted[^1]);
            json.WriteNumber("falseTakeovers", round.Takeovers);
            json.WriteNumber("stealSeconds", round.Steal.TotalSeconds);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private double[] Sorted()
        => [.. _rounds.SelectMany(static round => round.Gaps).Select(static gap => gap.TotalMilliseconds).Order()];

    private static double At(double[] sorted, double part) => sorted[(int)Math.Ceiling(part * sorted.Length) - 1];
}
