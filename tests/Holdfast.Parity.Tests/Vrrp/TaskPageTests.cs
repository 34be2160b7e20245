using Holdfast.Lab;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>The commands of <c>docs/tasks/fast-failover.md</c>, run as they stand there on two nodes.</summary>
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

    public void Dispose() => _lab.Dispose();

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
