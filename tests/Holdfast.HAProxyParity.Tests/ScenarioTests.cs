using Holdfast.HAProxyParity.Tests.Comparison;
using Holdfast.HAProxyParity.Tests.Running;
using Holdfast.HAProxyParity.Tests.Scenarios;

namespace Holdfast.HAProxyParity.Tests;

/// <summary>The written scenarios, beside the real haproxy 2.6.</summary>
public sealed class ScenarioTests(AllRuns runs) : IClassFixture<AllRuns>
{
    public static TheoryData<string> Alike => [.. Names().Where(static n
        => !AllRuns.Pending.Contains(n) && !AllRuns.Open.Contains(n) && !AllRuns.Explained.ContainsKey(n))];

    [Theory]
    [MemberData(nameof(Alike))]
    public void Scenario_BesideTheOriginal_IsTheSame(string name)
    {
        ScenarioResult result = runs.Of(name);
        Assert.True(result.ToString().Length == 0, result.ToString());
    }

    [Fact]
    public void Statistics_BesideTheOriginal_AreTheSame()
    {
        string[] different = [.. Names().Where(static n => !AllRuns.Pending.Contains(n)
                && !AllRuns.Open.Contains(n) && !AllRuns.Explained.ContainsKey(n))
            .Where(n => runs.Of(n).Statistics.Count > 0)];
        string[] unknown = [.. different.Except(AllRuns.CountedOtherwise)];
        Assert.True(unknown.Length == 0, string.Join("\n\n", unknown
            .Select(n => n + "\n" + string.Join('\n', runs.Of(n).Statistics))));
        Assert.Empty(AllRuns.CountedOtherwise.Except(different));
    }

    [Fact]
    public void Lists_NameWhatDiffers_AndNothingElse()
    {
        string[] strangers = [.. AllRuns.Pending.Concat(AllRuns.Open).Concat(AllRuns.Explained.Keys).Except(Names())];
        Assert.Empty(strangers);
        string[] alike = [.. AllRuns.Open.Concat(AllRuns.Explained.Keys).Where(n => runs.Of(n).ToString().Length == 0)];
        Assert.Empty(alike);
    }

    [Fact]
    public void PendingScenario_IsReallyRefused()
    {
        bool update = Environment.GetEnvironmentVariable("HOLDFAST_UPDATE_DOCS") == "1";
        (string Name, bool IsRefused)[] tried = [.. ScenarioLibrary.Files.SelectMany(file => file.Scenarios
            .Where(s => update || AllRuns.Pending.Contains(s.Name))
            .AsParallel().AsOrdered().WithDegreeOfParallelism(3)
            .Select(s => (s.Name, FileRun.Refusal(file, s).Length > 0)))];
        if (update)
        {
            ScenarioLibrary.Write("pending.list", tried.Where(static t => t.IsRefused).Select(static t => t.Name));
            return;
        }
        Assert.Empty(tried.Where(static t => !t.IsRefused).Select(static t => t.Name));
    }

    [Fact]
    public void Library_HasAtLeast150Scenarios_WithNamesOfTheirOwn()
    {
        string[] names = [.. Names()];
        Assert.InRange(names.Length, 150, 2000);
        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Document_SaysWhatDiffers()
    {
        string made = ExplanationDocument.Make(AllRuns.Explained
            .Select(e => (e.Key, e.Value, runs.Of(e.Key).Differences)));
        if (Environment.GetEnvironmentVariable("HOLDFAST_UPDATE_DOCS") == "1")
        {
            ExplanationDocument.Update(made);
        }
        Assert.Equal(ExplanationDocument.Made, made);
        Assert.Equal(ExplanationDocument.Headings.Order(), AllRuns.Explained.Values
            .Concat(ExplainedDifferences.Ids).Distinct().Order());
    }

    private static IEnumerable<string> Names()
        => ScenarioLibrary.Files.SelectMany(static f => f.Scenarios).Select(static s => s.Name);
}
