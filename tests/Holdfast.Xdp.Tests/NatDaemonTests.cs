using Holdfast.Lab;
using Holdfast.Tests.Repository;

namespace Holdfast.Xdp.Tests;

/// <summary>NAT as ipvsadm and keepalived.conf ask for it.</summary>
public sealed class NatDaemonTests : IDisposable
{
    private readonly NatLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void Ipvsadm_Masquerading_ForwardsAndLists()
    {
        _lab.RouteServers();
        _lab.StartServers();
        Run("-A", "-t", "10.0.0.100:80", "-s", "rr");
        Run("-a", "-t", "10.0.0.100:80", "-r", "10.0.1.11:8080", "-m");
        Run("-a", "-t", "10.0.0.100:80", "-r", "10.0.1.12:8080", "-m");
        Run("-A", "-t", "[fd00::100]:80", "-s", "mh");
        Run("-a", "-t", "[fd00::100]:80", "-r", "[fd01::12]:8080", "-m");

        Assert.Equal([1, 2], Enumerable.Range(0, 4).Select(_ => _lab.Connect("10.0.0.100").Server).Distinct().Order());
        Assert.Equal(2, _lab.Connect("fd00::100").Server);

        string listing = Run("-Ln");
        Assert.Matches(@"-> 10\.0\.1\.11:8080 +Masq +1 +2 +0 ", listing);
        Assert.Matches(@"-> \[fd01::12\]:8080 +Masq +1 +1 +0 ", listing);
        // Connections, packets in and out, bytes in and out: a connection is answered with SYN and its server's number.
        string counted = @" +2( +[1-9][0-9]*){4}$";
        Assert.Matches(@"(?m)-> 10\.0\.1\.11:8080" + counted, Run("-Ln", "--stats", "--exact"));
        Assert.Matches(@"(?m)^TCP +10\.0\.0\.100:80 +4( +[1-9][0-9]*){4}$", Run("-Ln", "--stats", "--exact"));
        Assert.Contains("-a -t 10.0.0.100:80 -r 10.0.1.12:8080 -m -w 1", Run("-Sn"), StringComparison.Ordinal);
        Run("-C");
    }

    [Fact]
    public void Ipvsadm_ServerThatIsThisHost_IsServedAtTheVirtualPortAlone()
    {
        _lab.Keep(new EchoServer(_lab.Director, NatLab.Port, 7));
        // The answers are the stack's, which needs a route as any server does.
        Assert.Equal("", _lab.Director.Execute("ip", "route", "add", "10.0.9.0/24", "via", "10.0.0.9").Output);
        Run("-A", "-t", "10.0.0.100:80", "-s", "rr");

        LabProcess refused = _lab.Director.Execute(Path.Combine(RepositoryRoot.Path, "out", "ipvsadm"),
            "-a", "-t", "10.0.0.100:80", "-r", "10.0.1.2:8080", "-m");
        Assert.NotEqual(0, refused.Exit!.Value.Code);
        Assert.Contains("10.0.1.2 is this host", refused.Output, StringComparison.Ordinal);

        Run("-a", "-t", "10.0.0.100:80", "-r", "10.0.1.2:80", "-m");
        Assert.Equal(7, _lab.Connect("10.0.0.100").Server);
        Run("-C");
    }

    [Fact]
    public void VirtualServer_MasqueradedByOption_WorksWithServersThatHaveNoRouteToClients()
    {
        _lab.StartServers();
        _lab.Director.WriteFile("/tmp/keepalived.conf", """
            virtual_server 10.0.0.100 80 {
                delay_loop 1
                lvs_sched rr
                lvs_method NAT
                protocol TCP
                #holdfast: masquerade on
                real_server 10.0.1.11 8080 {
                    TCP_CHECK {
                        connect_timeout 5
                    }
                }
                real_server 10.0.1.12 8080 {
                    TCP_CHECK {
                        connect_timeout 5
                    }
                }
            }
            """);
        using LabProcess daemon = _lab.Director.Start(Path.Combine(RepositoryRoot.Path, "out", "keepalived"),
            ["-n", "-l", "-D", "-f", "/tmp/keepalived.conf", "-p", "/run/k.pid", "-c", "/run/c.pid"],
            name: "keepalived");
        _lab.Describe = () => daemon.Output;
        daemon.WaitForLine("carried out by the xdp plane", NatLab.Patience);
        Assert.True(SpinWait.SpinUntil(() => Run("-Ln").Split(" Masq ").Length == 3, NatLab.Patience), daemon.Output);

        Assert.Equal([1, 2], Enumerable.Range(0, 4).Select(_ => _lab.Connect("10.0.0.100").Server).Distinct().Order());
        daemon.Stop();
        Assert.True(daemon.WaitForExit(NatLab.Patience).IsSuccess, daemon.Output);
    }

    private string Run(params string[] arguments)
    {
        LabProcess process = _lab.Director.Execute(Path.Combine(RepositoryRoot.Path, "out", "ipvsadm"), arguments);
        Assert.True(process.Exit!.Value.Code == 0, process.Output);
        return process.Output;
    }
}
