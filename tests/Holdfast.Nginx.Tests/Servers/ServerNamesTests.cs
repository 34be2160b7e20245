using System.Globalization;
using System.Text;
using Holdfast.Linux.Pcre;
using Holdfast.Nginx.Servers;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Tests.Servers;

/// <summary>Which server a name gets.</summary>
public sealed class ServerNamesTests
{
    private static readonly string[] s_names =
    [
        "example.com", "*.example.com", ".example.net", "www.example.*", "www.*", @"~^w+\.(?<d>.+)$", "~b",
        "b.example.com", "*.b.example.com", "\"\"", ".com", "*.org", "a.b.*", "~^$", "example.*",
    ];

    private static readonly string[] s_labels = ["example", "com", "net", "org", "www", "b", "a", "EXAMPLE"];

    [Fact]
    public void Find_RandomNames_AsTheOriginal()
    {
        var random = new Random(11);
        for (int round = 0; round < 8; round++)
        {
            var text = new StringBuilder();
            List<NameOfServer<string>> names = [];
            string[] chosen = [.. s_names.OrderBy(_ => random.Next()).Take(8)];
            for (int i = 0; i < chosen.Length; i++)
            {
                string number = i.ToString(CultureInfo.InvariantCulture);
                _ = text.AppendLine($"server {{ listen unix:@S@/s; server_name {chosen[i]}; return 200 {number}; }}");
                string name = chosen[i] == "\"\"" ? "" : chosen[i];
                names.Add(new(Encoding.Latin1.GetBytes(name), number,
                    name.StartsWith('~') ? new PcreFactory().Compile(name[1..], ignoreCase: false) : null));
            }
            using var site = new NginxSite(text.ToString());
            ServerNames<string> servers = new(names, "0");
            for (int i = 0; i < 120; i++)
            {
                string host = string.Join('.', random.GetItems(s_labels, random.Next(4)))
                    + random.GetItems(["", "", ".", ":80", ".:8"], 1)[0];
                (int status, string body) = site.Get("/", host);
                byte[] name = new byte[64];
                string ours = HostName.TryRead(Encoding.Latin1.GetBytes(host), name, out int length)
                    ? servers.Find(name.AsSpan(0, length), new Captures()) : "400";

                Assert.True((status == 200 ? body : status.ToString(CultureInfo.InvariantCulture)) == ours,
                    $"'{host}': {status} {body}, not {ours}, by\n{text}");
            }
        }
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("[::1]:80")]
    [InlineData("[::1]")]
    [InlineData("A.B.")]
    [InlineData("a:b:c")]
    [InlineData(":80")]
    [InlineData("a.:80")]
    [InlineData("a_b")]
    [InlineData("[a.b")]
    public void TryRead_OddHosts_AsTheOriginal(string host)
    {
        using var site = new NginxSite("""
            server { listen unix:@S@/s; server_name a.example; return 200 "$host"; }
            """);
        (int status, string body) = site.Ask($"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        byte[] name = new byte[64];
        bool isRead = HostName.TryRead(Encoding.Latin1.GetBytes(host), name, out int length);

        Assert.Equal(status == 200, isRead);
        if (isRead)
        {
            // $host is the server's name where the request has none.
            Assert.Equal(body, length == 0 ? "a.example" : Encoding.Latin1.GetString(name, 0, length));
        }
    }
}
