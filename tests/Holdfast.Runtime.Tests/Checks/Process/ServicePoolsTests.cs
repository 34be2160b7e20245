using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.Health.Services;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;
using Holdfast.Runtime.Checks.Process;
using PlaneFlags = Holdfast.Layer4.Model.ServiceFlags;
using PlaneMethod = Holdfast.Layer4.Model.ForwardingMethod;
using PlaneProtocol = Holdfast.Layer4.Model.ServiceProtocol;

namespace Holdfast.Runtime.Tests.Checks.Process;

/// <summary>What a virtual server of a file is in the plane.</summary>
public sealed class ServicePoolsTests
{
    [Fact]
    public void PoolOf_AllSettings_AreInTheSpecs()
    {
        PoolSpec pool = PoolOf("10.0.0.1 443", """
            protocol UDP
            lvs_sched mh
            mh-port
            mh-fallback
            ops
            lvs_method TUN type gue port 6080 csum
            persistence_timeout 50
            persistence_granularity 255.255.255.0
            sorry_server 10.0.0.9 443
            sorry_server_lvs_method DR
            real_server 10.0.0.2 443 {
              weight 7
              uthreshold 100
              lthreshold 50
            }
            real_server 10.0.0.3 0 { }
            """, sorry: 1);
        Assert.Equal(
            new VirtualServiceSpec
            {
                Key = VirtualServiceKey.At(PlaneProtocol.Udp, IpAddress.Parse("10.0.0.1"), 443),
                Scheduler = "mh",
                Flags = PlaneFlags.Persistent | PlaneFlags.OnePacket | PlaneFlags.Scheduler1 | PlaneFlags.Scheduler2,
                PersistenceSeconds = 50,
                Netmask = 0xFFFFFF00,
            }, pool.Service);
        Assert.Equal(
            new RealServerSpec
            {
                Key = new(IpAddress.Parse("10.0.0.2"), 443),
                Forwarding = PlaneMethod.Tunnel,
                Weight = 7,
                UpperThreshold = 100,
                LowerThreshold = 50,
                TunnelKind = Layer4.Model.TunnelKind.Gue,
                TunnelPort = 6080,
                TunnelChecksum = Layer4.Model.TunnelChecksum.Full,
            }, pool.Servers[0]);
        Assert.Equal(443, pool.Servers[1].Key.Port); // none of its own
        Assert.Equal((PlaneMethod.DirectRouting, 1u), (pool.Servers[2].Forwarding, pool.Servers[2].Weight));
    }

    [Fact]
    public void PoolOf_NotPersistent_HasNeitherTimeNorMask()
    {
        PoolSpec pool = PoolOf("2001:db8::1 80", "protocol TCP\nlvs_sched rr\nlvs_method NAT\n"
            + "real_server 2001:db8::2 80 { }\n");
        Assert.Equal((0u, (uint?)null, PlaneFlags.None),
            (pool.Service.PersistenceSeconds, pool.Service.Netmask, pool.Service.Flags));
    }

    [Theory]
    [InlineData("10.0.0.7-9 80", "TCP 10.0.0.7:80 TCP 10.0.0.8:80 TCP 10.0.0.9:80")]
    [InlineData("10.0.0.254-10.0.1.1 80", "TCP 10.0.0.254:80 TCP 10.0.0.255:80 TCP 10.0.1.0:80 TCP 10.0.1.1:80")]
    [InlineData("10.0.0.4/31 80", "TCP 10.0.0.4:80 TCP 10.0.0.5:80")]
    [InlineData("10.0.0.1 80\nfwmark 5", "TCP 10.0.0.1:80 FWM 5")]
    [InlineData("10.0.0.1 80\nfwmark 5 inet6", "TCP 10.0.0.1:80 FWM 5 IPv6")]
    public void KeysOf_Group_IsOneForEachAddress(string lines, string expected)
    {
        KeepalivedModel model = Parse($"virtual_server_group g {{\n{lines}\n}}\n" + "virtual_server group g {\n"
            + "protocol TCP\nlvs_sched rr\nlvs_method NAT\nreal_server 10.0.0.2 80 { }\n}\n");
        Assert.Equal(expected, string.Join(' ', ServicePools.KeysOf(model, model.VirtualServers[0])));
    }

    [Fact]
    public void KeysOf_IPv6RangeWithCarry_GoesOn()
    {
        KeepalivedModel model = Parse("virtual_server_group g {\n2001:db8::ffff:ffff-2001:db8::1:0:0 80\n}\n"
            + "virtual_server group g {\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\n"
            + "real_server 2001:db8::2 80 { }\n}\n");
        string[] keys = [.. ServicePools.KeysOf(model, model.VirtualServers[0]).Take(2).Select(static k => $"{k}")];
        Assert.Equal(["TCP [2001:db8::ffff:ffff]:80", "TCP [2001:db8::1:0:0]:80"], keys);
    }

    [Fact]
    public void PoolOf_SorryServerIsARealServer_TheOneWithTrafficCounts()
    {
        const string Lines = "protocol TCP\nlvs_sched rr\nlvs_method NAT\ninhibit_on_failure\n"
            + "sorry_server 10.0.0.2 80\nsorry_server_inhibit\nreal_server 10.0.0.2 80 { }\n";
        Assert.Equal(1u, Assert.Single(PoolOf("10.0.0.1 80", Lines, sorry: 1, weight: 0).Servers).Weight);
        Assert.Equal(5u, Assert.Single(PoolOf("10.0.0.1 80", Lines, sorry: 0, weight: 5).Servers).Weight);
    }

    private static PoolSpec PoolOf(string target, string lines, long? sorry = null, long? weight = null)
    {
        KeepalivedModel model = Parse($"virtual_server {target} {{\n{lines}\n}}\n");
        VirtualServerModel service = model.VirtualServers[0];
        var table = new ServiceTable([.. service.RealServers.Select(s => (long?)(weight ?? s.Weight))], sorry);
        return ServicePools.PoolOf(service, Assert.Single(ServicePools.KeysOf(model, service)), table);
    }

    private static KeepalivedModel Parse(string text)
    {
        KeepalivedParseResult result = KeepalivedParser.Parse(
            "test.conf", MemoryConfigFiles.Of("test.conf", text));
        Assert.Empty(result.Diagnostics.Where(static d => d.Severity == Severity.Error).Select(static d => d.Message));
        return result.Model;
    }
}
