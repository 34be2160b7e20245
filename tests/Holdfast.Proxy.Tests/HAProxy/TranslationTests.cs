using Holdfast.Primitives;
using Holdfast.Proxy.HAProxy;
using Holdfast.Proxy.Options;
using Holdfast.Tests.Repository;

namespace Holdfast.Proxy.Tests.HAProxy;

/// <summary>haproxy.cfg to options of the engine.</summary>
public sealed class TranslationTests
{
    private const string Timeouts
        = "defaults\n mode http\n timeout connect 5s\n timeout client 50s\n timeout server 40s\n";

    [Fact]
    public void Seed_Translated_HasItsNumbers()
    {
        string text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "tests", "seed", "haproxy.cfg"));

        ProxyTranslation result = Translate(text);

        Assert.Empty(result.Problems);
        FrontendOptions front = Assert.Single(result.Options.Frontends);
        Assert.Equal("0.0.0.0:80", front.Bind.ToString());
        Assert.Equal("http_back", front.Backend);
        Assert.Equal(ProxyMode.Http, front.Mode);
        Assert.Equal(4096, front.ConnectionsMax);
        Assert.Equal(4096, result.Options.ConnectionsMax);
        Assert.Equal((5000, 50_000, 50_000), (front.Timeouts.Connect, front.Timeouts.Client, front.Timeouts.Server));
        Assert.Equal("/dev/log", Assert.Single(front.Logs).Path);
        BackendOptions back = Assert.Single(result.Options.Backends);
        Assert.Equal(["192.168.1.101:80", "192.168.1.102:80"], back.Servers.Select(static s => s.Endpoint.ToString()));
        Assert.All(back.Servers, static s => Assert.Equal((2, 3), (s.Check!.Rise, s.Check.Fall)));
    }

    [Fact]
    public void Bind_ListsRangesAndFamilies_AreOneListenerEach()
    {
        ProxyTranslation result = Translate(Timeouts + "listen l\n bind 10.0.0.1:80-82,[::1]:90\n bind :::91\n"
            + " server a 10.1.1.1:1 check port 99 inter 1s fastinter 500ms downinter 5s rise 4 fall 5\n");

        Assert.Empty(result.Problems);
        Assert.Equal(["10.0.0.1:80", "10.0.0.1:81", "10.0.0.1:82", "[::1]:90", "[::]:91"],
            result.Options.Frontends.Select(static f => f.Bind.ToString()));
        ServerOptions server = result.Options.Backends[0].Servers[0];
        Assert.Equal("10.1.1.1:99", server.CheckEndpoint!.ToString());
        Assert.Equal(TimeSpan.FromSeconds(1), server.Check!.Interval);
        Assert.Equal(TimeSpan.FromSeconds(0.5), server.Check.FastInterval);
        Assert.Equal(TimeSpan.FromSeconds(5), server.Check.DownInterval);
        Assert.Equal((4, 5), (server.Check.Rise, server.Check.Fall));
    }

    [Theory]
    [InlineData(" default_backend b", true)]
    [InlineData(" use_backend b if TRUE", true)]
    [InlineData(" use_backend %[src]", true)]
    [InlineData(" default_backend t", false)]
    [InlineData(" tcp-request content switch-mode http if HTTP", true)]
    public void Frontend_OfTcpWithABackendOfHttp_MayBecomeHttp(string choice, bool mayBecomeHttp)
    {
        ProxyTranslation result = Translate(Timeouts + "frontend f\n mode tcp\n bind :80\n" + choice
            + "\nbackend b\n http-request deny\n server a 10.1.1.1:80\n"
            + "backend t\n mode tcp\n server a 10.1.1.1:80\n");

        Assert.Empty(result.Problems);
        Assert.Equal(mayBecomeHttp, result.Options.Frontends[0].MayBecomeHttp);
        Assert.Equal([("b", true), ("t", false)], result.Options.Backends
            .Where(static one => one.HasSection).Select(static one => (one.Name, one.IsHttp)));
    }

    [Fact]
    public void Server_PortOrAddressOfTheClient_IsShared()
    {
        ProxyTranslation result = Translate(Timeouts + "listen l\n bind :80\n bind :81\n server a 10.1.1.1\n"
            + " server b 10.1.1.2:+1000\n server c *:8080\n server d 10.1.1.3:80 source 10.0.0.1:1000-1999\n"
            + " server e 10.1.1.4:80 source 0.0.0.0 usesrc clientip interface eth7\n");

        Assert.Empty(result.Problems);
        ServerOptions[] all = [.. result.Options.Backends[0].Servers];
        Assert.Equal((true, 0), (all[0].Share.HasPort, all[0].Share.PortOffset));
        Assert.Equal((true, 1000), (all[1].Share.HasPort, all[1].Share.PortOffset));
        Assert.Equal((true, false), (all[2].Share.IsDestination, all[2].Share.HasPort));
        Assert.Equal((1000, 1999), (all[3].Share.FirstSourcePort, all[3].Share.LastSourcePort));
        Assert.Equal("10.0.0.1:0", all[3].Source!.ToString());
        Assert.Equal((ClientSource.Address, true, "eth7"),
            (all[4].Share.Source, all[4].Socket.IsTransparent, all[4].Socket.Interface));
        Assert.Null(all[4].Source);
    }

    [Fact]
    public void Bind_Options_AreTakenOver()
    {
        ProxyTranslation result = Translate("global\n unix-bind prefix /run mode 660\n" + Timeouts
            + "listen l\n option clitcpka\n clitcpka-idle 10s\n option nolinger\n"
            + " bind :80 accept-proxy interface eth7 mss 1400 tcp-ut 30s v6only defer-accept transparent maxconn 5\n"
            + " bind /a.sock mode 600 uid 12 gid 34\n bind abns@b\n bind fd@7\n bind :81 mss -40\n"
            + " server a /run/x.sock send-proxy-v2 proxy-v2-options crc32c,unique-id\n");

        Assert.Empty(result.Problems);
        FrontendOptions[] all = [.. result.Options.Frontends];
        Assert.Equal(["0.0.0.0:80", "/run/a.sock", "abns@b", "fd@7", "0.0.0.0:81"],
            all.Select(static f => f.Bind.ToString()));
        Assert.Equal((true, 5), (all[0].ExpectsProxyHeader, all[0].BindConnectionsMax));
        Linux.Sockets.ListenSettings socket = all[0].Socket;
        Assert.Equal(("eth7", 1400, 30_000), (socket.Interface, socket.MaximumSegmentSize,
            socket.UserTimeoutMilliseconds));
        Assert.Equal((true, true, true, true),
            (socket.IsV6Only, socket.DefersAccept, socket.IsTransparent, socket.ResetsOnClose));
        Assert.Equal(10, socket.KeepAlive!.IdleSeconds);
        Assert.Equal((0x180u, 12u, 34u), (all[1].Socket.Mode, all[1].Socket.Uid, all[1].Socket.Gid));
        Assert.Equal(0x1B0u, all[2].Socket.Mode);
        Assert.Equal(40, all[4].SegmentReduction);
        ServerOptions server = result.Options.Backends[0].Servers[0];
        Assert.Equal("/run/x.sock", server.Endpoint.ToString());
        Assert.Equal((ProxyHeaderVersion.Two, ProxyHeaderExtensions.Checksum | ProxyHeaderExtensions.UniqueId),
            (server.Share.Header, server.Share.Extensions));
    }

    [Fact]
    public void Backend_Settings_AreTakenOver()
    {
        ProxyTranslation result = Translate(Timeouts + "frontend f\n bind :80\n default_backend b\n"
            + "backend b\n retries 7\n option redispatch\n http-reuse never\n option forwardfor except 127.0.0.0/8\n"
            + " server a 10.1.1.1:80 disabled source 10.9.9.9\n server b host.example:80\n");

        Assert.Empty(result.Problems);
        BackendOptions back = Assert.Single(result.Options.Backends);
        Assert.Equal((7, true, HttpReuse.Never),
            (back.Program!.Retry.Retries, back.Program.Retry.Redispatches, back.Reuse));
        Assert.True(back.Servers[0].IsDisabled);
        Assert.Equal("10.9.9.9:0", back.Servers[0].Source!.ToString());
        Assert.Equal("203.0.113.7:80", back.Servers[1].Endpoint.ToString());
        Assert.True(back.Program.Rules.ForwardedFor!.Except!.Value.Contains(IpAddress.V4(127, 0, 0, 1)));
    }

    [Fact]
    public void FrontendWithoutBackend_HasOneWithoutServers()
    {
        ProxyTranslation result = Translate(Timeouts + "frontend f\n bind :80\n");

        Assert.Empty(result.Problems);
        BackendOptions backend = Assert.Single(result.Options.Backends);
        Assert.Equal(result.Options.Frontends[0].Backend, backend.Name);
        Assert.Empty(backend.Servers);
    }

    [Theory]
    [InlineData("listen l\n bind :80\n server a no.such.example:80\n", 8)]
    [InlineData("listen l\n bind sockpair@5\n server a 10.1.1.1:80\n", 7)]
    [InlineData("listen l\n bind :80\n server a fd@5\n", 8)]
    [InlineData("listen l\n bind :80\n server a 10.1.1.1:80 source 0.0.0.0 usesrc somebody\n", 8)]
    [InlineData("listen l\n bind :80\n log ring@lines local0\n server a 10.1.1.1:80\n", 8)]
    public void WhatTheEngineLacks_IsAnErrorAtItsPlace(string section, int line)
    {
        ProxyTranslation result = Translate(Timeouts + section);

        Assert.Contains(result.Problems, p => p.Severity == Severity.Error && p.Span.Line == line);
    }

    private static ProxyTranslation Translate(string text) => TestProxy.Translate(text);
}
