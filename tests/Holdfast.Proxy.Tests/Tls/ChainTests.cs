using System.Net.Sockets;
using Holdfast.Linux.Abi;
using Holdfast.Linux.OpenSsl;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;

namespace Holdfast.Proxy.Tests.Tls;

/// <summary>
/// Two proxies with TLS between them, so that both sides are ours: sessions, certificates of clients, allocation.
/// </summary>
public sealed class ChainTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: test\r\n\r\n";
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
    private const string LastAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\n0123456789";

    private static readonly TestCertificate s_authority = TestCertificate.Authority("test authority");
    private static readonly TestCertificate s_server = s_authority.Issue("server.example.com");
    private static readonly TestCertificate s_client = s_authority.Issue("client.example.com");
    private static readonly TestCertificate s_stranger = TestCertificate.Ecdsa("client.example.com");

    private static readonly TlsClientSettings s_verify = new()
    {
        Profile = new TlsProfile { Verify = TlsPeerVerify.Required, Authorities = s_authority.AsFile() },
    };

    public static TheoryData<TlsVersion, bool> Kinds => new()
    {
        { TlsVersion.Tls13, true }, { TlsVersion.Tls13, false },
        { TlsVersion.Tls12, true }, { TlsVersion.Tls12, false },
    };

    /// <summary>By ticket, and by id in a cache; a session of one loop is good in the others.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sessions_AreResumed_InEveryLoop(TlsVersion version, bool hasTickets)
    {
        const int Count = 40;
        TlsProfile profile = new() { MinimumVersion = version, MaximumVersion = version, Tickets = hasTickets };
        using TestServer server = new();
        using ProxyEngine inner = Inner(server, new([s_server.ForServer() with { Profile = profile }]));
        using TestProxy outer = Outer(inner, s_verify);
        for (int i = 0; i < Count; i++)
        {
            Exchange(outer, server, LastAnswer);
        }
        Assert.Equal(Count, outer.Ask(static loop => loop.Tls!.HandshakeCount));
        // The first tickets may come after the first connection has closed.
        Assert.InRange(outer.Ask(static loop => loop.Tls!.ResumedCount), Count - 3, Count - 1);
    }

    [Fact]
    public void Sessions_WithoutReuse_AreNotResumed()
    {
        using TestServer server = new();
        using ProxyEngine inner = Inner(server, new TlsServerOptions([s_server.ForServer()]));
        using TestProxy outer = Outer(inner, s_verify with { ReusesSessions = false });
        for (int i = 0; i < 5; i++)
        {
            Exchange(outer, server, LastAnswer);
        }
        Assert.Equal(0, outer.Ask(static loop => loop.Tls!.ResumedCount));
    }

    [Fact]
    public void ClientCertificate_OfTheAuthority_IsTaken()
    {
        using TestServer server = new();
        using ProxyEngine inner = Inner(server, Demanding(TlsPeerVerify.Required));
        using TestProxy outer = Outer(inner, s_verify with { Certificate = s_client.ForServer() });
        Exchange(outer, server, LastAnswer);
    }

    [Fact]
    public void ClientCertificate_Missing_IsTakenWhereItIsOptional()
    {
        using TestServer server = new();
        using ProxyEngine inner = Inner(server, Demanding(TlsPeerVerify.Optional));
        using TestProxy outer = Outer(inner, s_verify);
        Exchange(outer, server, LastAnswer);
    }

    [Theory]
    [InlineData(TlsPeerVerify.Required, false)]
    [InlineData(TlsPeerVerify.Required, true)]
    [InlineData(TlsPeerVerify.Optional, true)]
    public void ClientCertificate_MissingOrForeign_IsRefused(TlsPeerVerify verify, bool isForeign)
    {
        using TestServer server = new();
        using ProxyEngine inner = Inner(server, Demanding(verify));
        using TestProxy outer = Outer(
            inner, isForeign ? s_verify with { Certificate = s_stranger.ForServer() } : s_verify, retries: 0);
        using Socket client = outer.Connect();
        client.SendText(Get);
        // In TLS 1.3 the refusal comes after the client's side of the handshake is done: then it is a bad gateway.
        Assert.Matches("^HTTP/1.1 50[23] ", client.ReceiveHead());
        Assert.False(server.HasPending);
    }

    [Fact]
    public void ClientCertificate_ForeignWithIgnoredErrors_IsTaken()
    {
        using TestServer server = new();
        TlsProfile profile = new()
        {
            Verify = TlsPeerVerify.Required, Authorities = s_authority.AsFile(),
            IgnoredAuthorityErrors = [.. Enumerable.Range(1, 100)],
            IgnoredCertificateErrors = [.. Enumerable.Range(1, 100)],
        };
        using ProxyEngine inner = Inner(server, new([s_server.ForServer() with { Profile = profile }]));
        using TestProxy outer = Outer(inner, s_verify with { Certificate = s_stranger.ForServer() });
        Exchange(outer, server, LastAnswer);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Requests_OnKeptConnections_AllocateNothing(TransportChoice transport)
    {
        using TestServer server = new();
        using ProxyEngine inner = Inner(server, new([s_server.ForServer()]), transport, threads: 1);
        using TestProxy outer = Outer(inner, s_verify, transport: transport);
        using Socket client = outer.Connect();
        client.SendText(Get);
        using Socket accepted = server.Accept();
        _ = accepted.ReceiveHead();
        accepted.SendText(Answer);
        _ = client.ReceiveUntil("0123456789");
        AssertFree(outer, inner, 400, () =>
        {
            client.SendText(Get);
            _ = accepted.ReceiveHead();
            accepted.SendText(Answer);
            _ = client.ReceiveUntil("0123456789");
        });
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Handshakes_AllocateNothing(TransportChoice transport)
    {
        using TestServer server = new();
        using ProxyEngine inner = Inner(server, new([s_server.ForServer()]), transport, threads: 1);
        using TestProxy outer = Outer(inner, s_verify, transport: transport, reuse: HttpReuse.Never);
        AssertFree(outer, inner, 400, () => Exchange(outer, server, LastAnswer));
    }

    private static void AssertFree(TestProxy outer, ProxyEngine inner, int count, Action exchange)
    {
        for (int i = 0; i < 100; i++)
        {
            exchange();
        }
        long before = Allocated(outer, inner);
        for (int i = 0; i < count; i++)
        {
            exchange();
        }
        long allocated = Allocated(outer, inner) - before;
        Assert.True(allocated < 8 * count, $"{allocated} bytes for {count} exchanges");
    }

    private static long Allocated(TestProxy outer, ProxyEngine inner)
    {
        TaskCompletionSource<long> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        inner.Workers[0].Post(() => answer.SetResult(GC.GetAllocatedBytesForCurrentThread()));
        long ofInner = answer.Task.WaitAsync(TestProxy.Patience).GetAwaiter().GetResult();
        return ofInner + outer.Ask(static _ => GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Exchange(TestProxy outer, TestServer server, string answer)
    {
        using Socket client = outer.Connect();
        client.SendText(Get);
        using Socket accepted = server.Accept();
        _ = accepted.ReceiveHead();
        accepted.SendText(answer);
        _ = client.ReceiveUntil("0123456789");
    }

    private static TlsServerOptions Demanding(TlsPeerVerify verify) => new([s_server.ForServer() with
    {
        Profile = new TlsProfile { Verify = verify, Authorities = s_authority.AsFile() },
    }]);

    private static ProxyEngine Inner(TestServer server, TlsServerOptions tls,
        TransportChoice transport = TransportChoice.Automatic, int threads = 2)
        => ProxyEngine.Start(new ProxyOptions(
            [new FrontendOptions("inner", TestProxy.Local(0), "servers") { Mode = ProxyMode.Http, Tls = tls }],
            [new BackendOptions("servers", [new ServerOptions("s1", TestProxy.Local(server.Port))])])
        {
            ThreadCount = threads, Transport = transport,
        });

    private static TestProxy Outer(ProxyEngine inner, TlsClientSettings settings, int retries = 3,
        TransportChoice transport = TransportChoice.Automatic, HttpReuse reuse = HttpReuse.Safe)
    {
        Assert.Equal(Errno.Success, TcpSocket.GetLocal(inner.Listeners[0], out IpAddress _, out int port));
        return TestProxy.Start(transport, ProxyMode.Http, [port], backend: options => options with
        {
            Servers = [options.Servers[0] with { Tls = settings, ServerName = "server.example.com" }],
            Reuse = reuse,
            Program = Programs.BackendProgram.Plain(options.Name, new() { Retries = retries }),
        });
    }
}
