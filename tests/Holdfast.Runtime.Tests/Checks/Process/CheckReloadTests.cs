using Holdfast.Layer4.Model;
using static Holdfast.Runtime.Tests.Checks.Process.ProcessBed;

namespace Holdfast.Runtime.Tests.Checks.Process;

/// <summary>Reloads that take something away, and the end of the checks process.</summary>
public sealed class CheckReloadTests
{
    private const string Vip = "TCP 10.9.9.9:80:";
    private const string Script = "quorum_down /bin/true root\n";

    [Fact]
    public void Reload_ServiceIsGone_IsToldWhenThePlaneHasIt() => Run(static bed =>
    {
        int a = bed.Listen();
        string? logged = null;
        bed.Start(Service(Server(a)) + Service(Server(a), "10.9.9.8 80"));
        bed.Plane.Refuses = operation =>
        {
            logged ??= operation.StartsWith("remove service", StringComparison.Ordinal) ? bed.Log : null;
            return false;
        };
        bed.Reload(Service(Server(a)));
        Assert.Contains("Removing Virtual Server [10.9.9.8]:tcp:80", bed.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("Removing Virtual Server", logged, StringComparison.Ordinal);
    });

    [Fact]
    public void Reload_LastServiceIsGone_LeavesNothingOfOursAndNoForeignEntryGoes() => Run(static bed =>
    {
        bed.Plane.Add(new() { Key = VirtualServiceKey.Mark(7) });
        int a = bed.Listen();
        string global = "global_defs {\nlvs_flush_on_stop\n}\n";
        bed.Start(global + Service(Server(a)), keeps: true);
        bed.AwaitPlane($"FWM 7:; {Vip} 127.0.0.1:{a}=1");
        bed.Reload(global);
        Assert.Equal("FWM 7:", bed.Plane.Text);
        Assert.Contains("Removing Virtual Server [10.9.9.9]:tcp:80", bed.Log, StringComparison.Ordinal);
        bed.Retire();
        Assert.Equal("FWM 7:", bed.Plane.Text);
    });

    [Fact]
    public void Retired_FlushOnStop_IsNotMeant() => Run(static bed =>
    {
        bed.Plane.Add(new() { Key = VirtualServiceKey.Mark(7) });
        string global = "global_defs {\nlvs_flush_on_stop\n}\n";
        bed.Start(global + Service(Server(bed.Listen())));
        bed.Reload(global);
        bed.Retire();
        Assert.Equal("FWM 7:", bed.Plane.Text);
    });

    [Fact]
    public void Stop_ReloadComesAfterwards_ChangesNothing() => Run(static bed =>
    {
        int a = bed.Listen();
        string text = Service($"omega\n{Script}{Server(a)}") + Service($"omega\n{Script}{Server(a)}", "10.9.9.8 80");
        bed.Start(text);
        bed.StopAndReload(text);
        Assert.Equal("", bed.Plane.Text);
    });

    [Fact]
    public void Abandoned_ScriptsWaitToBegin_TheEndOfTheSupervisorIsSeenOnce() => Run(static bed =>
    {
        int a = bed.Listen();
        bed.Start(string.Concat(Enumerable.Range(1, 8).Select(
            i => Service($"omega\n{Script}{Server(a)}", $"10.9.9.{i} 80"))));
        bed.Abandon();
        Assert.Equal(2, bed.Log.Split("the supervisor is gone: stopping").Length);
        Assert.Equal("", bed.Plane.Text);
    });

    [Fact]
    public void Plane_DoesNotRemoveAServer_IsAskedAgain() => Run(static bed =>
    {
        int a = bed.Listen(), b = bed.Listen();
        bed.Start(Service(Server(a) + Server(b)));
        bed.AwaitPlane($"{Vip} 127.0.0.1:{a}=1 127.0.0.1:{b}=1");
        bed.Plane.Refuses = static operation => operation.StartsWith("remove server", StringComparison.Ordinal);
        bed.Reload(Service(Server(a)));
        bed.AwaitLog($"refused to remove server 127.0.0.1:{b} from TCP 10.9.9.9:80");
        bed.Plane.Refuses = static _ => false;
        bed.Reload(Service(Server(a)));
        Assert.Equal($"{Vip} 127.0.0.1:{a}=1", bed.Plane.Text);
    });
}
