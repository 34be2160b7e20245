using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Schema;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Tests.Repository;

namespace Holdfast.Config.Tests.Keepalived;

/// <summary>The table of keywords, its documentation, and what it says about typing mistakes.</summary>
public sealed class KeywordTableTests(ITestOutputHelper output)
{
    [Fact]
    public void Documentation_Generated_IsUpToDate()
    {
        string path = Path.Combine(RepositoryRoot.Path, "docs", "keepalived.md");
        string expected = KeywordReference.Write();
        if (Environment.GetEnvironmentVariable("HOLDFAST_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
        }
        Assert.Equal(expected, File.ReadAllText(path));
    }

    [Fact]
    public void Table_EveryKeyword_HasASummaryAndOneName()
    {
        foreach (BlockSchema block in KeepalivedSchema.All)
        {
            Assert.Equal(block.Keywords.Length, block.Keywords.Select(static k => k.Name).Distinct().Count());
            Assert.All(block.Keywords, static k => Assert.NotEmpty(k.Summary));
        }
        (int done, int all) = KeywordReference.Count();
        output.WriteLine($"{done} done of {all}");
        Assert.True(done > 150);
    }

    [Fact]
    public void Table_KeywordsOfTheOriginal_AreAllThere()
    {
        foreach ((BlockKind kind, string words) in AppendixA.Blocks)
        {
            BlockSchema block = KeepalivedSchema.Get(kind);
            Assert.All(words.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                w => Assert.True(block.Find(w) is not null, $"{block.Title} lacks {w}"));
        }
    }

    [Fact]
    public void Suggestion_SingleLetterMistakes_IsRightInNearlyAllCases()
    {
        var random = new Random(20);
        int tried = 0, right = 0;
        var wrong = new List<string>();
        foreach (BlockSchema block in KeepalivedSchema.All)
        {
            foreach (KeywordSpec keyword in block.Keywords)
            {
                foreach (string typo in Mistakes(keyword.Name, random))
                {
                    if (block.Find(typo) is not null)
                    {
                        continue;
                    }
                    tried++;
                    if (KeywordAdvice.Suggest(block, typo, out _) == keyword.Name)
                    {
                        right++;
                    }
                    else
                    {
                        wrong.Add($"{typo} -> {KeywordAdvice.Suggest(block, typo, out _)}, not {keyword.Name}");
                    }
                }
            }
        }
        output.WriteLine($"{right} of {tried} right: {100.0 * right / tried:F2} %");
        output.WriteLine(string.Join('\n', wrong.Take(40)));
        Assert.True(right >= 0.95 * tried, $"only {right} of {tried}");
    }

    private static IEnumerable<string> Mistakes(string word, Random random)
    {
        for (int round = 0; round < 3; round++)
        {
            int at = random.Next(word.Length);
            char letter = (char)('a' + random.Next(26));
            yield return word.Remove(at, 1);
            yield return word.Insert(at, letter.ToString());
            if (word[at] != letter)
            {
                yield return word.Remove(at, 1).Insert(at, letter.ToString());
            }
            if (at + 1 < word.Length && word[at] != word[at + 1])
            {
                yield return string.Concat(word.AsSpan(0, at), word.AsSpan(at + 1, 1), word.AsSpan(at, 1),
                    word.AsSpan(at + 2));
            }
        }
    }
}
