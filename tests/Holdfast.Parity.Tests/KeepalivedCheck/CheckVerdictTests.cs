using System.Globalization;
using Holdfast.Config.Keepalived;
using Holdfast.UserMode.Tests.Lives;

namespace Holdfast.Parity.Tests.KeepalivedCheck;

/// <summary>3,000 random files: the original's verdict and ours are the same, or the difference is explained.</summary>
public sealed class CheckVerdictTests(ITestOutputHelper output)
{
    private const int FileCount = 3000;
    private const int ServerFileCount = 1500;
    private const int LifeCount = 150;

    // HOLDFAST_SEED=n tries other files than the usual ones.
    private static readonly int FirstSeed = int.Parse(
        Environment.GetEnvironmentVariable("HOLDFAST_SEED") ?? "0", CultureInfo.InvariantCulture);

    [Fact]
    public void Verdict_RandomFiles_IsThatOfTheOriginal()
        => Run("random", Enumerable.Range(FirstSeed, FileCount).Select(static seed =>
            (seed.ToString("D4", CultureInfo.InvariantCulture), new ConfigGenerator(seed).Generate())));

    [Fact]
    public void Verdict_RandomVirtualServers_IsThatOfTheOriginal()
        => Run("servers", Enumerable.Range(FirstSeed, ServerFileCount).Select(static seed =>
            (seed.ToString("D4", CultureInfo.InvariantCulture), new ConfigGenerator(seed).GenerateServers())));

    [Fact]
    public void Verdict_VirtualServersOfLives_AreRightForBoth()
    {
        Dictionary<string, OriginalVerdict> verdicts = Run("lives", Enumerable.Range(FirstSeed, LifeCount).SelectMany(
            static seed => new LifeGenerator(seed).Generate().Files.Select((text, i) =>
                (string.Create(CultureInfo.InvariantCulture, $"{seed:D4}-{i}"),
                    text.Replace("@/script", "/bin/true", StringComparison.Ordinal)
                        .Replace("@/", "/tmp/", StringComparison.Ordinal)))));

        Assert.All(verdicts.Values, static v => Assert.True(v.ExitCode == 0, v.Output));
    }

    [Fact]
    public void Verdict_EveryKeywordAtItsLimits_IsThatOfTheOriginal() => Run("limits", KeywordProbes.All());

    [Fact]
    public void Differences_InTheListAndInTheDocument_AreTheSame()
    {
        string document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "keepalived-check.md"));
        IEnumerable<string> headings = document.Split('\n')
            .Where(static l => l.StartsWith("## ", StringComparison.Ordinal)).Select(static l => l[3..].Trim());
        Assert.Equal(ExplainedDifferences.Ids.Order(), headings.Order());
    }

    private Dictionary<string, OriginalVerdict> Run(string what, IEnumerable<(string Name, string Text)> texts)
    {
        string directory = Directory.CreateTempSubdirectory($"holdfast-{what}-").FullName;
        try
        {
            foreach ((string name, string text) in texts)
            {
                File.WriteAllText(Path.Combine(directory, name + ".conf"), text);
            }
            Dictionary<string, OriginalVerdict> verdicts = Original.Check(directory);
            Compare(directory, verdicts);
            return verdicts;
        }
        finally
        {
            if (Environment.GetEnvironmentVariable("HOLDFAST_KEEP_FILES") is null)
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private void Compare(string directory, Dictionary<string, OriginalVerdict> verdicts)
    {
        var options = new KeepalivedParseOptions { KnownInterfaces = ["lo", "eth0", "eth1", "peer0", "peer1"] };
        var files = new DiskConfigFiles();
        var explained = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var codes = new SortedDictionary<int, int>();
        var unexplained = new List<string>();
        foreach ((string file, OriginalVerdict verdict) in verdicts)
        {
            codes[verdict.ExitCode] = codes.GetValueOrDefault(verdict.ExitCode) + 1;
            KeepalivedParseResult ours = KeepalivedParser.Parse(file, files, options);
            int code = OriginalExitCode.Of(ours.Diagnostics);
            if (code == verdict.ExitCode)
            {
                continue;
            }
            if (ExplainedDifferences.Explain(verdict, code, ours) is { } id)
            {
                explained[id] = explained.GetValueOrDefault(id) + 1;
                continue;
            }
            unexplained.Add($"{file}: original {verdict.ExitCode}, ours {code}\n--- original\n{verdict.Output}"
                + $"--- ours\n{string.Join('\n', ours.Diagnostics.Select(OriginalExitCode.Format))}");
        }
        output.WriteLine($"{verdicts.Count} files, the original's codes: "
            + string.Join(", ", codes.Select(static c => $"{c.Value} x {c.Key}")));
        output.WriteLine("explained: " + string.Join(", ", explained.Select(static e => $"{e.Value} x {e.Key}")));
        if (Environment.GetEnvironmentVariable("HOLDFAST_KEEP_FILES") is not null)
        {
            File.WriteAllText(Path.Combine(directory, "unexplained.txt"), string.Join("\n\n", unexplained));
            output.WriteLine(directory);
        }
        Assert.True(unexplained.Count == 0,
            $"{unexplained.Count} unexplained differences, such as\n{string.Join("\n\n", unexplained.Take(5))}");
    }
}
