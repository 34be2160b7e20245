using System.Text.RegularExpressions;
using Holdfast.Lab;
using Holdfast.Tests.Repository;

namespace Holdfast.Nftables.Tests;

/// <summary>Virtual servers of a keepalived.conf and commands of ipvsadm, carried out by nftables.</summary>
public sealed partial class KeepalivedTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly NatLab _lab = new();

    private static string Ipvsadm => Path.Combine(RepositoryRoot.Path, "out", "ipvsadm");

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void VirtualServer_ServerDiesAndReturns_DaemonIsKilled_ClientsFollow()
    {
        _lab.StartServers();
        string servers = string.Concat(Enumerable.Range(1, 3).Select(static number => $$"""
                real_server 10.1.0.{{number}} 8080 {
                    TCP_CHECK {
                        connect_timeout 2
                        retry 1
                        delay_before_retry 1
                    }
                }

            """));
        string config = $$"""
            #holdfast: plane nftables
            virtual_server 192.0.2.100 80 {
                delay_loop 1
                lvs_sched rr
                lvs_method NAT
                protocol TCP
            {{servers}}
            }
            """;
        LabProcess daemon = Start(config);
        daemon.WaitForLine("carried out by the nftables plane: the configuration says so", s_patience);
        Eventually(() => Listing().Split(" Masq ").Length == 4, "the servers did not come");
        Assert.Equal([1, 2, 3], ServersOf(12));
        LabProcess status = _lab.Director.Execute(Path.Combine(RepositoryRoot.Path, "out", "holdfast"), "status");
        Assert.Contains("carried out by the nftables plane: the configuration says so", status.Output,
            StringComparison.Ordinal);

        _lab.StopServer(2);
        Eventually(() => !Listing().Contains("10.1.0.2", StringComparison.Ordinal), "the dead server stayed");
        Assert.Equal([1, 3], ServersOf(12));
        _lab.StartServer(2);
        Eventually(() => Listing().Contains("10.1.0.2", StringComparison.Ordinal), "the server did not return");
        Assert.Equal([1, 2, 3], ServersOf(12));

        // Every process dies: what is in the kernel goes on, and the next daemon takes it over and counts on.
        _lab.Director.KillProcesses();
        Assert.Equal([1, 2, 3], ServersOf(12));
        ulong before = Connections();
        daemon = Start(config);
        daemon.WaitForLine("carried out by the nftables plane", s_patience);
        Assert.Equal([1, 2, 3], ServersOf(12));
        Assert.Equal(before + 12, Connections());
        daemon.Stop();
        Assert.True(daemon.WaitForExit(s_patience).IsSuccess, daemon.Output);
        Assert.Equal("", Ruleset());
    }

    [Fact]
    public void VirtualServer_NeitherIpvsNorXdp_NftablesIsChosen_AndAnotherPlaneTakesItsTablesAway()
    {
        _lab.StartServers();
        const string Config = """
            virtual_server 192.0.2.100 80 {
                lvs_sched rr
                lvs_method NAT
                protocol TCP
                real_server 10.1.0.3 8080 {
                }
            }
            """;
        LabProcess daemon = Start(Config, withoutBpf: true);
        daemon.WaitForLine("carried out by the nftables plane: the kernel has no IPVS, and the xdp plane does not work "
            + "here: EPERM", s_patience);
        Eventually(() => Listing().Contains("10.1.0.3:8080", StringComparison.Ordinal), "the server did not come");
        Assert.Equal([3], ServersOf(3));
        _lab.Director.KillProcesses();

        daemon = Start("#holdfast: plane xdp\n" + Config);
        daemon.WaitForLine("carried out by the xdp plane", s_patience);
        Eventually(() => Ruleset().Length == 0, "the tables stayed");

        // And back: what every process of the xdp plane has left behind.
        Eventually(() => Links().Contains("xdp", StringComparison.Ordinal), "the program was not attached");
        Assert.Equal([3], ServersOf(3));
        _lab.Director.KillProcesses();
        Assert.Contains("xdp", Links(), StringComparison.Ordinal);
        daemon = Start("#holdfast: plane nftables\n" + Config);
        daemon.WaitForLine("carried out by the nftables plane", s_patience);
        Eventually(() => !Links().Contains("xdp", StringComparison.Ordinal), "the program stayed");
        Assert.Equal("", Pins(""));
        Eventually(() => Listing().Contains("10.1.0.3:8080", StringComparison.Ordinal), "the server did not come");
        Assert.Equal([3], ServersOf(3));
    }

    [Fact]
    public void VirtualServer_DirectorThatIpvsadmHasMade_GivesWay()
    {
        _lab.StartServers();
        Assert.Equal("", Run("-A", "-t", "192.0.2.100:81", "-s", "rr"));
        Assert.Equal("", Run("-a", "-t", "192.0.2.100:81", "-r", "10.1.0.1:8080", "-m"));
        Eventually(() => Links().Contains("xdp", StringComparison.Ordinal), "the program was not attached");
        Eventually(() => Pins("keeper").Length > 0, "nobody keeps the director");

        LabProcess daemon = Start("""
            #holdfast: plane nftables
            virtual_server 192.0.2.100 80 {
                lvs_sched rr
                lvs_method NAT
                protocol TCP
                real_server 10.1.0.3 8080 {
                }
            }
            """);

        daemon.WaitForLine("carried out by the nftables plane: the configuration says so", s_patience);
        Eventually(() => !Links().Contains("xdp", StringComparison.Ordinal), "the program stayed");
        Eventually(() => Listing().Contains("10.1.0.3:8080", StringComparison.Ordinal), "the server did not come");
        Assert.Equal([3], ServersOf(3));
    }

    [Fact]
    public void VirtualServer_WhatThePlaneCannotDo_IsSaidWithAHint()
    {
        LabProcess daemon = Start("""
            #holdfast: plane nftables
            virtual_server 192.0.2.100 80 {
                lvs_sched wlc
                lvs_method NAT
                protocol TCP
                real_server 10.1.0.1 8080 {
                }
            }
            """);

        daemon.WaitForLine("The nftables plane refused to add service TCP 192.0.2.100:80 (wlc): EOPNOTSUPP: the "
            + "nftables plane cannot compare the connections of servers, as wlc does: take wrr", s_patience);
    }

    [Fact]
    public void Commands_OfIpvsadm_ForwardAndList()
    {
        _lab.StartServers();
        // The tables of somebody who chose nftables: commands go there, and not to the xdp plane.
        using (Layer4.Nftables.NftablesClient client = _lab.Director.Run(static () =>
        {
            Layer4.Nftables.NftablesClient.TryOpen(out Layer4.Nftables.NftablesClient? opened).ThrowIfFailed("open");
            return opened!;
        }))
        {
            client.AddService(new()
            {
                Key = Layer4.Model.VirtualServiceKey.At(
                    Layer4.Model.ServiceProtocol.Udp, Primitives.IpAddress.Parse("192.0.2.100"), 53),
                Scheduler = "rr",
            }).ThrowIfFailed("add a service");
        }
        Assert.Equal("", Run("-A", "-t", "192.0.2.100:80", "-s", "wrr"));
        Assert.Equal("", Run("-a", "-t", "192.0.2.100:80", "-r", "10.1.0.1:8080", "-m", "-w", "1"));
        Assert.Equal("", Run("-a", "-t", "192.0.2.100:80", "-r", "10.1.0.2:8080", "-m", "-w", "3"));
        int[] servers = [.. _lab.Connect("192.0.2.100", 40).Select(static c => c.Server)];

        Assert.Equal([10, 30], [servers.Count(1.Equals), servers.Count(2.Equals)]);
        string listing = Run("-Ln");
        Assert.Matches(@"TCP  192\.0\.2\.100:80 wrr", listing);
        Assert.Matches(@"-> 10\.1\.0\.1:8080 +Masq +1 +10 +0 ", listing);
        Assert.Matches(@"-> 10\.1\.0\.2:8080 +Masq +3 +30 +0 ", listing);
        Assert.Matches(@"TCP  192\.0\.2\.100:80 +40 +[1-9]", Run("-Ln", "--stats"));
        string[] entries = [.. Run("-Lcn").Split('\n').Where(static line => Entry().IsMatch(line))];
        Assert.Equal(40, entries.Length);
        Assert.Equal("", Run("-Z"));
        Assert.Matches(@"TCP  192\.0\.2\.100:80 +0 +0 ", Run("-Ln", "--stats"));
        Assert.Equal("", Run("-E", "-t", "192.0.2.100:80", "-s", "rr"));
        Assert.Equal("", Run("-d", "-t", "192.0.2.100:80", "-r", "10.1.0.1:8080"));
        Assert.Equal([2], ServersOf(5));
        LabProcess refused = _lab.Director.Execute(Ipvsadm, "-a", "-t", "192.0.2.100:80", "-r", "10.1.0.1:80", "-g");
        Assert.Contains("NAT and direct routing at different places", refused.Output, StringComparison.Ordinal);
        Assert.Equal("", Run("-C"));
        Assert.Equal("", Ruleset());
    }

    [GeneratedRegex(@"^TCP \d+:\d\d +ESTABLISHED +192\.0\.2\.1:\d+ +192\.0\.2\.100:80 +10\.1\.0\.[12]:8080$")]
    private static partial Regex Entry();

    [GeneratedRegex(@"TCP  192\.0\.2\.100:80 +(\d+)")]
    private static partial Regex Total();

    private IEnumerable<int> ServersOf(int count)
        => [.. _lab.Connect("192.0.2.100", count).Select(static c => c.Server).Distinct().Order()];

    // The checkers' own connections go to the servers themselves.
    private ulong Connections()
        => ulong.Parse(Total().Match(Run("-Ln", "--stats", "--exact")).Groups[1].Value,
            System.Globalization.CultureInfo.InvariantCulture);

    private LabProcess Start(string config, bool withoutBpf = false)
    {
        const string Rights = "-sys_admin,-bpf,-perfmon";
        string program = Path.Combine(RepositoryRoot.Path, "out", "keepalived");
        string[] arguments = ["-n", "-l", "-D", "-f", "/tmp/keepalived.conf", "-p", "/run/k.pid", "-c", "/run/c.pid"];
        _lab.Director.WriteFile("/tmp/keepalived.conf", config);
        return !withoutBpf ? _lab.Director.Start(program, arguments, name: "keepalived")
            : _lab.Director.Start(
                "setpriv", [$"--bounding-set={Rights}", $"--inh-caps={Rights}", program, .. arguments]);
    }

    private string Run(params string[] arguments)
    {
        LabProcess process = _lab.Director.Execute(Ipvsadm, arguments);
        Assert.True(process.Exit!.Value.Code == 0, process.Output);
        return process.Output.Length == 0 ? "" : process.Output + "\n";
    }

    // The node's own file system: only its processes see it.
    private string Pins(string name) => _lab.Director.Execute(
        "/bin/sh", "-c", $"ls -d /sys/fs/bpf/holdfast/xdp*/{name} 2>/dev/null").Output;

    private string Links() => _lab.Director.Execute("ip", "link").Output;

    private string Listing() => _lab.Director.Execute(Ipvsadm, "-Ln").Output;

    private string Ruleset() => _lab.Director.Execute("nft", "list", "ruleset").Output;

    private static void Eventually(Func<bool> condition, string problem)
        => Assert.True(SpinWait.SpinUntil(condition, s_patience), problem);
}
