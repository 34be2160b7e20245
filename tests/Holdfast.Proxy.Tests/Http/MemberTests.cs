using System.Net.Sockets;
using Holdfast.Balancing.Servers;
using Holdfast.Health.Servers;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tests.Http;

/// <summary>Servers that are added and removed under requests.</summary>
public sealed class MemberTests
{
    [Theory]
    [ClassData(typeof(Transports))]
    public void Added_GetsRequests_AndCanBeRemovedWhenItsConnectionsAreGone(TransportChoice transport)
    {
        using TestServer first = new();
        using TestServer second = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [first.Port]);
        Backend backend = proxy.Engine.Backends[0];
        for (int turn = 0; turn < 2; turn++)
        {
            Server added = proxy.Engine.Add(backend, new ServerOptions("added", TestProxy.Local(second.Port)))!;
            Assert.Equal(2, added.Identity.Id);
            backend.SetAdministrative(backend.Servers[0], AdministrativeStates.Maintenance);
            backend.SetAdministrative(added, AdministrativeStates.None);

            using Socket client = proxy.Connect();
            client.SendText("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            using Socket accepted = second.Accept();
            _ = accepted.ReceiveHead();
            backend.SetAdministrative(backend.Servers[0], AdministrativeStates.None);
            backend.SetAdministrative(added, AdministrativeStates.Maintenance);
            Assert.False(proxy.Engine.TryRemove(added));
            accepted.SendText("HTTP/1.1 204 No Content\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 204", client.ReceiveHead(), StringComparison.Ordinal);

            Assert.True(SpinWait.SpinUntil(() => proxy.Engine.TryRemove(added), TestProxy.Patience));
            Assert.Equal(["s1"], backend.Servers.Select(static one => one.Options.Name));
        }
    }

    [Fact]
    public void Added_WithAnAgentAndChecks_IsCheckedOnlyWhenSomebodyWantsThat()
    {
        using TestServer first = new();
        using TestServer second = new();
        using TestProxy proxy = TestProxy.Start(TransportChoice.Epoll, ProxyMode.Http, [first.Port]);
        Backend backend = proxy.Engine.Backends[0];
        Server added = proxy.Engine.Add(backend, new ServerOptions("added", TestProxy.Local(second.Port))
        {
            Check = new() { Interval = TimeSpan.FromMilliseconds(20), Fall = 1 },
        })!;
        backend.SetAdministrative(added, AdministrativeStates.None);
        Assert.True(SpinWait.SpinUntil(() => added.Health.Condition == ServerCondition.Up, TestProxy.Patience));
        Assert.False(added.Health.IsChecked);
        Assert.Equal(CheckResult.None, added.LastCheck);

        Backend.SetChecked(added, isChecked: true);
        Assert.True(SpinWait.SpinUntil(() => added.LastCheck != CheckResult.None, TestProxy.Patience));
        Assert.Equal(ServerCondition.Up, added.Health.Condition);
        second.Dispose();
        Assert.True(SpinWait.SpinUntil(() => added.Health.Condition == ServerCondition.Down, TestProxy.Patience));
        backend.SetAdministrative(added, AdministrativeStates.Maintenance);
        Assert.True(SpinWait.SpinUntil(() => proxy.Engine.TryRemove(added), TestProxy.Patience));
    }
}
