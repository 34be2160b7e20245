using Holdfast.Keepalived;

namespace Holdfast.Commands;

/// <summary>holdfast-keepalived(8), made from the text that <c>keepalived -h</c> prints.</summary>
internal static class KeepalivedManual
{
    internal static string Text()
    {
        var page = new ManualPage("holdfast-keepalived", 8, "Holdfast, called as keepalived");
        page.Section("Synopsis");
        page.Paragraph("keepalived [OPTION]...");
        page.Paragraph("holdfast keepalived [OPTION]...");
        page.Section("Description");
        page.Paragraph("Takes the options, signals, files and exit codes of keepalived 2.2.7, so that scripts and "
            + "habits go on working. Where the original is installed, too, its own program keeps the name "
            + "/usr/sbin/keepalived; /usr/lib/holdfast/bin/keepalived is always Holdfast.");
        page.Section("Options");
        List<(string Term, string Text)> items = [];
        foreach (string line in KeepalivedHelp.Text("keepalived").Split('\n').Skip(1))
        {
            if (line.StartsWith("  ", StringComparison.Ordinal) && line.TrimStart().StartsWith('-'))
            {
                string[] parts = line.Trim().Split("  ", 2, StringSplitOptions.TrimEntries);
                items.Add((parts[0], parts.Length > 1 ? parts[1] : ""));
            }
            else if (line.StartsWith("  ", StringComparison.Ordinal) && items.Count > 0)
            {
                (string term, string text) = items[^1];
                items[^1] = (term, $"{text} {line.Trim()}".Trim());
            }
        }
        items.ForEach(item => page.Item(item.Term, item.Text + "."));
        page.Section("Exit status");
        page.Item("0", "It ended as it was told to; of -t: the configuration is good.");
        page.Item("1", "It cannot run.");
        page.Item("2", "The configuration has errors; of -t: a parameter is missing.");
        page.Item("4", "Only of -t: the daemon could not run with it.");
        page.Item("5", "Only of -t: errors or warnings.");
        page.Item("6", "Only of -t: a script is not safe.");
        page.Section("See also");
        page.Paragraph("holdfast(1), keepalived.conf(5)");
        return page.ToString();
    }
}
