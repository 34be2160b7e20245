using System.Net.Sockets;
using Holdfast.Health.Servers;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Checks;

/// <summary>Servers that go down and come up, seen by what clients get.</summary>
public sealed class ServerCheckTests
{
    private static readonly ServerCheckModel s_often = new()
    {
        Interval = TimeSpan.FromMilliseconds(20), Rise = 2, Fall = 2,
    };

    /// <summary>The kernel of the server drops a connection that is reset before its handshake has ended.</summary>
    [Theory]
    [ClassData(typeof(Transports))]
    public void Check_ThatOnlyConnects_IsNotSeenByTheServer(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port],
            backend: static options => options with { Servers = [options.Servers[0] with { Check = s_often }] });
        CheckResult last = CheckResult.None;
        int checks = 0, seen = 0;

        // A machine that is too busy acknowledges in time to be seen; not each time.
        proxy.WaitUntil(_ =>
        {
            CheckResult now = proxy.Engine.Backends[0].Servers[0].LastCheck;
            checks += ReferenceEquals(now, last) ? 0 : 1;
            last = now;
            while (server.HasPending)
            {
                server.Accept().Dispose();
                seen++;
            }
            return checks > seen + 3;
        }, "each check is seen by the server");

        Assert.Equal(CheckStatus.L4Ok, last.Status);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Check_ServerStopsAndReturns_ClientsGoElsewhereAndBack(TransportChoice transport)
    {
        using TestServer lasting = new();
        using TestServer returning = new(isListening: false);
        List<bool> changes = [];
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [returning.Port, lasting.Port],
            backend: static options => options with
            {
                Servers = [options.Servers[0] with { Check = s_often }, options.Servers[1]],
            },
            onServerChanged: (server, isUp) =>
            {
                lock (changes)
                {
                    changes.Add(isUp);
                }
            });
        proxy.WaitUntil(_ => !proxy.Engine.Backends[0].Servers[0].IsUsable, "the server is still used");
        for (int i = 0; i < 4; i++)
        {
            using Socket client = proxy.Connect();
            using Socket accepted = lasting.Accept();
            accepted.SendText("x");
            Assert.Equal("x", client.ReceiveText(1));
        }

        returning.Listen();
        proxy.WaitUntil(_ => proxy.Engine.Backends[0].Servers[0].IsUsable, "the server is still not used");

        lock (changes)
        {
            Assert.Equal([false, true], changes[..2]);
        }
    }
}
