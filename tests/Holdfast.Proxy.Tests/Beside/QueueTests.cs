using System.Net.Sockets;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>Servers with limits beside the real HAProxy: who waits, who goes first, who is sent away.</summary>
public sealed class QueueTests
{
    private const string Sections = """
        defaults
          mode http
          log global
          option httplog
          timeout connect 300ms
          timeout client 20s
          timeout server 20s
          timeout queue 20s
        frontend f
          bind @ADDR@:1
          use_backend %[path,field(2,/)]
        frontend waiting
          bind @ADDR@:2
          no log
          http-request return status 200 content-type text/plain lf-string "%[queue(one)]" if { path /one }
          http-request return status 200 content-type text/plain lf-string "%[queue(full)]" if { path /full }
          http-request return status 200 content-type text/plain lf-string "%[queue(leaving)]" if { path /leaving }
        backend one
          http-request set-priority-class int(1) if { path /one/late }
          server s 127.0.0.1:@S1@ maxconn 1
        backend short
          timeout queue 100ms
          server s 127.0.0.1:@S1@ maxconn 1
        backend full
          server s 127.0.0.1:@S1@ maxconn 1 maxqueue 1
        backend leaving
          option abortonclose
          server s 127.0.0.1:@S1@ maxconn 1
        """;

    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    [Fact]
    public void FullServer_NextRequestsWaitAndAreServedInOrder() => OnEach(static pair => pair.AssertSame(static side =>
    {
        Socket first = Ask(side, "/one/1");
        Socket server = side.Accept(1);
        string seen = server.ReceiveHead();
        Socket late = Ask(side, "/one/late");
        Waits(side, "/one", 1);
        Socket soon = Ask(side, "/one/soon");
        Waits(side, "/one", 2);
        string lines = "";
        foreach (Socket client in (Socket[])[first, soon, late])
        {
            server.SendText(Ok);
            server.Close();
            seen += client.ReceiveMessage();
            lines += side.LogLine() + "\n";
            client.Close();
            if (client != late)
            {
                server = side.Accept(1);
                seen += server.ReceiveHead();
            }
        }
        return seen + lines;
    }));

    [Fact]
    public void FullServer_TimeIsOver_Is503() => OnEach(static pair => pair.AssertSame(static side =>
    {
        Socket first = Ask(side, "/short/1");
        Socket server = side.Accept(1);
        _ = server.ReceiveHead();
        Socket second = Ask(side, "/short/2");
        string got = second.ReceiveMessage()[..15] + side.LogLine();
        server.SendText(Ok);
        return got + first.ReceiveMessage() + side.LogLine();
    }));

    [Fact]
    public void FullQueue_Is503AtOnce() => OnEach(static pair => pair.AssertSame(static side =>
    {
        Socket first = Ask(side, "/full/1");
        Socket server = side.Accept(1);
        _ = server.ReceiveHead();
        Socket second = Ask(side, "/full/2");
        Waits(side, "/full", 1);
        server.SendText(Ok);
        server.Close();
        string got = first.ReceiveMessage() + side.LogLine();
        server = side.Accept(1);
        _ = server.ReceiveHead();
        server.SendText(Ok);
        return got + second.ReceiveMessage() + side.LogLine();
    }));

    [Fact]
    public void WaitingClientGoes_ItsPlaceIsFree() => OnEach(static pair => pair.AssertSame(static side =>
    {
        Socket first = Ask(side, "/leaving/1");
        Socket server = side.Accept(1);
        _ = server.ReceiveHead();
        Socket second = Ask(side, "/leaving/2");
        Waits(side, "/leaving", 1);
        second.Close();
        string gone = side.LogLine();
        Socket third = Ask(side, "/leaving/3");
        Waits(side, "/leaving", 1);
        server.SendText(Ok);
        server.Close();
        string got = first.ReceiveMessage();
        server = side.Accept(1);
        got += server.ReceiveHead();
        server.SendText(Ok);
        return gone + got + third.ReceiveMessage();
    }));

    private static Socket Ask(Side side, string path)
    {
        Socket client = side.Connect(1);
        client.SendText($"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n");
        return client;
    }

    /// <summary>So many wait for the servers of a backend.</summary>
    private static void Waits(Side side, string backend, int count)
    {
        Socket client = side.Connect(2);
        Assert.True(SpinWait.SpinUntil(() =>
        {
            client.SendText($"GET {backend} HTTP/1.1\r\nHost: h\r\n\r\n");
            return client.ReceiveMessage().EndsWith($"\r\n\r\n{count}", StringComparison.Ordinal);
        }, TestProxy.Patience), $"{count} do not wait for {backend}");
        client.Close();
    }

    private static void OnEach(Action<Pair> test)
    {
        foreach (TheoryDataRow<TransportChoice> transport in new Transports())
        {
            using Pair pair = Pair.Start(Sections, transport.Data);
            test(pair);
        }
    }
}
