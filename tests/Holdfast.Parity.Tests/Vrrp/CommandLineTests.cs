using System.Globalization;
using Holdfast.Lab;
using Holdfast.Linux.Abi;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Called as keepalived: options, pid files, signals, exit codes.</summary>
public sealed class CommandLineTests
{
    private const string Pid = "/run/lab/keepalived.pid";
    private const string VrrpPid = "/run/lab/vrrp.pid";
    private static readonly InstanceText s_owner = new() { Priority = 255 };

    [Theory]
    [InlineData("keepalived-master.conf")]
    [InlineData("keepalived-backup.conf")]
    [InlineData("keepalived-nginx.conf")]
    [InlineData("keepalived-haproxy.conf")]
    public void ConfigTest_OfTheSeed_ExitsAsTheOriginal(string name)
    {
        using var lan = new TestLan();
        string path = Path.Combine(Programs.Root, "tests/seed", name);
        LabProcess original = lan.A.Execute(Programs.Original, "-t", "-f", path);
        LabProcess ours = lan.A.Execute(Programs.Keepalived, "-t", "-f", path);
        Assert.Equal(original.Exit, ours.Exit);
    }

    [Fact]
    public void ConfigTest_OfABrokenFile_ExitsAsTheOriginal()
    {
        using var lan = new TestLan();
        lan.A.WriteFile("/tmp/broken.conf", new InstanceText { More = "no_such_word 5" } + "vrrp_instance X {\n");
        LabProcess original = lan.A.Execute(Programs.Original, "-t", "-f", "/tmp/broken.conf");
        LabProcess ours = lan.A.Execute(Programs.Keepalived, "-t", "-f", "/tmp/broken.conf");
        Assert.False(ours.Exit!.Value.IsSuccess);
        Assert.Equal(original.Exit, ours.Exit);
    }

    [Theory]
    [InlineData("-v")]
    [InlineData("-h")]
    [InlineData("--signum=JSON")]
    [InlineData("--signum=DATA")]
    [InlineData("--no-such-option")]
    public void Option_ThatOnlyPrints_ExitsAsTheOriginal(string option)
    {
        using var lan = new TestLan();
        LabProcess original = lan.A.Execute(Programs.Original, option);
        LabProcess ours = lan.A.Execute(Programs.Keepalived, option);
        Assert.Equal(original.Exit, ours.Exit);
        if (option.StartsWith("--signum", StringComparison.Ordinal))
        {
            Assert.Equal(original.Output, ours.Output);
        }
    }

    [Theory]
    [InlineData(Maker.Holdfast)]
    [InlineData(Maker.Original)]
    public void PidFiles_WhileItRuns_NameBothProcesses(Maker maker)
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, maker, s_owner);
        a.NextState("MASTER");
        int parent = ReadPid(lan.A, Pid);
        int child = ReadPid(lan.A, VrrpPid);
        string status = lan.A.Execute("cat", $"/proc/{child}/status").Output;
        Assert.Contains($"PPid:\t{parent}", status, StringComparison.Ordinal);
        Assert.Contains(
            "keepalived", lan.A.Execute("cat", $"/proc/{child}/comm").Output, StringComparison.Ordinal);
        a.Stop();
        Assert.Null(lan.A.ReadFile(Pid));
        Assert.Null(lan.A.ReadFile(VrrpPid));
    }

    [Theory]
    [InlineData(Maker.Holdfast)]
    [InlineData(Maker.Original)]
    public void WithoutDontFork_Started_DaemonRunsOnAndEndsByTerm(Maker maker)
    {
        using var lan = new TestLan();
        lan.A.WriteFile("/run/lab/keepalived.conf", InstanceText.Global + s_owner);
        LabProcess starter = lan.A.Start(maker == Maker.Original ? Programs.Original : Programs.Keepalived,
            ["-P", "-f", "/run/lab/keepalived.conf", "-p", Pid, "-r", VrrpPid], "keepalived");
        Assert.True(starter.WaitForExit(Patience.Limit).IsSuccess, starter.Output);
        TestLan.WaitAddress(lan.A, TestLan.Vip);
        Patience.Until(() => lan.A.ReadFile(Pid) is not null, "the pid file");
        int pid = ReadPid(lan.A, Pid);
        Assert.True(lan.A.Execute("kill", "-TERM", pid.ToString(CultureInfo.InvariantCulture)).Exit!.Value.IsSuccess);
        TestLan.WaitAddress(lan.A, TestLan.Vip, present: false);
        Patience.Until(() => lan.A.ReadFile(Pid) is null, "the pid file is gone");
        Assert.Contains(lan.Adverts(0, lan.A), advert => advert.Priority == 0);
    }

    [Fact]
    public void Term_ASecondTime_EndsAtOnce()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, s_owner with { Interval = "40" });
        a.NextState("MASTER");
        a.Process.Stop();
        lan.WaitFrame(frame => frame.Node == lan.A && frame.Kind == TapKind.Advert && frame.Priority == 0);
        Assert.True(lan.A.HasAddress(TestLan.Vip)); // nobody has taken it, so it waits for up to 40 s
        a.Process.Stop();
        Assert.True(a.Process.WaitForExit(TimeSpan.FromSeconds(20)).IsSuccess, lan.ToString());
        Assert.False(lan.A.HasAddress(TestLan.Vip));
    }

    [Theory]
    [InlineData(Maker.Holdfast)]
    [InlineData(Maker.Original)]
    public void VrrpProcess_Killed_IsStartedAgain(Maker maker)
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, maker, s_owner);
        a.NextState("MASTER");
        int before = ReadPid(lan.A, VrrpPid);
        lan.A.Execute("kill", "-KILL", before.ToString(CultureInfo.InvariantCulture));
        Patience.Until(() => lan.A.ReadFile(VrrpPid) is { Length: > 1 } text
            && int.Parse(text, CultureInfo.InvariantCulture) != before, "another process");
        lan.WaitAdverts(lan.A, 2);
        TestLan.WaitAddress(lan.A, TestLan.Vip);
        a.Stop();
    }

    [Theory]
    [InlineData(Maker.Holdfast)]
    [InlineData(Maker.Original)]
    public void VrrpProcess_KilledWithDontRespawn_AllEnds(Maker maker)
    {
        using var lan = new TestLan();
        lan.A.WriteFile("/run/lab/keepalived.conf", InstanceText.Global + s_owner);
        LabProcess daemon = lan.A.Start(maker == Maker.Original ? Programs.Original : Programs.Keepalived,
            ["-n", "-l", "-D", "-P", "-R", "-f", "/run/lab/keepalived.conf", "-p", Pid, "-r", VrrpPid], "keepalived");
        daemon.WaitForLine("Entering MASTER STATE", Patience.Limit);
        lan.A.Execute("kill", "-KILL", ReadPid(lan.A, VrrpPid).ToString(CultureInfo.InvariantCulture));
        daemon.WaitForExit(Patience.Limit);
    }

    [Fact]
    public void VrrpProcess_WhereAllowed_RunsInRealTimeWithLockedMemory()
    {
        using var lan = new TestLan();
        Router a = lan.StartAsIs(lan.A, Maker.Holdfast, s_owner.ToString());
        a.NextState("MASTER");
        int child = ReadPid(lan.A, VrrpPid);
        string[] stat = lan.A.Execute("cat", $"/proc/{child}/stat").Output.Split(") ")[1].Split(' ');
        bool refused = a.Process.Output.Contains("no real-time priority here", StringComparison.Ordinal);
        Assert.Equal(refused ? "0" : "2", stat[38]); // proc(5): policy, field 41; SCHED_RR is 2
        string status = lan.A.Execute("cat", $"/proc/{child}/status").Output;
        string locked = status.Split('\n').Single(line => line.StartsWith("VmLck:", StringComparison.Ordinal));
        Assert.DoesNotContain("VmLck:\t       0 kB", locked, StringComparison.Ordinal);
        a.Process.Signal(Signal.SIGTERM);
    }

    private static int ReadPid(LabNode node, string path)
        => int.Parse(node.ReadFile(path)!, CultureInfo.InvariantCulture);
}
