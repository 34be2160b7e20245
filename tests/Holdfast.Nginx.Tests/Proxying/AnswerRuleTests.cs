using System.Text;
using Holdfast.Linux.Pcre;
using Holdfast.Nginx.Proxying;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Tests.Proxying;

/// <summary>What becomes of Location, Refresh and Set-Cookie of a peer's answer, beside the original.</summary>
public sealed class AnswerRuleTests
{
    private const string Http = """
        absolute_redirect off;
        server {
            listen unix:@S@/s;
            location /plain/ { proxy_pass http://unix:@S@/e; }
            location /with/ { proxy_pass http://unix:@S@/e:/x/; }
            location /off/ { proxy_pass http://unix:@S@/e; proxy_redirect off; }
            location /own/ { proxy_pass http://unix:@S@/e; proxy_redirect http://one/ /1/;
                proxy_redirect http://$host/ /h/; proxy_redirect ~*^http://(\w+)\.RE/(.*)$ https://$1/$2;
                proxy_redirect default; }
            location /name/ { proxy_pass http://up/y; }
            location /cookies/ { proxy_pass http://unix:@S@/e;
                proxy_cookie_domain one.example .two.example; proxy_cookie_domain .dot.example $host;
                proxy_cookie_domain ~\.re\.(\w+)$ re.$1;
                proxy_cookie_path /one/ /two/; proxy_cookie_path ~^/re(\d) /$1; }
            location /flags/ { proxy_pass http://unix:@S@/e; proxy_cookie_flags one httponly secure samesite=lax;
                proxy_cookie_flags two nohttponly nosecure nosamesite; proxy_cookie_flags ~th samesite=strict; }
            location /all/ { proxy_pass http://unix:@S@/e; proxy_cookie_flags one secure samesite=none;
                proxy_cookie_path / /p/; proxy_cookie_domain one.example x; }
        }
        upstream up { server unix:@S@/e; }
        server { listen unix:@S@/e; add_header Location $http_l; add_header Refresh $http_r;
            add_header Set-Cookie $http_c; return 204; }
        """;

    private static readonly string[] s_locations =
    [
        "http://unix:@S@/e/", "http://unix:@S@/e/a", "http://unix:@S@/e:/x/a", "http://unix:@S@/e", "http://one/a",
        "/a",
        "http://one", "http://a.example/z", "http://sub.re/Q?x", "http://up/y/b", "http://up/", "a", "HTTP://one/a",
    ];

    private static readonly string[] s_names = ["one", "two", "three", "ONE", "four"];

    private static readonly string[] s_attributes =
    [
        "Domain=one.example", "domain=.One.example", "Domain=x.one.example", "Domain=dot.example",
        "domain = .dot.example",
        "Domain=", "Domain", "DOMAIN=a.re.org", "Path=/one/x", "Path=/", "path=/re7/y", "Path=/ONE/", "Path", "Secure",
        "secure=1", "HttpOnly", "SameSite=Lax", "samesite=none", "SameSite", "Max-Age=5",
        "Expires=Thu, 01 Jan 1970 00:00:01 GMT",
        "", " ", "=", "x=y=z",
    ];

    [Fact]
    public void TryChangeLocation_EachRule_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        var block = new MemoryBlock(Http, site.Directory);
        int changed = 0;
        foreach (string place in new[] { "plain", "with", "off", "own", "name" })
        {
            Config.Nginx.Model.Location location = block.Model.Servers[0].Locations.First(one
                => one.Text == $"/{place}/");
            RedirectRules? rules = RedirectRules.Compile(
                location.Settings.Proxy.Redirects, location.Content.Proxy!, location.Text, block.Texts);
            foreach (string form in s_locations)
            {
                string value = form.Replace("@S@", site.Directory, StringComparison.Ordinal);
                foreach ((string field, string sent) in new[] { ("Location", value), ("Refresh", "5; URL=" + value),
                    ("Refresh", value) })
                {
                    string request = $"GET /{place}/ HTTP/1.0\r\nHost: a.example\r\n{field[0]}: {sent}\r\n\r\n";
                    string? theirs = new Answer(site.Exchange(request))[field];
                    string mine = Change(block, request, sent, field[0] == 'L', rules);
                    changed += mine == sent ? 0 : 1;

                    Assert.True(theirs == mine, $"{place} {field} {sent}: {theirs}, not {mine}");
                }
            }
        }
        Assert.True(changed > 15);
    }

    [Fact]
    public void TryChange_RandomCookies_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        var block = new MemoryBlock(Http, site.Directory);
        var random = new Random(20_261_207);
        var to = new TextBuilder();
        for (int i = 0; i < 1500; i++)
        {
            string place = random.GetItems(["cookies", "flags", "all"], 1)[0];
            string cookie = random.GetItems(s_names, 1)[0] + random.GetItems(["=v", "=", "", "= v "], 1)[0]
                + string.Concat(random.GetItems(s_attributes, random.Next(5)).Select(one => (random.Next(3) > 0
                    ? "; " : ";") + one));
            string request = $"GET /{place}/ HTTP/1.0\r\nHost: a.example\r\nC: {cookie}\r\n\r\n";
            string? theirs = new Answer(site.Exchange(request))["Set-Cookie"];
            CookieRules rules = CookieRules.Compile(block[$"/{place}/"].Proxy, block.Texts, new PcreFactory())!;
            to.Clear();
            string sent = cookie.TrimEnd();
            string mine = rules.TryChange(block.Begin(new MemoryRequest(request)), Encoding.ASCII.GetBytes(sent), to)
                ? Encoding.ASCII.GetString(to.Text) : sent;

            Assert.True(theirs == mine.TrimEnd(), $"{place} {cookie}: {theirs}, not {mine}");
        }
    }

    private static string Change(
        MemoryBlock block, string request, string value, bool isLocation, RedirectRules? rules)
    {
        var to = new TextBuilder();
        Requests.Request begun = block.Begin(new MemoryRequest(request));
        begun.SetHost("a.example"u8);
        byte[] bytes = Encoding.ASCII.GetBytes(value);
        bool isChanged = rules is not null
            && (isLocation ? rules.TryChangeLocation(begun, bytes, to) : rules.TryChangeRefresh(begun, bytes, to));
        return isChanged ? Encoding.ASCII.GetString(to.Text) : value;
    }
}
