using System.Net.Sockets;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Http;

/// <summary>What an event loop allocates once it is warm: nothing, for requests and for connections.</summary>
public sealed class AllocationTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: test\r\n\r\n";
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";

    [Theory]
    [ClassData(typeof(Transports))]
    public void Requests_OnKeptConnections_AllocateNothing(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port],
            new TimeoutOptions { Client = 60_000, Server = 60_000, Connect = 60_000 });
        using Socket client = proxy.Connect();
        client.SendText(Get);
        using Socket accepted = server.Accept();
        _ = accepted.ReceiveHead();
        accepted.SendText(Answer);
        _ = client.ReceiveUntil("0123456789");

        AssertFree(proxy, 500, () =>
        {
            client.SendText(Get);
            _ = accepted.ReceiveHead();
            accepted.SendText(Answer);
            _ = client.ReceiveUntil("0123456789");
        });
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Requests_WithRulesCountersAndLogLines_AllocateNothing(TransportChoice transport)
    {
        using TestServer server = new();
        using Socket log = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        log.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        int logPort = ((System.Net.IPEndPoint)log.LocalEndPoint!).Port;
        using TestProxy proxy = TestProxy.Load(transport, $"""
            frontend f
             bind 127.0.0.1:80
             log 127.0.0.1:{logPort} local0
             option httplog
             option forwardfor
             capture request header Host len 20
             unique-id-format %rt-%ci
             unique-id-header X-Id
             acl is_api path_beg /api
             acl is_known hdr(user-agent) -i test other
             http-request track-sc0 src table counts
             http-request deny if is_api !is_known
             http-request set-var(txn.a) path,lower
             http-request set-header X-Path %[var(txn.a)]
             http-request set-header X-Count %[sc_http_req_cnt(0)] if is_known
             http-response set-header X-Status %[status]
             http-after-response set-header X-Last %[var(txn.a)]
             use_backend %[path,map_beg(virt@none,b)] if is_known
             default_backend b
            backend b
             balance leastconn
             cookie S insert indirect
             stick-table type string size 100
             stick on hdr(host)
             server s 127.0.0.1:{server.Port} maxconn 10 cookie x
            backend counts
             stick-table type ip size 100 store http_req_cnt,bytes_out_rate(1s)

            """);
        using Socket client = proxy.Connect();
        client.SendText(Get);
        using Socket accepted = server.Accept();
        Answered();

        AssertFree(proxy, 500, () =>
        {
            client.SendText(Get);
            Answered();
        });

        void Answered()
        {
            _ = accepted.ReceiveHead();
            accepted.SendText(Answer);
            _ = client.ReceiveUntil("0123456789");
            Assert.True(log.Receive(new byte[2000]) > 0);
        }
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Requests_WhoseResponsesAreCompressed_AllocateNothing(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Load(transport, $"""
            listen f
             bind 127.0.0.1:80
             compression algo gzip
             compression type text/html
             http-request normalize-uri query-sort-by-name
             server s 127.0.0.1:{server.Port}

            """);
        const string Question = "GET /?b=2&a=1 HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n";
        const string Chunked = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n";
        using Socket client = proxy.Connect();
        client.SendText(Question);
        using Socket accepted = server.Accept();
        Answered();

        AssertFree(proxy, 500, () =>
        {
            client.SendText(Question);
            Answered();
        });

        void Answered()
        {
            _ = accepted.ReceiveHead();
            accepted.SendText(Chunked);
            Assert.Contains("content-encoding: gzip", client.ReceiveUntil("\r\n0\r\n\r\n"),
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Connections_OneForEachRequest_AllocateNothing(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Http, [server.Port]);

        AssertFree(proxy, 300, () =>
        {
            using Socket client = proxy.Connect();
            client.SendText(Get);
            using Socket accepted = server.Accept();
            _ = accepted.ReceiveHead();
            accepted.SendText(Answer);
            _ = client.ReceiveUntil("0123456789");
        });
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void RelayedConnections_AllocateNothing(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = TestProxy.Start(transport, ProxyMode.Tcp, [server.Port]);

        AssertFree(proxy, 300, () =>
        {
            using Socket client = proxy.Connect();
            client.SendText("question");
            using Socket accepted = server.Accept();
            Assert.Equal("question", accepted.ReceiveText(8));
            accepted.SendText("answer");
            accepted.Close();
            Assert.Equal("answer", client.ReceiveAll());
        });
    }

    private static void AssertFree(TestProxy proxy, int count, Action exchange)
    {
        for (int i = 0; i < 100; i++)
        {
            exchange();
        }
        // The question itself costs some bytes. Where more sessions are open at once than ever before, because this
        // machine is slow to end them, another object is made for each: a later round has them all.
        const int RoundsMax = 5;
        long allocated = long.MaxValue;
        for (int round = 0; round < RoundsMax && allocated >= 8 * count; round++)
        {
            long before = proxy.Ask(static _ => GC.GetAllocatedBytesForCurrentThread());
            for (int i = 0; i < count; i++)
            {
                exchange();
            }
            allocated = proxy.Ask(static _ => GC.GetAllocatedBytesForCurrentThread()) - before;
        }
        Assert.True(allocated < 8 * count, $"{allocated} bytes for {count} exchanges");
    }
}
