using System.Text;
using Holdfast.HAProxyParity.Tests.Scenarios;
using Holdfast.Tests.Repository;

namespace Holdfast.HAProxyParity.Tests.Comparison;

/// <summary>docs/differences/haproxy-parity.md: why what differs does, and below a mark, which scenarios.
/// </summary>
internal static class ExplanationDocument
{
    private const string Mark = "<!-- What follows is made by the tests with HOLDFAST_UPDATE_DOCS=1. -->\n";

    private static string Path
        => System.IO.Path.Combine(RepositoryRoot.Path, "docs", "differences", "haproxy-parity.md");

    /// <summary>Its headings above the mark.</summary>
    public static IEnumerable<string> Headings
        => Split().Written.Split('\n').Where(static l => l.StartsWith("## ", StringComparison.Ordinal))
            .Select(static l => l[3..]);

    /// <summary>What stands below the mark.</summary>
    public static string Made => Split().Made;

    /// <summary>Replaces what stands below the mark.</summary>
    public static void Update(string made) => File.WriteAllText(Path, Split().Written + Mark + made);

    /// <summary>The part below the mark.</summary>
    /// <param name="scenarios">Each with its heading, and its differences.</param>
    public static string Make(
        IEnumerable<(string Name, string Heading, IReadOnlyList<Difference> Differences)> scenarios)
    {
        var text = new StringBuilder("\n## Written scenarios that differ\n");
        foreach (var heading in scenarios.GroupBy(static s => s.Heading).OrderBy(static g => g.Key,
            StringComparer.Ordinal))
        {
            text.Append("\n### ").Append(heading.Key).Append('\n');
            foreach ((string name, _, IReadOnlyList<Difference> differences) in heading)
            {
                text.Append("\n`").Append(name).Append("`\n\n```\n");
                foreach (Difference difference in differences)
                {
                    text.Append(difference.Where).Append('\n');
                    text.Append("  HAProxy:  ").Append(Short(difference.Original)).Append('\n');
                    text.Append("  Holdfast: ").Append(Short(difference.Ours)).Append('\n');
                }
                text.Append("```\n");
            }
        }
        return text.ToString();
    }

    private static string Short(string text)
    {
        string readable = WireText.Readable(text);
        return readable.Length > 400 ? readable[..400] + "…" : readable;
    }

    private static (string Written, string Made) Split()
    {
        string text = File.ReadAllText(Path);
        int mark = text.IndexOf(Mark, StringComparison.Ordinal);
        return mark < 0 ? (text, "") : (text[..mark], text[(mark + Mark.Length)..]);
    }
}
