using System.Diagnostics;
using Holdfast.Proxy.Options;

namespace Holdfast.Web.Tests.Tls;

/// <summary>Sessions, tickets and key exchange of http, with openssl as the client, beside the real nginx.</summary>
public sealed class HttpTlsSessionTests
{
    private const string Servers = """
        server { listen unix:@S@/none ssl; return 200 "reused=$ssl_session_reused;"; }
        server { listen unix:@S@/off ssl; ssl_session_tickets off; return 200 "reused=$ssl_session_reused;"; }
        server { listen unix:@S@/cache ssl; ssl_session_tickets off; ssl_session_cache shared:s:1m;
            return 200 "reused=$ssl_session_reused;"; }
        server { listen unix:@S@/built ssl; ssl_session_tickets off; ssl_session_cache builtin:1000;
            return 200 "reused=$ssl_session_reused;"; }
        server { listen unix:@S@/key ssl; ssl_session_ticket_key @D@/ticket48;
          return 200 "reused=$ssl_session_reused;"; }
        server { listen unix:@S@/same ssl; ssl_session_ticket_key @D@/ticket80; ssl_session_ticket_key @D@/ticket48;
            return 200 "reused=$ssl_session_reused;"; }
        server { listen unix:@S@/large ssl; ssl_session_ticket_key @D@/ticket80;
          return 200 "reused=$ssl_session_reused;"; }
        server { listen unix:@S@/curve ssl; ssl_ecdh_curve secp384r1; return 200 $ssl_cipher; }
        """;

    [Theory]
    [ClassData(typeof(Transports))]
    public void Session_IsResumed_AsByTheOriginal(TransportChoice transport)
    {
        using TlsPair pair = new(transport, Servers);
        Assert.Equal(". r", Twice(pair, "none", "none", "-tls1_2"));
        Assert.Equal(". r", Twice(pair, "none", "none", "-tls1_3"));
        Assert.Equal(". .", Twice(pair, "off", "off", "-tls1_2"));
        Assert.Equal(". r", Twice(pair, "cache", "cache", "-tls1_2"));
        Assert.Equal(". r", Twice(pair, "cache", "cache", "-tls1_3"));
        Assert.Equal(". r", Twice(pair, "built", "built", "-tls1_2"));
        Assert.Equal(". r", Twice(pair, "key", "key", "-tls1_2"));
        Assert.Equal(". r", Twice(pair, "large", "large", "-tls1_3"));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void KeyExchange_IsThatOfTheOriginal(TransportChoice transport)
    {
        using TlsPair pair = new(transport, Servers);
        pair.SameOf("curve", static _ => ""); // both have opened it
        string[] said = [.. pair.Paths("curve").Select(path => Ask(path, "-tls1_3"))];
        Assert.All(said, static one => Assert.Contains("ECDH, secp384r1", one));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Tickets_AreGoodWhereTheirKeyIs_AsByTheOriginal(TransportChoice transport)
    {
        using TlsPair pair = new(transport, Servers);
        Assert.Equal(". r", Twice(pair, "key", "same", "-tls1_2"));
        Assert.Equal(". r", Twice(pair, "same", "large", "-tls1_2"));
        Assert.Equal(". .", Twice(pair, "same", "key", "-tls1_2"));
        Assert.Equal(". .", Twice(pair, "key", "large", "-tls1_3"));
    }

    private static string Twice(TlsPair pair, string first, string second, string version)
    {
        pair.SameOf(first, static _ => ""); // both have opened it
        string session = Path.Combine(pair.DirectoryName, "session");
        string[] said = [.. pair.Paths(first).Zip(pair.Paths(second), (one, other) =>
            $"{Mark(Ask(one, version, "-sess_out", session))} {Mark(Ask(other, version, "-sess_in", session))}")];
        Assert.Equal(said[0], said[1]);
        return said[1];
    }

    private static string Mark(string said)
    {
        int at = said.IndexOf("reused=", StringComparison.Ordinal);
        Assert.True(at >= 0, said);
        return said.Substring(at + "reused=".Length, 1);
    }

    private static string Ask(string path, params string[] options)
    {
        var start = new ProcessStartInfo("openssl")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (string one in (string[])
            ["s_client", "-unix", path, "-servername", "a.example", "-ign_eof", .. options])
        {
            start.ArgumentList.Add(one);
        }
        using Process client = Process.Start(start)!;
        client.StandardInput.Write("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
        client.StandardInput.Close();
        _ = client.StandardError.ReadToEndAsync();
        string said = client.StandardOutput.ReadToEnd();
        client.WaitForExit();
        return said;
    }
}
