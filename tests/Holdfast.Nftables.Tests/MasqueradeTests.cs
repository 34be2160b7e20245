using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Holdfast.Layer4;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Nftables;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Nftables.Tests;

/// <summary>Servers that see an address of the director instead of the client's.</summary>
public sealed class MasqueradeTests : IDisposable
{
    private NatLab? _lab;
    private ILayer4Plane? _plane;

    public void Dispose()
    {
        _plane?.Dispose();
        _lab?.Dispose();
    }

    [Fact]
    public void ServersWithoutAWayBack_Answer()
    {
        Start(hasWayBack: false);

        Reconcile(new PoolSpec(new() { Key = KeyOf(80), Scheduler = "rr" }, [Masqueraded(1), Masqueraded(2)]));

        Assert.Equal([1, 2], _lab!.Connect("192.0.2.100", 4).Select(static c => c.Server).Distinct().Order());
    }

    [Fact]
    public void IsOfOneServiceAlone_AndMayChange()
    {
        // Same virtual address, same server: only the port of the service tells them apart.
        Start();
        PoolSpec plain = new(new() { Key = KeyOf(80), Scheduler = "rr" }, [NatLab.Server(1)]);
        PoolSpec other = new(new() { Key = KeyOf(81), Scheduler = "rr" }, [Masqueraded(1)]);

        Reconcile(plain, other);

        Assert.Equal(("192.0.2.1", "10.1.0.254"), (PeerBy(80), PeerBy(81)));
        ImmutableArray<ObservedPool> pools = [];
        _lab!.Director.Run(() => _plane!.Observe(out pools)).ThrowIfFailed("observe");
        Assert.Equal([false, true], pools.OrderBy(static p => p.Service.Spec.Key.Port)
            .Select(static p => p.Servers.Single().Spec.IsMasqueraded));
        using (ListedRuleset listed = ListedRuleset.Of(_lab!.Director))
        {
            Assert.Contains("inet sources4-81", listed.Names("set"));
            Assert.DoesNotContain("inet sources4-80", listed.Names("set"));
        }

        Reconcile(plain with { Servers = other.Servers }, other with { Servers = plain.Servers });

        Assert.Equal(("10.1.0.254", "192.0.2.1"), (PeerBy(80), PeerBy(81)));
        Reconcile(plain);
        Assert.Equal("192.0.2.1", PeerBy(80));
    }

    // Whom the server sees as the client of a connection to this port of the virtual address: its port is the client's.
    private string PeerBy(int port)
    {
        (Socket Socket, int Server) connection = _lab!.Connect("192.0.2.100", 1, port).Single();
        int local = ((IPEndPoint)connection.Socket.LocalEndPoint!).Port;
        string connections = _lab.Servers[0].Execute("/bin/cat", "/proc/net/tcp", "/proc/net/tcp6").Output;
        Match found = Regex.Match(connections, string.Create(
            CultureInfo.InvariantCulture, $"([0-9A-F]{{8}}):{local:X4} 01 "));
        Assert.True(found.Success, $"no connection from port {local}\n{connections}");
        byte[] address = Convert.FromHexString(found.Groups[1].Value);
        return new IPAddress((byte[])[.. address.Reverse()]).ToString(); // in the order of this machine
    }

    private void Start(bool hasWayBack = true)
    {
        _lab = new NatLab(hasWayBack);
        _lab.StartServers();
        _plane = _lab.Director.Run(static () =>
        {
            NftablesPlane.TryOpen(out ILayer4Plane? opened).ThrowIfFailed("open the plane");
            return opened;
        });
    }

    private void Reconcile(params PoolSpec[] pools) => _lab!.Director.Run(() =>
    {
        NetlinkResult result = _plane!.Reconcile(pools, out ImmutableArray<Layer4Outcome> outcomes);
        Assert.All(outcomes, static o => Assert.True(o.Result.IsSuccess, $"{o.Operation}: {o.Result}"));
        return result;
    }).ThrowIfFailed("reconcile");

    private static RealServerSpec Masqueraded(int number) => NatLab.Server(number) with { IsMasqueraded = true };

    private static VirtualServiceKey KeyOf(ushort port)
        => VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.Parse("192.0.2.100"), port);
}
