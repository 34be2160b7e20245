using System.Globalization;
using System.Text;

namespace Holdfast.Demo;

/// <summary>The measured figures as aligned text without colours.</summary>
internal static class ResultTable
{
    private static readonly string[] Titles = ["What happened", "Then", "Pings lost", "Blackout"];

    /// <summary>The cells of one result.</summary>
    internal static string[] Cells(SceneResult result) =>
    [
        result.Title,
        result.Outcome,
        result.LostCount.ToString(CultureInfo.InvariantCulture),
        result.LostCount == 0 ? "none"
            : string.Create(CultureInfo.InvariantCulture, $"{result.Blackout.TotalMilliseconds:F0} ms"),
    ];

    /// <summary>Column titles where pings are counted.</summary>
    internal static IReadOnlyList<string> Headings => Titles;

    /// <summary>All of it.</summary>
    internal static string Write(IReadOnlyList<SceneResult> results, IReadOnlyList<string> headings)
    {
        List<string[]> rows = [[.. headings], .. results.Select(Cells)];
        int[] widths = [.. Enumerable.Range(0, headings.Count).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        for (int i = 0; i < rows.Count; i++)
        {
            text.AppendLine(Line(rows[i], widths));
            if (i == 0)
            {
                text.AppendLine(string.Join("  ", widths.Select(static width => new string('-', width))));
            }
        }
        return text.ToString();
    }

    private static string Line(string[] row, int[] widths)
        => string.Join("  ", row.Select((cell, column)
            => column >= 2 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd();
}
