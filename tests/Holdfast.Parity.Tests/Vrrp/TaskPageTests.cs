using System.Text.Json;
using Holdfast.Lab;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>The commands of the pages in <c>docs/tasks</c>, run as they stand there on nodes of a lab.</summary>
public sealed class TaskPageTests : IDisposable
{
    private readonly Lab.Lab _lab = Lab.Lab.Create();

    [Fact]
    public void FastFailover_EveryCommand_Works()
    {
        string page = File.ReadAllText(Path.Combine(Programs.Root, "docs/tasks/fast-failover.md"));
        string config = Assert.Single(Blocks(page, "conf"));
        string[] commands = Blocks(page, "sh");
        LabSegment segment = _lab.AddSegment();
        LabNode first = Node(segment, "first", "10.0.0.1/24", config);
        LabNode second = Node(segment, "second", "10.0.0.2/24", config);
        Run(second, commands[0]);
        Assert.Contains("unicast_src_ip 10.0.0.2", second.ReadFile("/tmp/keepalived.conf")!, StringComparison.Ordinal);
        Assert.Equal(4, commands.Length);

        Run(first, commands[1]);
        using LabProcess active = Daemon(first, commands[2]);
        Patience.Until(() => Ask(first, "status").Contains("Active", StringComparison.Ordinal), "the first is Active");
        Run(second, commands[1]);
        using LabProcess standby = Daemon(second, commands[2]);
        Patience.Until(() => Ask(second, "status").Contains("✓ a failover to this node would work",
            StringComparison.Ordinal), "the second is ready");
        foreach (string line in commands[2].Split('\n').Skip(1))
        {
            Run(second, line);
        }
        Patience.Until(() => Ask(second, "explain vrrp VI_1").Contains("if 10.0.0.1 falls silent",
            StringComparison.Ordinal), "the second says when it takes over");

        Run(first, commands[3]);
        Patience.Until(
            () => Ask(second, "status").Contains("Active", StringComparison.Ordinal), "the second took over");
    }

    [Fact]
    public void Crashes_EveryCommand_DoesWhatThePageSays()
    {
        string page = File.ReadAllText(Path.Combine(Programs.Root, "docs/tasks/crashes.md"));
        string[] commands = Blocks(page, "sh");
        Assert.Equal(4, commands.Length);
        LabNode node = Node(_lab.AddSegment(), "node", "10.0.0.1/24", Assert.Single(Blocks(page, "conf")));
        using LabProcess daemon = Daemon(node, commands[0]);
        string status = commands[0].Split('\n')[1]["holdfast ".Length..];
        Patience.Until(() => Ask(node, status).Contains("Active", StringComparison.Ordinal), "it is Active");
        string before = VrrpPid(node);

        Run(node, commands[1]);
        Patience.Until(
            () => VrrpPid(node) is { Length: > 0 } now && now != before, "another VRRP process goes on");
        LabProcess explained = node.Execute("sh", "-c", InPlace(commands[2]));
        Assert.True(explained.Exit!.Value.IsSuccess, explained.Output);
        Assert.Contains("VI_1 is Active", explained.Output, StringComparison.Ordinal);
        Assert.Single(daemon.Lines, line => line.Text.Contains("Entering MASTER STATE", StringComparison.Ordinal)
            || line.Text.Contains("is Active", StringComparison.Ordinal));

        LabProcess shown = node.Execute("sh", "-c", InPlace(commands[3]));
        Assert.Matches(@"valid_lft [1-5]sec", shown.Output);
    }

    public void Dispose() => _lab.Dispose();

    private static string VrrpPid(LabNode node)
        => JsonDocument.Parse(Ask(node, "status --run-dir /tmp/hf --json")) is { RootElement: var root }
            && root.TryGetProperty("vrrpPid", out JsonElement pid) ? pid.ToString() : "";

    private LabNode Node(LabSegment segment, string name, string address, string config)
    {
        LabNode node = _lab.AddNode(name);
        _ = segment.Attach(node, address);
        node.WriteFile("/tmp/keepalived.conf", config);
        return node;
    }

    /// <summary>The code blocks of a page that are marked with a language.</summary>
    private static string[] Blocks(string page, string language)
        => [.. page.Split($"```{language}\n").Skip(1).Select(static rest => rest[..rest.IndexOf("\n```",
            StringComparison.Ordinal)])];

    private static LabProcess Daemon(LabNode node, string block)
    {
        string line = block.Split('\n')[0];
        Assert.EndsWith(" &", line, StringComparison.Ordinal);
        return node.Start("sh", ["-c", InPlace("exec " + line[..^2])]);
    }

    private static void Run(LabNode node, string script)
    {
        LabProcess shell = node.Execute("sh", "-c", InPlace("set -e\n" + script));
        Assert.True(shell.Exit!.Value.IsSuccess, $"{script}\n{shell.Output}");
    }

    private static string Ask(LabNode node, string command)
        => node.Execute("sh", "-c", InPlace($"holdfast {command}")).Output;

    private static string InPlace(string script)
        => $"cd /tmp; PATH={Path.GetDirectoryName(Programs.Holdfast)}:$PATH; {script}";
}
