using System.Globalization;
using System.Text;
using Holdfast.Config.Nginx.Schema;

namespace Holdfast.Config.Nginx;

/// <summary>Writes docs/nginx.md from the table that the parser uses, so that it cannot be out of date.</summary>
public static class DirectiveReference
{
    private static readonly SupportClass[] s_classes = Enum.GetValues<SupportClass>();
    private static readonly string[] s_families = ["core", "http", "stream", "mail"];

    /// <summary>The whole page.</summary>
    public static string Write()
    {
        var page = new StringBuilder();
        page.Append("# nginx.conf in Holdfast\n\n")
            .Append("This page is generated from the parser's table; do not edit it.\n\n")
            .Append("*done*: has its effect. *planned*: understood and checked, not carried out yet, so that a file ")
            .Append("with it\nchecks and does not run. *cosmetic*, *performance*: without effect. *behaviour*, ")
            .Append("*security*: not supported yet and\nrefused, because leaving it out would change what happens; ")
            .Append("`--accept-loss` loads the file without it. *replaced*: old.\n*refused*: no part of the free ")
            .Append("nginx.\n\n")
            .Append("Directives and defaults are those of mainline 1.31. A directive that several modules have ")
            .Append("counts for each.\n\n");
        AppendTotals(page);
        foreach (string family in s_families)
        {
            foreach (IGrouping<string, DirectiveSpec> module in Of(family).GroupBy(static d => d.Module))
            {
                AppendModule(page, family, module.Key, [.. module]);
            }
        }
        AppendFindings(page);
        return page.ToString();
    }

    /// <summary>How many directives have their effect, and how many there are.</summary>
    public static (int Done, int All) Count()
        => (DirectiveTable.All.Count(static d => d.Support == SupportClass.Done), DirectiveTable.All.Length);

    private static IEnumerable<DirectiveSpec> Of(string family)
        => DirectiveTable.All.Where(d => d.Family == family);

    private static string Word(SupportClass support) => support.ToString().ToLowerInvariant();

    private static void AppendTotals(StringBuilder page)
    {
        page.Append("| Family |");
        foreach (SupportClass support in s_classes)
        {
            page.Append(CultureInfo.InvariantCulture, $" {Word(support)} |");
        }
        page.Append(" all |\n| --- |").Append(string.Concat(Enumerable.Repeat(" ---: |", s_classes.Length + 1)));
        page.Append('\n');
        foreach (string family in s_families)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {family} |");
            foreach (SupportClass support in s_classes)
            {
                page.Append(CultureInfo.InvariantCulture, $" {Of(family).Count(d => d.Support == support)} |");
            }
            page.Append(CultureInfo.InvariantCulture, $" {Of(family).Count()} |\n");
        }
        (int done, int all) = Count();
        page.Append(CultureInfo.InvariantCulture, $"\n{done} done of {all}.\n");
    }

    private static void AppendModule(StringBuilder page, string family, string module, DirectiveSpec[] directives)
    {
        int done = directives.Count(static d => d.Support == SupportClass.Done);
        page.Append(CultureInfo.InvariantCulture, $"\n## {family}: {module} ({done} of {directives.Length})\n\n")
            .Append("| Directive | Where | Words | Support |\n| --- | --- | --- | --- |\n");
        foreach (DirectiveSpec directive in directives)
        {
            string block = directive.IsBlock ? " { }" : "";
            string places = directive.IsNotFree ? "" : DirectiveTable.Places(directive.Contexts);
            page.Append(CultureInfo.InvariantCulture, $"| `{directive.Name}`{block} | {places} | ")
                .Append(directive.Arguments.InWords.Replace("|", "/", StringComparison.Ordinal))
                .Append(CultureInfo.InvariantCulture, $" | {Word(directive.Support)} |\n");
        }
    }

    private static void AppendFindings(StringBuilder page)
    {
        page.Append("\n## Findings\n\n| Code | Severity | About |\n| --- | --- | --- |\n");
        foreach (FindingCode code in FindingCodes.All)
        {
            string severity = code.Severity.ToString().ToLowerInvariant();
            page.Append(CultureInfo.InvariantCulture, $"| {code.Id} | {severity} | {code.Title} |\n");
        }
    }
}
