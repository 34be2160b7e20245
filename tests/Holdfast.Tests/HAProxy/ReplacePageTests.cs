using System.Collections.Concurrent;
using Holdfast.Lab;
using Holdfast.Tests.Repository;

namespace Holdfast.Tests.HAProxy;

/// <summary>The commands of <c>docs/tasks/replace-haproxy.md</c>, run as they stand there, under requests.</summary>
public sealed class ReplacePageTests : IDisposable
{
    private const string Own = "192.168.1.10";

    private readonly string _page
        = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "tasks", "replace-haproxy.md"));

    private readonly ProxyLab _lab = new();
    private readonly LabNode _node;

    public ReplacePageTests()
    {
        _node = _lab.AddBalancer("lb1", Own);
        _node.WriteFile("/run/lab/haproxy.cfg", ProxyLab.Seed("haproxy.cfg"));
        _node.WriteFile("/run/lab/keepalived.conf", ProxyLab.Seed("keepalived-haproxy.conf"));
    }

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void Page_EveryCommand_DoesWhatItSays()
    {
        Assert.Contains("Configuration file is valid", Run("sh"), StringComparison.Ordinal);
        Run("sh original");
        string original = Pid();
        Assert.Equal("/usr/sbin/haproxy", ProgramOf(original));
        var answers = new ConcurrentQueue<string>();
        using var ended = new CancellationTokenSource();
        var client = new Thread(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                answers.Enqueue(_lab.Get(Own));
            }
        });
        client.Start();
        try
        {
            WaitForMore(answers);
            Run("sh takeover");
            Assert.Equal(ProxyLab.Program, ProgramOf(Pid()));
            WaitForMore(answers);
            Until(() => !ProxyLab.PidOf(_node).Split(' ').Contains(original), "the original ends");
            Run("sh back");
            Assert.Equal("/usr/sbin/haproxy", ProgramOf(Pid()));
            WaitForMore(answers);
            Until(() => ProxyLab.PidOf(_node) == Pid(), "ours ends");
        }
        finally
        {
            ended.Cancel();
            client.Join();
        }
        Assert.All(answers, static answer => Assert.StartsWith("web", answer, StringComparison.Ordinal));

        Assert.True(_node.Execute("kill", Pid()).Exit!.Value.IsSuccess);
        Until(() => ProxyLab.PidOf(_node).Length == 0, "the original ends");
        string[] daemon = Block("sh daemon").Split('\n');
        Assert.EndsWith(" &", daemon[0], StringComparison.Ordinal);
        LabProcess running = _node.Start("sh", ["-c", InPlace("exec " + daemon[0][..^2])]);
        Until(() => _lab.Get("192.168.1.100").StartsWith("web", StringComparison.Ordinal), "it has the address");
        Assert.Contains("http_back", Execute(daemon[1]), StringComparison.Ordinal);
        string before = ProxyLab.PidOf(_node);
        _node.WriteFile("/run/lab/haproxy.cfg", ProxyLab.Seed("haproxy.cfg") + "    retries 2\n");
        Run("sh reload");
        Until(() => !ProxyLab.PidOf(_node).Split(' ').Contains(before), "another process serves");
        running.Stop();
        running.WaitForExit(ProxyLab.Patience);
    }

    /// <summary>The code block of the page with that mark.</summary>
    private string Block(string mark)
    {
        string begin = $"```{mark}\n";
        int at = _page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        Assert.True(at >= begin.Length, mark);
        return _page[at.._page.IndexOf("\n```", at, StringComparison.Ordinal)];
    }

    private string Run(string mark) => Execute("set -e\n" + Block(mark));

    private string Execute(string script)
    {
        LabProcess shell = _node.Execute("sh", "-c", InPlace(script));
        Assert.True(shell.Exit!.Value.IsSuccess, $"{script}\n{shell.Output}");
        return shell.Output;
    }

    private static string InPlace(string script)
    {
        string directory = Path.GetDirectoryName(ProxyLab.Program)!;
        script = script.Replace("/usr/lib/holdfast/bin", directory, StringComparison.Ordinal);
        return $"cd /run/lab; mkdir -p /run/bin; ln -sf {directory}/holdfast /run/bin; PATH=/run/bin:$PATH; {script}";
    }

    private string Pid() => _node.ReadFile("/run/lab/haproxy.pid")!.Trim();

    private string ProgramOf(string pid) => _node.Execute("readlink", $"/proc/{pid}/exe").Output.Trim();

    private void WaitForMore(ConcurrentQueue<string> answers)
    {
        int before = answers.Count;
        Until(() => answers.Count > before + 20, "requests are answered");
    }

    private void Until(Func<bool> condition, string what)
        => ProxyLab.Until(condition, what, _node.Execute("true"));
}
