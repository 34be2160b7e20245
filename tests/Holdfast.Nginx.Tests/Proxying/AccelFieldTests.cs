using System.Text;
using Holdfast.Nginx.Proxying;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Tests.Proxying;

/// <summary>Fields X-Accel-… of a peer's answer.</summary>
public sealed class AccelFieldTests
{
    private const string Http = """
        server {
            listen unix:@S@/s;
            location = /ask { proxy_pass http://unix:@S@/e; proxy_pass_request_headers on; }
            location @named { return 200 "named [$args]"; }
            location / { internal; return 200 "$uri [$args]"; }
        }
        server { listen unix:@S@/e; add_header X-Accel-Redirect $http_r; return 204; }
        """;

    [Theory]
    [InlineData("/a/b")]
    [InlineData("/a%20b?x=%20")]
    [InlineData("/a?b?c")]
    [InlineData("/a?")]
    [InlineData("@named")]
    [InlineData("/a/../b")]
    [InlineData("/..")]
    [InlineData("../a")]
    [InlineData("..")]
    [InlineData("/a/..b/c")]
    [InlineData("/a/%2e%2e/b")]
    [InlineData("/a%2f..%2fb")]
    [InlineData("/a%00b")]
    [InlineData("?a")]
    [InlineData("/100%")]
    [InlineData("/a%zzb%2zc%2")]
    [InlineData("/a%%41%")]
    [InlineData("/a%3Fb")]
    [InlineData("/a/./b//c")]
    public void TryRedirect_EachAddress_AsTheOriginal(string value)
    {
        using var site = new NginxSite(Http);
        (int status, string theirs) = site.Ask($"GET /ask HTTP/1.0\r\nHost: a\r\nR: {value}\r\n\r\n");
        bool leads = AccelFields.TryRedirect(Encoding.ASCII.GetBytes(value), new TextArena(), out AccelTarget target);
        string mine = !leads ? "404" : (target.IsNamed ? "named" : Encoding.ASCII.GetString(target.Path))
            + $" [{Encoding.ASCII.GetString(target.Arguments)}]";

        Assert.Equal(status == 200 ? theirs : "404", mine);
    }

    [Theory]
    [InlineData("100", 1100L)]
    [InlineData("0", 0L)]
    [InlineData("@5000", 5000L)]
    [InlineData("@0", 0L)]
    [InlineData("off", null)]
    [InlineData("-1", null)]
    [InlineData("", null)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Expires_EachForm_IsTheTime(string value, long? expected)
        => Assert.Equal(expected, AccelFields.Expires(Encoding.ASCII.GetBytes(value), 1000));

    [Fact]
    public void Others_EachForm_AreRead()
    {
        Assert.True(AccelFields.Buffering("Yes"u8));
        Assert.False(AccelFields.Buffering("no"u8));
        Assert.Null(AccelFields.Buffering("maybe"u8));
        Assert.Equal(1024, AccelFields.LimitRate("1024"u8));
        Assert.Null(AccelFields.LimitRate("1k"u8));
    }
}
