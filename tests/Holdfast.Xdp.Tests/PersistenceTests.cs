using Holdfast.Layer4.Model;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux;
using Holdfast.Linux.Bpf;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>A client of a persistent service stays with its server.</summary>
public sealed class PersistenceTests : IDisposable
{
    private const ulong Second = 1_000_000_000;

    private readonly DirectorFixture _director = new();

    public void Dispose() => _director.Dispose();

    [Fact]
    public void Client_NewConnections_StayWithItsServer()
    {
        Add("rr");
        int first = _director.ServerFor(Client(1, 1000));
        Assert.Equal(3 - first, _director.ServerFor(Client(2, 1000)));

        Assert.All(Enumerable.Range(1001, 20), port => Assert.Equal(first, _director.ServerFor(Client(1, port))));
        Assert.All(Enumerable.Range(1001, 20), port => Assert.Equal(3 - first, _director.ServerFor(Client(2, port))));
        Assert.Equal(1u, Persistent(1));
        Assert.Equal(1u, Persistent(2));
    }

    [Fact]
    public void Templates_Listed_AreIpvss()
    {
        Add("rr", netmask: 0xFFFFFF00);
        int server = _director.ServerFor(Client(1, 1000));
        Assert.Equal("NONE", Template().State);

        Assert.Equal(server, _director.ServerFor(Client(1, 1000) with { Flags = Tcp.Ack }));

        ObservedConnection template = Template();
        Assert.Equal("ASSURED", template.State);
        Assert.Equal(("198.51.100.0", 0, "192.0.2.1", 80),
            (template.Client.ToString(), template.ClientPort, template.Address.ToString(), template.Port));
        Assert.Equal(new RealServerKey(DirectorFixture.ServerOf(server), 80), template.Server);
        Assert.InRange(template.Expires.TotalSeconds, 270, 300);
        Assert.Equal(2, _director.Connections().Length);
    }

    [Theory]
    [InlineData(24, "198.51.100.9", true)]
    [InlineData(24, "198.51.101.9", false)]
    [InlineData(16, "198.51.1.1", true)]
    public void Granularity_ClientsOfOneNet_ShareTheirServer(int prefix, string other, bool isSame)
    {
        Add("rr", netmask: uint.MaxValue << (32 - prefix));
        int first = _director.ServerFor(Client(7, 1000));

        int second = _director.ServerFor(new() { Client = IpAddress.Parse(other), ClientPort = 1 });

        Assert.Equal(isSame ? first : 3 - first, second);
    }

    [Theory]
    [InlineData(64u, "2001:db8:1:1::9", true)]
    [InlineData(64u, "2001:db8:1:2::1", false)]
    [InlineData(60u, "2001:db8:1:f::1", true)]
    [InlineData(null, "2001:db8:1:1::2", false)]
    public void Granularity_OfIpv6_IsALength(uint? length, string other, bool isSame)
    {
        _director.Add(DirectorFixture.WebV6, 2, "rr");
        _director.Client.SetService(new()
        {
            Key = DirectorFixture.WebV6,
            Scheduler = "rr",
            Flags = ServiceFlags.Persistent,
            PersistenceSeconds = 300,
            Netmask = length,
        }).ThrowIfFailed("set");
        Frame client = new() { Address = DirectorFixture.WebV6.Address, Client = IpAddress.Parse("2001:db8:1:1::1") };
        int first = _director.ServerFor(client);
        Assert.Equal(first, _director.ServerFor(client with { ClientPort = 2 }));

        Assert.Equal(isSame ? first : 3 - first, _director.ServerFor(client with { Client = IpAddress.Parse(other) }));
    }

    [Fact]
    public void Template_ItsTimeIsOver_LastsWhileAConnectionLives()
    {
        Add("rr", seconds: 30);
        int server = _director.ServerFor(Client(1, 1000));
        _ = _director.ServerFor(Client(1, 1000) with { Flags = Tcp.Ack });
        _ = _director.ServerFor(Client(2, 1000));
        ulong now = (ulong)MonotonicClock.Now.Nanoseconds;
        Assert.Equal(2, Templates().Length);

        // The half-open one expires, so nothing holds the second template.
        _director.Client.Sweep(now + (61 * Second));
        _director.Client.Sweep(now + (61 * Second));

        ObservedConnection template = Template();
        Assert.Equal(IpAddress.V4(0xC6336401), template.Client);
        Assert.InRange(template.Expires.TotalSeconds, 61, 122);
        Assert.Equal(server, _director.ServerFor(Client(1, 1001)));

        _director.Client.Sweep(now + (2000 * Second));
        Assert.Empty(Templates());
    }

    [Fact]
    public void Server_Draining_KeepsItsClientsAndRemovedLosesThem()
    {
        Add("rr");
        int server = _director.ServerFor(Client(1, 1000));
        _director.SetWeight(DirectorFixture.Web, server, 0);
        Assert.Equal(server, _director.ServerFor(Client(1, 1001)));
        Assert.All(Enumerable.Range(10, 5), i => Assert.Equal(3 - server, _director.ServerFor(Client(i, 1000))));

        _director.Remove(DirectorFixture.Web, server);

        Assert.Equal(3 - server, _director.ServerFor(Client(1, 1002)));
        Assert.Equal(3 - server, _director.ServerFor(Client(1, 1003)));
    }

    [Fact]
    public void EveryPort_OneService_OneServerForAClient()
    {
        VirtualServiceKey every = DirectorFixture.Web with { Port = 0 };
        _director.Add(every, 2, "rr");
        Set(every, "rr", 300, null);
        int first = _director.ServerFor(Client(1, 1000) with { Port = 80 });

        Assert.Equal(first, _director.ServerFor(Client(1, 1001) with { Port = 443 }));
        Assert.Equal(3 - first, _director.ServerFor(Client(2, 1001) with { Port = 443 }));
        Assert.Contains(_director.Connections(), c => c is { ClientPort: 1001, Port: 443, Server.Port: 443 });
        Assert.All(Templates(), static t => Assert.Equal((0, 0), (t.Port, t.Server.Port)));
    }

    [Fact]
    public void Udp_OnePacketScheduling_StaysWithTheClient()
    {
        _director.Add(DirectorFixture.Names, 2, "rr");
        _director.Client.SetService(new()
        {
            Key = DirectorFixture.Names,
            Scheduler = "rr",
            Flags = ServiceFlags.Persistent | ServiceFlags.OnePacket,
            PersistenceSeconds = 60,
        }).ThrowIfFailed("set");
        Frame query = new() { IsUdp = true, Port = 53 };
        int first = _director.ServerFor(query);

        Assert.All(Enumerable.Range(1, 9), port => Assert.Equal(first,
            _director.ServerFor(query with { ClientPort = (ushort)port })));
        Assert.Equal(0, Assert.Single(_director.Connections()).ClientPort);
    }

    [Fact]
    public void Service_AllServersDraining_DropsOnlyClientsWithoutAServer()
    {
        Add("wlc");
        int server = _director.ServerFor(Client(1, 1000));
        _director.SetWeight(DirectorFixture.Web, 1, 0);
        _director.SetWeight(DirectorFixture.Web, 2, 0);

        Assert.Equal(server, _director.ServerFor(Client(1, 1001)));
        Assert.Equal((XdpAction.Drop, DirectorCause.NoServer), _director.Judge(Client(2, 1000).ToBytes()));
    }

    [Fact]
    public void PersistenceEngine_IsRefusedWithTheReason()
    {
        Linux.Netlink.NetlinkResult result = _director.Client.AddService(new()
        {
            Key = DirectorFixture.Names,
            Flags = ServiceFlags.Persistent,
            PersistenceSeconds = 60,
            PersistenceEngine = "sip",
        });

        Assert.Equal(Linux.Abi.Errno.EOPNOTSUPP, result.Errno);
        Assert.Contains("sip", result.Text, StringComparison.Ordinal);
    }

    private void Add(string scheduler, uint seconds = 300, uint? netmask = null)
    {
        _director.Add(DirectorFixture.Web, 2, scheduler);
        Set(DirectorFixture.Web, scheduler, seconds, netmask);
    }

    private void Set(VirtualServiceKey key, string scheduler, uint seconds, uint? netmask)
        => _director.Client.SetService(new()
        {
            Key = key,
            Scheduler = scheduler,
            Flags = ServiceFlags.Persistent,
            PersistenceSeconds = seconds,
            Netmask = netmask,
        }).ThrowIfFailed("make it persistent");

    private ObservedConnection[] Templates() => [.. _director.Connections().Where(static c => c.ClientPort == 0)];

    private ObservedConnection Template() => Assert.Single(Templates());

    private uint Persistent(int server) => _director.Pool(DirectorFixture.Web).Servers
        .Single(s => s.Spec.Key.Address == DirectorFixture.ServerOf(server)).PersistentConnections;

    private static Frame Client(int number, int port)
        => new() { Client = IpAddress.V4(0xC6336400u + (uint)number), ClientPort = (ushort)port };
}
