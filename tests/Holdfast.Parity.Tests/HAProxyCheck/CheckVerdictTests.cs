using System.Globalization;
using System.Text.RegularExpressions;
using Holdfast.Config.HAProxy;
using Holdfast.Parity.Tests.KeepalivedCheck;
using Holdfast.Primitives;

namespace Holdfast.Parity.Tests.HAProxyCheck;

/// <summary>600 random files: the original's verdict and ours are the same, or the difference is explained.</summary>
public sealed partial class CheckVerdictTests(ITestOutputHelper output)
{
    private const int FileCount = 600;

    // HOLDFAST_SEED=n tries other files than the usual ones.
    private static readonly int FirstSeed = int.Parse(
        Environment.GetEnvironmentVariable("HOLDFAST_SEED") ?? "0", CultureInfo.InvariantCulture);

    [Fact]
    public void Verdict_RandomFiles_IsThatOfTheOriginal()
        => Run(Enumerable.Range(FirstSeed, FileCount).Select(static seed =>
            (seed.ToString("D4", CultureInfo.InvariantCulture), new ConfigGenerator(seed).Generate())), FileCount / 5);

    [Fact]
    public void Verdict_FilesOfThePackage_IsThatOfTheOriginal()
    {
        string[] samples = ["/etc/haproxy/haproxy.cfg", .. Directory.GetFiles("/usr/share/doc/haproxy/examples",
            "*.cfg")];
        // Those left out need devices databases, certificates, or are about what haproxy has removed.
        string[] left = ["wurfl-example.cfg", "option-http_proxy.cfg", "basic-config-edge.cfg"];
        Run(samples.Where(f => !left.Contains(Path.GetFileName(f))).Select(static f
            => (Path.GetFileNameWithoutExtension(f), File.ReadAllText(f))), 0);
    }

    [Fact]
    public void Words_OfTheOriginal_AreAllInTheTable()
    {
        var known = KeywordReference.Words().GroupBy(static w => w.Group)
            .ToDictionary(static g => g.Key, static g => g.Select(static w
                => w.Word).ToHashSet(StringComparer.Ordinal));
        var missing = new List<string>();
        string section = "";
        int count = 0;
        foreach (string line in Original.Keywords())
        {
            section = line.StartsWith("# List of", StringComparison.Ordinal) ? line : line.Length > 0
                && char.IsAsciiLetter(line[0]) && !line.Contains(' ') && !section.Contains("sample",
                    StringComparison.Ordinal)
                    ? line.Trim() : section;
            if (WordOf(section, line) is not { } word)
            {
                continue;
            }
            count++;
            if (!known[word.Group].Contains(word.Name))
            {
                missing.Add($"{word.Group}: {word.Name}");
            }
        }
        output.WriteLine($"{count} words");
        Assert.True(count > 1000, $"only {count} words were found");
        Assert.True(missing.Count == 0, string.Join(", ", missing));
    }

    [Fact]
    public void Differences_InTheListAndInTheDocument_AreTheSame()
    {
        string document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "haproxy-check.md"));
        IEnumerable<string> headings = document.Split('\n')
            .Where(static l => l.StartsWith("## ", StringComparison.Ordinal)).Select(static l => l[3..].Trim());
        Assert.Equal(ExplainedDifferences.Ids.Order(), headings.Order());
    }

    /// <summary>Group and word of a line of the original's list; null when it holds none.</summary>
    private static (string Group, string Name)? WordOf(string section, string line)
    {
        string text = line.Trim();
        if (section.StartsWith("# List of registered sample fetch", StringComparison.Ordinal))
        {
            return text.StartsWith('[') ? ("Fetch", FetchName().Match(text).Groups[1].Value) : null;
        }
        if (section.StartsWith("# List of registered sample conv", StringComparison.Ordinal))
        {
            return text.StartsWith('#') || text.Length == 0 ? null : ("Converter", text.Split('(', ':')[0]);
        }
        if (!line.StartsWith('\t') || section is not ("global" or "listen"))
        {
            return null;
        }
        string[] words = text.Split(' ');
        return (section, words[0], words.ElementAtOrDefault(1)) switch
        {
            ("global", _, _) => ("Global", words[0]),
            (_, "bind", { }) => ("Bind", words[2] == "ssl" && words.Length > 3 ? words[3] : words[2]),
            (_, "server", { }) => ("Server", words[3]),
            (_, "option", { } option) => ("Option", option),
            (_, "http-request", { } action) => ("HttpRequestAction", action.TrimEnd('*')),
            (_, "http-response", { } action) => ("HttpResponseAction", action.TrimEnd('*')),
            (_, "http-after-response", { } action) => ("HttpAfterResponseAction", action.TrimEnd('*')),
            (_, "tcp-request", "connection") => ("ConnectionAction", words[2].TrimEnd('*')),
            (_, "tcp-request", "session") => ("SessionAction", words[2].TrimEnd('*')),
            (_, "tcp-request", "content") => ("ContentAction", words[2].TrimEnd('*')),
            (_, "tcp-response", "content") => ("ResponseAction", words[2].TrimEnd('*')),
            _ => ("Proxy", words[0]),
        };
    }

    [GeneratedRegex(@"\] ([^(: ]+)")]
    private static partial Regex FetchName();

    private void Run(IEnumerable<(string Name, string Text)> texts, int leastOfEach)
    {
        string directory = Directory.CreateTempSubdirectory("holdfast-haproxy-").FullName;
        try
        {
            foreach ((string name, string text) in texts)
            {
                File.WriteAllText(Path.Combine(directory, name + ".cfg"), text);
            }
            Compare(Original.Check(directory), leastOfEach);
        }
        finally
        {
            if (Environment.GetEnvironmentVariable("HOLDFAST_KEEP_FILES") is null)
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private void Compare(Dictionary<string, OriginalVerdict> verdicts, int leastOfEach)
    {
        var options = new HAProxyParseOptions { AcceptLoss = true };
        var files = new DiskConfigFiles();
        var explained = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var codes = new SortedDictionary<int, int>();
        var unexplained = new List<string>();
        foreach ((string file, OriginalVerdict verdict) in verdicts)
        {
            codes[verdict.ExitCode] = codes.GetValueOrDefault(verdict.ExitCode) + 1;
            HAProxyParseResult ours = HAProxyParser.Parse([file], files, options);
            int code = ours.HasErrors ? 1 : ours.HasNoListener ? 2 : 0;
            if (code == verdict.ExitCode)
            {
                continue;
            }
            if (ExplainedDifferences.Explain(verdict, ours) is { } id)
            {
                explained[id] = explained.GetValueOrDefault(id) + 1;
                continue;
            }
            unexplained.Add($"{file}: original {verdict.ExitCode}, ours {code}\n--- original\n{verdict.Output}--- "
                + $"ours\n"
                + string.Join('\n', ours.Diagnostics.Where(static d => d.Severity == Severity.Error)
                    .Select(static d => $"{d.Span}: {d.Code} {d.Message}")));
        }
        output.WriteLine($"{verdicts.Count} files, the original's codes: "
            + string.Join(", ", codes.Select(static c => $"{c.Value} x {c.Key}")));
        output.WriteLine("explained: " + string.Join(", ", explained.Select(static e => $"{e.Value} x {e.Key}")));
        Assert.True(unexplained.Count == 0,
            $"{unexplained.Count} unexplained differences, such as\n{string.Join("\n\n", unexplained.Take(20))}");
        Assert.True(codes.GetValueOrDefault(0) >= leastOfEach && (leastOfEach == 0
            || codes.GetValueOrDefault(1) >= leastOfEach), "the files are not of both kinds");
    }
}
