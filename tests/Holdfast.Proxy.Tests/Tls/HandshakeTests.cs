using System.Net.Security;
using System.Net.Sockets;
using Holdfast.Linux.OpenSsl;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Tls;

/// <summary>Handshakes that do not come to their end.</summary>
public sealed class HandshakeTests
{
    // The head of a client's hello, which promises more than comes.
    private const string Cut = "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03";

    private static readonly TestCertificate s_certificate = TestCertificate.Ecdsa("a.example.com");

    [Theory]
    [ClassData(typeof(Transports))]
    public void Handshake_TooSlow_IsCut(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = Start(transport, server, new TimeoutOptions { Client = 200 });
        using Socket silent = proxy.Connect();
        using Socket cut = proxy.Connect();
        cut.SendText(Cut);
        silent.AssertEnded();
        cut.AssertEnded();
        proxy.WaitUntil(static loop => loop.ConnectionCount == 0, "both are closed");
        Assert.Equal(0, proxy.Engine.ClientCount);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Handshake_EndedByTheClient_LeavesNothing(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = Start(transport, server, new TimeoutOptions());
        for (int i = 0; i < 50; i++)
        {
            using Socket client = proxy.Connect();
            client.SendText(Cut[..(i % Cut.Length)]);
            if (i % 2 == 0)
            {
                client.Reset();
            }
        }
        proxy.WaitUntil(static loop => loop.Tls?.FailedCount == 50 && loop.ConnectionCount == 0, "all are closed");
        Assert.Equal(0, proxy.Engine.ClientCount);
        Assert.True(proxy.Ask(static loop => loop.Buffers.InUse) <= 256, "no buffer is kept");
    }

    /// <summary>Bytes that are changed on their way end the connection, and nothing of them gets through.</summary>
    [Theory]
    [ClassData(typeof(Transports))]
    public void Record_Changed_EndsTheConnection(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = Start(transport, server, new TimeoutOptions());
        using Socket socket = proxy.Connect();
        using SslStream client = new(new NetworkStream(socket), true,
            static (_, certificate, _, _) => certificate is not null);
        client.AuthenticateAsClient("a.example.com");
        socket.SendText("\x17\x03\x03\x00\x20" + new string('x', 32));
        try
        {
            _ = socket.ReceiveAll();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
        proxy.WaitUntil(static loop => loop.Tls!.ReadErrorCount == 1 && loop.ConnectionCount == 0, "it is closed");
        Assert.False(server.HasPending);
    }

    private static TestProxy Start(TransportChoice transport, TestServer server, TimeoutOptions timeouts)
        => TestProxy.Start(transport, ProxyMode.Http, [server.Port], timeouts, frontend: static options => options with
        {
            Tls = new TlsServerOptions([s_certificate.ForServer()]),
        });
}
