using Holdfast.Config.Nginx;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.Nginx;

/// <summary>What becomes of directives of stream and mail.</summary>
public sealed class StreamModelTests
{
    [Fact]
    public void Settings_NotGivenInAServer_AreThoseOfTheBlock()
    {
        StreamModel stream = Parse("""
            stream {
                proxy_timeout 7s; proxy_next_upstream off; allow 10.0.0.0/8;
                upstream U { server 192.0.2.1:80 weight=2; server unix:/run/x backup; hash $remote_addr consistent; }
                server { listen 8000; proxy_pass u; proxy_timeout 8s; set $a b; }
                server { listen 8001 udp reuseport; proxy_pass 192.0.2.7:53; proxy_responses 1; deny all; }
                server { listen unix:/run/y ssl; ssl_certificate c; ssl_certificate_key k; return "$a$protocol"; }
            }
            """).Stream!;
        StreamServer first = stream.Servers[0], second = stream.Servers[1], third = stream.Servers[2];
        Assert.Equal(TimeSpan.FromSeconds(8), first.Settings.Proxy.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(7), second.Settings.Proxy.Timeout);
        Assert.False(second.Settings.Proxy.TriesNext);
        Assert.Equal(("u", true), (first.Content.Proxy!.Host, first.Content.Proxy.IsUpstream));
        Assert.Equal("a", first.Sets.Single().Variable);
        Assert.True(second.Listens[0].IsUdp && second.Listens[0].ReusesPort);
        Assert.Equal(("192.0.2.7", 53, 1),
            (second.Content.Proxy!.Host, second.Content.Proxy.Port, second.Settings.Proxy.Responses));
        Assert.Equal([true], first.Settings.Access.Rules.Select(static r => r.IsAllowed));
        Assert.Equal([false], second.Settings.Access.Rules.Select(static r => r.IsAllowed));
        Assert.True(third.Listens[0].IsTls && third.Listens[0].IsUnix);
        Assert.Equal("$a$protocol", third.Content.Return!.Source);
        Assert.Empty(third.Settings.AccessLogs);
        UpstreamModel upstream = stream.Upstreams.Single();
        Assert.Equal(UpstreamMethod.ConsistentHash, upstream.Method);
        Assert.True(upstream.Servers[1].IsBackup && upstream.Servers[1].IsUnix);
    }

    [Fact]
    public void Servers_OfOneAddress_MayBeSeveralWithNames()
    {
        NginxParseResult named = Read("""
            stream { server { listen 8000; server_name a; return a; } server { listen 8000; server_name b; return b; } }
            """);
        Assert.False(named.HasErrors);
        Assert.True(Read("stream { server { listen 8000; return a; } server { listen 8000; return b; } }").HasErrors);
    }

    [Fact]
    public void Mail_HasProtocolsOfPortsAndDefaults()
    {
        MailModel mail = Parse("""
            mail {
                auth_http 192.0.2.1:8080/auth; auth_http_header X-Key v; smtp_auth LOGIN;
                server { listen 143; }
                server { listen 2525; protocol smtp; xclient off; starttls only; ssl_certificate c;
                    ssl_certificate_key k; }
            }
            """).Mail!;
        Assert.Equal([MailProtocol.Imap, MailProtocol.Smtp], mail.Servers.Select(static s => s.Protocol));
        MailSettings imap = mail.Servers[0].Settings, smtp = mail.Servers[1].Settings;
        Assert.Equal(("192.0.2.1", 8080, "/auth"),
            (imap.Authority!.Host, imap.Authority.Port, imap.Authority.Uri));
        Assert.Equal([("X-Key", "v")], imap.AuthHeaders);
        Assert.Equal(["IMAP4", "IMAP4rev1", "UIDPLUS"], imap.Capabilities);
        Assert.Equal(["login"], smtp.Methods);
        Assert.Equal((false, "only", TimeSpan.FromHours(24)), (smtp.NamesClient, smtp.StartTls, smtp.ProxyTimeout));
    }

    private static NginxModel Parse(string block)
    {
        NginxParseResult result = Read(block);
        Assert.DoesNotContain(result.Diagnostics, static d => d.Severity == Severity.Error);
        return result.Model;
    }

    private static NginxParseResult Read(string block)
        => NginxParser.Parse("/n/nginx.conf", MemoryConfigFiles.Of("/n/nginx.conf", $"events {{ }}\n{block}"));
}
