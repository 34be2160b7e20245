using System.Globalization;
using Holdfast.Lab;
using Holdfast.Lab.Traffic;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.TrafficGuest;

/// <summary>
/// Two directors with VRRP and connection synchronisation in front of two real servers: the Active is killed, and then
/// the other one is stopped, while clients have connections by NAT and by direct routing.
/// </summary>
/// <remarks>The networks are those of <see cref="OneDirector"/>; the servers' router is 10.0.1.254.</remarks>
internal sealed class TwoDirectors : IScene
{
    private const int LongCount = 8;
    private readonly Lab.Lab _lab;
    private readonly LabNode _client;
    private readonly Director[] _directors;
    private readonly List<TrafficServer> _servers = [];
    private readonly Service[] _services = [new("NAT", "10.9.0.100"), new("DR", "10.0.0.101")];
    private readonly List<LongConnections> _long = [];

    internal TwoDirectors(string program)
    {
        _lab = Lab.Lab.Create(new() { SharedDirectories = [Path.GetDirectoryName(program)!] });
        LabSegment front = _lab.AddSegment();
        LabSegment back = _lab.AddSegment();
        _client = _lab.AddNode("client");
        _ = front.Attach(_client, "10.0.0.50/24", "10.9.0.50/24");
        _directors = [.. Enumerable.Range(1, 2).Select(i =>
        {
            LabNode node = _lab.AddNode(Invariant($"director{i}"));
            _ = front.Attach(node, Invariant($"10.0.0.{i}/24"), Invariant($"10.9.0.{i}/24"));
            _ = back.Attach(node, Invariant($"10.0.1.{i}/24"));
            // A packet of a connection that the other director has not told of yet begins one here.
            node.SetSysctl("ipv4/vs/sloppy_tcp", 1);
            return new Director(node, program);
        })];
        for (int i = 1; i <= 2; i++)
        {
            LabNode node = _lab.AddNode(Invariant($"server{i}"));
            _ = front.Attach(node, Invariant($"10.0.0.{10 + i}/24"));
            _ = back.Attach(node, Invariant($"10.0.1.{10 + i}/24"));
            RealServer.Prepare(node, gateway: "10.0.1.254", "10.0.0.101");
            _servers.Add(TrafficServer.Start(node));
        }
    }

    public IEnumerable<(string Name, Action Run)> Cases =>
    [
        ("TwoDirectors_Start_OneIsActiveAndTheOtherKnowsItsConnections", Start),
        ("ActiveIsKilled_ConnectionsGoOn", Kill),
        ("ActiveIsStopped_ConnectionsGoOnAndNoRequestFails", Stop),
    ];

    public string Describe() => string.Join('\n', _directors.Select(static director
        => $"{director.Node.Name}\n{director.Table()}\n{director.Daemon?.Output}"));

    public void Dispose()
    {
        _long.ForEach(static connections => connections.Dispose());
        Array.ForEach(_services, static service => service.Load?.Dispose());
        _servers.ForEach(static server => server.Dispose());
        Array.ForEach(_directors, static director => director.Dispose());
        _lab.Dispose();
    }

    private void Start()
    {
        _directors[0].Start(Config(200));
        Await.Until(() => IsActive(0), "director1 is Active");
        _directors[1].Start(Config(100));
        foreach (Director director in _directors)
        {
            foreach (Service service in _services)
            {
                Await.Until(() => director.Weights(service.Key) is { Count: 2 } weights
                    && weights.Values.All(static w => w == 1), $"{service.Name} of {director.Node.Name}");
            }
        }
        foreach (Service service in _services)
        {
            _long.Add(LongConnections.Start(_client, service.Target, LongCount));
            service.Load = RequestLoad.Start(_client, service.Target, workers: 1, TimeSpan.FromMilliseconds(10),
                TimeSpan.FromSeconds(20));
            _servers.ForEach(server => service.AwaitAnswersOf(server.Name));
        }
        AwaitAnswers(10);
        AwaitKnown(1);
        Figures("at first");
    }

    private void Kill()
    {
        MonotonicTime since = Begin();
        _directors[0].Node.KillProcesses();
        Await.Figure("killed, director2 is Active after", Await.Until(() => IsActive(1), "director2 is Active"));
        AwaitAnswers(40);
        Figures("director1 killed", since);
        // A connection that is not there yet when its director dies may fail: only the kernel's memory is shared.
        foreach (Service service in _services)
        {
            MonotonicTime now = MonotonicClock.Now;
            Await.Until(() => service.Since(now).Count >= 40, $"requests to {service.Name}");
            AllServed(service, now);
        }
    }

    private void Stop()
    {
        _directors[0].Start(Config(100)); // the same priority, so it stays Backup
        Await.Until(() => _directors[0].Daemon!.Output.Contains("Entering BACKUP STATE", StringComparison.Ordinal),
            "director1 is Backup");
        foreach (Service service in _services)
        {
            Await.Until(() => _directors[0].Weights(service.Key) is { Count: 2 } weights
                && weights.Values.All(static w => w == 1), $"{service.Name} of director1");
        }
        AwaitAnswers(60); // so that each connection has been told of anew
        AwaitKnown(0);
        MonotonicTime since = Begin();
        _directors[1].Daemon!.Stop();
        Await.Figure("stopped, director1 is Active after", Await.Until(() => IsActive(0), "director1 is Active"));
        _ = _directors[1].Daemon!.WaitForExit(TimeSpan.FromSeconds(30));
        AwaitAnswers(40);
        Figures("director2 stopped", since);
        foreach (Service service in _services)
        {
            Await.Until(() => service.Since(since).Count >= 40, $"requests to {service.Name}");
            // The kernel tells the other director of a connection from its third packet on. The one request that is
            // younger at the handover finds nobody who knows its connection; there is one at a time.
            Await.Holds(service.Since(since).Count(static r => r.Outcome != RequestOutcome.Served) <= 1,
                $"{service.Name}: {Service.Tally(service.Since(since))}");
            MonotonicTime now = MonotonicClock.Now;
            Await.Until(() => service.Since(now).Count >= 20, $"more requests to {service.Name}");
            AllServed(service, now);
        }
    }

    private MonotonicTime Begin()
    {
        _long.ForEach(static connections => connections.ForgetWaits());
        return MonotonicClock.Now;
    }

    private static void AllServed(Service service, MonotonicTime since)
        => Await.Holds(service.Since(since).All(static r => r.Outcome == RequestOutcome.Served),
            $"{service.Name}: {Service.Tally(service.Since(since))}");

    // The address that the clients of NAT use stands for all: they move together.
    private bool IsActive(int index) => _directors[index].Node.HasAddress(IpAddress.V4(10, 9, 0, 100))
        && _directors[index].Daemon!.Output.Contains("Entering MASTER STATE", StringComparison.Ordinal);

    // The long connections ask port 80 of the services.
    private void AwaitKnown(int index) => Await.Until(() => _directors[index].EstablishedCount() >= LongCount * 2,
        $"{_directors[index].Node.Name} knows the connections");

    private void AwaitAnswers(int answers)
    {
        int[] before = [.. All().Select(static c => c.Answers)];
        Await.Until(() => All().Select((c, i) => c.Failure is not null || c.Answers >= before[i] + answers)
            .All(static done => done), "answers on long connections");
        string broken = string.Join("; ", All().Where(static c => c.Failure is not null));
        Await.Holds(broken.Length == 0, broken);
    }

    private IEnumerable<ConnectionReport> All() => _long.SelectMany(static connections => connections.Report());

    private void Figures(string what, MonotonicTime? since = null)
    {
        Await.Figure($"{what}, longest wait on a long connection", All().Max(static c => c.LongestWait));
        foreach (Service service in _services)
        {
            Console.WriteLine($"figure {what}, {service.Name}: {Service.Tally(service.Since(since ?? default))}");
        }
    }

    private static string Config(int priority) => Invariant($$"""
        global_defs {
            lvs_sync_daemon eth1 VI_FRONT id 7
        }
        vrrp_sync_group G {
            group {
                VI_FRONT
                VI_BACK
            }
        }
        {{Instance("FRONT", "eth0", 51, priority, "10.9.0.100/24\n        10.0.0.101/24")}}
        {{Instance("BACK", "eth1", 52, priority, "10.0.1.254/24")}}
        {{Pool("10.9.0.100", "NAT", "10.0.1")}}
        {{Pool("10.0.0.101", "DR", "10.0.0")}}
        """);

    private static string Instance(string name, string card, int router, int priority, string addresses)
        => Invariant($$"""
        vrrp_instance VI_{{name}} {
            version 3
            state BACKUP
            nopreempt
            interface {{card}}
            virtual_router_id {{router}}
            priority {{priority}}
            advert_int 0.2
            virtual_ipaddress {
                {{addresses}}
            }
        }
        """);

    private static string Pool(string address, string kind, string net) => $$"""
        virtual_server {{address}} 80 {
            delay_loop 1
            lb_algo rr
            lb_kind {{kind}}
            protocol TCP
        {{Server($"{net}.11")}}
        {{Server($"{net}.12")}}
        }
        """;

    private static string Server(string address) => $$"""
            real_server {{address}} 80 {
                TCP_CHECK {
                    connect_timeout 2
                    retry 2
                    delay_before_retry 1
                    warmup 0
                }
            }
        """;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
