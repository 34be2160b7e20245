using System.Text.RegularExpressions;
using Holdfast.Lab;
using Holdfast.Tests.Repository;

namespace Holdfast.Xdp.Tests;

/// <summary>ipvsadm on a kernel without IPVS: the commands of always, done at XDP; no daemon runs.</summary>
public sealed partial class IpvsadmTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectorLab _lab = new();

    private static string Ipvsadm => Path.Combine(RepositoryRoot.Path, "out", "ipvsadm");

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void Commands_OneAfterTheOther_ForwardAndList()
    {
        _lab.StartServers();
        Assert.Equal("""
            IP Virtual Server version 1.2.1 (size=262144)
            Prot LocalAddress:Port Scheduler Flags
              -> RemoteAddress:Port           Forward Weight ActiveConn InActConn

            """, Run("-Ln"));
        Assert.False(IsPinned());

        Assert.Equal("", Run("-A", "-t", "10.0.0.100:80", "-s", "mh", "-b", "mh-port"));
        foreach (string server in (string[])["13", "14", "15"])
        {
            Assert.Equal("", Run("-a", "-t", "10.0.0.100:80", "-r", $"10.0.0.{server}:80", "-g"));
        }
        (System.Net.Sockets.Socket Socket, int Server)[] connections = [.. _lab.Connect("10.0.0.100", 60)];

        Assert.Equal([1, 2, 3], connections.Select(static c => c.Server).Distinct().Order());
        string listing = Run("-Ln");
        Assert.Equal([
            "IP Virtual Server version 1.2.1 (size=262144)", "Prot LocalAddress:Port Scheduler Flags",
            "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn", "TCP  10.0.0.100:80 mh (mh-port)",
        ], listing.Split('\n')[..4]);
        for (int server = 1; server <= 3; server++)
        {
            int count = connections.Count(c => c.Server == server);
            Assert.Matches($@"-> 10\.0\.0\.{12 + server}:80 +Route +1 +{count} +0 ", listing);
        }
        string[] entries = Run("-Lcn").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(62, entries.Length);
        Assert.All(entries[2..], static entry => Assert.Matches(Entry(), entry));
        Assert.Matches(@"TCP  10\.0\.0\.100:80 +60 +", Run("-Ln", "--stats"));
        Assert.Equal("-A -t 10.0.0.100:80 -s mh -b mh-port\n", Run("-Sn").Split("-a")[0]);

        Assert.Equal("", Run("-C"));
        Assert.True(SpinWait.SpinUntil(() => !IsPinned(), Patience), "the director stayed");
    }

    [Fact]
    public void PersistentService_WithTheDefaultScheduler_KeepsAClientAndListsItsTemplate()
    {
        _lab.StartServers();
        Assert.Equal("", Run("-A", "-t", "10.0.0.100:80", "-p", "600", "-M", "255.255.255.0"));
        foreach (string server in (string[])["13", "14", "15"])
        {
            Assert.Equal("", Run("-a", "-t", "10.0.0.100:80", "-r", $"10.0.0.{server}:80", "-x", "50", "-y", "40"));
        }
        int server1 = Assert.Single(_lab.Connect("10.0.0.100", 20).Select(static c => c.Server).Distinct());

        Assert.Contains("TCP  10.0.0.100:80 wlc persistent 600 mask 255.255.255.0\n", Run("-Ln"),
            StringComparison.Ordinal);
        string address = $"10.0.0.{12 + server1}:80";
        Assert.Matches(@$"TCP \d\d:\d\d  ASSURED +10\.0\.0\.0:0 +10\.0\.0\.100:80 +{Regex.Escape(address)}\n",
            Run("-Lnc"));
        Assert.Matches(@$"-> {Regex.Escape(address)} +1 +1 +20 +0 ", Run("-Ln", "--persistent-conn"));
        Assert.Matches(@$"-> {Regex.Escape(address)} +50 +40 +20 +0 ", Run("-Ln", "--thresholds"));
        Assert.Equal("", Run("-C"));
    }

    [Fact]
    public void Rate_WhileConnectionsCome_IsNotZero()
    {
        _lab.StartServers();
        Assert.Equal("", Run("-A", "-t", "10.0.0.100:80", "-s", "rr"));
        Assert.Equal("", Run("-a", "-t", "10.0.0.100:80", "-r", "10.0.0.13:80", "-g"));

        Assert.True(SpinWait.SpinUntil(() =>
        {
            _ = _lab.Connect("10.0.0.100", 20).Count();
            return RateLine().IsMatch(Run("-Ln", "--rate"));
        }, Patience), "no rate came");
    }

    [Fact]
    public void Commands_ThatThePlaneCannotDo_SayWhy()
    {
        LabProcess process = _lab.Director.Execute(Ipvsadm, "-A", "-f", "7", "-s", "wlc");

        Assert.Equal(255, process.Exit!.Value.Code);
        Assert.Equal("the xdp plane sees packets before the firewall marks them: give the service an address",
            process.Output);
        Assert.Equal("Service not defined", _lab.Director.Execute(
            Ipvsadm, "-a", "-t", "10.0.0.100:80", "-r", "10.0.0.13:80", "-g").Output);
        Assert.False(IsPinned());
    }

    [Fact]
    public void Commands_WithoutAnyPlane_SayWhatHelps()
    {
        // Without the first privilege there is no BPF file system to be mounted, so nothing would be left of a command;
        // without the second no nftables.
        LabProcess process = _lab.Director.Execute(
            "setpriv", "--bounding-set=-sys_admin,-net_admin", "--inh-caps=-sys_admin,-net_admin", Ipvsadm,
            "-Ln");

        Assert.Equal(2, process.Exit!.Value.Code);
        Assert.StartsWith("Can't initialize ipvs: Protocol not available\n", process.Output, StringComparison.Ordinal);
        Assert.Contains("modprobe ip_vs", process.Output, StringComparison.Ordinal);
        Assert.Contains("the BPF file system cannot be mounted", process.Output, StringComparison.Ordinal);
        Assert.Contains("The nftables plane does not work here either: EPERM", process.Output,
            StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^TCP 1[45]:\d\d  ESTABLISHED 10\.0\.0\.1:\d+ +10\.0\.0\.100:80 +10\.0\.0\.1[345]:80$")]
    private static partial Regex Entry();

    [GeneratedRegex(@"TCP  10\.0\.0\.100:80 +[1-9]\d* +[1-9]\d* +0 +[1-9]\d* +0")]
    private static partial Regex RateLine();

    private string Run(params string[] arguments)
    {
        LabProcess process = _lab.Director.Execute(Ipvsadm, arguments);
        Assert.True(process.Exit!.Value.Code == 0, process.Output);
        return process.Output.Length == 0 ? "" : process.Output + "\n";
    }

    private bool IsPinned() => _lab.Director.Execute("/bin/sh", "-c", "ls -d /sys/fs/bpf/holdfast/xdp2-*").Exit!.Value
        .Code == 0;
}
