using System.Globalization;
using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Http.Headers;
using Holdfast.Linux.Pcre;
using Holdfast.Nginx.Access;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Tests.Access;

/// <summary>realip, <c>allow</c> and <c>deny</c>, <c>valid_referers</c>, beside the original.</summary>
public sealed class ClientRuleTests
{
    private const string Http = """
        set_real_ip_from unix:;
        server {
            listen unix:@S@/s;
            server_name own.example *.sub.example ~^re\d+\.example$;
            real_ip_header X-Real-IP;
            location /real { return 200 "$remote_addr $remote_port"; }
            location /open { allow 10.1.0.0/16; deny 10.0.0.0/8; allow 2001:db8:1::/48; deny 2001:db8::/32;
                deny 192.168.0.1; try_files /f =404; root @S@; }
            location /shut { deny 10.1.2.3; allow 10.0.0.0/8; allow 2001:db8::/32; deny all;
                try_files /f =404; root @S@; }
            location /unix { deny unix:; allow all; try_files /f =404; root @S@; }
            location /referer { valid_referers none server_names *.wild.example tail.* www.path.example/in ~\.rex\.;
                add_header V "[$invalid_referer]"; try_files /f =404; root @S@; }
            location /blocked { valid_referers blocked a.example; add_header V "[$invalid_referer]";
                try_files /f =404; root @S@; }
        }
        server {
            listen unix:@S@/x;
            set_real_ip_from unix:; set_real_ip_from 10.0.0.0/8; set_real_ip_from 2001:db8::/32;
            real_ip_header X-Forwarded-For;
            return 200 "$remote_addr $remote_port";
        }
        server {
            listen unix:@S@/xr;
            set_real_ip_from unix:; set_real_ip_from 10.0.0.0/8; set_real_ip_from 2001:db8::/32;
            real_ip_header X-Forwarded-For; real_ip_recursive on;
            return 200 "$remote_addr $remote_port";
        }
        server {
            listen unix:@S@/xh;
            set_real_ip_from unix:; set_real_ip_from 10.0.0.0/8;
            real_ip_header X-Client; real_ip_recursive on;
            return 200 "$remote_addr $remote_port";
        }
        """;

    private static readonly string[] s_addresses =
    [
        "10.0.0.1", "10.9.9.9", "192.0.2.1", "198.51.100.7:81", "2001:db8::5", "[2001:db8::5]:80", "2001:db9::1",
        "[2001:db9::1]", "[2001:db9::1]:0", "10.1.1.1:99999", "unknown", "::ffff:10.1.2.3", "10.0.0.1:", "1.2.3",
        "unix:",
    ];

    private static readonly string[] s_referers =
    [
        "http://own.example/", "https://OWN.example", "http://x.sub.example/a", "http://sub.example/",
        "http://re7.example",
        "http://re.example/", "http://a.wild.example:80/", "http://wild.example/x", "http://tail.com/",
        "http://a.tail.com",
        "http://www.path.example/in/side", "http://www.path.example/out", "http://www.path.example",
        "ftp://own.example/",
        "http://www.path.example:8/in", "http://i.r", "", "hidden by a proxy", "http://a.rex.b/", "http://b/?.REX.",
        "http://a.example/x", "own.example/not/an/url",
    ];

    [Fact]
    public void TryFind_RandomLists_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        var block = new MemoryBlock(Http);
        var random = new Random(20_261_206);
        for (int i = 0; i < 1200; i++)
        {
            (string socket, int server, string header) = random.GetItems(
                [("s", 0, "X-Real-IP"), ("x", 1, "X-Forwarded-For"), ("xr", 2, "x-forwarded-for"), ("xh", 3,
                    "x-client")],
                1)[0];
            var text = new StringBuilder("GET /real HTTP/1.0\r\nHost: own.example\r\n");
            for (int lines = random.Next(4) == 0 ? 2 : random.Next(2); lines > 0; lines--)
            {
                string list = string.Join(random.GetItems([",", ", ", " ", " , "], 1)[0],
                    random.GetItems(s_addresses, random.Next(1, 5)));
                text = text.Append(header).Append(": ").Append(list).Append(random.Next(6) == 0 ? ", "
                    : "").Append("\r\n");
            }
            string request = text.Append("\r\n").ToString();
            if (header == "X-Real-IP" && request.Split(header).Length > 2)
            {
                continue; // refused by nginx of today, and the first one counts in that of the past
            }
            AccessSettings settings = server == 0 ? block["/real"].Access : block.Model.Servers[server].Settings.Access;
            bool isFound = new TrustedProxies(settings, static _ => []).TryFind(
                new MemoryRequest(request).Head, default, default, out ForwardedClient client);
            string mine = !isFound ? "unix: " : client.Address.ToString() + " "
                + (client.Port > 0 ? client.Port.ToString(CultureInfo.InvariantCulture) : "");
            string theirs = site.Ask(request, socket).Body;

            Assert.True(theirs == mine, $"{theirs}, not {mine}: {request}");
        }
    }

    [Fact]
    public void Find_RandomClients_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        File.WriteAllText(Path.Combine(site.Directory, "f"), "ok");
        var block = new MemoryBlock(Http);
        string[] clients = ["10.1.2.3", "10.1.2.4", "10.2.0.0", "11.0.0.0", "9.255.255.255", "192.168.0.1",
            "192.168.0.2",
            "2001:db8:1::1", "2001:db8:2::1", "2001:db9::", "::ffff:10.2.2.2", "::ffff:10.1.2.3", ""];
        HashSet<AccessOutcome> seen = [];
        foreach (string place in new[] { "open", "shut", "unix" })
        {
            var list = new AccessList(block["/" + place].Access.Rules);
            foreach (string client in clients)
            {
                int theirs = new Answer(site.Exchange($"GET /{place} HTTP/1.0\r\nX-Real-IP: {client}\r\n\r\n")).Status;
                AccessOutcome mine = list.Find(client.Length == 0 ? default : IpAddress.Parse(client));
                seen.Add(mine);

                Assert.True((theirs == 403) == (mine == AccessOutcome.Denied),
                    $"{place} {client}: {theirs}, not {mine}");
            }
        }
        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public void IsValid_Referers_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        File.WriteAllText(Path.Combine(site.Directory, "f"), "ok");
        var block = new MemoryBlock(Http);
        foreach (string place in new[] { "referer", "blocked" })
        {
            var referers = new ValidReferers(
                block["/" + place].Access.ValidReferers, block.Model.Servers[0].Names, new PcreFactory());
            foreach (string? referer in s_referers.Append(null))
            {
                string line = referer is null ? "" : $"Referer: {referer}\r\n";
                string request = $"GET /{place} HTTP/1.0\r\nHost: own.example\r\n{line}\r\n";
                MemoryRequest mine = new(request);
                bool isThere = mine.Head.Find(KnownHeader.Referer) >= 0;
                bool isValid = referers.IsValid(mine.Head.First(KnownHeader.Referer), isThere);
                string? theirs = new Answer(site.Exchange(request))["V"];

                Assert.True(theirs == (isValid ? "[]" : "[1]"), $"{place} {referer}: {theirs}");
            }
        }
    }
}
