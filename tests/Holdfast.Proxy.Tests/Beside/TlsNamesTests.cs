using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Tests.Tls;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>Which certificate a client gets for the name that it asks for, beside the real HAProxy.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class TlsNamesTests
{
    private const string Sections = """
        global
          stats timeout 10s
        defaults
          mode tcp
          timeout connect 5s
          timeout client 20s
          timeout server 20s
        listen files
          bind @ADDR@:1 ssl @FILES@
          server s 127.0.0.1:@S1@
        listen directory
          bind @ADDR@:2 ssl crt @CERTS@/dir
          server s 127.0.0.1:@S1@
        listen strict
          bind @ADDR@:3 ssl strict-sni crt @CERTS@/exact.pem crt @CERTS@/wild.pem
          server s 127.0.0.1:@S1@
        listen list
          bind @ADDR@:4 ssl crt-list @CERTS@/list.txt
          server s 127.0.0.1:@S1@
        listen bundle
          bind @ADDR@:5 ssl crt @CERTS@/both.pem crt @CERTS@/first.pem
          server s 127.0.0.1:@S1@
        listen old
          bind @ADDR@:6 ssl crt @CERTS@/first.pem ssl-max-ver TLSv1.2 alpn http/1.1
          server s 127.0.0.1:@S1@
        listen new
          bind @ADDR@:7 ssl crt @CERTS@/first.pem no-tlsv12 alpn http/1.1,x
          server s 127.0.0.1:@S1@
        """;

    private static readonly string s_files = string.Join(' ',
        new[] { "first", "wild", "exact", "ec", "rsa" }.Select(static name => $"crt @CERTS@/{name}.pem"));

    private static readonly string[] s_names =
    [
        "", "first.test", "www.first.test", "exact.wild.test", "a.wild.test", "A.WILD.TEST", "a.b.wild.test",
        "wild.test", "ec.test", "rsa.test", "two.test", "unknown.test", "TWO.test", "sub.list.test", "not.list.test",
        "plain.list.test", "localhost", "both.test",
    ];

    [Fact]
    public void Names_OfEveryKind_GetTheSameCertificate()
    {
        string directory = WriteCertificates();
        using Pair pair = Pair.StartWhole(
            Sections.Replace("@FILES@", s_files, StringComparison.Ordinal)
                .Replace("@CERTS@", directory, StringComparison.Ordinal), TransportChoice.Automatic);
        int count = 0;
        foreach (int port in (int[])[1, 2, 3, 4, 5, 6, 7])
        {
            foreach (string name in s_names)
            {
                foreach (string ability in (string[])["any", "1.2", "rsa", "ecdsa"])
                {
                    string expected = Ask(pair.Original, port, name, ability);
                    string actual = Ask(pair.Ours, port, name, ability);
                    Assert.True(expected == actual, $"port {port}, '{name}', {ability}: {expected} | {actual}");
                    count++;
                }
            }
        }
        Assert.True(count > 400);
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>What a client sees: subject, version, protocol; or that there is no handshake.</summary>
    private static string Ask(Side side, int port, string name, string ability)
    {
        using Socket socket = side.Connect(port);
        using SslStream stream = new(new NetworkStream(socket), false,
            static (_, certificate, _, _) => certificate is not null);
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = name,
            EnabledSslProtocols = ability == "any" ? SslProtocols.None : SslProtocols.Tls12,
            ApplicationProtocols = [new SslApplicationProtocol("x"), SslApplicationProtocol.Http11],
            AllowTlsResume = false,
            CipherSuitesPolicy = ability switch
            {
                "rsa" => new([TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]),
                "ecdsa" => new([TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]),
                _ => null,
            },
        };
        try
        {
            stream.AuthenticateAsClient(options);
            return $"{stream.RemoteCertificate!.Subject} {Kind(stream.RemoteCertificate)} {stream.SslProtocol} "
                + $"{stream.NegotiatedApplicationProtocol} {stream.NegotiatedCipherSuite}";
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return "refused";
        }
    }

    private static string Kind(X509Certificate certificate) => certificate.GetKeyAlgorithm();

    private static string WriteCertificates()
    {
        string directory = Directory.CreateTempSubdirectory("hp-crt-").FullName;
        Write("first.pem", TestCertificate.Rsa("first.test", "www.first.test"));
        Write("wild.pem", TestCertificate.Rsa("*.wild.test"));
        Write("exact.pem", TestCertificate.Ecdsa("exact.wild.test"));
        Write("ec.pem", TestCertificate.Ecdsa("ec.test", "two.test"));
        Write("rsa.pem", TestCertificate.Rsa("rsa.test", "two.test"));
        Write("dir/b.pem", TestCertificate.Rsa("two.test"));
        Write("dir/a.pem", TestCertificate.Ecdsa("unknown.test", "*.wild.test"));
        Write("dir/c.pem.rsa", TestCertificate.Rsa("ec.test"));
        Write("both.pem.rsa", TestCertificate.Rsa("both.test"));
        Write("both.pem.ecdsa", TestCertificate.Ecdsa("both.test"));
        File.WriteAllText(Path.Combine(directory, "list.txt"), $"""
            # comment
            {directory}/first.pem *.list.test !not.list.test
            {directory}/ec.pem [ssl-max-ver TLSv1.2 alpn x] plain.list.test
            {directory}/wild.pem

            {directory}/rsa.pem [verify none ciphers ECDHE+AESGCM] two.test localhost

            """);
        return directory;

        void Write(string name, TestCertificate certificate)
        {
            string path = Path.Combine(directory, name);
            _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, certificate.CertificatePem + certificate.KeyPem);
        }
    }
}
