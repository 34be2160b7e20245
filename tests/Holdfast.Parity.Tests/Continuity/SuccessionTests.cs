using System.Text.Json;
using Holdfast.Lab;
using Holdfast.Parity.Tests.Vrrp;

namespace Holdfast.Parity.Tests.Continuity;

/// <summary>The supervisor of the Active is killed: the VRRP process goes on and starts another one.</summary>
public sealed class SuccessionTests
{
    private const string Script = """
        vrrp_script up {
            script "/usr/bin/test -e /tmp/up"
            interval 1
            fall 2
            init_fail
        }

        """;

    [Fact]
    public void KillOfTheSupervisor_AnotherOneGoesOn()
    {
        using var lan = new TestLan();
        using var pair = new Pair(lan);
        int vrrp = pair.A.VrrpPid;
        int mark = lan.Tap.Count;
        pair.KillSupervisor();
        lan.WaitAdverts(lan.A, 10); // its check has run, from where it stood
        Assert.Equal(vrrp, pair.A.VrrpPid);
        Assert.True(lan.Adverts(mark, lan.B).Length == 0, lan.ToString());
        Assert.Equal(["BACKUP", "MASTER"], pair.Told());

        // It does all that the first one did: crashes, scripts, notifications, the end.
        pair.A.KillVrrp();
        Assert.Equal(["BACKUP", "MASTER"], pair.Told());
        _ = lan.A.Execute("rm", "/tmp/up");
        pair.B.Router.NextState("MASTER");
        Patience.Until(() => pair.Told() is ["BACKUP", "MASTER", "FAULT"], "FAULT is told");
        Assert.Equal(0, pair.Pings.Stop().LostCount);
        int supervisor = pair.A.SupervisorPid;
        pair.A.Signal(supervisor, "TERM");
        Patience.Until(() => pair.A.SupervisorPid == 0 && pair.A.VrrpPid == 0, "all pid files are gone");
        Patience.Until(() => pair.Told() is ["BACKUP", "MASTER", "FAULT", "STOP"], "STOP is told");
    }

    [Fact]
    public void KillOfTheSupervisor_ThenReload_Works()
    {
        using var lan = new TestLan();
        using var pair = new Pair(lan);
        pair.KillSupervisor();
        lan.A.WriteFile(KeepalivedDaemon.ConfigPath, InstanceText.Global + Script + Pair.Text(210));
        pair.A.Signal(pair.A.SupervisorPid, "HUP");
        lan.WaitFrame(frame => frame.Node == lan.A && frame.Priority == 210);
        pair.A.Signal(pair.A.VrrpPid, "HUP"); // users send it to either pid
        pair.KillSupervisor();
        lan.WaitAdverts(lan.A, 3);
        Assert.Equal(210, lan.Adverts(0, lan.A)[^1].Priority);
        Assert.Equal(["BACKUP", "MASTER"], pair.Told());
        Assert.Equal(0, pair.Pings.Stop().LostCount);
    }

    [Fact]
    public void KillOfTheSupervisor_TooOften_HandsOverInOrder()
    {
        using var lan = new TestLan();
        using var pair = new Pair(lan);
        for (int kill = 0; kill < 3; kill++)
        {
            pair.KillSupervisor();
            lan.WaitAdverts(lan.A, 1);
        }
        int mark = lan.Tap.Count;
        pair.A.Signal(pair.A.SupervisorPid, "KILL");
        pair.B.Router.NextState("MASTER");
        TestLan.WaitAddress(lan.A, TestLan.Vip, present: false);
        lan.WaitFrame(frame => frame.Node == lan.A && frame.Kind == TapKind.Advert && frame.Priority == 0, mark);
        Assert.Equal(0, pair.Pings.Stop().LostCount);
    }

    /// <summary>The Active with a check and a notify script, its Backup, and pings.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly TestLan _lan;

        internal Pair(TestLan lan)
        {
            _lan = lan;
            lan.A.WriteFile("/tmp/up", "");
            lan.A.WriteFile("/tmp/notify", "#!/bin/sh\necho \"$3\" >> /tmp/told\n", executable: true);
            A = Daemon.Start(lan, lan.A, Script + Text(200));
            A.Router.NextState("MASTER");
            B = Daemon.Start(lan, lan.B, new InstanceText().ToString());
            B.Router.NextState("BACKUP");
            lan.WaitAdverts(lan.A, 3);
            Pings = lan.Ping(TestLan.Vip);
            Pings.WaitForReply(Patience.Limit);
            Patience.Until(() => Told() is ["BACKUP" or "FAULT", .., "MASTER"], "MASTER is told");
            _ = lan.A.Execute("sh", "-c", "printf 'BACKUP\\nMASTER\\n' > /tmp/told");
        }

        internal Daemon A { get; }

        internal Daemon B { get; }

        internal PingMeter Pings { get; }

        internal static InstanceText Text(int priority) => new()
        {
            Priority = priority, More = "track_script {\n up\n }\n notify /tmp/notify\n",
        };

        internal string[] Told()
            => (_lan.A.ReadFile("/tmp/told") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        /// <summary>Kills it and waits until another one answers.</summary>
        internal void KillSupervisor()
        {
            int before = A.SupervisorPid;
            A.Signal(before, "KILL");
            Patience.Until(() => A.TryStatus() is { } status && Pid(status) != before, $"another one\n{_lan}");
            Assert.Equal(Pid(A.TryStatus()!.Value), A.SupervisorPid);
            Assert.True(A.IsReady);
        }

        public void Dispose() => Pings.Dispose();

        private static int Pid(JsonElement status) => status.GetProperty("pid").GetInt32();
    }
}
