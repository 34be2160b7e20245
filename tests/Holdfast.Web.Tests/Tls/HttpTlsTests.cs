using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Proxy.Options;

namespace Holdfast.Web.Tests.Tls;

/// <summary>TLS towards clients of http, beside the real nginx.</summary>
[SupportedOSPlatform("linux")]
public sealed class HttpTlsTests
{
    [Theory]
    [ClassData(typeof(Transports))]
    public void Variables_AreThoseOfTheOriginal(TransportChoice transport)
    {
        using TlsPair pair = new(transport, """
            server { listen unix:@S@/s ssl; location / { return 200
                "$scheme|$https|$ssl_protocol|$ssl_cipher|$ssl_server_name|$ssl_session_reused|$ssl_client_verify"; } }
            server { listen unix:@S@/plain; return 200 "$scheme|$https|$ssl_protocol"; }
            """);
        Assert.Contains("https|on|TLSv1.3|TLS_AES_256_GCM_SHA384|a.example|.|NONE", pair.Same("s", "a.example"));
        Assert.Contains("http||", pair.SamePlain("plain", "GET / HTTP/1.0\r\n\r\n"));
        Assert.Contains("TLSv1.2|", pair.Same("s", "a.example", new()
        {
            TargetHost = "a.example", EnabledSslProtocols = SslProtocols.Tls12,
        }));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Server_IsChosenByName_AsByTheOriginal(TransportChoice transport)
    {
        using TlsPair pair = new(transport, """
            server { listen unix:@S@/s ssl; server_name a.example; return 200 a; }
            server { listen unix:@S@/s ssl; server_name b.example *.b.example; return 200 b;
                ssl_certificate @D@/b.pem; ssl_certificate_key @D@/b.key; ssl_protocols TLSv1.2 TLSv1.3; }
            server { listen unix:@S@/s ssl; server_name ~^(?<n>r.)\.example$; return 200 "regex $n";
                ssl_certificate @D@/b.pem; ssl_certificate_key @D@/b.key; }
            server { listen unix:@S@/s ssl; server_name refused.example; ssl_reject_handshake on; }
            server { listen unix:@S@/plain; server_name ~^(?<n>r.)\.example$; return 200 "regex $n"; }
            server { listen unix:@S@/r ssl; ssl_reject_handshake on; }
            server { listen unix:@S@/r ssl; server_name b.example; return 200 b; }
            """);
        Assert.StartsWith("CN=a.example", pair.Same("s", "a.example"), StringComparison.Ordinal);
        string b = pair.Same("s", "x.b.example");
        Assert.StartsWith("CN=b.example", b, StringComparison.Ordinal);
        Assert.EndsWith("\n\nb", b, StringComparison.Ordinal);
        pair.SamePlain("plain", "GET / HTTP/1.0\r\nHost: rx.example\r\n\r\n");
        Assert.EndsWith("\n\nregex rx", pair.Same("s", "rx.example"), StringComparison.Ordinal);
        Assert.StartsWith("CN=a.example", pair.Same("s", "c.example"), StringComparison.Ordinal);
        Assert.EndsWith("\n\na", pair.Same("s", "a.example", new() { TargetHost = "b.example" }),
            StringComparison.Ordinal);
        Assert.EndsWith("\n\na", pair.Same("s", "other", new() { TargetHost = "b.example" }),
            StringComparison.Ordinal);
        Assert.EndsWith("\n\nb", pair.Same("s", "b.example", new() { TargetHost = "" }), StringComparison.Ordinal);
        Assert.Equal("refused", pair.Same("s", "refused.example"));
        Assert.Equal("refused", pair.Same("r", "a.example"));
        Assert.Equal("refused", pair.Same("r", "a.example", new() { TargetHost = "" }));
        Assert.EndsWith("\n\nb", pair.Same("r", "b.example"), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void PlainRequest_IsRefused_AsByTheOriginal(TransportChoice transport)
    {
        using TlsPair pair = new(transport, """
            server { listen unix:@S@/s ssl; return 200 a; }
            server { listen unix:@S@/page ssl; error_page 497 https://$host$request_uri; }
            """);
        Assert.Contains("The plain HTTP request was sent to HTTPS port",
            pair.SamePlain("s", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        pair.SamePlain("s", "GET / HTTP/1.0\r\n\r\n");
        Assert.Contains("Location: https://a/x", pair.SamePlain("page", "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void ClientCertificate_IsJudged_AsByTheOriginal(TransportChoice transport)
    {
        using TlsPair pair = new(transport, """
            ssl_client_certificate @D@/ca.pem;
            server { listen unix:@S@/on ssl; ssl_verify_client on; location / { return 200
                "$ssl_client_verify|$ssl_client_s_dn|$ssl_client_i_dn|$ssl_client_serial|$ssl_client_fingerprint|
                 $ssl_client_v_start|$ssl_client_v_end|$ssl_client_v_remain|$ssl_client_s_dn_legacy|
                 $ssl_client_i_dn_legacy|$ssl_client_raw_cert|$ssl_client_escaped_cert"; } }
            server { listen unix:@S@/optional ssl; ssl_verify_client optional; location / {
                return 200 "$ssl_client_verify|$ssl_client_s_dn"; } }
            server { listen unix:@S@/any ssl; ssl_verify_client optional_no_ca; location / {
                return 200 "$ssl_client_verify|$ssl_client_s_dn"; } }
            server { listen unix:@S@/crl ssl; ssl_verify_client on; ssl_crl @D@/crl.pem; location / {
                return 200 $ssl_client_verify; } }
            server { listen unix:@S@/page ssl; ssl_verify_client on; error_page 495 496 = /no; location / {
                return 200 yes; } location = /no { return 200 "no $ssl_client_verify"; } }
            """);
        string good = pair.Same("on", "a.example", With(pair.Certificates.Client));
        Assert.Contains("\n\nSUCCESS|CN=client,O=tests|", good);
        Assert.Contains("400 No required SSL certificate was sent", pair.Same("on", "a.example"));
        Assert.Contains("400 The SSL certificate error",
            pair.Same("on", "a.example", With(pair.Certificates.Stranger)));
        Assert.EndsWith("\n\nNONE|", pair.Same("optional", "a.example"), StringComparison.Ordinal);
        Assert.Contains("SUCCESS|", pair.Same("optional", "a.example", With(pair.Certificates.Client)));
        Assert.Contains("400 The SSL", pair.Same("optional", "a.example", With(pair.Certificates.Stranger)));
        Assert.Contains("FAILED:self", pair.Same("any", "a.example", With(pair.Certificates.Stranger)));
        Assert.EndsWith("SUCCESS", pair.Same("crl", "a.example", With(pair.Certificates.Client)),
            StringComparison.Ordinal);
        Assert.Contains("400 The SSL", pair.Same("crl", "a.example", With(pair.Certificates.Revoked)));
        Assert.EndsWith("no NONE", pair.Same("page", "a.example"), StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Name_ThatWasNotNegotiated_IsMisdirected(TransportChoice transport)
    {
        using TlsPair pair = new(transport, """
            ssl_client_certificate @D@/ca.pem;
            server { listen unix:@S@/s ssl; server_name a.example; return 200 a; }
            server { listen unix:@S@/s ssl; server_name b.example c.example; ssl_verify_client on; location / {
                return 200 b; } }
            """);
        Assert.Contains("421 Misdirected", pair.Same("s", "b.example", new() { TargetHost = "a.example" }));
        SslClientAuthenticationOptions options = With(pair.Certificates.Client);
        options.TargetHost = "b.example";
        Assert.EndsWith("\n\nb", pair.Same("s", "b.example", options), StringComparison.Ordinal);
        Assert.Contains("421 Misdirected", pair.Same("s", "c.example", options));
        Assert.EndsWith("\n\na", pair.Same("s", "a.example", options), StringComparison.Ordinal);
        Assert.Contains("400 No required", pair.Same("s", "b.example", new() { TargetHost = "" }));
    }

    [Theory]
    [ClassData(typeof(Transports))]
    public void Files_AreReadAsByTheOriginal(TransportChoice transport)
    {
        using TlsPair pair = new(transport, """
            server { listen unix:@S@/two ssl; location / { return 200 $ssl_cipher; }
                ssl_certificate @D@/a.pem; ssl_certificate_key @D@/a.key;
                ssl_certificate @D@/rsa.pem; ssl_certificate_key @D@/rsa.key; }
            server { listen unix:@S@/locked ssl; return 200 ok; ssl_password_file @D@/passwords;
                ssl_certificate @D@/locked.pem; ssl_certificate_key @D@/locked.key; }
            server { listen unix:@S@/old ssl; ssl_protocols TLSv1.2; ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256;
                location / { return 200 "$ssl_protocol $ssl_cipher"; } }
            server { listen unix:@S@/header ssl proxy_protocol; location / { return 200
                "$proxy_protocol_addr|$proxy_protocol_port|$proxy_protocol_server_addr|$proxy_protocol_server_port"; } }
            server { listen unix:@S@/announced proxy_protocol; location / { return 200
                "$proxy_protocol_addr|$proxy_protocol_port"; } }
            """);
        Assert.StartsWith("CN=a.example", pair.Same("two", "a.example"), StringComparison.Ordinal);
        Assert.StartsWith("CN=rsa.example", pair.Same("two", "a.example", new()
        {
            TargetHost = "a.example", EnabledSslProtocols = SslProtocols.Tls12,
            CipherSuitesPolicy = new CipherSuitesPolicy([TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]),
        }), StringComparison.Ordinal);
        Assert.StartsWith("CN=locked.example", pair.Same("locked", "a.example"), StringComparison.Ordinal);
        Assert.EndsWith("TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256", pair.Same("old", "a.example"),
            StringComparison.Ordinal);
        Assert.Equal("refused", pair.Same("old", "a.example", new()
        {
            TargetHost = "a.example", EnabledSslProtocols = SslProtocols.Tls13,
        }));
        Assert.Equal("refused", pair.Same("two", "a.example", new()
        {
            TargetHost = "a.example", ApplicationProtocols = [new SslApplicationProtocol("other")],
        }));
        Assert.EndsWith("192.0.2.7|1|192.0.2.8|2", pair.Same("header", "a.example", null,
            "PROXY TCP4 192.0.2.7 192.0.2.8 1 2\r\n"), StringComparison.Ordinal);
        Assert.EndsWith("192.0.2.7|1", pair.SamePlain("announced",
            "PROXY TCP4 192.0.2.7 192.0.2.8 1 2\r\nGET / HTTP/1.0\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal("", pair.SamePlain("announced", "GET / HTTP/1.0\r\n\r\n"));
    }

    private static SslClientAuthenticationOptions With(X509Certificate2 certificate) => new()
    {
        TargetHost = "a.example",
        ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
    };
}
