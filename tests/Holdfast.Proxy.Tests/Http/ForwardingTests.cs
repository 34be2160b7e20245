using System.Globalization;
using System.Net.Sockets;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Http;

/// <summary>Requests and responses that go as they should.</summary>
public sealed class ForwardingTests
{
    private const string Get = "GET /a?b=c HTTP/1.1\r\nHost: example.org\r\nX-Thing: 1\r\n\r\n";
    private const string GetAtServer = "GET /a?b=c HTTP/1.1\r\nhost: example.org\r\nx-thing: 1\r\n\r\n";

    [Theory]
    [ClassData(typeof(Transports))]
    public void KeepAlive_TwoRequests_UseOneConnectionOnBothSides(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        client.SendText(Get);
        using Socket accepted = server.Accept();
        Assert.Equal(GetAtServer, accepted.ReceiveHead());
        accepted.SendText("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: s\r\n\r\nhello");
        Assert.Equal("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nserver: s\r\n\r\n", client.ReceiveHead());
        Assert.Equal("hello", client.ReceiveText(5));

        client.SendText(Get);
        Assert.Equal(GetAtServer, accepted.ReceiveHead());
        accepted.SendText("HTTP/1.1 204 No Content\r\n\r\n");

        Assert.Equal("HTTP/1.1 204 No Content\r\n\r\n", client.ReceiveHead());
        Assert.False(server.HasPending);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Pipelining_RequestsInOnePiece_AreAnsweredInOrder(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        const int Count = 200;
        client.SendText(string.Concat(Enumerable.Range(0, Count).Select(static number =>
            $"POST /{number} HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody")));
        using Socket accepted = server.Accept();
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal($"POST /{i} HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\n\r\n", accepted.ReceiveHead());
            Assert.Equal("body", accepted.ReceiveText(4));
            accepted.SendText($"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{i:D3}");
        }
        for (int i = 0; i < Count; i++)
        {
            _ = client.ReceiveHead();
            Assert.Equal(i.ToString("D3", CultureInfo.InvariantCulture), client.ReceiveText(3));
        }
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Chunked_BothWaysWithTrailers_IsFramedAnew(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        client.SendText("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5;ext=1\r\nhello\r\n0006\r\n world\r\n0\r\nX-Sum: 7\r\n\r\n");
        using Socket accepted = server.Accept();
        Assert.Equal("POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n", accepted.ReceiveHead());
        Assert.Equal("5\r\nhello\r\n6\r\n world\r\n0\r\nx-sum: 7\r\n\r\n", accepted.ReceiveUntil("7\r\n\r\n"));
        accepted.SendText("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");

        Assert.Equal("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", client.ReceiveHead());
        Assert.Equal("3\r\nabc\r\n0\r\n\r\n", client.ReceiveText(13));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Continue_ServerAgrees_BodyFollows(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        client.SendText("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        using Socket accepted = server.Accept();
        Assert.Contains("expect: 100-continue\r\n", accepted.ReceiveHead(), StringComparison.Ordinal);
        accepted.SendText("HTTP/1.1 100 Continue\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", client.ReceiveHead());
        client.SendText("data");
        Assert.Equal("data", accepted.ReceiveText(4));
        accepted.SendText("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal("HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n", client.ReceiveHead());
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Head_ResponseWithLength_HasNoBody(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        for (int i = 0; i < 2; i++)
        {
            client.SendText("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
            Socket accepted = i == 0 ? _first = server.Accept() : _first!;
            _ = accepted.ReceiveHead();
            accepted.SendText("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            Assert.Equal("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n", client.ReceiveHead());
        }
        _first!.Dispose();
    }

    private Socket? _first;

    [Theory]
    [ClassData(typeof(Transports))]
    public void Upgrade_WebSocket_BytesGoBothWaysUntilBothEnd(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        client.SendText("GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        using Socket accepted = server.Accept();
        Assert.Contains("upgrade: websocket\r\n", accepted.ReceiveHead(), StringComparison.Ordinal);
        accepted.SendText("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nfirst");
        Assert.StartsWith("HTTP/1.1 101 ", client.ReceiveHead(), StringComparison.Ordinal);
        Assert.Equal("first", client.ReceiveText(5));
        client.SendText("GET / HTTP/1.1\r\n\r\n");
        Assert.Equal("GET / HTTP/1.1\r\n\r\n", accepted.ReceiveText(18));
        client.Shutdown(SocketShutdown.Send);
        accepted.AssertEnded();
        accepted.SendText("bye");
        accepted.Close();

        Assert.Equal("bye", client.ReceiveAll());
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Close_ClientAsks_ResponseClosesTheConnection(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        client.SendText("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        using Socket accepted = server.Accept();
        Assert.Equal("GET / HTTP/1.1\r\nhost: h\r\n\r\n", accepted.ReceiveHead());
        accepted.SendText("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        Assert.Equal("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok", client.ReceiveAll());
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void HalfClosed_ClientHasEnded_StillGetsItsResponse(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        client.SendText(Get);
        client.Shutdown(SocketShutdown.Send);
        using Socket accepted = server.Accept();
        _ = accepted.ReceiveHead();
        accepted.SendText("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        Assert.EndsWith("\r\n\r\nok", client.ReceiveAll(), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void UntilClose_ServerEnds_ClientSeesTheEnd(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        client.SendText(Get);
        using Socket accepted = server.Accept();
        _ = accepted.ReceiveHead();
        accepted.SendText("HTTP/1.1 200 OK\r\n\r\nuntil");
        accepted.SendText(" the end");
        accepted.Close();

        Assert.Equal("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nuntil the end", client.ReceiveAll());
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void OldClient_ChunkedResponse_GetsBareBytes(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);
        using Socket client = proxy.Connect();
        client.SendText("GET / HTTP/1.0\r\nHost: h\r\n\r\n");
        using Socket accepted = server.Accept();
        _ = accepted.ReceiveHead();
        accepted.SendText("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");

        Assert.Equal("HTTP/1.0 200 OK\r\nconnection: close\r\n\r\nabcde", client.ReceiveAll());
    }
}
