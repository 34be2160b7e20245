using Holdfast.Config.Nginx.Model;
using Holdfast.Http.Headers;
using Holdfast.Linux.Pcre;
using Holdfast.Nginx.Access;
using Holdfast.Nginx.Conditions;
using Holdfast.Nginx.Gzip;
using Holdfast.Nginx.Headers;
using Holdfast.Nginx.Limits;
using Holdfast.Nginx.Proxying;
using Holdfast.Nginx.Ranges;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Tests;

/// <summary>What the pieces that a request goes through cost the garbage collector.</summary>
public sealed class PieceAllocationTests
{
    private const string Http = """
        limit_conn_zone $arg_a zone=c:32k;
        server {
            location /p/ {
                proxy_pass http://127.0.0.1:1/x/;
                proxy_redirect default; proxy_redirect ~^/(\w+)$ /found/$1;
                proxy_cookie_path / /p/; proxy_cookie_domain ~\.(\w+)$ $1; proxy_cookie_flags one secure samesite=lax;
                expires modified $arg_e; add_header X "$uri" always;
                allow 10.0.0.0/8; deny all; gzip on; gzip_proxied expired;
                set_real_ip_from 10.0.0.0/8; real_ip_header X-Forwarded-For; real_ip_recursive on;
                valid_referers none *.example; limit_conn c 2;
            }
        }
        """;

    private const string Text =
        "GET /p/a?a=1&e=1h HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1,4-5\r\nIf-None-Match: \"a\", \"b\"\r\n"
        + "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\nAccept-Encoding: br, gzip;q=0.5\r\nVia: x\r\n"
        + "X-Forwarded-For: 1.2.3.4, 10.0.0.2:80\r\nReferer: http://a.example/b\r\nAuthorization: Basic YTpi\r\n\r\n";

    private readonly MemoryBlock _block = new(Http);
    private readonly MemoryRequest _facts = new(Text);
    private readonly Request _request = new();
    private readonly TextBuilder _to = new();
    private readonly RangeList _ranges = new();
    private readonly ConnectionVisit _visit = new();

    [Fact]
    public void Pieces_OneRequestAfterTheOther_AllocateNothing()
    {
        Action serve = Compile();
        long least = long.MaxValue;
        for (int stretch = 0; stretch < 10; stretch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 200; i++)
            {
                serve();
            }
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private Action Compile()
    {
        Location location = _block.Model.Servers[0].Locations[0];
        HttpSettings settings = location.Settings;
        RedirectRules redirects = RedirectRules.Compile(
            settings.Proxy.Redirects, location.Content.Proxy!, location.Text, _block.Texts)!;
        CookieRules cookies = CookieRules.Compile(settings.Proxy, _block.Texts, new PcreFactory())!;
        AddedFields fields = AddedFields.Compile(settings.Headers, _block.Texts)!;
        GzipRule gzip = GzipRule.Compile(settings.Gzip, new PcreFactory())!;
        var access = new AccessList(settings.Access.Rules);
        var proxies = new TrustedProxies(settings.Access, static _ => []);
        var referers = new ValidReferers(settings.Access.ValidReferers, [], new PcreFactory());
        var limits = new LimitCompiler(_block.Texts);
        limits.Define(_block.Model);
        ConnectionLimits connections = limits.Connections(settings.Limits)!;
        return () =>
        {
            _block.Begin(_request, _facts);
            _to.Clear();
            Assert.True(proxies.TryFind(_facts.Head, IpAddress.V4(10, 0, 0, 1), default, out ForwardedClient client));
            Assert.True(access.Find(client.Address) == AccessOutcome.Denied);
            Assert.True(referers.IsValid(_facts.Head.First(KnownHeader.Referer), isThere: true));
            Assert.True(connections.Ask(_request, _visit) == LimitStatus.Passed);
            AskOfContent(gzip, fields);
            Assert.True(redirects.TryChangeLocation(_request, "/there"u8, _to));
            Assert.True(redirects.TryChangeRefresh(_request, "1; url=http://127.0.0.1:1/x/y"u8, _to));
            Assert.True(cookies.TryChange(_request, "one=1; Path=/; Domain=a.b; SameSite=None"u8, _to));
            _visit.Leave();
            _request.Clear();
        };
    }

    private void AskOfContent(GzipRule gzip, AddedFields fields)
    {
        var entity = new Entity(784_111_777, "\"b\""u8);
        Assert.True(Preconditions.Evaluate(_facts.Head, entity, ModifiedSinceMode.Exact)
            == PreconditionOutcome.NotModified);
        Assert.True(RangeDecision.Decide(_facts.Head, entity, 100, null, _ranges) == RangeOutcome.Partial);
        RangeTexts.PutPartHead(7, "text/html"u8, _ranges[1], 100, _to);
        Assert.True(BasicCredentials.Read(_facts.Head.First(KnownHeader.Authorization), _request.Arena)
            .User.SequenceEqual("a"u8));
        var answer = new GzipAnswer { Status = 200, Length = -1, Type = "text/html"u8 };
        Assert.True(gzip.Decide(_facts.Head, answer, 1) == GzipDecision.Compress);
        Assert.True(fields.Expires!.TryFind(_request, 784_111_777, 0, 784_111_777, out Expiry expiry));
        ExpiryRule.PutCacheControl(expiry, _to);
        foreach (AddedField field in fields.Headers)
        {
            Assert.True(AddedFields.TryRead(field, _request, 404, out ReadOnlySpan<byte> value));
            _to.Put(value);
        }
    }
}
