using System.Net;
using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Primitives;
using Holdfast.Tests.Repository;

namespace Holdfast.Xdp.Tests;

/// <summary>Two daemons with VRRP and virtual servers: connections do not notice which of them is Active.</summary>
public sealed class ActivePairTests : IDisposable
{
    private const int Count = 1000;
    private const int FilePort = 8080;

    private static readonly IpAddress s_virtual = IpAddress.Parse("10.0.0.100");
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly DirectorLab _lab = new(isDirectorActive: false);
    private readonly List<IDisposable> _opened = [];
    private string _scheduler = "mh";
    private bool _preempts;

    public void Dispose()
    {
        _opened.ForEach(static opened => opened.Dispose());
        _lab.Dispose();
    }

    [Fact]
    public void Active_Dies_NoConnectionIsResetAndTheDownloadIsWhole()
    {
        LabNode second = _lab.AddDirector();
        _ = Begin(_lab.Director, 200);
        Eventually(() => _lab.Director.HasAddress(s_virtual), "it did not become Active");
        _ = Begin(second, 100);
        AwaitServices(second);
        using Download download = Prepare(_lab.Director, out Socket[] connections);

        _lab.Director.PowerOff();

        // They speak before anybody has taken over, and are answered all the same.
        Say(connections, 1);
        download.Continue();
        Hear(connections, 1);
        Eventually(() => second.HasAddress(s_virtual), "nobody has taken over");
        Assert.Equal(Download.ExpectedHash, download.Finish(s_patience));
        Say(connections, 2);
        Hear(connections, 2);
        Assert.All(_lab.Connect("10.0.0.100", 20), static c => Assert.True(DirectorLab.Echoes(c.Socket, "new")));
    }

    [Fact]
    public void Active_StopsAndReturns_NoConnectionIsResetAndTheDownloadIsWhole()
    {
        LabNode second = _lab.AddDirector();
        LabProcess first = Begin(_lab.Director, 200);
        Eventually(() => _lab.Director.HasAddress(s_virtual), "it did not become Active");
        LabProcess other = Begin(second, 100);
        AwaitServices(second);
        using Download download = Prepare(_lab.Director, out Socket[] connections);

        first.Stop();
        Say(connections, 1);
        Assert.True(first.WaitForExit(s_patience).IsSuccess, first.Output);
        Hear(connections, 1);
        Eventually(() => second.HasAddress(s_virtual), "nobody has taken over");
        _ = Begin(_lab.Director, 200);
        AwaitServices(_lab.Director);
        other.Stop();
        Say(connections, 2);
        download.Continue();
        Hear(connections, 2);
        Eventually(() => _lab.Director.HasAddress(s_virtual), "it did not become Active again");
        Assert.True(other.WaitForExit(s_patience).IsSuccess, other.Output);
        Say(connections, 3);
        Hear(connections, 3);

        Assert.Equal(Download.ExpectedHash, download.Finish(s_patience));
    }

    [Theory]
    [InlineData("mh")]
    [InlineData("rr")] // the returning node has to know every connection before it preempts
    public void Active_DiesReturnsAndPreempts_NoConnectionIsReset(string scheduler)
    {
        (_scheduler, _preempts) = (scheduler, true);
        LabNode second = _lab.AddDirector();
        _ = Begin(_lab.Director, 200);
        Eventually(() => _lab.Director.HasAddress(s_virtual), "it did not become Active");
        _ = Begin(second, 100);
        AwaitServices(second);
        using Download download = Prepare(_lab.Director, out Socket[] connections);
        Eventually(() => scheduler == "mh" || Known(second) > Count, "connections were not told of");

        _lab.Director.PowerOff();
        Say(connections, 1);
        download.Continue();
        Hear(connections, 1);
        Eventually(() => second.HasAddress(s_virtual), "nobody has taken over");
        _lab.Director.PowerOn();
        Eventually(() => !_lab.Director.Execute("ip", "link").Output.Contains("xdp", StringComparison.Ordinal),
            "a machine that boots has forgotten its programs");
        Eventually(() => scheduler == "mh" || Known(second) > Count, "connections were forgotten");

        LabProcess returned = Begin(_lab.Director, 200);
        byte round = 1;
        int roundsLeft = 3;
        Eventually(() =>
        {
            round++;
            Say(connections, round);
            Hear(connections, round);
            return _lab.Director.HasAddress(s_virtual) && !second.HasAddress(s_virtual) && roundsLeft-- <= 0;
        }, "it did not become Active again");
        Assert.DoesNotContain("virtual servers are not forwarded yet", returned.Output, StringComparison.Ordinal);
        Assert.Equal(Download.ExpectedHash, download.Finish(s_patience));
    }

    private static int Known(LabNode node) => node.Execute(
        Path.Combine(RepositoryRoot.Path, "out", "ipvsadm"), "-Lcn").Output.Split("ESTABLISHED").Length - 1;

    private Download Prepare(LabNode active, out Socket[] connections)
    {
        AwaitServices(active);
        Eventually(() => active.HasAddress(s_virtual), "nobody is Active");
        _lab.StartServers();
        for (int server = 1; server <= 3; server++)
        {
            _opened.Add(Download.Serve(_lab.ServerNode(server), FilePort));
        }
        connections = [.. _lab.Connect("10.0.0.100", Count).Select(static c => c.Socket)];
        Say(connections, 0);
        Hear(connections, 0);
        var download = new Download(
            _lab.Client, new(IPAddress.Parse("10.0.0.100"), FilePort), pause: Download.Size / 2);
        // It runs on beyond this while the test does what follows, and waits in the middle at the most.
        Eventually(() => download.Received > Download.Size / 10, "the download does not begin");
        return download;
    }

    private static void AwaitServices(LabNode node)
        => Eventually(() => DirectorLab.IsForwarding(node, 6), $"{node.Name} has not all services");

    private LabProcess Begin(LabNode node, int priority)
    {
        node.WriteFile("/tmp/keepalived.conf", Config(priority));
        return node.Start(Path.Combine(RepositoryRoot.Path, "out", "keepalived"),
            [
                "-n", "-l", "-D", "-f", "/tmp/keepalived.conf",
                "-p", "/run/k.pid", "-r", "/run/v.pid", "-c", "/run/c.pid",
            ],
            name: "keepalived");
    }

    private static void Say(Socket[] connections, byte what)
        => Array.ForEach(connections, connection => connection.Send([what]));

    // A reset, a close or somebody else's answer fails here.
    private static void Hear(Socket[] connections, byte what) => Array.ForEach(connections, connection =>
    {
        byte[] heard = new byte[2];
        Assert.Equal(1, connection.Receive(heard));
        Assert.Equal(what, heard[0]);
    });

    private string Config(int priority) => $$"""
        global_defs {
            #holdfast: plane xdp
            {{(_scheduler == "mh" ? "" : "lvs_sync_daemon eth0 VI_1")}}
        }
        vrrp_instance VI_1 {
            version 3
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority {{priority}}
            {{(_preempts ? "" : "nopreempt")}}
            advert_int 0.1
            virtual_ipaddress {
                10.0.0.100/32
            }
        }
        {{Service(DirectorLab.Port)}}
        {{Service(FilePort)}}
        """;

    private string Service(int port) => $$"""
        virtual_server 10.0.0.100 {{port}} {
            lvs_sched {{_scheduler}}
            {{(_scheduler == "mh" ? "mh-port" : "")}}
            lvs_method DR
            protocol TCP
            {{string.Concat(Enumerable.Range(1, 3).Select(n => $$"""
                real_server 10.0.0.{{_lab.HostOf(n)}} {{port}} {
                }

            """))}}
        }
        """;

    private static void Eventually(Func<bool> condition, string problem)
        => Assert.True(SpinWait.SpinUntil(condition, s_patience), problem);
}
