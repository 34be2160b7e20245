using System.Globalization;
using System.Text;
using Holdfast.Config.Keepalived.Schema;

namespace Holdfast.Config.Keepalived;

/// <summary>Writes docs/keepalived.md from the table that the parser uses, so that it cannot be out of date.</summary>
public static class KeywordReference
{
    /// <summary>The whole page.</summary>
    public static string Write()
    {
        var page = new StringBuilder();
        page.Append("# keepalived.conf in Holdfast\n\n")
            .Append("This page is generated from the parser's table; do not edit it.\n\n")
            .Append("*done*: has its effect. *cosmetic*, *performance*: not supported yet, loads with a warning.\n")
            .Append("*behaviour*: not supported yet and refused, because leaving it out would change what happens;\n")
            .Append("`--accept-loss` loads the file without it.\n\n");
        AppendTotals(page);
        foreach (BlockSchema block in KeepalivedSchema.All)
        {
            AppendBlock(page, block);
        }
        AppendOptions(page);
        AppendFindings(page);
        return page.ToString();
    }

    /// <summary>The classes that keywords of this language have, in the order of the columns.</summary>
    private static readonly SupportClass[] s_classes =
        [SupportClass.Done, SupportClass.Cosmetic, SupportClass.Performance, SupportClass.Behaviour];

    /// <summary>How many keywords have their effect, and how many there are, each block counted for itself.</summary>
    public static (int Done, int All) Count()
        => (KeepalivedSchema.All.Sum(CountDone), KeepalivedSchema.All.Sum(static b => b.Keywords.Length));

    private static void AppendTotals(StringBuilder page)
    {
        page.Append("| Block | done | cosmetic | performance | behaviour | all |\n")
            .Append("| --- | ---: | ---: | ---: | ---: | ---: |\n");
        Span<int> total = stackalloc int[s_classes.Length];
        foreach (BlockSchema block in KeepalivedSchema.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{block.Title}`");
            for (int i = 0; i < s_classes.Length; i++)
            {
                int count = block.Keywords.Count(k => k.Support == s_classes[i]);
                total[i] += count;
                page.Append(CultureInfo.InvariantCulture, $" | {count}");
            }
            page.Append(CultureInfo.InvariantCulture, $" | {block.Keywords.Length} |\n");
        }
        int all = total[0] + total[1] + total[2] + total[3];
        page.Append(CultureInfo.InvariantCulture,
            $"| **total** | **{total[0]}** | {total[1]} | {total[2]} | {total[3]} | **{all}** |\n\n")
            .Append(CultureInfo.InvariantCulture, $"{total[0]} done of {all}.\n");
    }

    private static void AppendBlock(StringBuilder page, BlockSchema block)
    {
        page.Append(CultureInfo.InvariantCulture,
            $"\n## {block.Title} ({CountDone(block)} of {block.Keywords.Length})\n\n")
            .Append("| Keyword | Value | Default | Support | What |\n| --- | --- | --- | --- | --- |\n");
        foreach (KeywordSpec keyword in block.Keywords)
        {
            string note = keyword.ReplacedBy is { } better ? $" (old: write {better})" : "";
            note += keyword.IsNewer ? " (newer than 2.2.7)" : "";
            page.Append(CultureInfo.InvariantCulture, $"| `{keyword.Name}` | {Cell(keyword.Value.Syntax)} | ")
                .Append(CultureInfo.InvariantCulture, $"{Cell(keyword.Default)} | {SupportWord(keyword)} | ")
                .Append(CultureInfo.InvariantCulture, $"{Cell(keyword.Summary)}{note} |\n");
        }
    }

    private static void AppendOptions(StringBuilder page)
    {
        page.Append("\n## Options of our own\n\n")
            .Append("Written as a comment, `#holdfast: OPTION VALUE`, in the block; the original does not see them. ")
            .Append("Those of\n`global_defs` may stand outside all blocks, too.\n\n")
            .Append("| Option | Block | Value | Default | What |\n| --- | --- | --- | --- | --- |\n");
        foreach (OptionSpec option in OptionSpec.All)
        {
            page.Append(CultureInfo.InvariantCulture,
                $"| `{option.Key}` | {KeepalivedSchema.Get(option.Block).Title} | {Cell(option.Syntax)} | ")
                .Append(CultureInfo.InvariantCulture, $"{option.Default} | {Cell(option.Summary)} |\n");
        }
    }

    private static void AppendFindings(StringBuilder page)
    {
        page.Append("\n## Findings\n\n")
            .Append("The last column is the exit code of `keepalived -t` for it; ")
            .Append("0 means that the original is silent.\n\n")
            .Append("| Code | Severity | What | keepalived |\n| --- | --- | --- | ---: |\n");
        foreach (FindingCode code in FindingCodes.All)
        {
            int exit = code.Original switch
            {
                OriginalClass.MissingParameter => 2,
                OriginalClass.CannotRun => 4,
                OriginalClass.ConfigError => 5,
                OriginalClass.Security => 6,
                _ => 0,
            };
            string severity = code.Severity.ToString().ToLowerInvariant();
            page.Append(CultureInfo.InvariantCulture, $"| {code.Id} | {severity} | {Cell(code.Title)} | {exit} |\n");
        }
    }

    private static int CountDone(BlockSchema block) => block.Keywords.Count(static k => k.Support == SupportClass.Done);

    private static string SupportWord(KeywordSpec keyword) => keyword.Support.ToString().ToLowerInvariant();

    private static string Cell(string text)
        => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
