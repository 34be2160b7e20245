using System.Globalization;
using System.Text;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Checks;

namespace Holdfast.Keepalived;

/// <summary>The program as <c>genhash</c>, or <c>keepalived -T</c>: prints the digest of a page for HTTP_GET.</summary>
internal static class GenHashProgram
{
    private const string Rule = "-----------------------";
    private const int BytesPerLine = 16;

    private static readonly OptionSpec[] s_options =
    [
        new('S', "use-ssl", OptionArgument.None),
        new('I', "use-sni", OptionArgument.None),
        new('s', "server", OptionArgument.Required),
        new('p', "port", OptionArgument.Required),
        new('u', "url", OptionArgument.Required),
        new('V', "use-virtualhost", OptionArgument.Required),
        new('v', "verbose", OptionArgument.None),
        new('h', "help", OptionArgument.None),
        new('m', "fwmark", OptionArgument.Required),
        new('P', "protocol", OptionArgument.Required),
        new('t', "timeout", OptionArgument.Required),
    ];

    /// <summary>Runs it.</summary>
    /// <param name="arguments">Its own arguments.</param>
    /// <returns>0, also when nobody answers, as the original; 1 for a wrong command line.</returns>
    internal static int Run(IReadOnlyList<string> arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (OptionMatch match in GetOpt.Parse(arguments, s_options))
        {
            if (match.Option is null)
            {
                return Usage(match.Error);
            }
            values[match.Option] = match.Value ?? "";
        }
        if (values.ContainsKey("help") || !TryRead(values, out PageRequest? request, out string? problem))
        {
            return Usage(null);
        }
        if (request is null)
        {
            return Usage(problem);
        }
        bool isVerbose = values.ContainsKey("verbose");
        FetchedPage page = PageFetch.Run(request);
        var text = new StringBuilder();
        if (!page.IsConnected)
        {
            text.Append("Connection failed\n");
        }
        else if (isVerbose)
        {
            AppendAnswer(text, page);
        }
        if (page.Digest.Count > 0)
        {
            text.Append(Convert.ToHexStringLower([.. page.Digest])).Append('\n');
        }
        if (isVerbose)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\nGlobal response time for [{values["url"]}] = {page.Took.TotalMicroseconds:F0} usecs\n");
        }
        Console.Out.Write(text);
        return 0;
    }

    private static bool TryRead(
        Dictionary<string, string> values, out PageRequest? request, out string? problem)
    {
        request = null;
        problem = null;
        bool isTls = values.ContainsKey("use-ssl");
        string port = values.GetValueOrDefault("port", isTls ? "443" : "80");
        if (!values.TryGetValue("server", out string? server) || !values.TryGetValue("url", out string? url))
        {
            return false;
        }
        string protocol = values.GetValueOrDefault("protocol", "1.0").ToUpperInvariant();
        uint mark = 0;
        if (!IpAddress.TryParse(server, out IpAddress address)
            || !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number)
            || protocol is not ("1.0" or "1.0C" or "1.1")
            || (values.TryGetValue("fwmark", out string? markText)
                && !uint.TryParse(markText, CultureInfo.InvariantCulture, out mark))
            || !double.TryParse(
                values.GetValueOrDefault("timeout", "5"), CultureInfo.InvariantCulture, out double limit)
            || limit is not (> 0 and < 86400))
        {
            problem = "server is an address, port and fwmark are numbers, protocol is 1.0, 1.0c or 1.1";
            return true;
        }
        string host = values.GetValueOrDefault("use-virtualhost", address.IsV6 ? $"[{address}]:{port}"
            : $"{address}:{port}");
        string close = protocol == "1.0" ? "" : "Connection: close\r\n";
        request = new PageRequest(new ProbeTarget(address, number, Mark: mark),
            $"GET {url} HTTP/{protocol[..3]}\r\nUser-Agent: KeepAliveClient\r\n{close}Host: {host}\r\n\r\n", isTls,
            values.ContainsKey("use-sni") ? values.GetValueOrDefault("use-virtualhost") : null,
            TimeSpan.FromSeconds(limit));
        return true;
    }

    private static void AppendAnswer(StringBuilder text, FetchedPage page)
    {
        text.Append(Rule).Append("[    HTTP Header Buffer    ]").Append(Rule).Append('\n');
        AppendDump(text, [.. page.Head]);
        text.Append(Rule).Append("[ HTTP Header Ascii Buffer ]").Append(Rule).Append('\n');
        text.Append(Encoding.Latin1.GetString([.. page.Head])).Append('\n');
        text.Append(Rule).Append("[        HTML Buffer        ]").Append(Rule).Append('\n');
        foreach (byte[] part in page.Body)
        {
            AppendDump(text, part);
        }
        text.Append('\n').Append(Rule).Append("[    HTML hash resulting    ]").Append(Rule).Append('\n');
        AppendDump(text, [.. page.Digest]);
        text.Append(Rule).Append("[ HTML hash final resulting ]").Append(Rule).Append('\n');
    }

    /// <summary>Offset in decimal, sixteen bytes in hexadecimal, the same as text.</summary>
    private static void AppendDump(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        for (int offset = 0; offset < bytes.Length; offset += BytesPerLine)
        {
            text.Append(CultureInfo.InvariantCulture, $"{offset:D4}  ");
            for (int i = 0; i < BytesPerLine; i++)
            {
                text.Append(i == BytesPerLine / 2 ? "- " : "");
                int at = offset + i;
                string cell = at < bytes.Length ? bytes[at].ToString("x2", CultureInfo.InvariantCulture) : "  ";
                text.Append(cell).Append(' ');
            }
            text.Append("  ");
            for (int i = 0; i < BytesPerLine; i++)
            {
                int at = offset + i;
                text.Append(at >= bytes.Length ? ' ' : bytes[at] is >= 0x20 and < 0x7F ? (char)bytes[at] : '.');
            }
            text.Append('\n');
        }
    }

    private static int Usage(string? problem)
    {
        if (problem is not null)
        {
            Console.Error.WriteLine($"genhash: {problem}");
        }
        Console.Error.Write("""
            Usage: genhash -s ADDRESS -p PORT -u URL [OPTIONS]
            Prints the MD5 digest of a page, for the digest of HTTP_GET and SSL_GET.

              -s, --server ADDRESS        server
              -p, --port PORT             its port; default 80, with TLS 443
              -u, --url PATH              what to fetch
              -S, --use-ssl               over TLS
              -I, --use-sni               send the virtual host in the TLS handshake
              -V, --use-virtualhost NAME  host name of the request; default the address
              -P, --protocol VERSION      1.0 (default), 1.0c (with "Connection: close") or 1.1
              -m, --fwmark N              mark of the packets
              -t, --timeout SECONDS       default 5
              -v, --verbose               print the whole answer
              -h, --help                  this text

            """);
        return 1;
    }
}
