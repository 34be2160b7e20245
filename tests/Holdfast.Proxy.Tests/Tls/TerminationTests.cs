using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Holdfast.Linux.OpenSsl;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Tls;

/// <summary>TLS of clients ends here; servers are spoken to plainly.</summary>
public sealed class TerminationTests
{
    private static readonly TestCertificate s_ecdsa = TestCertificate.Ecdsa("a.example.com", "*.wild.example.com");

    [Theory]
    [ClassData(typeof(Transports))]
    public void Request_OverTls_IsForwarded(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = Start(transport, ProxyMode.Http, server);
        using SslStream client = Connect(proxy, "a.example.com");
        for (int round = 0; round < 3; round++)
        {
            client.Write("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"u8);
            using Socket upstream = server.Accept();
            Assert.StartsWith("GET /x HTTP/1.1\r\n", upstream.ReceiveHead(), StringComparison.Ordinal);
            upstream.SendText("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
            Assert.EndsWith("\r\n\r\nhello", client.ReadUntil("hello"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Stream_Large_ArrivesBothWays(TransportChoice transport)
    {
        const int Size = 100_000_000;
        using TestServer server = new();
        using TestProxy proxy = Start(transport, ProxyMode.Tcp, server);
        using SslStream client = Connect(proxy, "a.example.com");
        using Socket upstream = server.Accept();
        byte[] data = RandomNumberGenerator.GetBytes(Size);
        byte[] up = new byte[Size];
        byte[] down = new byte[Size];
        Thread[] all =
        [
            new(() => client.Write(data)),
            new(() => ReadAll(new NetworkStream(upstream), up)),
            new(() => new NetworkStream(upstream).Write(data)),
            new(() => ReadAll(client, down)),
        ];
        Array.ForEach(all, static thread => thread.Start());
        Array.ForEach(all, static thread => Assert.True(thread.Join(TestProxy.Patience), "the stream stands still"));
        Assert.True(data.AsSpan().SequenceEqual(up), "what the client sent");
        Assert.True(data.AsSpan().SequenceEqual(down), "what the server sent");
        // 256 of them for io_uring to receive into.
        Assert.InRange(proxy.Ask(static loop => loop.Buffers.Touched), 1, 400);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Client_WithGarbage_IsSentAway(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = Start(transport, ProxyMode.Http, server);
        using Socket client = proxy.Connect();
        client.SendText("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        try
        {
            _ = client.ReceiveAll();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
        proxy.WaitUntil(static loop => loop.ConnectionCount == 0, "the connection is closed");
        Assert.Equal(0, proxy.Engine.ClientCount);
        Assert.False(server.HasPending);
    }

    private static TestProxy Start(TransportChoice transport, ProxyMode mode, TestServer server)
        => TestProxy.Start(transport, mode, [server.Port], frontend: static options => options with
        {
            Tls = new TlsServerOptions([s_ecdsa.ForServer()]),
        });

    private static SslStream Connect(TestProxy proxy, string name)
    {
        SslStream stream = new(new NetworkStream(proxy.Connect(), ownsSocket: true), false,
            static (_, certificate, _, _) => certificate is not null);
        stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = name,
            EnabledSslProtocols = SslProtocols.None,
        });
        return stream;
    }

    private static void ReadAll(Stream stream, byte[] into) => stream.ReadExactly(into);
}
