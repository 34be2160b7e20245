using Holdfast.Balancing.Servers;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Tests.Engine;

/// <summary><c>slowstart</c>: a server that comes back gets its whole weight by and by.</summary>
public sealed class SlowStartTests
{
    [Fact]
    public void Server_ThatComesBack_HasItsWholeWeightInTheEnd()
    {
        using Origin origin = new();
        using TestProxy proxy = TestProxy.Load(TransportChoice.Epoll, $"""
            listen l
             bind 127.0.0.1:80
             server s 127.0.0.1:{origin.Port} slowstart 3s weight 10
             server t 127.0.0.1:{origin.Port}

            """);
        Server server = proxy.Engine.State.Backends[0].Servers[0];
        int whole = server.Balanced.Weight;
        server.SetState(ServerState.Stopped);
        server.SetState(ServerState.Running);
        Assert.Equal(ServerState.Starting, server.Balanced.State);
        Assert.InRange(server.Balanced.Weight, 1, whole - 1);

        proxy.WaitUntil(_ => server.Balanced.State == ServerState.Running, "the slow start ends");
        Assert.Equal(whole, server.Balanced.Weight);
    }
}
