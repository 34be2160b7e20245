using System.Net.Sockets;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Tcp;

/// <summary>Servers that cannot be reached, timeouts, limits, and what is left afterwards.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class SessionEndTests
{
    [Theory]
    [ClassData(typeof(Transports))]
    public void Connect_ServerRefuses_AnotherServerTakesIt(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [TestServer.ClosedPort(), server.Port],
            backend: TestProxy.Retry(new() { Redispatches = true }));
        using Socket client = proxy.Connect();
        using Socket accepted = server.Accept();
        client.SendText("here");

        Assert.Equal("here", accepted.ReceiveText(4));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Connect_NobodyListens_ClientIsClosedAfterRetries(TransportChoice transport)
    {
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [TestServer.ClosedPort()],
            new TimeoutOptions { Connect = 20 });
        using Socket client = proxy.Connect();

        client.AssertEnded();
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Connect_ServerDoesNotAnswer_ClientIsClosedAfterTimeout(TransportChoice transport)
    {
        using TestServer server = new(backlog: 0);
        using Socket filler = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        filler.Connect(System.Net.IPAddress.Loopback, server.Port); // the queue is full: further SYNs are dropped
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port],
            new TimeoutOptions { Connect = 100 }, TestProxy.Retry(new() { Retries = 0 }));
        using Socket client = proxy.Connect();

        client.AssertEnded();
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Timeout_ClientSendsNothing_ServerIsToldAndMayFinish(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port],
            new TimeoutOptions { Client = 150, Server = 60_000 });
        using Socket client = proxy.Connect();
        using Socket accepted = server.Accept();

        accepted.AssertEnded();
        accepted.SendText("goodbye");
        accepted.Close();
        Assert.Equal("goodbye", client.ReceiveAll());
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Timeout_HalfClosed_ServerFinIsUsed(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port],
            new TimeoutOptions { Client = 600_000, Server = 600_000, ServerFin = 100 });
        using Socket client = proxy.Connect();
        using Socket accepted = server.Accept();
        client.Shutdown(SocketShutdown.Send);

        accepted.AssertEnded();
        client.AssertEnded();
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Listener_IsFull_FurtherClientsWaitUntilOneGoes(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port],
            frontend: static options => options with { ConnectionsMax = 1 });
        Socket first = proxy.Connect();
        using Socket firstAccepted = server.Accept();
        first.SendText("1");
        Assert.Equal("1", firstAccepted.ReceiveText(1));
        using Socket second = proxy.Connect();
        second.SendText("2");
        first.SendText("1");
        Assert.Equal("1", firstAccepted.ReceiveText(1));
        // io_uring may have taken one more connection before it was told to stop.
        bool isExact = transport == TransportChoice.Epoll;
        Assert.True(!isExact || !server.HasPending, "more clients than allowed");

        first.Close();
        firstAccepted.AssertEnded();
        firstAccepted.Close();

        using Socket secondAccepted = server.Accept();
        Assert.Equal("2", secondAccepted.ReceiveText(1));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Sessions_TenThousandComeAndGo_NothingIsLeft(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port]);
        RunOne(proxy, server, 0);
        proxy.WaitUntil(static state => state.ConnectionCount == 0, "connections are left");
        int sockets = CountSockets();
        int buffers = proxy.Ask(static state => state.Buffers.InUse);
        for (int i = 1; i <= 10_000; i++)
        {
            RunOne(proxy, server, i);
        }
        proxy.WaitUntil(static state => state.ConnectionCount == 0, "connections are left");
        proxy.WaitUntil(state => state.Buffers.InUse <= buffers, "buffers are left");
        proxy.WaitUntil(_ => CountSockets() <= sockets, "sockets are left");
        // One is there always: that of each second.
        Assert.True(proxy.Ask(static state => state.Timers.Count) == 1, "timers are left");
    }

    /// <summary>One of several ways in which a session goes.</summary>
    private static void RunOne(TestProxy proxy, TestServer server, int number)
    {
        Socket client = proxy.Connect();
        using Socket accepted = server.Accept();
        // The session stands from here on: a connection that is reset before would be tried again.
        accepted.SendText("!");
        Assert.Equal("!", client.ReceiveText(1));
        switch (number % 4)
        {
            case 0:
                client.SendText("hello");
                Assert.Equal("hello", accepted.ReceiveText(5));
                client.Close();
                accepted.AssertEnded();
                break;
            case 1:
                accepted.SendText("hello");
                accepted.Close();
                Assert.Equal("hello", client.ReceiveAll());
                client.Close();
                break;
            case 2:
                client.Reset();
                break;
            default:
                accepted.Reset();
                client.Close();
                break;
        }
        client.Dispose();
    }

    /// <summary>Sockets of this process; files and pipes are the runtime's.</summary>
    private static int CountSockets() => Directory.GetFileSystemEntries("/proc/self/fd").Count(static path =>
        new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    [Theory]
    [ClassData(typeof(Transports))]
    public void ServerGoesDown_MarkedSo_ItsSessionsEnd(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port], backend: static options =>
            options with { Servers = [options.Servers[0] with { EndsSessionsWhenDown = true }] });
        using Socket client = proxy.Connect();
        client.SendText("x");
        using Socket accepted = server.Accept();
        Assert.Equal("x", accepted.ReceiveText(1));

        proxy.Engine.Backends[0].Servers[0].SetState(Balancing.Servers.ServerState.Stopped);

        client.AssertEnded();
        accepted.AssertEnded();
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void ServerComesUp_MarkedSo_SessionsOfTheBackupEnd(TransportChoice transport)
    {
        using TestServer active = new();
        using TestServer backup = new();
        using TestProxy proxy = TestProxy.Start(
            transport, ProxyMode.Tcp, [active.Port, backup.Port], backend: static options => options with
            {
                Servers =
                [
                    options.Servers[0] with { EndsBackupSessionsWhenUp = true },
                    options.Servers[1] with { Balancing = options.Servers[1].Balancing with { IsBackup = true } },
                ],
            });
        proxy.Engine.Backends[0].Servers[0].SetState(Balancing.Servers.ServerState.Stopped);
        using Socket client = proxy.Connect();
        client.SendText("x");
        using Socket accepted = backup.Accept();
        Assert.Equal("x", accepted.ReceiveText(1));

        proxy.Engine.Backends[0].Servers[0].SetState(Balancing.Servers.ServerState.Running);

        client.AssertEnded();
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void SessionRate_IsReached_FurtherClientsWaitAndAreServed(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port],
            frontend: static options => options with { SessionRateMax = 3 });
        Socket[] clients = [.. Enumerable.Range(0, 7).Select(_ => proxy.Connect())];
        for (int i = 0; i < clients.Length; i++)
        {
            using Socket accepted = server.Accept();
            accepted.SendText("x");
        }
        Assert.All(clients, static client => Assert.Equal("x", client.ReceiveText(1)));
        Assert.All(clients, static client => client.Dispose());
    }

    [Fact]
    public void SessionRateLimit_Counts_AsAWindowThatSlides()
    {
        var limit = new Holdfast.Proxy.Engine.SessionRateLimit(2);
        limit.EnterAt(10_000);
        Assert.True(limit.HasRoomAt(10_000));
        limit.EnterAt(10_001);
        Assert.False(limit.HasRoomAt(10_999));
        Assert.False(limit.HasRoomAt(11_001)); // nearly all of the second before counts
        Assert.True(limit.HasRoomAt(11_500));
        limit.EnterAt(11_500);
        Assert.False(limit.HasRoomAt(11_501));
        Assert.True(limit.HasRoomAt(13_500));
    }
}
