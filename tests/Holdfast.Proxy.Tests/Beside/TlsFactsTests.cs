using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Tests.Tls;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>What expressions tell of TLS, and by which name servers are asked, beside the real HAProxy.</summary>
public sealed class TlsFactsTests
{
    private const string Sections = """
        global
          log @DIR@/log len 8000 local0 debug
          tune.ssl.capture-buffer-size 90
          tune.ssl.keylog on
        defaults
          mode http
          timeout connect 5s
          timeout client 20s
          timeout server 20s
        frontend facts
          bind @ADDR@:1 ssl crt @CERTS@/a.pem ca-file @CERTS@/ca.pem verify optional @IGNORE@
          http-request set-header a "- %[ssl_fc] %[ssl_fc_protocol] %[ssl_fc_cipher] %[ssl_fc_sni] %[ssl_fc_alpn] ."
          http-request set-header b "- %[ssl_fc_has_sni] %[ssl_fc_has_crt] %[ssl_fc_is_resumed] %[ssl_fc_use_keysize] ."
          http-request set-header c "- %[ssl_c_used] %[ssl_c_verify] %[ssl_c_err] %[ssl_c_ca_err] ."
          http-request set-header j "- %[ssl_c_ca_err_depth] ."
          http-request set-header d "- %[ssl_c_s_dn] %[ssl_c_s_dn(cn)] %[ssl_c_s_dn(CN)] %[ssl_c_i_dn] ."
          http-request set-header k "- %[ssl_c_i_dn(CN,1)] ."
          http-request set-header e "- %[ssl_c_version] %[ssl_c_sig_alg] %[ssl_c_key_alg] %[ssl_c_notbefore] ."
          http-request set-header f "- %[ssl_c_serial,hex] %[ssl_c_sha1,hex] %[ssl_c_der,hex,length] ."
          http-request set-header l "- %[ssl_c_notafter] ."
          http-request set-header g "- %[ssl_f_s_dn(CN)] %[ssl_f_sha1,hex] %[ssl_f_key_alg] %[ssl_fc_alg_keysize] ."
          http-request set-header h "- %[ssl_c_s_dn(CN,-1)] %[ssl_c_s_dn(,0,rfc2253)] ."
          http-request set-header m "- %[ssl_fc_protocol_hello_id] %[ssl_fc_cipherlist_bin,hex] ."
          http-request set-header u "- %[ssl_fc_cipherlist_hex] ."
          http-request set-header n "- %[ssl_fc_cipherlist_str] %[ssl_fc_cipherlist_xxh] %[ssl_fc_eclist_bin,hex] ."
          http-request set-header o "- %[ssl_fc_ecformats_bin,hex] %[ssl_fc_extlist_bin,hex] ."
          http-request set-header v "- %[ssl_fc_extlist_bin(1),hex] %[ssl_fc_exporter_secret,length] ."
          http-request set-header p "- %[ssl_fc_cipherlist_bin(1),hex] %[ssl_fc_eclist_bin(1),hex] ."
          http-request set-header q "- %[ssl_fc_client_handshake_traffic_secret,length] ."
          http-request set-header r "- %[ssl_fc_client_traffic_secret_0,length] ."
          http-request set-header w "- %[ssl_fc_early_exporter_secret,length] ."
          http-request set-header s "- %[ssl_c_chain_der,hex] ."
          http-request set-header t "- %[ssl_c_chain_der,length] %[ssl_fc_server_traffic_secret_0,length] ."
          default_backend plain
        backend plain
          server s 127.0.0.1:@S1@
        listen names
          bind @ADDR@:2
          http-reuse always
          http-response set-header a "- %[ssl_s_s_dn] %[ssl_s_i_dn(CN)] %[ssl_s_version] %[ssl_s_key_alg] ."
          http-response set-header b "- %[ssl_s_sig_alg] %[ssl_s_notbefore] %[ssl_s_notafter] %[ssl_s_serial,hex] ."
          http-response set-header c "- %[ssl_s_sha1,hex] %[ssl_s_der,hex] ."
          server s @ADDR@:3 ssl verify none sni req.hdr(host)
        listen chain
          bind @ADDR@:4
          http-response set-header a "- %[ssl_s_chain_der,hex] ."
          server s @ADDR@:3 ssl verify none no-ssl-reuse
        frontend inner
          bind @ADDR@:3 ssl crt @CERTS@/a.pem
          http-request set-header asked %[ssl_fc_sni]
          default_backend plain
        """;

    private static readonly TestCertificate s_authority = TestCertificate.Authority("facts authority");

    [Fact]
    public void Facts_OfClientsWithAndWithoutCertificate_AreTheSame()
    {
        Run(pair =>
        {
            TestCertificate good = s_authority.Issue("client.test");
            TestCertificate foreign = TestCertificate.Rsa("stranger.test");
            foreach (TestCertificate? own in (TestCertificate?[])[null, good, foreign])
            {
                foreach (SslProtocols version in (SslProtocols[])[SslProtocols.Tls12, SslProtocols.Tls13])
                {
                    pair.AssertSame(side => Ask(side, own, version));
                }
            }
        });
    }

    /// <summary>A connection that was opened for one name is not used for another one.</summary>
    [Fact]
    public void Servers_AreAskedForTheNameOfEachRequest() => Run(static pair =>
    {
        foreach (string name in (string[])["one.test", "two.test", "one.test", "two.test"])
        {
            pair.AssertSame(side =>
            {
                using Socket client = side.Connect(2);
                client.SendText($"GET / HTTP/1.1\r\nHost: {name}\r\n\r\n");
                using Socket server = side.Accept(1);
                string head = server.ReceiveHead();
                server.SendText("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
                string answer = client.ReceiveHead();
                Assert.Contains("/CN=a.test", answer, StringComparison.Ordinal);
                Assert.Contains($"asked: {name}\r\n", head, StringComparison.Ordinal);
                return head + answer;
            });
        }
    });

    [Fact]
    public void Chain_OfAServer_IsTheSame() => Run(static pair => pair.AssertSame(static side =>
    {
        using Socket client = side.Connect(4);
        client.SendText("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        using Socket server = side.Accept(1);
        _ = server.ReceiveHead();
        server.SendText("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        string answer = client.ReceiveHead();
        Assert.Contains("a: - 3082", answer, StringComparison.Ordinal);
        return answer;
    }));

    private static void Run(Action<Pair> test)
    {
        string directory = Directory.CreateTempSubdirectory("hp-crt-").FullName;
        TestCertificate own = s_authority.Issue("a.test");
        File.WriteAllText(Path.Combine(directory, "a.pem"), own.CertificatePem + own.KeyPem);
        File.WriteAllText(Path.Combine(directory, "ca.pem"), s_authority.CertificatePem);
        using (Pair pair = Pair.StartWhole(Sections.Replace("@CERTS@", directory, StringComparison.Ordinal)
            .Replace("@IGNORE@", "crt-ignore-err all ca-ignore-err all", StringComparison.Ordinal),
            TransportChoice.Automatic))
        {
            test(pair);
        }
        Directory.Delete(directory, recursive: true);
    }

    private static string Ask(Side side, TestCertificate? own, SslProtocols version)
    {
        using Socket socket = side.Connect(1);
        using SslStream stream = new(new NetworkStream(socket), false,
            static (_, certificate, _, _) => certificate is not null);
        using X509Certificate2? certificate = own is null
            ? null : X509Certificate2.CreateFromPem(own.CertificatePem, own.KeyPem);
        stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "a.test",
            EnabledSslProtocols = version,
            AllowTlsResume = false,
            ClientCertificates = certificate is null ? null : [certificate],
        });
        stream.Write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"u8);
        using Socket server = side.Accept(1);
        string head = server.ReceiveHead();
        server.SendText("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        _ = stream.ReadUntil("\r\n\r\n");
        return head;
    }
}
