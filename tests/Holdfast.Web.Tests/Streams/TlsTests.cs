using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Holdfast.Proxy.Options;

namespace Holdfast.Web.Tests.Streams;

/// <summary>TLS of stream beside the real nginx: ended here, begun here, looked at.</summary>
public sealed class TlsTests
{
    private const string Format = "log_format l '$status|$protocol|$ssl_protocol|"
        + "$ssl_server_name|$ssl_client_verify|$ssl_session_reused|$ssl_preread_protocol|$ssl_preread_server_name|"
        + "$ssl_preread_alpn_protocols';\naccess_log @S@/access.log l;\n"
        + "ssl_certificate @O@/c.pem;\nssl_certificate_key @O@/k.pem;\n"
        + "ssl_protocols TLSv1.2 TLSv1.3; proxy_ssl_protocols TLSv1.2 TLSv1.3;\n";

    [Theory]
    [ClassData(typeof(Transports))]
    public void Tls_IsEndedHere_AsByTheOriginal(TransportChoice transport)
    {
        using Pair pair = new(transport, Format + """
            server { listen unix:@S@/s ssl; return "$ssl_protocol $ssl_server_name $ssl_session_reused"; }
            server { listen unix:@S@/p ssl; proxy_pass unix:@O@/a; }
            server { listen unix:@S@/old ssl; ssl_protocols TLSv1.2; return "$ssl_protocol"; }
            server { listen unix:@S@/header ssl proxy_protocol; return "$proxy_protocol_addr"; }
            """);
        Assert.Equal("TLSv1.3 a.example .", pair.Same("s", ""));
        pair.Both.SameLog("access.log", 1);
        Assert.Equal("a:quit", pair.Same("p", "quit"));
        pair.Both.SameLog("access.log", 2);
        Assert.Equal("TLSv1.2", pair.Same("old", ""));
        Assert.Equal("192.0.2.7", pair.Same("header", "", "PROXY TCP4 192.0.2.7 192.0.2.8 1 2\r\n"));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Hello_IsLookedAt_AsByTheOriginal(TransportChoice transport)
    {
        using Pair pair = new(transport, Format + """
            map $ssl_preread_server_name $to { a.example unix:@S@/tls; default unix:@O@/a; }
            server { listen unix:@S@/tls ssl; access_log off; return end; }
            server { listen unix:@S@/s; ssl_preread on; preread_timeout 300ms; proxy_pass $to; }
            """);
        Assert.Equal("end", pair.Same("s", ""));
        pair.Both.SameLog("access.log", 1);
        // The original waits for the five bytes of a record's head; we see at the first one that it is none.
        Assert.Equal("a:hello", pair.Both.Same("s", static client =>
        {
            client.Send("hello"u8);
            return StreamPair.Read(client, 7);
        }));
        Assert.Equal("", pair.Both.Same("s", ""));
        Assert.Equal("", pair.Both.Same("s", "\x16\x03\x01"));
        pair.Both.SameLog("access.log", 4);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Tls_IsBegunHere_AsByTheOriginal(TransportChoice transport)
    {
        using Pair pair = new(transport, Format + """
            upstream u { server unix:@S@/tls; }
            # The original keeps sessions with the peer, and what was not verified at first is not so later.
            upstream v { server unix:@S@/tls; }
            upstream w { server unix:@S@/tls; }
            server { listen unix:@S@/tls ssl; access_log off; return "$ssl_server_name|"; }
            server { listen unix:@S@/s; proxy_ssl on; proxy_pass u; }
            server { listen unix:@S@/name; proxy_ssl on; proxy_ssl_server_name on; proxy_ssl_name a.example;
                proxy_ssl_verify on; proxy_ssl_trusted_certificate @O@/ca.pem; proxy_pass v; }
            server { listen unix:@S@/wrong; proxy_ssl on; proxy_ssl_name b.example;
                proxy_ssl_verify on; proxy_ssl_trusted_certificate @O@/ca.pem; proxy_pass w; }
            """);
        Assert.Equal("|", pair.Both.Same("s", ""));
        Assert.Equal("a.example|", pair.Both.Same("name", ""));
        Assert.Equal("", pair.Both.Same("wrong", ""));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Servers_OfOneAddress_AreToldApartByName(TransportChoice transport)
    {
        // Mainline only: Debian's nginx has one server for an address.
        using Pair pair = new(transport, null, """
            ssl_certificate @O@/c.pem; ssl_certificate_key @O@/k.pem;
            server { listen unix:@S@/s ssl; server_name b.example; return b; }
            server { listen unix:@S@/s ssl; server_name a.example; return a; }
            server { listen unix:@S@/pass; pass unix:@S@/s; }
            """);
        Assert.Equal("a", pair.Ours("s", "a.example"));
        Assert.Equal("b", pair.Ours("s", "b.example"));
        Assert.Equal("b", pair.Ours("s", "c.example"));
        Assert.Equal("a", pair.Ours("pass", "a.example"));
    }

    /// <summary>Both sides with a certificate, and clients that speak TLS.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly StreamSide? _ours;
        private readonly DirectoryInfo? _origins;

        internal Pair(TransportChoice transport, string? both, string ours = "")
        {
            if (both is not null)
            {
                Both = new StreamPair(transport, both, TestCertificates.Write, "a");
                return;
            }
            _origins = Directory.CreateTempSubdirectory("hf-origin");
            TestCertificates.Write(_origins.FullName);
            _ours = new StreamSide(ours, _origins.FullName, transport);
        }

        internal StreamPair Both { get; } = null!;

        internal string Same(string socket, string text, string before = "")
            => Both.Same(socket, client => Speak(client, text, "a.example", before));

        internal string Ours(string socket, string name)
        {
            using Socket client = _ours!.Connect(socket);
            return Speak(client, "", name, "");
        }

        public void Dispose()
        {
            Both?.Dispose();
            _ours?.Dispose();
            _origins?.Delete(recursive: true);
        }

        private static string Speak(Socket client, string text, string name, string before)
        {
            client.Send(Encoding.ASCII.GetBytes(before));
            using SslStream tls = new(new NetworkStream(client), false, static (_, one, _, _) => one is not null);
            tls.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = name, ApplicationProtocols = null,
            });
            tls.Write(Encoding.ASCII.GetBytes(text));
            tls.Flush();
            using StreamReader reader = new(tls, Encoding.Latin1);
            return reader.ReadToEnd();
        }
    }
}
