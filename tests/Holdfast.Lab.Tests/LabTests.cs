using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Lab.Tests;

/// <summary>Labs come up, keep to themselves and leave nothing.</summary>
public sealed class LabTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void ThreeNodes_Created_ReachEachOtherInBothFamilies()
    {
        using var lab = Lab.Create();
        LabSegment lan = lab.AddSegment();
        for (int i = 1; i <= 3; i++)
        {
            _ = lan.Attach(lab.AddNode($"node{i}"), $"192.168.1.{i}/24", $"fd00::{i}/64");
        }
        foreach (string target in (string[])["192.168.1.3", "fd00::3"])
        {
            LabProcess ping = lab.Nodes[0].Execute("ping", "-c1", "-W2", "-n", target);
            Assert.True(ping.Exit!.Value.IsSuccess, ping.Output);
        }
        Assert.Contains("eth0", lab.Nodes[1].Execute("ls", "/sys/class/net").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ThreeNodes_SecondLab_TakesLessThan150Milliseconds()
    {
        TimeSpan best = TimeSpan.MaxValue;
        for (int round = 0; round < 4; round++)
        {
            MonotonicTime start = MonotonicClock.Now;
            using var lab = Lab.Create();
            LabSegment lan = lab.AddSegment();
            for (int i = 1; i <= 3; i++)
            {
                _ = lan.Attach(lab.AddNode($"node{i}"), $"192.168.1.{i}/24");
            }
            TimeSpan took = MonotonicClock.Now - start;
            best = took < best ? took : best;
        }
        TestContext.Current.SendDiagnosticMessage($"lab of three nodes: {best.TotalMilliseconds:F1} ms");
        Assert.True(best < TimeSpan.FromMilliseconds(150), $"took {best.TotalMilliseconds} ms");
    }

    [Fact]
    public void Node_Processes_SeeOnlyTheirOwn()
    {
        using var lab = Lab.Create();
        LabNode one = lab.AddNode("one");
        LabNode two = lab.AddNode("two");
        LabProcess actor = one.Start("sleep", ["60"], name: "nginx");
        Assert.Equal(0, one.Execute("pidof", "nginx").Exit!.Value.Code);
        Assert.Equal(1, two.Execute("pidof", "nginx").Exit!.Value.Code);
        Assert.False(actor.HasExited);
    }

    [Fact]
    public void Node_Files_AreItsOwn()
    {
        using var lab = Lab.Create();
        LabNode one = lab.AddNode("one");
        LabNode two = lab.AddNode("two");
        one.WriteFile("/tmp/some/file", "of one");
        Assert.Equal("of one", one.Execute("cat", "/tmp/some/file").Output);
        Assert.Null(two.ReadFile("/tmp/some/file"));
        Assert.False(File.Exists("/tmp/some/file"));
    }

    [Fact]
    public void Process_Output_ComesInOrderWithItsEnd()
    {
        using var lab = Lab.Create();
        LabNode node = lab.AddNode("node");
        LabProcess shell = node.Start("sh", ["-c", "echo first; read wait < /dev/zero & echo second >&2; exit 7"]);
        Assert.Equal(new(7, Signal.None), shell.WaitForExit(Patience));
        Assert.Equal("first", Assert.Single(shell.Lines, line => !line.IsError).Text);
        Assert.Equal("second", Assert.Single(shell.Lines, line => line.IsError).Text);
        LabTimeoutException failure = Assert.Throws<LabTimeoutException>(
            () => shell.WaitForLine("third", TimeSpan.FromSeconds(1)));
        Assert.Contains("second", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KillAll_EndsEveryProcess_NetworkStays()
    {
        using var lab = Lab.Create();
        LabSegment lan = lab.AddSegment();
        LabNode node = lab.AddNode("node");
        LabNode client = lab.AddNode("client");
        _ = lan.Attach(node, "10.0.0.1/24");
        _ = lan.Attach(client, "10.0.0.2/24");
        LabProcess parent = node.Start("sh", ["-c", "sleep 60 & sleep 60 & echo up; wait"]);
        parent.WaitForLine("up", Patience);
        node.KillAll();
        Assert.Equal(Signal.SIGKILL, parent.WaitForExit(Patience).Signal);
        Assert.True(client.Execute("ping", "-c1", "-W2", "10.0.0.1").Exit!.Value.IsSuccess);
        node.PowerOff();
        Assert.False(client.Execute("ping", "-c1", "-W1", "10.0.0.1").Exit!.Value.IsSuccess);
        node.PowerOn();
        Assert.True(client.Execute("ping", "-c1", "-W2", "10.0.0.1").Exit!.Value.IsSuccess);
    }

    [Fact]
    public void Partition_PartsTheGroups_HealJoinsThem()
    {
        using var lab = Lab.Create();
        LabSegment lan = lab.AddSegment();
        for (int i = 1; i <= 3; i++)
        {
            _ = lan.Attach(lab.AddNode($"node{i}"), $"10.0.0.{i}/24");
        }
        // Several tries: a resolution that began before the change may still fail after it.
        bool Reaches(int from, int to, int seconds = 3) => lab.Nodes[from - 1]
            .Execute("ping", "-i0.3", "-c1", $"-w{seconds}", $"10.0.0.{to}").Exit!.Value.IsSuccess;
        lan.Partition([lab.Nodes[0], lab.Nodes[1]], [lab.Nodes[2]]);
        Assert.True(Reaches(1, 2));
        Assert.False(Reaches(1, 3, seconds: 1));
        lan.Heal();
        Assert.True(Reaches(1, 3));
    }

    [Fact]
    public void Dispose_AfterUse_LeavesNoNamespaceProcessOrDescriptor()
    {
        Use(); // opens what the runtime opens once
        int before = Descriptors();
        int init = Use();
        Assert.Equal(before, Descriptors());
        Assert.False(Directory.Exists($"/proc/{init}"));
    }

    private static int Use()
    {
        using var lab = Lab.Create();
        LabSegment lan = lab.AddSegment();
        LabNode node = lab.AddNode("node");
        _ = lan.Attach(node, "10.0.0.1/24");
        node.Start("sh", ["-c", "sleep 60 & echo up; wait"]).WaitForLine("up", Patience);
        return node.InitPid;
    }

    // Files are the runtime's affair; namespaces, sockets, pipes, event and process descriptors are the lab's.
    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd")
        .Count(static path => new FileInfo(path).LinkTarget is { } target
            && (target.Contains(":[", StringComparison.Ordinal)
                || target.StartsWith("anon", StringComparison.Ordinal)));
}
