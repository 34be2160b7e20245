using System.Text.RegularExpressions;

namespace Holdfast.Repo.Tests;

/// <summary>Documents that name things of the code stay true.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Architecture_NamesEveryProject()
    {
        string text = Repository.Read("ARCHITECTURE.md");

        Repository.FoundNone(Repository.Projects.Select(Repository.NameOf)
            .Where(name => !Regex.IsMatch(text, $@"(?<![\w.]){Regex.Escape(name)}(?![\w.])")));
    }

    [Fact]
    public void Architecture_NamesNoProjectThatIsGone()
    {
        string[] projects = [.. Repository.Projects.Select(Repository.NameOf)];

        Repository.FoundNone(ProjectName().Matches(Repository.Read("ARCHITECTURE.md"))
            .Select(static m => m.Value.TrimEnd('.'))
            .Distinct().Except(projects));
    }

    [Fact]
    public void Documents_LinkOnlyToFilesThatExist()
    {
        List<string> broken = [];
        foreach (string file in Repository.Files.Where(static f => f.EndsWith(".md", StringComparison.Ordinal)))
        {
            string folder = Path.GetDirectoryName(file)!;
            foreach (Match link in LocalLink().Matches(Repository.Read(file)))
            {
                string target = Path.Combine(Repository.Root, folder, link.Groups[1].Value);
                if (!File.Exists(target) && !Directory.Exists(target))
                {
                    broken.Add($"{file}: {link.Groups[1].Value}");
                }
            }
        }

        Repository.FoundNone(broken);
    }

    [Fact]
    public void Decisions_AreNumberedWithoutGaps()
    {
        string[] numbers = [.. Repository.Files
            .Where(static f => f.StartsWith("docs/decisions/", StringComparison.Ordinal))
            .Select(static f => Path.GetFileName(f)[..4]).Order(StringComparer.Ordinal)];

        Assert.Equal(Enumerable.Range(1, numbers.Length).Select(static n => n.ToString("D4",
            System.Globalization.CultureInfo.InvariantCulture)), numbers);
    }

    [GeneratedRegex(@"\bHoldfast\.[A-Z]\w*(\.Tests)?")]
    private static partial Regex ProjectName();

    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)([^)#\s]+)")]
    private static partial Regex LocalLink();
}
