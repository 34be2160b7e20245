using System.Net.Sockets;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Http;

/// <summary>What clients see when something goes wrong, and what does not go wrong for them.</summary>
public sealed class FailureTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    [Theory]
    [ClassData(typeof(Transports))]
    public void Request_Malformed_Is400AndCloses(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        client.SendText("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nmore");

        Assert.StartsWith("HTTP/1.1 400 Bad request\r\n", client.ReceiveAll(), StringComparison.Ordinal);
        Assert.False(server.HasPending);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Request_TooLarge_Is400(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        client.SendText($"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('x', 40_000)}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", client.ReceiveAll(), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Server_NobodyListens_Is503(TransportChoice transport)
    {
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [TestServer.ClosedPort()],
            new TimeoutOptions { Connect = 20 });
        using Socket client = proxy.Connect();
        client.SendText(Get);

        Assert.StartsWith("HTTP/1.1 503 Service Unavailable\r\n", client.ReceiveHead(), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Server_Redispatch_AnotherAnswers(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [TestServer.ClosedPort(), server.Port],
            backend: TestProxy.Retry(new() { Redispatches = true }));
        using Socket client = proxy.Connect();
        client.SendText("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
        using Socket accepted = server.Accept();

        Assert.EndsWith("content-length: 4\r\n\r\n", accepted.ReceiveHead(), StringComparison.Ordinal);
        Assert.Equal("body", accepted.ReceiveText(4));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Server_EndsWithoutAnswer_Is502(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        client.SendText(Get);
        using Socket accepted = server.Accept();
        _ = accepted.ReceiveHead();
        accepted.Close();

        Assert.StartsWith("HTTP/1.1 502 Bad Gateway\r\n", client.ReceiveHead(), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Server_AnswersNonsense_Is502(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        client.SendText(Get);
        using Socket accepted = server.Accept();
        _ = accepted.ReceiveHead();
        accepted.SendText("220 mail.example.org ESMTP\r\n");

        Assert.StartsWith("HTTP/1.1 502 ", client.ReceiveHead(), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Server_CutsTheBody_ClientIsCutToo(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        client.SendText(Get);
        using Socket accepted = server.Accept();
        _ = accepted.ReceiveHead();
        accepted.SendText("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
        accepted.Close();

        Assert.EndsWith("\r\n\r\n12345", client.ReceiveAll(), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Server_IsSilent_Is504(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port],
            new TimeoutOptions { Server = 100 });
        using Socket client = proxy.Connect();
        client.SendText(Get);
        using Socket accepted = server.Accept();
        _ = accepted.ReceiveHead();

        Assert.StartsWith("HTTP/1.1 504 Gateway Time-out\r\n", client.ReceiveHead(), StringComparison.Ordinal);
        accepted.AssertEnded();
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Client_IsSilent_Is408AtFirstAndNothingLater(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port],
            new TimeoutOptions { HttpRequest = 500, HttpKeepAlive = 100 });
        using Socket silent = proxy.Connect();
        silent.SendText("GET / HT");
        Assert.StartsWith("HTTP/1.1 408 Request Time-out\r\n", silent.ReceiveAll(), StringComparison.Ordinal);

        using Socket client = proxy.Connect();
        client.SendText(Get);
        using Socket accepted = server.Accept();
        _ = accepted.ReceiveHead();
        accepted.SendText("HTTP/1.1 204 No Content\r\n\r\n");

        Assert.Equal("HTTP/1.1 204 No Content\r\n\r\n", client.ReceiveAll());
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void IdleConnection_ServerHasClosedIt_NextRequestGetsAnother(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        for (int i = 0; i < 20; i++)
        {
            client.SendText(Get);
            using Socket accepted = server.Accept();
            _ = accepted.ReceiveHead();
            accepted.SendText("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
            // Closed at the same moment at which the next request goes out.
            accepted.Close();
            Assert.EndsWith("\r\n\r\n", client.ReceiveHead(), StringComparison.Ordinal);
            Assert.Equal("x", client.ReceiveText(1));
        }
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Reuse_Safe_FirstRequestOfAClientGetsItsOwnConnection(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket one = Exchange(proxy, server, out Socket first);
        using Socket other = Exchange(proxy, server, out Socket second);
        second.Dispose();
        first.Dispose();
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Sessions_OfAllKinds_LeaveNothing(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        int buffers = proxy.Ask(static state => state.Buffers.InUse);
        for (int i = 0; i < 600; i++)
        {
            Socket client = proxy.Connect();
            client.SendText(i % 3 == 0 ? "GET / HTTP/1.1\r\nHo" : Get);
            if (i % 3 != 0)
            {
                using Socket accepted = server.Accept();
                _ = accepted.ReceiveHead();
                if (i % 3 == 1)
                {
                    accepted.SendText("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nx");
                    _ = client.ReceiveHead();
                }
            }
            client.Reset();
            client.Dispose();
        }
        proxy.WaitUntil(static state => state.ConnectionCount == 0, "connections are left");
        int provided = transport == TransportChoice.Uring ? 1024 : 0;
        proxy.WaitUntil(state => state.Buffers.InUse <= buffers + provided, "buffers are left");
    }

    private static Socket Exchange(TestProxy proxy, TestServer server, out Socket accepted)
    {
        Socket client = proxy.Connect();
        client.SendText(Get);
        accepted = server.Accept();
        _ = accepted.ReceiveHead();
        accepted.SendText("HTTP/1.1 204 No Content\r\n\r\n");
        _ = client.ReceiveHead();
        return client;
    }
}
