using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Tests.Tls;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>Which issuers' certificates clients get: completed from a directory, without those at the root.</summary>
public sealed class TlsIssuersTests
{
    private const string Sections = """
        global
          @GLOBAL@
        defaults
          mode tcp
          timeout connect 5s
          timeout client 20s
          timeout server 20s
        listen leaf
          bind @ADDR@:1 ssl crt @CERTS@/leaf.pem
          server s 127.0.0.1:@S1@
        listen full
          bind @ADDR@:2 ssl crt @CERTS@/full.pem
          server s 127.0.0.1:@S1@
        listen other
          bind @ADDR@:3 ssl crt @CERTS@/other.pem
          server s 127.0.0.1:@S1@
        """;

    [Theory]
    [InlineData("stats timeout 10s", 0, 2, 0)]
    [InlineData("ssl-skip-self-issued-ca", 0, 1, 0)]
    [InlineData("issuers-chain-path @CERTS@/issuers", 2, 2, 0)]
    [InlineData("issuers-chain-path @CERTS@/issuers\n  ssl-skip-self-issued-ca", 1, 1, 0)]
    public void Chain_OfEachCertificate_IsTheSame(string global, params int[] counts)
    {
        string directory = Directory.CreateTempSubdirectory("hp-crt-").FullName;
        TestCertificate root = TestCertificate.Authority("root");
        TestCertificate inter = root.Issue("inter");
        TestCertificate leaf = inter.Issue("leaf.test");
        TestCertificate other = TestCertificate.Authority("another").Issue("other.test");
        string chain = inter.CertificatePem + root.CertificatePem;
        File.WriteAllText(Path.Combine(directory, "leaf.pem"), leaf.CertificatePem + leaf.KeyPem);
        File.WriteAllText(Path.Combine(directory, "full.pem"), leaf.CertificatePem + chain + leaf.KeyPem);
        File.WriteAllText(Path.Combine(directory, "other.pem"), other.CertificatePem + other.KeyPem);
        string issuers = Directory.CreateDirectory(Path.Combine(directory, "issuers")).FullName;
        File.WriteAllText(Path.Combine(issuers, "a.pem"), root.CertificatePem);
        File.WriteAllText(Path.Combine(issuers, "b.pem"), chain);
        File.WriteAllText(Path.Combine(issuers, "c.pem"), inter.CertificatePem);

        using (Pair pair = Pair.StartWhole(Sections.Replace("@GLOBAL@", global, StringComparison.Ordinal)
            .Replace("@CERTS@", directory, StringComparison.Ordinal), TransportChoice.Automatic))
        {
            for (int i = 0; i < counts.Length; i++)
            {
                (int port, int count) = (i + 1, counts[i]);
                pair.AssertSame(side =>
                {
                    string[] names = Issuers(side, port);
                    Assert.Equal(count, names.Length);
                    return string.Join(' ', names);
                });
            }
        }
        Directory.Delete(directory, recursive: true);
    }

    private static string[] Issuers(Side side, int port)
    {
        string[] names = [];
        using Socket socket = side.Connect(port);
        using SslStream stream = new(new NetworkStream(socket), false, (_, certificate, chain, _) =>
        {
            names = [.. chain!.ChainPolicy.ExtraStore.Select(static one => one.Subject)
                .Where(name => name != certificate!.Subject)];
            return true;
        });
        stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "leaf.test", EnabledSslProtocols = SslProtocols.Tls12, AllowTlsResume = false,
        });
        side.Accept(1).Dispose();
        return names;
    }
}
