namespace Holdfast.Terminal;

/// <summary>
/// Aligned columns. The last one is wrapped into the room that is left, or goes below when there is none.
/// </summary>
/// <param name="titles">A title for each column.</param>
internal sealed class Columns(params string[] titles)
{
    private const int Gap = 2;
    private const int LastMin = 20;
    private readonly List<(string Text, Tone Tone)[]> _rows = [];

    /// <summary>Adds a row with a cell for each column.</summary>
    internal void Add(params (string Text, Tone Tone)[] cells) => _rows.Add(cells);

    /// <summary>Puts the rows on a page.</summary>
    internal void WriteTo(Page page)
    {
        int last = titles.Length - 1;
        int[] widths = [.. Enumerable.Range(0, last).Select(
            c => Math.Max(Page.Cells(titles[c]), _rows.Max(row => Page.Cells(row[c].Text))))];
        int start = widths.Sum() + (Gap * last);
        bool below = page.Width - start < LastMin
            && _rows.Exists(row => start + Page.Cells(row[last].Text) > page.Width);
        (string, Tone)[] head = [.. titles.Select(static t => (t.ToUpperInvariant(), Tone.Faint))];
        page.Line(Head(page, below ? [.. head[..last], ("", Tone.Plain)] : head, widths)
            + (below ? "" : page.Paint(Tone.Faint, titles[last].ToUpperInvariant())));
        foreach ((string Text, Tone Tone)[] row in _rows)
        {
            string text = Head(page, row, widths);
            if (below)
            {
                page.Line(text);
                if (row[last].Text.Length > 0)
                {
                    page.Item(4, "", 0, row[last].Text, row[last].Tone);
                }
                continue;
            }
            foreach (string part in Page.Wrap(row[last].Text, Math.Max(LastMin, page.Width - start)))
            {
                page.Line(text + page.Paint(row[last].Tone, part));
                text = new string(' ', start);
            }
        }
    }

    private static string Head(Page page, (string Text, Tone Tone)[] row, int[] widths)
    {
        var text = new System.Text.StringBuilder();
        for (int column = 0; column < widths.Length; column++)
        {
            text.Append(page.Paint(row[column].Tone, row[column].Text))
                .Append(' ', widths[column] - Page.Cells(row[column].Text) + Gap);
        }
        return text.ToString();
    }
}
