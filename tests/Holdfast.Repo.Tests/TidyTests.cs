using System.Text.RegularExpressions;

namespace Holdfast.Repo.Tests;

/// <summary>Sizes and habits that a machine can hold for us.</summary>
public sealed partial class TidyTests
{
    private const int ColumnsMax = 120;
    private const int FileLinesMax = 500;
    private const int FunctionLinesMax = 70;

    [Fact]
    public void Lines_AreAtMost120Columns()
        => Repository.FoundNone(EachLine().Where(static l => l.Text.EnumerateRunes().Count() > ColumnsMax)
            .Select(static l => $"{l.File}:{l.Number}"));

    [Fact]
    public void Files_AreAtMost500Lines()
        => Repository.FoundNone(Repository.SourceFiles.Where(
            static f => File.ReadLines(Path.Combine(Repository.Root, f)).Count() > FileLinesMax));

    [Fact]
    public void Functions_AreAtMost70Lines()
        => Repository.FoundNone(Repository.SourceFiles.SelectMany(LongFunctions));

    [Fact]
    public void Lines_HaveNoTabsAndNoTrailingBlanks()
        => Repository.FoundNone(EachLine().Where(static l => l.Text.Contains('\t') || l.Text.EndsWith(' '))
            .Select(static l => $"{l.File}:{l.Number}"));

    [Fact]
    public void Code_HasNoUnfinishedMarks()
        => Repository.FoundNone(EachLine().Where(static l => Unfinished().IsMatch(l.Text) && !l.File.EndsWith(
                $"{nameof(TidyTests)}.cs", StringComparison.Ordinal))
            .Select(static l => $"{l.File}:{l.Number}"));

    [Fact]
    public void Names_SayWhatAThingIs()
        => Repository.FoundNone(Repository.SourceFiles
            .Where(static f => Vague().IsMatch(Path.GetFileNameWithoutExtension(f))));

    [Fact]
    public void Tests_AreNotSkipped()
        => Repository.FoundNone(EachLine().Where(static l => Skipped().IsMatch(l.Text) && !l.File.EndsWith(
                $"{nameof(TidyTests)}.cs", StringComparison.Ordinal))
            .Select(static l => $"{l.File}:{l.Number}"));

    /// <summary>
    /// A function is what stands between a brace at the depth of members and the brace that closes it; braces are
    /// judged by indentation, which the formatter keeps.
    /// </summary>
    private static IEnumerable<string> LongFunctions(string file)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, file));
        for (int open = 0; open < lines.Length; open++)
        {
            Match match = MemberBrace().Match(lines[open]);
            if (!match.Success || open == 0 || TypeDeclaration().IsMatch(Declaration(lines, open)))
            {
                continue;
            }
            int close = Array.FindIndex(
                lines, open, l => l.StartsWith($"{match.Groups[1].Value}}}", StringComparison.Ordinal));
            if (close - open - 1 > FunctionLinesMax)
            {
                yield return $"{file}:{open + 1}: {close - open - 1} lines";
            }
        }
    }

    private static string Declaration(string[] lines, int open)
    {
        int first = open;
        while (first > 0 && lines[first - 1].Length > 0 && !lines[first - 1].TrimStart().StartsWith("///",
            StringComparison.Ordinal))
        {
            first--;
        }
        return string.Join('\n', lines[first..open]);
    }

    private static IEnumerable<(string File, int Number, string Text)> EachLine()
        => Repository.SourceFiles.SelectMany(static f => File.ReadLines(Path.Combine(Repository.Root, f))
            .Select((text, index) => (f, index + 1, text)));

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex Unfinished();

    [GeneratedRegex("(Common|Core|Utils?|Shared|Helpers?)$")]
    private static partial Regex Vague();

    [GeneratedRegex(@"\bSkip\s*=|Assert\.Skip|SkipWhen|SkipUnless")]
    private static partial Regex Skipped();

    [GeneratedRegex(@"^( {4}| {8})\{$")]
    private static partial Regex MemberBrace();

    [GeneratedRegex(@"\b(class|struct|record|interface|enum|extension)\b|=> new\(\)|= new\(|=\s*$|=> new \w+")]
    private static partial Regex TypeDeclaration();
}
