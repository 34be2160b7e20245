using Holdfast.Layer4;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;
using static Holdfast.Runtime.Tests.Checks.Process.ProcessBed;

namespace Holdfast.Runtime.Tests.Checks.Process;

/// <summary>The life of the checks process: what it does to the plane, and what it tells.</summary>
public sealed class CheckProcessTests
{
    private const string Vip = "TCP 10.9.9.9:80:";

    [Fact]
    public void Server_DiesAndReturns_LeavesAndComesBack() => Run(static bed =>
    {
        int a = bed.Listen(), b = bed.Listen();
        bed.Start(Service(Server(a) + Server(b, "weight 3")));
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1 127.0.0.1:{b}=3");
        bed.Close(a);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{b}=3");
        bed.AwaitLog($"TCP_CHECK on service [127.0.0.1]:tcp:{a} failed. (connection re"); // fused, or reset
        bed.Listen(a);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{b}=3 127.0.0.1:{a}=1");
        bed.AwaitLog($"TCP connection to [127.0.0.1]:tcp:{a} success.");
        bed.Stop();
        Assert.Equal("", bed.Plane.Text);
        Assert.Equal(["QuorumGained 4", $"ServerDown {a}", $"ServerUp {a}"], bed.Told);
    });

    [Fact]
    public void Server_Dies_OnlyItsEntryIsTouched() => Run(static bed =>
    {
        int a = bed.Listen(), b = bed.Listen();
        bed.Start(Service(Server(a) + Server(b)) + Service(Server(b), "10.9.9.8 80"));
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1 127.0.0.1:{b}=1; TCP 10.9.9.8:80: 127.0.0.1:{b}=1");
        int before = bed.Plane.Operations.Length;
        bed.Close(a);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{b}=1; TCP 10.9.9.8:80: 127.0.0.1:{b}=1");
        Assert.Equal([$"remove server 127.0.0.1:{a} from TCP 10.9.9.9:80"], bed.Plane.Operations[before..]);
    });

    [Fact]
    public void AllServers_Die_TheSorryServerServesUntilOneReturns() => Run(static bed =>
    {
        int a = bed.Listen();
        bed.Start(Service($"sorry_server 127.0.0.9 99\n{Server(a)}"));
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1");
        bed.Close(a);
        bed.AwaitPlane($"{Vip} 127.0.0.9:99=1");
        bed.Listen(a);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1");
        Await(() => string.Join(", ", bed.Told),
            $"QuorumGained 1, ServerDown {a}, QuorumLost 0, ServerUp {a}, QuorumGained 1");
    });

    [Fact]
    public void Start_Alpha_ServersComeWhenTheyAreChecked() => Run(static bed =>
    {
        int a = bed.Listen(), dead = bed.Listen();
        bed.Close(dead);
        bed.Start(Service($"alpha\n{Server(a)}{Server(dead)}"));
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1");
        Assert.DoesNotContain(bed.Plane.Operations, o => o.Contains($":{dead}", StringComparison.Ordinal));
    });

    [Fact]
    public void Ping_IsAnswered() => Run(static bed =>
    {
        bed.Start(Service(Server(bed.Listen())));
        bed.Ping();
    });

    [Fact]
    public void Foreign_Entries_AreLeftAlone() => Run(static bed =>
    {
        bed.Plane.Add(new() { Key = VirtualServiceKey.Mark(7) });
        int a = bed.Listen();
        bed.Start(Service(Server(a)));
        bed.AwaitPlane($"FWM 7:; {Vip} 127.0.0.1:{a}=1");
        bed.Stop();
        Assert.Equal("FWM 7:", bed.Plane.Text);
    });

    [Fact]
    public void Flush_AtStartAndStop_TakesEverything() => Run(static bed =>
    {
        bed.Plane.Add(new() { Key = VirtualServiceKey.Mark(7) });
        int a = bed.Listen();
        bed.Start("global_defs {\nlvs_flush\nlvs_flush_on_stop\nlvs_timeouts tcp 11 udp 13\n}\n" + Service(Server(a)));
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1");
        Assert.Equal(new ConnectionTimeouts(11, 0, 13), bed.Plane.Timeouts);
        bed.Plane.Add(new() { Key = VirtualServiceKey.Mark(8) });
        bed.Stop();
        Assert.Equal("", bed.Plane.Text);
    });

    [Fact]
    public void Stop_ToldToKeep_LeavesEverythingAndSaysNothing() => Run(static bed =>
    {
        int a = bed.Listen();
        bed.Start(Service($"omega\n{Server(a)}"), keeps: true);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1");
        bed.Stop();
        Assert.Equal($"{Vip} 127.0.0.1:{a}=1", bed.Plane.Text);
        Assert.Equal(["QuorumGained 1"], bed.Told);
    });

    [Fact]
    public void Stop_Omega_TellsThatAllIsDown() => Run(static bed =>
    {
        int a = bed.Listen();
        bed.Start(Service($"omega\n{Server(a)}"));
        bed.Stop();
        Assert.Equal(["QuorumGained 1", $"ServerDown {a}", "QuorumLost 0"], bed.Told);
        Assert.Equal("", bed.Plane.Text);
    });

    [Fact]
    public void Reload_OneServerMore_TouchesNothingElse() => Run(static bed =>
    {
        int a = bed.Listen(), b = bed.Listen(), dead = bed.Listen();
        bed.Start(Service(Server(a) + Server(dead)) + Service(Server(a), "10.9.9.8 80"));
        bed.Close(dead);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1; TCP 10.9.9.8:80: 127.0.0.1:{a}=1");
        int before = bed.Plane.Operations.Length;
        bed.Reload(Service(Server(a) + Server(dead) + Server(b)));
        Assert.Equal($"{Vip} 127.0.0.1:{a}=1 127.0.0.1:{b}=1", bed.Plane.Text);
        Assert.Equal(
            [$"add server 127.0.0.1:{b} to TCP 10.9.9.9:80 (Nat, weight 1)", "remove service TCP 10.9.9.8:80"],
            bed.Plane.Operations[before..]);
    });

    [Fact]
    public void Reload_OtherTiming_ADeadServerGetsNoTraffic() => Run(static bed =>
    {
        int a = bed.Listen(), dead = bed.Listen();
        bed.Close(dead);
        bed.Start(Service(Server(a) + Server(dead)));
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1");
        int before = bed.Plane.Operations.Length;
        bed.Reload(Service(Server(a) + Server(dead)).Replace("delay_loop 0.05", "delay_loop 0.06\nretry 9"));
        Assert.Empty(bed.Plane.Operations[before..]);
        Assert.Equal($"{Vip} 127.0.0.1:{a}=1", bed.Plane.Text);
    });

    [Theory]
    [InlineData("", false)]
    [InlineData("global_defs {\nlvs_sync_daemon lo\n}\n", true)]
    public void Plane_IsNotReady_IsLookedAtUntilItIs(string global, bool isAsked) => Run(bed =>
    {
        bed.Plane.Wait = PlaneWait.Attachment;
        bed.Start(global + Service(Server(bed.Listen())));
        Assert.True(SpinWait.SpinUntil(() => Waits() is [PlaneWait.Attachment], 20_000), "not told");
        bed.Plane.Wait = PlaneWait.Connections;
        Assert.True(SpinWait.SpinUntil(() => Waits() is [_, PlaneWait.Connections], 20_000), "not told");
        bed.Plane.Wait = PlaneWait.Nothing;
        Assert.True(SpinWait.SpinUntil(() => Waits() is [.., PlaneWait.Nothing], 20_000), "not told");
        Assert.Equal(isAsked, bed.Plane.IsAskedForConnections);
        bed.Stop();

        PlaneWait[] Waits()
        {
            bed.Ping();
            return [.. bed.PlaneWaits];
        }
    });

    [Fact]
    public void Plane_IsMissing_IsSaidOnce() => Run(static bed =>
    {
        bed.Plane.IsMissing = true;
        bed.Start(Service(Server(bed.Listen())));
        bed.Ping();
        bed.Stop();
        Assert.Equal([PlaneWait.Plane], bed.PlaneWaits);
    });

    [Fact]
    public void Plane_SomebodyRemovedTheService_IsMadeWholeAtTheNextChange() => Run(static bed =>
    {
        int a = bed.Listen(), b = bed.Listen();
        bed.Start(Service(Server(a) + Server(b)));
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1 127.0.0.1:{b}=1");
        bed.Plane.Remove(VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.Parse("10.9.9.9"), 80));
        bed.Close(a);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{b}=1");
    });

    [Fact]
    public void Plane_Missing_IsSaidWithTheRemedyAndChecksGoOn() => Run(static bed =>
    {
        bed.Plane.IsMissing = true;
        int a = bed.Listen();
        bed.Start(Service(Server(a)));
        bed.AwaitLog("the kernel has no IPVS: load the module with 'modprobe ip_vs'");
        bed.Close(a);
        bed.AwaitLog($"TCP_CHECK on service [127.0.0.1]:tcp:{a} failed.");
        bed.Stop();
    });

    [Fact]
    public void Plane_WithoutAScheduler_SaysSoAndDoesTheRest() => Run(static bed =>
    {
        bed.Plane.Unknown = "dh";
        int a = bed.Listen();
        bed.Start(Service(Server(a)).Replace("lvs_sched rr", "lvs_sched dh", StringComparison.Ordinal)
            + Service(Server(a), "10.9.9.8 80"));
        bed.AwaitLog("the kernel has no scheduler 'dh'");
        bed.AwaitPlane($"TCP 10.9.9.8:80: 127.0.0.1:{a}=1");
    });

    [Fact]
    public void FileCheck_TheNumberChanges_IsTheWeight() => Run(static bed =>
    {
        File.WriteAllText(bed.In("weight"), "5");
        bed.Start($"track_file f {{\nfile {bed.In("weight")}\nweight 1\n}}\n"
            + Service("real_server 127.0.0.1 88 {\nweight 10\nFILE_CHECK {\ntrack_file f\n}\n}\n"));
        bed.AwaitPlane($"{Vip} 127.0.0.1:88=15");
        File.WriteAllText(bed.In("next"), "-3");
        File.Move(bed.In("next"), bed.In("weight"), overwrite: true);
        bed.AwaitPlane($"{Vip} 127.0.0.1:88=7");
    });

    [Fact]
    public void MiscCheck_DynamicExitCode_IsTheWeight() => Run(static bed =>
    {
        File.WriteAllText(bed.In("code"), "9");
        bed.Start(Service($"real_server 127.0.0.1 88 {{\nMISC_CHECK {{\nmisc_dynamic\nmisc_timeout 20\nuser root\n"
            + $"misc_path \"/bin/sh -c 'exit $(cat {bed.In("code")})'\"\n}}\n}}\n"));
        bed.AwaitPlane($"{Vip} 127.0.0.1:88=7");
        File.WriteAllText(bed.In("next"), "1");
        File.Move(bed.In("next"), bed.In("code"), overwrite: true);
        bed.AwaitPlane(Vip);
    });
}
