using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>The client's answers: IPVS's error numbers, and reasons for what this plane cannot do.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly DirectorFixture _director = new();

    public void Dispose() => _director.Dispose();

    [Fact]
    public void Operations_OnWhatIsOrIsNotThere_AnswerAsIpvs()
    {
        VirtualServiceSpec service = new() { Key = DirectorFixture.Web, Scheduler = "mh" };
        RealServerSpec server = new() { Key = new(DirectorFixture.ServerOf(1), 80) };
        (NetlinkResult Result, Errno Expected)[] answers =
        [
            (_director.Client.AddServer(service.Key, server), Errno.ESRCH),
            (_director.Client.SetService(service), Errno.ESRCH),
            (_director.Client.DeleteService(service.Key), Errno.ESRCH),
            (_director.Client.ZeroService(service.Key), Errno.ESRCH),
            (_director.Client.AddService(service), Errno.Success),
            (_director.Client.AddService(service), Errno.EEXIST),
            (_director.Client.SetServer(service.Key, server), Errno.ENOENT),
            (_director.Client.DeleteServer(service.Key, server.Key), Errno.ENOENT),
            (_director.Client.AddServer(service.Key, server), Errno.Success),
            (_director.Client.AddServer(service.Key, server), Errno.EEXIST),
            (_director.Client.SetServer(service.Key, server with { Weight = 1u << 31 }), Errno.ERANGE),
            (_director.Client.AddService(service with { Scheduler = "none" }), Errno.EEXIST),
            (_director.Client.SetService(service with { Scheduler = "none" }), Errno.ENOENT),
        ];

        Assert.All(answers, static answer => Assert.Equal(answer.Expected, answer.Result.Errno));
    }

    [Fact]
    public void Wishes_ThatThePlaneCannotFulfil_AreRefusedWithTheReason()
    {
        VirtualServiceSpec service = new() { Key = DirectorFixture.Web, Scheduler = "mh" };
        RealServerSpec server = new() { Key = new(DirectorFixture.ServerOf(1), 80) };
        _director.Client.AddService(service with { Key = DirectorFixture.Names }).ThrowIfFailed("add");
        (NetlinkResult Result, string Word)[] answers =
        [
            (_director.Client.AddService(service with { Key = VirtualServiceKey.Mark(3) }), "firewall"),
            (_director.Client.AddService(service with
                { Flags = ServiceFlags.Persistent, PersistenceSeconds = 300, PersistenceEngine = "sip" }), "sip"),
            (_director.Client.AddService(service with
                { Key = service.Key with { Protocol = ServiceProtocol.Sctp } }), "TCP"),
            (_director.Client.AddServer(DirectorFixture.Names, server with { Forwarding = ForwardingMethod.Bypass }),
                "direct routing"),
            (_director.Client.AddServer(DirectorFixture.Names, server with { IsMasqueraded = true }), "NAT alone"),
            (_director.Client.AddServer(DirectorFixture.Names, server with
                { Forwarding = ForwardingMethod.Tunnel, TunnelChecksum = TunnelChecksum.Remote }), "remote checksum"),
            (_director.Client.AddServer(DirectorFixture.Names, server with
                { Forwarding = ForwardingMethod.Tunnel, TunnelKind = TunnelKind.Gue }), "port"),
        ];

        Assert.All(answers, static answer =>
        {
            Assert.Equal(Errno.EOPNOTSUPP, answer.Result.Errno);
            Assert.Contains(answer.Word, answer.Result.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void State_ReadBack_IsWhatWasPutIn()
    {
        VirtualServiceSpec service = new()
        {
            Key = DirectorFixture.WebV6,
            Scheduler = "mh",
            Flags = ServiceFlags.Scheduler1 | ServiceFlags.Scheduler2,
        };
        RealServerSpec[] servers = [.. Enumerable.Range(1, 3).Select(static number => new RealServerSpec
        {
            Key = new(IpAddress.Parse($"2001:db8::{number}"), (ushort)(8000 + number)),
            Weight = (uint)number - 1,
        })];
        _director.Client.AddService(service).ThrowIfFailed("add");
        foreach (RealServerSpec server in servers)
        {
            _director.Client.AddServer(service.Key, server).ThrowIfFailed("add");
        }

        ObservedPool pool = _director.Pool(service.Key);

        Assert.Equal(service, pool.Service.Spec);
        Assert.Equal(servers.Reverse(), pool.Servers.Select(static s => s.Spec));
        _director.Client.Flush().ThrowIfFailed("flush");
        _director.Client.Observe(out ImmutableArray<ObservedPool> pools).ThrowIfFailed("list");
        Assert.Empty(pools);
        Assert.Equal(0, _director.ServerFor(new() { Address = service.Key.Address, Flags = Tcp.Syn,
            Client = IpAddress.Parse("2001:db8::99") }));
    }
}
