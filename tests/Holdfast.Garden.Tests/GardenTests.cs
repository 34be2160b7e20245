using System.Text;
using Holdfast.Tests.Repository;

namespace Holdfast.Garden.Tests;

/// <summary>No origin sees another request than the one that we have understood.</summary>
public sealed class GardenTests(GardenRun run, ITestOutputHelper output) : IClassFixture<GardenRun>
{
    public static TheoryData<string> Origins => [.. GardenRun.Origins];

    [Theory]
    [MemberData(nameof(Origins))]
    public void Origin_BehindUs_SeesWhatWeHaveUnderstood(string origin)
    {
        PairResult pair = run.Pairs.Single(p => p.Proxy == "Holdfast" && p.Origin == origin);
        foreach (string each in pair.Different)
        {
            output.WriteLine(each);
        }
        Assert.Empty(pair.Different);
        Assert.Empty(pair.Unclear);
        // Otherwise nothing was compared.
        Assert.InRange(pair.Agreed, 60, 1000);
    }

    [Fact]
    public void Peers_GoThroughTheSameGarden()
    {
        string table = Table();
        output.WriteLine(table);
        if (Environment.GetEnvironmentVariable("HOLDFAST_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(Path.Combine(RepositoryRoot.Path, "docs", "garden.md"), table);
        }
        Assert.All(run.Pairs, static pair => Assert.InRange(pair.Agreed, 60, 1000));
    }

    private string Table()
    {
        var text = new StringBuilder("""
            # The garden of parsers

            Each of the request classes of `tests/garden/classes.tsv`, with a plain request behind it, is sent through
            a proxy to an origin. What the proxy has put on its connection is read strictly (RFC 9112), and compared
            with the method, target and host of each request that the origin has logged. Made by
            `tests/Holdfast.Garden.Tests` with `HOLDFAST_UPDATE_DOCS=1`; the test requires that the last two columns
            are 0 for Holdfast.

            - requests: on the proxy's connections; seen: those that the origin has understood in the same way (it
              refuses some, and closes behind others).
            - unclear: classes of which something went on that is no request for a strict reader (ours, with its
              limits), so that what becomes of it is up to the origin.
            - different: classes of which the origin has seen another request.

            | Proxy | Origin | requests | seen | unclear | different |
            | --- | --- | --- | --- | --- | --- |

            """);
        foreach (PairResult p in run.Pairs)
        {
            text.AppendLine($"| {p.Proxy} | {p.Origin} | {p.Requests} | {p.Agreed} | {p.Unclear.Distinct().Count()} "
                + $"| {p.Different.Count} |");
        }
        text.AppendLine();
        foreach (IGrouping<string, PairResult> proxy in run.Pairs.GroupBy(static p => p.Proxy))
        {
            IEnumerable<string> unclear = proxy.SelectMany(static p => p.Unclear).Distinct().Order();
            IEnumerable<string> different = proxy.SelectMany(
                static p => p.Different.Select(d => $"{d.Split(':')[0]} ({p.Origin})")).Distinct().Order();
            text.AppendLine($"## {proxy.Key}\n\nUnclear: {List(unclear)}.\n\nDifferent: {List(different)}.\n");
        }
        return text.ToString().TrimEnd() + "\n";
    }

    private static string List(IEnumerable<string> names) => names.Any() ? string.Join(", ", names) : "none";
}
