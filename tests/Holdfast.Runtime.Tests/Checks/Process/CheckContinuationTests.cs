using Holdfast.Layer4.Model;
using Holdfast.Primitives;
using static Holdfast.Runtime.Tests.Checks.Process.ProcessBed;

namespace Holdfast.Runtime.Tests.Checks.Process;

/// <summary>One checks process after another: the plane is what the second one begins with.</summary>
public sealed class CheckContinuationTests
{
    private const string Vip = "TCP 10.9.9.9:80:";

    [Fact]
    public void Abandoned_WithAnHeir_LeavesEverythingAndTheHeirChangesNothing() => Run(static bed =>
    {
        int a = bed.Listen(), b = bed.Listen(), dead = bed.Listen();
        bed.Close(dead);
        string text = Service($"sorry_server 127.0.0.9 99\nquorum 2\n{Server(a)}{Server(b)}{Server(dead)}");
        bed.Start(text, hasHeir: true);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1 127.0.0.1:{b}=1");
        bed.Abandon();
        Assert.Equal($"{Vip} 127.0.0.1:{a}=1 127.0.0.1:{b}=1", bed.Plane.Text);
        int operations = bed.Plane.Operations.Length, told = bed.Told.Count;

        bed.Start(text, continues: true);
        bed.AwaitLog("Going on for a process that was ended");
        Await(() => bed.Log.Split($"TCP_CHECK on service [127.0.0.1]:tcp:{dead} failed.").Length, 3); // it checks
        Assert.Equal(operations, bed.Plane.Operations.Length);
        Assert.Equal(told, bed.Told.Count);
        bed.Listen(dead);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1 127.0.0.1:{b}=1 127.0.0.1:{dead}=1");
        Await(() => bed.Told.Last(), $"ServerUp {dead}");
        Assert.Equal(told + 1, bed.Told.Count);
    });

    [Fact]
    public void Abandoned_WithoutAnHeir_LeavesNothing() => Run(static bed =>
    {
        int a = bed.Listen();
        bed.Start(Service(Server(a)));
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1");
        bed.Abandon();
        Assert.Equal("", bed.Plane.Text);
    });

    [Fact]
    public void Continued_ServerThatDiedMeanwhile_IsRemoved() => Run(static bed =>
    {
        int a = bed.Listen(), b = bed.Listen();
        string text = Service(Server(a) + Server(b));
        bed.Start(text, hasHeir: true);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1 127.0.0.1:{b}=1");
        bed.Abandon();
        bed.Close(a);
        bed.Start(text, continues: true);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{b}=1");
        Await(() => string.Join(", ", bed.Told), $"QuorumGained 2, ServerDown {a}");
    });

    [Fact]
    public void Continued_SorryServerServes_QuorumIsLostUntilAServerReturns() => Run(static bed =>
    {
        int a = bed.Listen();
        string text = Service($"sorry_server 127.0.0.9 99\n{Server(a)}");
        bed.Start(text, hasHeir: true);
        bed.Close(a);
        bed.AwaitPlane($"{Vip} 127.0.0.9:99=1");
        bed.Abandon();
        int told = bed.Told.Count;
        bed.Start(text, continues: true);
        Await(() => bed.Log.Split($":tcp:{a} failed.").Length, 3);
        Assert.Equal($"{Vip} 127.0.0.9:99=1", bed.Plane.Text);
        Assert.Equal(told, bed.Told.Count);
        bed.Listen(a);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1");
        Await(() => string.Join(", ", bed.Told.Skip(told)), $"ServerUp {a}, QuorumGained 1");
    });

    [Fact]
    public void Continued_InhibitedServer_IsDownUntilItReturns() => Run(static bed =>
    {
        int a = bed.Listen(), b = bed.Listen();
        string text = Service($"inhibit_on_failure\n{Server(a)}{Server(b)}");
        bed.Start(text, hasHeir: true);
        bed.Close(a);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=0 127.0.0.1:{b}=1");
        bed.Abandon();
        int told = bed.Told.Count;
        bed.Start(text, continues: true);
        Await(() => bed.Log.Split($":tcp:{a} failed.").Length, 3);
        Assert.Equal($"{Vip} 127.0.0.1:{a}=0 127.0.0.1:{b}=1", bed.Plane.Text);
        Assert.Equal(told, bed.Told.Count);
        bed.Listen(a);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1 127.0.0.1:{b}=1");
    });

    [Fact]
    public void Continued_DynamicWeight_StaysUntilTheScriptSaysAnother() => Run(static bed =>
    {
        File.WriteAllText(bed.In("code"), "9");
        string text = Service("real_server 127.0.0.1 88 {\nMISC_CHECK {\nmisc_dynamic\nmisc_timeout 20\nuser root\n"
            + $"misc_path \"/bin/sh -c 'echo x >> {bed.In("runs")}; exit $(cat {bed.In("code")})'\"\n}}\n}}\n");
        bed.Start(text, hasHeir: true);
        bed.AwaitPlane($"{Vip} 127.0.0.1:88=7");
        bed.Abandon();
        File.Delete(bed.In("runs"));
        int operations = bed.Plane.Operations.Length;
        bed.Start(text, continues: true);
        Assert.True(SpinWait.SpinUntil(
            () => File.Exists(bed.In("runs")) && File.ReadAllText(bed.In("runs")).Length > 6, 20_000));
        Assert.Equal(operations, bed.Plane.Operations.Length);
        File.WriteAllText(bed.In("next"), "3");
        File.Move(bed.In("next"), bed.In("code"), overwrite: true);
        bed.AwaitPlane($"{Vip} 127.0.0.1:88=1");
    });

    [Fact]
    public void Continued_ServerHadLeftOneAddressOfTheGroup_LeavesTheOther() => Run(static bed =>
    {
        int a = bed.Listen(), b = bed.Listen();
        string text = "virtual_server_group g {\n10.9.9.1 80\n10.9.9.2 80\n}\n"
            + Service(Server(a) + Server(b), "group g");
        bed.Start(text, hasHeir: true);
        bed.AwaitPlane($"TCP 10.9.9.1:80: 127.0.0.1:{a}=1 127.0.0.1:{b}=1; "
            + $"TCP 10.9.9.2:80: 127.0.0.1:{a}=1 127.0.0.1:{b}=1");
        bed.Abandon();
        bed.Close(a);
        Put(bed, "10.9.9.2", b); // as if it had been killed between the two
        bed.Start(text, continues: true);
        Assert.Equal($"TCP 10.9.9.1:80: 127.0.0.1:{b}=1; TCP 10.9.9.2:80: 127.0.0.1:{b}=1", bed.Plane.Text);
    });

    [Fact]
    public void Continued_KilledBetweenSorryServerAndTheOthers_TheOthersGo() => Run(static bed =>
    {
        int a = bed.Listen(), b = bed.Listen(), dead = bed.Listen();
        bed.Close(dead);
        Put(bed, "10.9.9.9", a, b, 99);
        bed.Start(
            Service($"sorry_server 127.0.0.9 99\nquorum 2\nhysteresis 1\n{Server(a)}{Server(b)}{Server(dead)}"),
            continues: true);
        Assert.Equal($"{Vip} 127.0.0.9:99=1", bed.Plane.Text); // two are not enough to come back
    });

    [Fact]
    public void Started_SorryServerIsLeftFromBefore_GoesAndForeignOnesStay() => Run(static bed =>
    {
        int a = bed.Listen();
        Put(bed, "10.9.9.9", a, 99, 98);
        bed.Start(Service($"sorry_server 127.0.0.9 99\n{Server(a)}"));
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1 127.0.0.9:98=1");
    });

    [Fact]
    public void Continued_PlaneIsEmpty_BeginsAfresh() => Run(static bed =>
    {
        int a = bed.Listen();
        bed.Start(Service(Server(a)), continues: true);
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1");
        bed.AwaitLog("nothing is known of the servers");
    });

    /// <summary>Makes a service have these servers; ports below 100 are at 127.0.0.9.</summary>
    private static void Put(ProcessBed bed, string address, params int[] ports) => bed.Plane.Add(
        new() { Key = VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.Parse(address), 80) },
        [.. ports.Select(static p => new RealServerSpec
        {
            Key = new(IpAddress.Parse(p < 100 ? "127.0.0.9" : "127.0.0.1"), (ushort)p),
            Forwarding = ForwardingMethod.Nat,
        })]);
}
