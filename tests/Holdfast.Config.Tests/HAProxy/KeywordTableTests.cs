using Holdfast.Config.HAProxy;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.Text;
using Holdfast.Tests.Repository;

namespace Holdfast.Config.Tests.HAProxy;

/// <summary>The table of words, its documentation, and what it says about typing mistakes.</summary>
public sealed class KeywordTableTests(ITestOutputHelper output)
{
    [Fact]
    public void Documentation_Generated_IsUpToDate()
    {
        string path = Path.Combine(RepositoryRoot.Path, "docs", "haproxy.md");
        string expected = KeywordReference.Write();
        if (Environment.GetEnvironmentVariable("HOLDFAST_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
        }
        Assert.Equal(expected, File.ReadAllText(path));
    }

    [Fact]
    public void Table_OfFetchesAndConverters_HasTypes()
    {
        Assert.All(KeywordTable.Of(KeywordGroup.Fetch), static k => Assert.NotNull(SampleTable.Fetch(k.Name)));
        Assert.All(KeywordTable.Of(KeywordGroup.Converter), static k => Assert.NotNull(SampleTable.Converter(k.Name)));
        (int done, int all) = KeywordReference.Count();
        output.WriteLine($"{done} done of {all}");
        Assert.True(all > 1400);
    }

    [Fact]
    public void Suggestion_SingleLetterMistakes_IsRightInNearlyAllCases()
    {
        var random = new Random(20);
        int tried = 0, right = 0;
        foreach (KeywordGroup group in KeywordTable.Groups)
        {
            string[] names = [.. KeywordTable.Of(group).Select(static k => k.Name)];
            foreach (string name in names.Where(static n => n.Length > 3))
            {
                string typo = Mistake(name, random);
                // What is itself a word, or as near to another one, has no single right answer.
                if (KeywordTable.Find(group, typo) is not null
                    || names.Any(n => n != name && NearestWord.Distance(typo, n) <= NearestWord.Distance(typo, name)))
                {
                    continue;
                }
                tried++;
                right += KeywordTable.Nearest(group, typo) == name ? 1 : 0;
            }
        }
        output.WriteLine($"{right} of {tried}");
        Assert.True(tried > 1000 && right >= tried * 0.95, $"{right} of {tried}");
    }

    private static string Mistake(string name, Random random)
    {
        int at = random.Next(1, name.Length);
        return random.Next(4) switch
        {
            0 => name.Remove(at, 1),
            1 => name.Insert(at, "q"),
            2 when at + 1 < name.Length => string.Concat(name.AsSpan(0, at), name.AsSpan(at + 1, 1), name.AsSpan(at, 1),
                name.AsSpan(at + 2)),
            _ => name[..at] + "q" + name[(at + 1)..],
        };
    }
}
