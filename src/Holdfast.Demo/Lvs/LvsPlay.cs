using System.Globalization;
using Holdfast.Lab;
using Holdfast.Lab.Traffic;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Demo.Lvs;

/// <summary>What happens: the seed's LVS as ipvsadm makes it, then with its servers checked, then without its Active
/// director.</summary>
internal sealed class LvsPlay(LvsStage stage)
{
    private const string Web2 = "192.168.1.102";

    /// <summary>The virtual server of the seed's ipvsadm-dr.sh as keepalived.conf says it, with checks.</summary>
    internal const string VirtualServer = """
        global_defs {
            lvs_sync_daemon eth0 VI_1
        }
        virtual_server 192.168.1.100 80 {
            delay_loop 1
            lb_algo rr
            lb_kind DR
            protocol TCP
            real_server 192.168.1.101 80 {
                TCP_CHECK {
                    connect_timeout 1
                    retry 1
                    delay_before_retry 0.5
                    warmup 0
                }
            }
            real_server 192.168.1.102 80 {
                TCP_CHECK {
                    connect_timeout 1
                    retry 1
                    delay_before_retry 0.5
                    warmup 0
                }
            }
        }

        """;

    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(3);

    /// <summary>Plays everything.</summary>
    /// <exception cref="LabTimeoutException">Something did not happen.</exception>
    internal void Run()
    {
        Static();
        Checked();
        DirectorDies();
    }

    private void Static()
    {
        stage.Report.Scene("The seed's files: keepalived.conf keeps the address, ipvsadm-dr.sh the servers");
        stage.Balancers[0].Start(Scenes.Read(Scenes.MasterConfig));
        stage.Balancers[1].Start(Scenes.Read(Scenes.BackupConfig));
        foreach (LvsDirector director in stage.Balancers)
        {
            director.Node.WriteFile("/run/lab/ipvsadm-dr.sh", Scenes.Read("ipvsadm-dr.sh"));
            foreach (string line in director.Run("sh /run/lab/ipvsadm-dr.sh"))
            {
                stage.Report.Event(director.Name, "ipvsadm: " + line);
            }
        }
        stage.Require(() => stage.Balancers[0].HasAddress(LvsStage.VirtualAddress),
            "director1 did not take the address");
        stage.Begin();
        stage.WaitForBoth();
        stage.TellPlane();
        stage.Pass(Watch);

        TrafficServer web2 = stage.Servers[1];
        MonotonicTime died = MonotonicClock.Now;
        stage.Report.Event(web2.Name, "its process dies");
        web2.Die();
        stage.Pass(Watch);
        IReadOnlyList<Request> requests = stage.Since(died);
        int failed = stage.FailedSince(died);
        stage.Report.Result(new("web2 dies; ipvsadm alone",
            $"nobody notices, {Percent(failed, requests.Count)} fail", failed, stage.LastFailure(died)));
        stage.Report.Event(web2.Name, "listens again");
        web2.Return();
        stage.WaitForBoth();
    }

    private void Checked()
    {
        stage.Report.Scene("The same service in keepalived.conf, with a TCP check each second");
        stage.Report.Event("demo", "virtual_server 192.168.1.100 80 added to both files, reload");
        stage.Balancers[0].Reload(VirtualServer + Scenes.Read(Scenes.MasterConfig));
        stage.Balancers[1].Reload(VirtualServer + Scenes.Read(Scenes.BackupConfig));
        MonotonicTime reloaded = MonotonicClock.Now;
        stage.Pass(Watch);
        stage.WaitForBoth();
        stage.Report.Result(new("reload with the virtual_server", "both servers go on", stage.FailedSince(reloaded),
            stage.LastFailure(reloaded)));
        stage.TellStatus();

        TrafficServer web2 = stage.Servers[1];
        MonotonicTime died = MonotonicClock.Now;
        stage.Report.Event(web2.Name, "its process dies");
        web2.Die();
        stage.Require(() => !LvsStage.IsInTable(stage.Balancers[0], Web2), "web2 was not taken out");
        MonotonicTime removed = MonotonicClock.Now;
        stage.Pass(Watch);
        TimeSpan window = stage.LastFailure(died);
        stage.Report.Result(new("web2 dies; keepalived.conf checks it",
            $"taken out within {Seconds(removed - died)}, web1 serves all", stage.FailedSince(died), window));
        int late = stage.FailedSince(removed);
        LvsStage.Expect(late == 0, $"{late} requests failed although web2 was out");

        stage.Report.Event(web2.Name, "listens again");
        MonotonicTime returned = MonotonicClock.Now;
        web2.Return();
        stage.WaitForBoth();
        stage.Report.Result(new("web2 returns", $"gets requests again within {Seconds(MonotonicClock.Now - returned)}",
            stage.FailedSince(returned), stage.LastFailure(returned)));
        int broken = stage.FailedSince(returned);
        LvsStage.Expect(broken == 0, $"{broken} requests failed when web2 came back");
        stage.Pass(Watch);
    }

    private void DirectorDies()
    {
        stage.Report.Scene("The Active director dies under open connections");
        stage.Require(() => LvsStage.IsInTable(stage.Balancers[1], Web2), "director2 does not have both servers");
        stage.OpenLong();
        LongConnections connections = stage.Long!;
        stage.Report.Event("client", Invariant($"opens {connections.Report().Count} connections that stay"));
        stage.Pass(Watch);
        int[] before = [.. connections.Report().Select(static one => one.Answers)];
        MonotonicTime killed = MonotonicClock.Now;
        stage.Report.Event("director1", "kill -9 of every process");
        stage.Balancers[0].Kill();
        stage.Require(() => stage.Balancers[1].HasAddress(LvsStage.VirtualAddress),
            "director2 did not take over");
        MonotonicTime taken = MonotonicClock.Now;
        stage.Require(() => connections.Report().Select((one, i) => one.Failure is not null
            || one.Answers >= before[i] + 60).All(static done => done), "long connections stand still");
        stage.WaitForBoth();
        ConnectionReport[] broken = [.. connections.Report().Where(static one => one.Failure is not null)];
        int failed = stage.FailedSince(killed);
        stage.Report.Result(new("kill -9 of director1", Invariant($"director2 after {Seconds(taken - killed)}; ")
            + Invariant($"{before.Length - broken.Length} of {before.Length} long connections go on"), failed,
            stage.LastFailure(killed)));
        LvsStage.Expect(broken.Length == 0, $"a long connection broke: {broken.FirstOrDefault()?.Failure}");
        stage.Pass(Watch);
    }

    private static string Percent(int part, int whole)
        => Invariant($"{(whole == 0 ? 0 : 100.0 * part / whole):F0} %");

    private static string Seconds(TimeSpan time) => Invariant($"{time.TotalSeconds:F1} s");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
