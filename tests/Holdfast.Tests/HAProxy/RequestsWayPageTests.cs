using System.Text.RegularExpressions;
using Holdfast.Lab;
using Holdfast.Tests.Repository;

namespace Holdfast.Tests.HAProxy;

/// <summary>File and commands of <c>docs/tasks/a-requests-way.md</c>, and the lines that it shows.</summary>
public sealed partial class RequestsWayPageTests : IDisposable
{
    private readonly string _page
        = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "tasks", "a-requests-way.md"));

    private readonly ProxyLab _lab = new();
    private readonly LabNode _node;

    public RequestsWayPageTests()
    {
        _node = _lab.AddBalancer("lb1", "192.168.1.10");
        _node.WriteFile("/run/lab/haproxy.cfg", Block("conf") + "\n");
    }

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void Page_RequestsOfItsFile_LeaveTheLinesThatItShows()
    {
        string serve = Block("sh serve");
        Assert.EndsWith(" &", serve, StringComparison.Ordinal);
        LabProcess daemon = _node.Start("sh", ["-c", InPlace("exec " + serve[..^2])]);
        ProxyLab.Until(() => _lab.Get("192.168.1.10").StartsWith("web", StringComparison.Ordinal), "it serves", daemon);
        ProxyLab.Until(() => Log().Contains("GET / ", StringComparison.Ordinal), "the line is written", daemon);

        string answers = Execute(_lab.Client, Block("sh ask"), daemon).Trim();
        ProxyLab.Until(() => Log().Contains("GET /admin ", StringComparison.Ordinal), "lines are written", daemon);

        Assert.EndsWith("429", answers, StringComparison.Ordinal);
        IEnumerable<string> lines = Execute(_node, Block("sh log"), daemon).Trim().Split('\n')
            .Where(static line => !line.Contains("GET / ", StringComparison.Ordinal));
        Assert.Equal(Block("text log").Split('\n').Select(Shape), lines.Select(Shape));

        string away = Execute(_node, Block("sh away"), daemon);
        Assert.Contains("pages", away, StringComparison.Ordinal);
        string after = Execute(_lab.Client, Block("sh ask"), daemon);
        Assert.Contains("web2", after, StringComparison.Ordinal);
        Assert.DoesNotContain("web1", after, StringComparison.Ordinal);
        daemon.Stop();
        daemon.WaitForExit(ProxyLab.Patience);
    }

    /// <summary>A line without its figures, but with its status.</summary>
    private static string Shape(string line) => Numbers().Replace(line, "N");

    [GeneratedRegex("(?!(200|429) )[0-9]+")]
    private static partial Regex Numbers();

    private string Block(string mark)
    {
        string begin = $"```{mark}\n";
        int at = _page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        Assert.True(at >= begin.Length, mark);
        return _page[at.._page.IndexOf("\n```", at, StringComparison.Ordinal)];
    }

    private string Log() => _node.ReadFile("/run/lab/log") ?? "";

    private static string Execute(LabNode node, string script, LabProcess daemon)
    {
        LabProcess shell = node.Execute("sh", "-c", InPlace("set -e\n" + script));
        Assert.True(shell.Exit!.Value.IsSuccess, $"{script}\n{shell.Output}\n{daemon.Output}");
        return shell.Output;
    }

    private static string InPlace(string script)
    {
        string directory = Path.GetDirectoryName(ProxyLab.Program)!;
        return $"cd /run/lab; mkdir -p /run/bin; ln -sf {directory}/holdfast /run/bin; PATH=/run/bin:$PATH; {script}";
    }
}
