using System.Globalization;
using System.Net;
using Holdfast.Lab;
using Holdfast.Lab.Traffic;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.TrafficGuest;

/// <summary>
/// One director in front of three real servers, with a service by NAT, one by direct routing and one by tunnel, under
/// load while servers die and return.
/// </summary>
/// <remarks>
/// Front 10.0.0.0/24 and, on the same wire, 10.9.0.0/24 for the clients of NAT; back 10.0.1.0/24, where the director is
/// the servers' router. The client is .50, the director .1, the servers .11 to .13.
/// </remarks>
internal sealed class OneDirector : IScene
{
    private static readonly IPAddress CheckSource = IPAddress.Parse("10.0.1.1");

    private readonly Lab.Lab _lab;
    private readonly LabSegment _front;
    private readonly LabSegment _back;
    private readonly LabNode _client;
    private readonly Director _director;
    private readonly List<TrafficServer> _servers = [];
    private readonly List<Service> _services = [];

    internal OneDirector(string program)
    {
        _lab = Lab.Lab.Create(new() { SharedDirectories = [Path.GetDirectoryName(program)!] });
        _front = _lab.AddSegment();
        _back = _lab.AddSegment();
        _client = _lab.AddNode("client");
        _ = _front.Attach(_client, "10.0.0.50/24", "10.9.0.50/24");
        LabNode director = _lab.AddNode("director");
        _ = _front.Attach(director, "10.0.0.1/24", "10.9.0.1/24", "10.9.0.100/24", "10.0.0.101/24", "10.0.0.102/24");
        _ = _back.Attach(director, "10.0.1.1/24");
        _director = new(director, program);
        for (int i = 1; i <= 3; i++)
        {
            LabNode node = _lab.AddNode(Invariant($"server{i}"));
            _ = _front.Attach(node, Invariant($"10.0.0.{10 + i}/24"));
            _ = _back.Attach(node, Invariant($"10.0.1.{10 + i}/24"));
            RealServer.Prepare(node, gateway: "10.0.1.1", "10.0.0.101", "10.0.0.102");
            _servers.Add(TrafficServer.Start(node));
        }
        _services.Add(new("NAT", "10.9.0.100"));
        _services.Add(new("DR", "10.0.0.101"));
        _services.Add(new("TUN", "10.0.0.102"));
    }

    public IEnumerable<(string Name, Action Run)> Cases =>
    [
        ("Start_AllServersGetTraffic", Start),
        ("ServerDies_NoRequestGoesThereAfterItIsRemoved", () => Outage(1, _servers[1].Die, _servers[1].Return)),
        ("ServerVanishes_NoRequestGoesThereAfterItIsRemoved",
            () => Outage(0, () => Cable(0, false), () => Cable(0, true))),
        ("ServerIsIll_Inhibited_KeepsItsConnections", Inhibit),
        ("ReloadWithWeightZero_KeepsConnections", Drain),
        ("Stop_TakesTheServicesAway", Stop),
    ];

    public string Describe() => $"{_director.Table()}\n{_director.Daemon?.Output}";

    public void Dispose()
    {
        _services.ForEach(static service =>
        {
            service.Load?.Dispose();
            service.EndPatient();
        });
        _servers.ForEach(static server => server.Dispose());
        _director.Dispose();
        _lab.Dispose();
    }

    private void Start()
    {
        _director.Start(Config());
        foreach (Service service in _services)
        {
            Await.Until(() => _director.Weights(service.Key) is { Count: 3 } weights && weights.Values.All(w => w == 1),
                $"three servers of {service.Name}");
            service.Load = RequestLoad.Start(_client, service.Target, workers: 2, TimeSpan.FromMilliseconds(10),
                TimeSpan.FromSeconds(3));
            service.BeginPatient(_client);
        }
        foreach (Service service in _services)
        {
            _servers.ForEach(server => service.AwaitAnswersOf(server.Name));
            service.AwaitWithout("nobody", default);
        }
    }

    /// <summary>A server goes and comes back.</summary>
    private void Outage(int index, Action go, Action comeBack)
    {
        string name = _servers[index].Name;
        int[] before = [.. _services.Select(static service => service.Load!.Count)];
        MonotonicTime gone = MonotonicClock.Now;
        go();
        foreach (Service service in _services)
        {
            Await.Until(() => IsOut(service, 11 + index), $"{name} is out of {service.Name}");
            service.OutSince = MonotonicClock.Now;
            service.BeginPatient(_client);
        }
        foreach (Service service in _services)
        {
            service.AwaitWithout(name, service.OutSince);
            double last = service.Since(gone).Where(static r => r.Outcome != RequestOutcome.Served)
                .Select(r => (r.Begin - gone).TotalMilliseconds).DefaultIfEmpty().Max();
            Console.WriteLine(Invariant(
                $"figure {service.Name}, {name} out after {(service.OutSince - gone).TotalMilliseconds:F0} ms: ")
                + $"{service.Tally(before[_services.IndexOf(service)])}; "
                + Invariant($"the last that failed began {last:F0} ms after"));
        }
        comeBack();
        foreach (Service service in _services)
        {
            Await.Until(() => _director.Weights(service.Key)?.GetValueOrDefault(11 + index) == 1,
                $"{name} is back in {service.Name}");
            service.AwaitAnswersOf(name);
        }
    }

    // The service by NAT has inhibit_on_failure.
    private bool IsOut(Service service, int last) => _director.Weights(service.Key) is { } weights
        && (service.Name == "NAT" ? weights.TryGetValue(last, out uint weight) && weight == 0
            : !weights.ContainsKey(last));

    private void Cable(int index, bool plugged)
    {
        _front.SetLink(_servers[index].Node, plugged);
        _back.SetLink(_servers[index].Node, plugged);
    }

    private void Inhibit()
    {
        Service nat = _services[0];
        TrafficServer ill = _servers[2];
        using LongConnections connections = LongAt(nat, ill.Name);
        int refusals = ill.RefusalsTo(CheckSource);
        ill.IsHealthy = false;
        Await.Until(() => IsOut(nat, 13), $"{ill.Name} is out of NAT");
        MonotonicTime since = MonotonicClock.Now;
        nat.BeginPatient(_client);
        refusals = ill.RefusalsTo(CheckSource) - refusals;
        nat.AwaitWithout(ill.Name, since);
        Console.WriteLine(Invariant($"figure failed checks before {ill.Name} was out: {refusals}"));
        // A check that is due while the table is read fails as well, so the log tells the upper bound.
        Await.Holds(refusals >= 2, $"{refusals} failed checks, and not one and one retry");
        Await.Until(() => _director.Daemon!.Output.Contains(
            "HTTP_CHECK on service [10.0.1.13]:tcp:80 failed after 1 retries.", StringComparison.Ordinal),
            "the log says that it failed after one retry");
        AssertGoOn(connections, 20);
        ill.IsHealthy = true;
        nat.AwaitAnswersOf(ill.Name);
        AssertGoOn(connections, 20);
    }

    private void Drain()
    {
        Service direct = _services[1];
        string name = _servers[2].Name;
        using LongConnections connections = LongAt(direct, name);
        _director.Reload(Config(weightOfThird: 0));
        Await.Until(() => _director.Weights(direct.Key)?.GetValueOrDefault(13, 9u) == 0, "weight 0");
        direct.BeginPatient(_client);
        direct.AwaitWithout(name, MonotonicClock.Now);
        AssertGoOn(connections, 20);
        _services.ForEach(service => service.BeginPatient(_client));
        _director.Reload(Config());
        direct.AwaitAnswersOf(name);
        AssertGoOn(connections, 20);
        _services.ForEach(static service => service.AwaitWithout("nobody", default));
    }

    private void Stop()
    {
        _services.ForEach(static service => service.Load!.Dispose());
        _director.Daemon!.Stop();
        _ = _director.Daemon.WaitForExit(TimeSpan.FromSeconds(30));
        Await.Holds(_director.Daemon.Exit is { IsSuccess: true }, $"{_director.Daemon.Exit}");
        Await.Holds(_director.Table() == "", _director.Table());
    }

    /// <summary>Long connections, some of which are at a server.</summary>
    private LongConnections LongAt(Service service, string server)
    {
        var connections = LongConnections.Start(_client, service.Target, 6);
        Await.Until(() => connections.Report().All(static c => c.Answers > 0 || c.Failure is not null), "answers");
        Await.Holds(connections.Report().Any(c => c.Server == server), $"no long connection is at {server}");
        return connections;
    }

    private static void AssertGoOn(LongConnections connections, int answers)
    {
        int[] before = [.. connections.Report().Select(static c => c.Answers)];
        Await.Until(() => connections.Report().Select((c, i)
            => c.Failure is not null || c.Answers >= before[i] + answers).All(static done => done),
            "answers on long connections");
        ConnectionReport? broken = connections.Report().FirstOrDefault(static c => c.Failure is not null);
        Await.Holds(broken is null, $"{broken}");
    }

    private string Config(int weightOfThird = 1) => $$"""
        global_defs {
            router_id director
        }
        {{Pool("10.9.0.100", "NAT", "10.0.1", "inhibit_on_failure", """
            HTTP_GET {
                url {
                    path /health
                    status_code 200
                }
            """, weightOfThird)}}
        {{Pool("10.0.0.101", "DR", "10.0.0", "", "TCP_CHECK {", weightOfThird)}}
        {{Pool("10.0.0.102", "TUN", "10.0.0", "", "TCP_CHECK {", weightOfThird)}}
        """;

    private static string Pool(string address, string kind, string net, string setting, string check, int weightOfThird)
        => $"virtual_server {address} 80 {{\n    delay_loop 1\n    lb_algo rr\n    lb_kind {kind}\n    protocol TCP\n"
        + string.Concat(Enumerable.Range(1, 3).Select(i => Invariant($$"""
                real_server {{net}}.{{10 + i}} 80 {
                    weight {{(i == 3 ? weightOfThird : 1)}}
                    {{setting}}
                    {{check}}
                        connect_timeout 1
                        retry 1
                        delay_before_retry 0.5
                        warmup 0
                    }
                }

            """))) + "}\n";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
