using System.Globalization;
using Holdfast.Lab.Traffic;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Demo.Web;

/// <summary>What happens: the seed's files as they are, then with redispatch, then without its Active balancer.
/// </summary>
internal sealed class WebPlay(WebStage stage)
{
    private const string Web2 = "192.168.1.102";

    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(3);

    /// <summary>Plays everything.</summary>
    /// <exception cref="Lab.LabTimeoutException">Something did not happen.</exception>
    internal void Run()
    {
        AsItIs();
        Redispatched();
        ProxyDies();
        BalancerDies();
    }

    /// <summary>What the seed's haproxy.cfg lacks so that no request is lost with a server.</summary>
    internal static string WithRedispatch(string haproxy) => haproxy.Replace("    mode http\n",
        "    mode http\n    option redispatch 1\n"
            + "    default-server inter 500ms fall 2 rise 2\n", StringComparison.Ordinal);

    private void AsItIs()
    {
        stage.Report.Scene("The seed's files: keepalived.conf keeps the address, haproxy.cfg shares the requests");
        string keepalived = Scenes.Read("keepalived-haproxy.conf");
        stage.Balancers[0].Start(keepalived, Scenes.Read("haproxy.cfg"));
        stage.Balancers[1].Start(keepalived.Replace("MASTER", "BACKUP", StringComparison.Ordinal)
            .Replace("priority 100", "priority 90", StringComparison.Ordinal), Scenes.Read("haproxy.cfg"));
        stage.Require(() => stage.Balancers[0].HasAddress(WebStage.VirtualAddress),
            "balancer1 did not take the address");
        stage.Begin();
        stage.WaitForBoth();
        stage.Pass(Watch);
        LoseServer("web2 dies; the seed's haproxy.cfg", mustBeWhole: false);
        ReturnServer();
    }

    private void Redispatched()
    {
        stage.Report.Scene("The same with redispatch and retries, loaded into the running daemons");
        stage.Report.Event("demo", "option redispatch 1, inter 500ms: reload");
        MonotonicTime reloaded = MonotonicClock.Now;
        foreach (WebBalancer balancer in stage.Balancers)
        {
            balancer.Reload(WithRedispatch(Scenes.Read("haproxy.cfg")));
        }
        stage.Pass(Watch);
        stage.WaitForBoth();
        Tell("reload under load", "both servers go on", reloaded, mustBeWhole: true);
        LoseServer("web2 dies; redispatch", mustBeWhole: true);
        ReturnServer();
    }

    private void ProxyDies()
    {
        stage.Report.Scene("The proxy process dies on the Active");
        MonotonicTime killed = MonotonicClock.Now;
        stage.Report.Event("balancer1", "kill -9 $(pidof haproxy)");
        _ = stage.Balancers[0].Run("kill -9 $(pidof haproxy)");
        stage.Pass(Watch);
        stage.WaitForBoth();
        Tell("kill -9 of the proxy process", "another one goes on with the same listeners", killed, mustBeWhole: false);
    }

    private void BalancerDies()
    {
        stage.Report.Scene("The Active balancer dies under load");
        stage.Require(() => stage.Uses(stage.Balancers[1], Web2), "balancer2 does not have both servers");
        MonotonicTime killed = MonotonicClock.Now;
        stage.Report.Event("balancer1", "kill -9 of every process");
        stage.Balancers[0].Kill();
        stage.Require(() => stage.Balancers[1].HasAddress(WebStage.VirtualAddress), "balancer2 did not take over");
        MonotonicTime taken = MonotonicClock.Now;
        stage.WaitForBoth();
        stage.Pass(Watch);
        Tell("kill -9 of balancer1", $"balancer2 after {Seconds(taken - killed)}", killed, mustBeWhole: false);
        int late = stage.FailedSince(taken + TimeSpan.FromSeconds(1));
        WebStage.Expect(late == 0, $"{late} requests failed although balancer2 had the address for a second");
    }

    private void LoseServer(string title, bool mustBeWhole)
    {
        TrafficServer web2 = stage.Servers[1];
        MonotonicTime died = MonotonicClock.Now;
        stage.Report.Event(web2.Name, "its process dies");
        web2.Die();
        stage.Require(() => !stage.Uses(stage.Balancers[0], Web2), "web2 was not taken out");
        MonotonicTime removed = MonotonicClock.Now;
        stage.Pass(Watch);
        TimeSpan longest = stage.Since(died).Select(static request => request.End - request.Begin).Max();
        Tell(title, $"taken out within {Seconds(removed - died)}; the longest request took {Seconds(longest)}", died,
            mustBeWhole);
        int late = stage.FailedSince(removed);
        WebStage.Expect(late == 0, $"{late} requests failed although web2 was out");
    }

    private void ReturnServer()
    {
        TrafficServer web2 = stage.Servers[1];
        stage.Report.Event(web2.Name, "listens again");
        MonotonicTime returned = MonotonicClock.Now;
        web2.Return();
        stage.WaitForBoth();
        Tell("web2 returns", $"gets requests again within {Seconds(MonotonicClock.Now - returned)}", returned,
            mustBeWhole: true);
        stage.Pass(Watch);
    }

    private void Tell(string title, string outcome, MonotonicTime from, bool mustBeWhole)
    {
        int failed = stage.FailedSince(from);
        stage.Report.Result(new(title, outcome, failed, stage.LastFailure(from)));
        WebStage.Expect(failed == 0 || !mustBeWhole, $"{title}: {failed} requests failed");
    }

    private static string Seconds(TimeSpan time)
        => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s");
}
