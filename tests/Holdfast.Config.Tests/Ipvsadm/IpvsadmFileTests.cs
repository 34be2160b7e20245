using System.Collections.Immutable;
using Holdfast.Config.Ipvsadm;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;
using Holdfast.Tests.Repository;

namespace Holdfast.Config.Tests.Ipvsadm;

/// <summary>Files of rules.</summary>
public sealed class IpvsadmFileTests
{
    [Theory]
    [InlineData("ipvsadm-dr.sh", IpvsadmForwarding.Gatewaying, 3)]
    [InlineData("ipvsadm-nat.sh", IpvsadmForwarding.Masquerading, 4)]
    public void Parse_SeedFile_IsUnderstoodUnchanged(string name, IpvsadmForwarding method, int count)
    {
        string path = Path.Combine(RepositoryRoot.Path, "tests", "seed", name);

        IpvsadmFileResult result = IpvsadmFile.Parse(File.ReadAllText(path), path, new NoNames());

        Assert.Empty(result.Diagnostics);
        Assert.Equal(count, result.Rules.Length);
        Assert.Equal("rr", result.Rules[0].Command.Service.Scheduler);
        Assert.All(result.Rules[1..3], rule => Assert.Equal(method, rule.Command.Server.Forwarding));
    }

    [Fact]
    public void Parse_Mistakes_AreAllReportedWithTheirPlaces()
    {
        const string Text = "# rules\n-A -t 192.0.2.1:80 -s rr\n\n  -a -t 192.0.2.1:80\nipvsadm -L | grep x\n-R\n";

        IpvsadmFileResult result = IpvsadmFile.Parse(Text, "rules", new NoNames());

        Assert.Single(result.Rules);
        Assert.Equal(["rules:4:3 IV0001", "rules:5:1 IV0002", "rules:6:1 IV0001"],
            result.Diagnostics.Select(static d => $"{d.Span} {d.Code}"));
    }

    [Theory]
    [InlineData("ipvsadm-dr.sh", ForwardingMethod.Direct)]
    [InlineData("ipvsadm-nat.sh", ForwardingMethod.Nat)]
    public void Model_OfASeedFile_IsItsVirtualServer(string name, ForwardingMethod method)
    {
        string path = Path.Combine(RepositoryRoot.Path, "tests", "seed", name);

        IpvsadmTable table = IpvsadmTable.Of(IpvsadmFile.Parse(File.ReadAllText(path), path, new NoNames()).Rules);

        Assert.Empty(table.Diagnostics);
        VirtualServerModel service = Assert.Single(IpvsadmModel.Of(table));
        Assert.Equal("[192.168.1.100]:tcp:80", service.Name);
        Assert.Equal("rr", service.Scheduler);
        Assert.Equal(["192.168.1.101:80", "192.168.1.102:80"],
            service.RealServers.Select(static s => $"{s.Address}:{s.Port}"));
        Assert.All(service.RealServers,
            server => Assert.Equal((method, 1L), (server.Forwarding.Method, server.Weight)));
    }

    [Fact]
    public void Model_OfEverySetting_KeepsIt()
    {
        IpvsadmTable table = Table("""
            -A -f 7 -6 -s sh -b sh-port,sh-fallback -p 300 -M 64
            -a -f 7 -6 -r [2001:db8::5]:0 -i --tun-type gue --tun-port 99 --tun-csum -w 0 -x 10 -y 5
            -A -u 192.0.2.1:53 -s rr -o
            -A -t 192.0.2.1:0 -p 60 -M 255.255.255.0 --pe sip
            --set 900 0 300
            """);

        ImmutableArray<VirtualServerModel> services = IpvsadmModel.Of(table);

        Assert.Equal((7u, IpFamily.V6, ServiceProtocol.None, 64, 300.0), (services[0].Target.Mark, services[0].Family,
            services[0].Protocol, services[0].PersistencePrefix, services[0].Persistence.TotalSeconds));
        Assert.Equal(ServiceFlags.Flag1 | ServiceFlags.Flag2, services[0].Flags);
        RealServerModel server = Assert.Single(services[0].RealServers);
        Assert.Equal(new ForwardingModel(ForwardingMethod.Tunnel, TunnelKind.Gue, 99, TunnelChecksum.Checksum),
            server.Forwarding);
        Assert.Equal((0L, 10L, 5L), (server.Weight, server.UpperThreshold, server.LowerThreshold));
        Assert.Equal((ServiceProtocol.Udp, ServiceFlags.OnePacket, 0L),
            (services[1].Protocol, services[1].Flags, services[1].Quorum));
        Assert.Equal((24, "sip", 60.0), (services[2].PersistencePrefix, services[2].PersistenceEngine,
            services[2].Persistence.TotalSeconds));
        Assert.Equal((900u, 0u, 300u), table.Timeouts);
    }

    [Fact]
    public void Table_RulesThatTheKernelWouldRefuse_AreReported()
    {
        IpvsadmTable table = Table("""
            -a -t 192.0.2.1:80 -r 10.0.0.1 -m
            -A -t 192.0.2.1:80 -s rr
            -a -t 192.0.2.1:80 -r 10.0.0.1 -m
            -A -t 192.0.2.1:80 -s wlc
            -a -t 192.0.2.1:80 -r 10.0.0.1 -g
            -e -t 192.0.2.1:80 -r 10.0.0.2 -m
            -D -u 192.0.2.1:80
            -A -t 192.0.2.2:80
            """);

        Assert.Equal(["IV0004 Error 1", "IV0003 Warning 4", "IV0003 Warning 5", "IV0004 Warning 6", "IV0004 Warning 7",
            "IV0005 Warning 8"], table.Diagnostics.Select(static d => $"{d.Code} {d.Severity} {d.Span.Line}"));
        Assert.Equal("rr", table.Services[0].Service.Scheduler);
        Assert.Equal(IpvsadmForwarding.Masquerading, Assert.Single(table.Services[0].Servers).Server.Forwarding);
    }

    [Fact]
    public void Table_ChangesAndClears_LeaveWhatIsThereInTheEnd()
    {
        IpvsadmTable table = Table("""
            -A -t 192.0.2.9:80
            -C
            -A -t 192.0.2.1:80 -s rr
            -a -t 192.0.2.1:80 -r 10.0.0.1 -m
            -a -t 192.0.2.1:80 -r 10.0.0.2 -m
            -e -t 192.0.2.1:80 -r 10.0.0.2 -m -w 5
            -d -t 192.0.2.1:80 -r 10.0.0.1
            -E -t 192.0.2.1:80 -s wlc
            """);

        Assert.Empty(table.Diagnostics);
        IpvsadmTableService service = Assert.Single(table.Services);
        Assert.Equal("wlc", service.Service.Scheduler);
        Assert.Equal(5u, Assert.Single(service.Servers).Server.Weight);
    }

    private static IpvsadmTable Table(string text)
    {
        IpvsadmFileResult result = IpvsadmFile.Parse(text, "rules", new NoNames());
        Assert.True(result.Diagnostics.IsEmpty, string.Join('\n', result.Diagnostics.Select(static d => d.Message)));
        return IpvsadmTable.Of(result.Rules);
    }

    private sealed class NoNames : IIpvsadmNames
    {
        public IpAddress FindAddressV4(string host) => IpAddress.None;

        public ushort? FindPort(string service, string protocol) => null;
    }
}
