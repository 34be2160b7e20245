using System.Net;
using System.Net.Sockets;
using Holdfast.Lab;
using Holdfast.Primitives;
using Holdfast.Tests.Repository;

namespace Holdfast.Xdp.Tests;

/// <summary>Two daemons with VRRP on both sides and virtual servers by NAT: connections do not notice which of them is
/// Active, and who speaks first afterwards.</summary>
public sealed class NatPairTests : IDisposable
{
    private const int FilePort = 8081;
    private const int SlowPort = 8082;

    private static readonly IpAddress s_virtual = IpAddress.Parse("10.0.0.100");
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly NatLab _lab = new(isDirectorActive: false);
    private readonly List<LabProcess> _daemons = [];

    public NatPairTests() => _lab.Describe = ()
        => string.Join('\n', _daemons.Select(static daemon => daemon.Output));

    public void Dispose() => _lab.Dispose();

    private static string Ipvsadm => Path.Combine(RepositoryRoot.Path, "out", "ipvsadm");

    [Fact]
    public void Active_Dies_DownloadIsWholeAndAServerMaySpeakFirst()
    {
        LabNode second = _lab.AddDirector();
        Begin(_lab.Director, 200);
        Eventually(() => _lab.Director.HasAddress(s_virtual), "it did not become Active");
        Begin(second, 100);
        AwaitServices(_lab.Director);
        AwaitServices(second);
        _lab.RouteServers("10.0.1.254");
        _lab.Keep(Download.Serve(_lab.Servers[0], FilePort));
        using Socket listener = Listen();
        using Socket client = ConnectSlow(listener, out Socket server);
        using Socket accepted = server;
        using var download = new Download(_lab.Client, new(IPAddress.Parse("10.0.0.100"), FilePort), Download.Size / 2);
        Eventually(() => download.Received > Download.Size / 10, "the download does not begin");
        Eventually(() => second.Execute(Ipvsadm, "-Lcn").Output.Split(" ESTABLISHED ").Length == 3,
            "the Backup has not heard of both connections");

        _lab.Director.PowerOff();

        // The client says nothing: the answer comes out only if the way to it is known.
        Assert.Equal(1, server.Send([42]));
        byte[] heard = new byte[2];
        Assert.Equal(1, client.Receive(heard));
        Assert.Equal(42, heard[0]);
        download.Continue();
        Assert.Equal(Download.ExpectedHash, download.Finish(s_patience));
        Eventually(() => second.HasAddress(s_virtual), "nobody has taken over");
        Assert.Matches(@"(?m)^TCP +10\.0\.0\.100:8081( +[0-9]+[KMG]?){5}$",
            second.Execute(Ipvsadm, "-Ln", "--stats").Output);
    }

    private Socket Listen() => _lab.Servers[0].Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Any, SlowPort));
        socket.Listen(1);
        return socket;
    });

    private Socket ConnectSlow(Socket listener, out Socket server)
    {
        Socket client = _lab.Client.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream,
            ProtocolType.Tcp) { ReceiveTimeout = (int)s_patience.TotalMilliseconds });
        Assert.True(client.ConnectAsync(s_virtual.ToString(), SlowPort).Wait(s_patience), _lab.Describe());
        Assert.True(listener.Poll(s_patience, SelectMode.SelectRead), "no connection has come");
        server = listener.Accept();
        return client;
    }

    private static void AwaitServices(LabNode node) => Eventually(
        () => node.Execute(Ipvsadm, "-Ln").Output.Split(" Masq ").Length == 3
            && node.Execute("ip", "link", "show", "eth1").Output.Contains("xdp", StringComparison.Ordinal),
        $"{node.Name} has not all services");

    private void Begin(LabNode node, int priority)
    {
        node.WriteFile("/tmp/keepalived.conf", Config(priority));
        _daemons.Add(node.Start(Path.Combine(RepositoryRoot.Path, "out", "keepalived"),
            [
                "-n", "-l", "-D", "-f", "/tmp/keepalived.conf",
                "-p", "/run/k.pid", "-r", "/run/v.pid", "-c", "/run/c.pid",
            ],
            name: "keepalived"));
    }

    private static string Config(int priority) => $$"""
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
                10.0.1.254/32 dev eth1
            }
        }
        {{Service(FilePort)}}
        {{Service(SlowPort)}}
        """;

    private static string Service(int port) => $$"""
        virtual_server 10.0.0.100 {{port}} {
            lvs_sched rr
            lvs_method NAT
            protocol TCP
            real_server 10.0.1.11 {{port}} {
            }
        }
        """;

    private static void Eventually(Func<bool> condition, string problem)
        => Assert.True(SpinWait.SpinUntil(condition, s_patience), problem);
}
