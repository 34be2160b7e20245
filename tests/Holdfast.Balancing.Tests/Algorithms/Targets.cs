using System.Globalization;
using System.Text;
using Holdfast.Balancing.Tests.Original;
using Holdfast.Primitives;

namespace Holdfast.Balancing.Tests.Algorithms;

/// <summary>Seeded requests whose targets, headers and addresses reach the corners of what is hashed.</summary>
internal static class Targets
{
    private static readonly string[] Words
        = ["a", "index.html", "images", "api", "v1", "x%20y", "~u", "very-long-name"];
    private static readonly string[] Hosts
        = ["www.example.com", "example.com", "localhost", "a.b.c.d", "10.1.2.3", ".com", "com.", "x.y:8080", "a..b",
            "shop.example.co.uk", "www.exa.mple.net:80"];

    internal static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    internal static Ask[] Random(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => Next(random))];
    }

    /// <summary>Posts whose parameter stands in the target, in the body, or nowhere.</summary>
    internal static Ask[] Posts(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(i => new Ask(i % 5 == 0 ? $"/p?user={random.Next()}" : "/p?a=1")
        {
            Method = i % 7 == 6 ? "GET" : "POST",
            Body = i % 7 == 6 ? null : Form(random),
        })];
    }

    /// <summary>The first value of the header that is hashed.</summary>
    internal static string? Header(Ask ask)
    {
        string? line = Array.Find(ask.Headers, static h => h.StartsWith("x-key:", StringComparison.Ordinal));
        return line?[6..].Split(',')[0].Trim();
    }

    internal static IpAddress Source(Ask ask)
    {
        string? line = Array.Find(ask.Headers, static h => h.StartsWith("x-src:", StringComparison.Ordinal));
        return line is null ? IpAddress.None : IpAddress.Parse(line[6..].Trim());
    }

    private static Ask Next(Random random)
    {
        string path = string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => "/" + Words[random.Next(8)]));
        path += random.Next(3) > 0 || path.Length == 0 ? "/" : "";
        path += random.Next(2) > 0 ? random.Next(1000).ToString(CultureInfo.InvariantCulture) : "";
        string query = random.Next(6) switch
        {
            0 => "",
            1 => $"?user={random.Next(500)}",
            2 => $"?a=1&user={random.Next(500)}&b=/x/y",
            3 => $"?xuser=1&user={random.Next(500)}/z?t",
            4 => "?userx=4&user=",
            _ => $"?q={random.Next(50)}&",
        };
        string origin = random.Next(8) switch
        {
            0 => "http://www.example.com",
            1 => "https://h:8443",
            _ => "",
        };
        return new(origin + path + query) { Headers = [.. Headers(random)] };
    }

    private static IEnumerable<string> Headers(Random random)
    {
        if (random.Next(10) > 0)
        {
            yield return random.Next(4) switch
            {
                0 => $"x-key: {Hosts[random.Next(Hosts.Length)]}",
                1 => $"x-key: v{random.Next(1000)}, second",
                2 => $"x-key: \u00e9\u00fc{random.Next(1000)}",
                _ => $"x-key:   host{random.Next(1000)}.example.org  ",
            };
        }
        // The original looks at the byte behind a header's value: here always this one's first.
        yield return "x-end: 1";
        if (random.Next(10) > 0)
        {
            yield return random.Next(3) > 0
                ? $"x-src: 127.{random.Next(256)}.{random.Next(256)}.{random.Next(256)}"
                : $"x-src: 2001:db8:{random.Next(65536):x}:{random.Next(65536):x}::{random.Next(65536):x}";
        }
    }

    private static string Form(Random random) => random.Next(7) switch
    {
        0 => $"user={random.Next(1000)}",
        1 => $"a=b&user=u{random.Next(1000)}&c=d",
        2 => $"a=b&user=x y{random.Next(10)}",
        3 => $"user= {random.Next(1000)}",
        4 => $"user=\"{random.Next(1000)}",
        5 => $"user=u{random.Next(1000)}\r\nmore",
        _ => "nothing here",
    };
}
