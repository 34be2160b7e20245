using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Holdfast.Linux.OpenSsl;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Tests.Tls;

/// <summary>TLS towards servers.</summary>
public sealed class UpstreamTests
{
    private static readonly TestCertificate s_authority = TestCertificate.Authority("test authority");
    private static readonly TestCertificate s_good = s_authority.Issue("server.example.com");
    private static readonly TestCertificate s_foreign = TestCertificate.Ecdsa("server.example.com");

    private static readonly TlsClientSettings s_verify = new()
    {
        Profile = new TlsProfile { Verify = TlsPeerVerify.Required, Authorities = s_authority.AsFile() },
    };

    [Theory]
    [ClassData(typeof(Transports))]
    public void Server_WithGoodCertificate_GetsTheRequest(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = Start(transport, ProxyMode.Http, server, s_verify);
        for (int round = 0; round < 3; round++)
        {
            using Socket client = proxy.Connect();
            client.SendText("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
            using SslStream upstream = Accept(server, s_good, out string? name);
            Assert.Equal("server.example.com", name);
            Assert.StartsWith("GET /x HTTP/1.1\r\n", upstream.ReadUntil("\r\n\r\n"), StringComparison.Ordinal);
            upstream.Write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8);
            Assert.Contains("200 OK", client.ReceiveHead(), StringComparison.Ordinal);
            Assert.Equal("ok", client.ReceiveText(2));
        }
        Assert.Equal(3, proxy.Ask(static loop => loop.Tls!.HandshakeCount));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Server_WithForeignCertificate_GetsNothing(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = Start(transport, ProxyMode.Http, server, s_verify, retries: 0);
        using Socket client = proxy.Connect();
        client.SendText("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
        // An alert follows the server's Finished in TLS 1.3: the handshake looks done here, and nothing is read.
        try
        {
            using SslStream upstream = Accept(server, s_foreign, out _);
            Assert.Throws<IOException>(() => upstream.ReadUntil("\r\n\r\n"));
        }
        catch (AuthenticationException)
        {
        }
        Assert.StartsWith("HTTP/1.1 503", client.ReceiveHead(), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Server_WithAnotherName_GetsNothing(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = Start(
            transport, ProxyMode.Http, server, s_verify with { VerifyHost = "other.example.com" }, retries: 0);
        using Socket client = proxy.Connect();
        client.SendText("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
        try
        {
            using SslStream upstream = Accept(server, s_good, out _);
            Assert.Throws<IOException>(() => upstream.ReadUntil("\r\n\r\n"));
        }
        catch (AuthenticationException)
        {
        }
        Assert.StartsWith("HTTP/1.1 503", client.ReceiveHead(), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public async Task Stream_FromPlainClient_IsRelayedBothWays(TransportChoice transport)
    {
        using TestServer server = new();
        using TestProxy proxy = Start(transport, ProxyMode.Tcp, server, s_verify);
        using Socket client = proxy.Connect();
        client.SendText("hello");
        await using SslStream upstream = Accept(server, s_good, out _);
        byte[] five = new byte[5];
        await upstream.ReadExactlyAsync(five, TestContext.Current.CancellationToken);
        Assert.Equal("hello", Encoding.ASCII.GetString(five));
        await upstream.WriteAsync("world"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("world", client.ReceiveText(5));
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await upstream.ReadAsync(five, TestContext.Current.CancellationToken));
        await upstream.WriteAsync("after"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("after", client.ReceiveText(5));
        await upstream.ShutdownAsync();
        client.AssertEnded();
    }

    private static TestProxy Start(TransportChoice transport, ProxyMode mode, TestServer server,
        TlsClientSettings settings, int retries = 3)
        => TestProxy.Start(transport, mode, [server.Port], backend: options => options with
        {
            Servers = [options.Servers[0] with { Tls = settings, ServerName = "server.example.com" }],
            Program = Programs.BackendProgram.Plain(options.Name, new() { Retries = retries }),
        });

    private static SslStream Accept(TestServer server, TestCertificate certificate, out string? name)
    {
        SslStream stream = new(new NetworkStream(server.Accept(), ownsSocket: true), false);
        string? asked = null;
        using X509Certificate2 withKey = X509Certificate2.CreateFromPem(
            certificate.CertificatePem, certificate.KeyPem);
        stream.AuthenticateAsServer(new SslServerAuthenticationOptions
        {
            ServerCertificateSelectionCallback = (_, wanted) =>
            {
                asked = wanted;
                return withKey;
            },
        });
        name = asked;
        return stream;
    }
}
