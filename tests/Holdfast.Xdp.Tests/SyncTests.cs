using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Primitives;
using Holdfast.Tests.Repository;

namespace Holdfast.Xdp.Tests;

/// <summary>Directors that tell each other of connections, so that a takeover harms none with any scheduler.</summary>
public sealed class SyncTests : IDisposable
{
    private const int Count = 300;

    private static readonly IpAddress s_virtual = IpAddress.Parse("10.0.0.100");
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly DirectorLab _lab = new(isDirectorActive: false);

    private static string Ipvsadm => Path.Combine(RepositoryRoot.Path, "out", "ipvsadm");

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void ActiveWithRoundRobin_Dies_ConnectionsGoOn()
    {
        LabNode second = _lab.AddDirector();
        Begin(_lab.Director, 200);
        Begin(second, 100);
        AwaitServices(second);
        (Socket Socket, int Server)[] connections = Open();
        Eventually(() => CountEstablished(second) == Count, "the Backup has not heard of every connection");

        _lab.Director.PowerOff();

        // Frames for the dead one go to every port of the bridge: the other one may carry them on before it is Active.
        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "after"), "not answered"));
        Eventually(() => second.HasAddress(s_virtual), "nobody has taken over");
        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "later"), "not answered"));
        Assert.Contains("master sync daemon (mcast=eth0, syncid=51", Eventual(
            () => second.Execute(Ipvsadm, "-L", "--daemon").Output, "master"), StringComparison.Ordinal);
    }

    [Fact]
    public void ActiveWithPersistence_Dies_ClientKeepsItsServer()
    {
        LabNode second = _lab.AddDirector();
        Begin(_lab.Director, 200, "persistence_timeout 600");
        Begin(second, 100, "persistence_timeout 600");
        AwaitServices(second);
        AwaitActive();
        int server = Assert.Single(_lab.Connect("10.0.0.100", 20).Select(static c => c.Server).Distinct());
        Eventually(() => second.Execute(Ipvsadm, "-Lcn").Output.Contains(" ASSURED ", StringComparison.Ordinal),
            "the Backup has not heard of the template");

        _lab.Director.PowerOff();

        Assert.All(_lab.Connect("10.0.0.100", 20), c => Assert.Equal(server, c.Server));
    }

    [Fact]
    public void Director_JoinsLate_HearsOfAllAndTakesOver()
    {
        LabNode second = _lab.AddDirector();
        Begin(_lab.Director, 200);
        (Socket Socket, int Server)[] connections = Open();

        Begin(second, 100);
        AwaitServices(second);
        Eventually(() => CountEstablished(second) == Count, "the late one has not heard of every connection");
        _lab.Director.PowerOff();

        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "after"), "not answered"));
    }

    [Fact]
    public void Ipvsadm_StartsAndStopsDaemons_WithoutAnyOfOurs()
    {
        LabNode second = _lab.AddDirector();
        Refused(second, "add one first", "--start-daemon", "backup", "--mcast-interface", "eth0");
        foreach (LabNode node in (LabNode[])[_lab.Director, second])
        {
            Run(node, "-A", "-t", "10.0.0.100:80", "-s", "rr");
            for (int server = 1; server <= 3; server++)
            {
                Run(node, "-a", "-t", "10.0.0.100:80", "-r", $"10.0.0.{_lab.HostOf(server)}:80", "-g");
            }
        }
        _lab.Director.Route.AddAddress(new()
        {
            Prefix = IpPrefix.Host(s_virtual),
            InterfaceIndex = _lab.Director.Links[0].Index,
        }).ThrowIfFailed("add the virtual address");
        (Socket Socket, int Server)[] connections = Open();

        Run(_lab.Director, "--start-daemon", "master", "--mcast-interface", "eth0", "--syncid", "7");
        Run(second, "--start-daemon", "backup", "--mcast-interface", "eth0", "--syncid", "7");
        Refused(second, "", "--start-daemon", "backup", "--mcast-interface", "eth0");

        Eventually(() => CountEstablished(second) == Count, "the Backup has not heard of every connection");
        Assert.Equal("backup sync daemon (mcast=eth0, syncid=7)\n",
            second.Execute(Ipvsadm, "-L", "--daemon").Output + "\n");
        connections[0].Socket.Dispose();
        Eventually(() => CountEstablished(second) == Count - 1, "the Backup has not heard of an end");
        Run(second, "--stop-daemon", "backup");
        Refused(second, "", "--stop-daemon", "backup");
        Assert.Equal("", second.Execute(Ipvsadm, "-L", "--daemon").Output);
    }

    private static void Run(LabNode node, params string[] arguments)
        => Assert.Equal("", node.Execute(Ipvsadm, arguments).Output);

    private static void Refused(LabNode node, string why, params string[] arguments)
    {
        LabProcess process = node.Execute(Ipvsadm, arguments);
        Assert.NotEqual(0, process.Exit!.Value.Code);
        Assert.Contains(why, process.Output, StringComparison.Ordinal);
    }

    private static int CountEstablished(LabNode node)
        => node.Execute(Ipvsadm, "-Lcn").Output.Split(" ESTABLISHED ").Length - 1;

    private static void AwaitServices(LabNode node) => Eventually(
        () => DirectorLab.IsForwarding(node, 3), $"{node.Name} has not all services");

    private static string Eventual(Func<string> read, string word)
    {
        Eventually(() => read().Contains(word, StringComparison.Ordinal), $"no '{word}'");
        return read();
    }

    private static void Eventually(Func<bool> condition, string problem)
        => Assert.True(SpinWait.SpinUntil(condition, s_patience), problem);

    private void AwaitActive()
    {
        AwaitServices(_lab.Director);
        Eventually(() => _lab.Director.HasAddress(s_virtual), "nobody is Active");
        _lab.StartServers();
    }

    private (Socket Socket, int Server)[] Open()
    {
        AwaitActive();
        (Socket Socket, int Server)[] connections = [.. _lab.Connect("10.0.0.100", Count)];
        Assert.All(connections, static c => Assert.True(DirectorLab.Echoes(c.Socket, "before"), "not answered"));
        Assert.Equal([1, 2, 3], connections.Select(static c => c.Server).Distinct().Order());
        return connections;
    }

    private void Begin(LabNode node, int priority, string setting = "")
    {
        node.WriteFile("/tmp/keepalived.conf", $$"""
            global_defs {
                #holdfast: plane xdp
                lvs_sync_daemon eth0 VI_1
            }
            vrrp_instance VI_1 {
                version 3
                state BACKUP
                interface eth0
                virtual_router_id 51
                priority {{priority}}
                advert_int 0.1
                virtual_ipaddress {
                    10.0.0.100/32
                }
            }
            virtual_server 10.0.0.100 80 {
                lvs_sched rr
                lvs_method DR
                protocol TCP
                {{setting}}
                {{string.Concat(Enumerable.Range(1, 3).Select(n => $$"""
                    real_server 10.0.0.{{_lab.HostOf(n)}} 80 {
                    }

                """))}}
            }
            """);
        _ = node.Start(Path.Combine(RepositoryRoot.Path, "out", "keepalived"),
            [
                "-n", "-l", "-D", "-f", "/tmp/keepalived.conf",
                "-p", "/run/k.pid", "-r", "/run/v.pid", "-c", "/run/c.pid",
            ],
            name: "keepalived");
    }
}
