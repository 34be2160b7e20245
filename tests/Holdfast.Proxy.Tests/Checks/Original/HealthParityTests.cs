using Holdfast.Balancing.Servers;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tests.Checks.Original;

/// <summary>What becomes of servers by one result after the other, said by haproxy 2.6.12 and here.</summary>
public sealed class HealthParityTests
{
    private static readonly string[] s_http = ["option httpchk"];
    private static readonly string[] s_quiet = ["option httpchk", "no option log-health-checks"];
    private static readonly string[] s_soft = ["option httpchk", "http-check disable-on-404"];

    private static CheckCase[] Cases =>
    [
        Statuses("r_log", s_http, 9, 200, 200, 500, 500, 500, 500, 200, 200, 200),
        Statuses("r_quiet", s_quiet, 3, 200, 200, 500, 500, 500, 500, 200, 200, 200),
        Statuses("r_stop", [.. s_soft, "no option log-health-checks"], 4, 200, 404, 404, 500, 500, 500, 404, 200, 200),
        Statuses("r_fresh", s_soft, 11, 500, 500, 200, 200, 404, 200),
        Statuses("r_rise", s_http, 8, 500, 200, 200, 500, 200, 200, 200) with
        {
            Server = "127.0.0.1:@PORT@ check inter 200ms rise 3 fall 1",
        },
        Statuses("r_backup", s_http, 3, 200, 500, 500, 500) with
        {
            Server = "127.0.0.1:@PORT@ check inter 200ms backup",
        },
        Agent("a_down", 6, "up", "down", "up"),
        Agent("a_text", 4, "up", "down # going home"),
        Agent("a_fail", 4, "up", "fail"),
        Agent("a_stopped", 6, "up", "stopped", "up"),
        Agent("a_maint", 4, "up", "maint", "maint", "ready"),
        Agent("a_drain", 4, "up", "drain", "drain", "ready"),
        Agent("a_all", 1, "up,75% maxconn:7 ready"),
        Agent("a_ended", 1, ""),
        new("k_a", [.. s_soft, "server n 127.0.0.1:@PORT@ track k_a/s"], Peer(200, 500, 200, 404, 200))
        {
            Server = "127.0.0.1:@PORT@ check inter 300ms rise 1 fall 1", LineCount = 19,
        },
        new("k_b", [.. s_soft, "server u 127.0.0.1:@PORT@ track k_b/s backup"], "")
        {
            Server = "127.0.0.1:@PORT@ track k_a/s", LineCount = 10,
        },
    ];

    [Theory]
    [ClassData(typeof(Transports))]
    public void Results_OneAfterTheOther_GiveTheOriginalsLines(TransportChoice transport)
    {
        CheckCase[] cases = Cases;
        using var theirs = new CheckSide(cases);
        using var ours = new CheckSide(cases);
        using var original = new OriginalProxy(theirs.Configuration);
        using ProxyEngine engine = CheckSide.Start(ours.Configuration, transport);

        Assert.True(SpinWait.SpinUntil(() => theirs.IsComplete && ours.IsComplete, TestProxy.Patience),
            $"not every server has said enough: {theirs.Missing} and ours: {ours.Missing}");

        foreach (CheckCase one in cases)
        {
            Assert.Equal(theirs.LinesOf(one)[..one.LineCount], ours.LinesOf(one)[..one.LineCount]);
        }
        foreach (string column in (string[])["chkfail", "chkdown"])
        {
            Dictionary<string, string> theirCounts = original.Column(column);
            foreach (string name in (string[])["r_log", "r_quiet", "r_rise"])
            {
                ServerHealth health = engine.State.FindBackend(name)!.Servers[0].Health;
                Assert.Equal(theirCounts[name], $"{(column == "chkdown" ? health.Downs : health.FailedChecks)}");
            }
        }
        Server adjusted = engine.State.FindBackend("a_all")!.Servers[0];
        Assert.Equal(original.Column("weight")["a_all"], $"{adjusted.Balanced.UserWeight}");
        Assert.Equal(original.Column("slim")["a_all"], $"{adjusted.Balanced.Settings.MaxConnections}");
    }

    [Fact]
    public void Will_OfTheOperator_IsSaidAsTheOriginalSays()
    {
        const int lineCount = 21;
        CheckCase[] cases = [new("m", ["server t 127.0.0.1:@PORT@ track m/s"], "")];
        using var theirs = new CheckSide(cases);
        using var ours = new CheckSide(cases);
        using var original = new OriginalProxy(theirs.Configuration);
        using ProxyEngine engine = CheckSide.Start(ours.Configuration, TransportChoice.Automatic);
        Server server = engine.Backends[0].Servers[^1];
        Assert.True(SpinWait.SpinUntil(
            () => theirs.LinesOf(cases[0]).Length > 0 && ours.LinesOf(cases[0]).Length > 0, TestProxy.Patience));
        AdministrativeStates will = AdministrativeStates.None;
        string[] words = ["maint", "ready", "drain", "ready", "drain", "maint", "drain", "ready"];

        foreach (string word in words)
        {
            Assert.Equal("", original.Ask($"set server m/s state {word}").Trim());
            will = word switch
            {
                "maint" => will | AdministrativeStates.Maintenance,
                "drain" => AdministrativeStates.Drain,
                _ => AdministrativeStates.None,
            };
            server.Backend.SetAdministrative(server, will);
            // Traffic follows at once, and who tracks the server when its checks have heard of it.
            Server follower = engine.Backends[0].Servers.Single(static one => one.Options.Name == "t");
            Assert.True(SpinWait.SpinUntil(() => follower.Balanced.Administrative == will, TestProxy.Patience));
        }

        _ = SpinWait.SpinUntil(() => Said(theirs).Length >= lineCount && Said(ours).Length >= lineCount,
            TestProxy.Patience);
        Assert.Equal(lineCount, Said(theirs).Length);
        Assert.Equal(Said(theirs), Said(ours));

        // After maintenance both check again at once, and say so whenever that is.
        string[] Said(CheckSide side)
            => [.. side.LinesOf(cases[0]).Where(static line => !line.Contains("check for", StringComparison.Ordinal))];
    }

    private static CheckCase Statuses(string name, string[] lines, int count, params int[] statuses)
        => new(name, lines, Peer(statuses))
        {
            Server = "127.0.0.1:@PORT@ check inter 200ms", LineCount = count,
        };

    private static string Peer(params int[] statuses) => string.Join('&', statuses.Select(static status
        => $@"<\r\n\r\n|>HTTP/1.0 {status} X\r\n\r\n|."));

    private static CheckCase Agent(string name, int count, params string[] answers)
        => new(name, [], string.Join('&', answers.Select(static answer
            => answer.Length == 0 ? "." : $@">{answer}\n|.")))
        {
            Server = "127.0.0.1:1 weight 100 agent-check agent-port @PORT@ agent-inter 300ms", LineCount = count,
        };
}
