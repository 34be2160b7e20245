using System.Net.Sockets;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Http;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Tests.Http;

/// <summary>Clients that wait for their next request: without a session, and yet as everybody expects.</summary>
public sealed class IdleClientTests
{
    private const int ClientCount = 5;
    private const string Get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [ClassData(typeof(Transports))]
    public void Clients_BetweenRequests_HaveNoSession(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = Start(transport, server);
        Socket[] clients = [.. Enumerable.Range(0, ClientCount).Select(_ => proxy.Connect())];
        Socket? accepted = null;
        foreach (Socket client in clients)
        {
            client.SendText(Get);
            accepted ??= server.Accept();
            AnswerOnce(accepted, client);
        }

        Assert.True(SpinWait.SpinUntil(() => IdleCount(proxy) == ClientCount, TestProxy.Patience));
        Assert.All(clients, client =>
        {
            client.SendText(Get);
            AnswerOnce(accepted!, client);
        });
        Assert.Equal(2 * ClientCount, proxy.Engine.CountersOf(0).Requests);
        Assert.All(clients, static one => one.Dispose());
        accepted!.Dispose();
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Client_Waiting_IsReportedAndCanBeSentAway(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = Start(transport, server);
        using Socket client = proxy.Connect();
        client.SendText(Get);
        using Socket accepted = server.Accept();
        AnswerOnce(accepted, client);
        Assert.True(SpinWait.SpinUntil(() => IdleCount(proxy) == 1, TestProxy.Patience));

        SessionReport report = Assert.Single(proxy.Engine.Sessions());
        Assert.True(report.IsIdle);
        Assert.True(proxy.Engine.ShutDownSession(report.Id));
        Assert.True(SpinWait.SpinUntil(() => proxy.Engine.ClientCount == 0, TestProxy.Patience));
        Assert.Empty(proxy.Engine.Sessions());
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Listeners_Closed_ClientsThatWaitAreSentAway(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = Start(transport, server);
        using Socket client = proxy.Connect();
        using Socket silent = proxy.Connect();
        client.SendText(Get);
        using Socket accepted = server.Accept();
        AnswerOnce(accepted, client);
        Assert.True(SpinWait.SpinUntil(() => IdleCount(proxy) == 2, TestProxy.Patience));

        proxy.Engine.CloseListeners();

        Assert.Equal("", client.ReceiveAll());
        silent.SendText(Get); // it has sent nothing yet, and has its answer still
        AnswerOnce(accepted, silent);
        Assert.Equal("", silent.ReceiveAll());
        Assert.True(SpinWait.SpinUntil(() => proxy.Engine.IsDrained, TestProxy.Patience));
    }

    /// <summary>One connection to the server is enough for all.</summary>
    private static TestProxy Start(TransportChoice transport, TestServer server)
        => TestProxy.Start(transport, ProxyMode.Http, [server.Port],
            backend: static options => options with { Reuse = HttpReuse.Always });

    private static void AnswerOnce(Socket accepted, Socket client)
    {
        _ = accepted.ReceiveHead();
        accepted.SendText(Answer);
        _ = client.ReceiveUntil("ok");
    }

    private static int IdleCount(TestProxy proxy) => proxy.Ask(static state => state.Owners().Count(
        static one => one is IdleClient<EpollTransport> or IdleClient<UringTransport>));
}
