using System.Diagnostics;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Tests.Tls;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>Ciphers of listeners whose file names none: stricter than the original.</summary>
public sealed class TlsDefaultCiphersTests
{
    private const string Cbc = "ECDHE-ECDSA-AES128-SHA";

    private const string Sections = """
        listen silent
          bind @ADDR@:1 ssl crt @DIR@/a.pem
          server s 127.0.0.1:@S1@
        listen asked
          bind @ADDR@:2 ssl crt @DIR@/a.pem ciphers DEFAULT
          server s 127.0.0.1:@S1@
        listen old
          bind @ADDR@:3 ssl crt @DIR@/a.pem ssl-min-ver TLSv1.0
          server s 127.0.0.1:@S1@
        """;

    [Fact]
    public void CbcCiphers_AreSpokenOnlyWhereTheFileAsksForThem()
    {
        TestCertificate certificate = TestCertificate.Ecdsa("a.test");
        using Pair pair = Pair.Start(Sections, TransportChoice.Automatic,
            ("a.pem", certificate.CertificatePem + certificate.KeyPem));

        Assert.Contains("Cipher is (NONE)", Client(pair.Ours, 1, Cbc), StringComparison.Ordinal);
        Assert.Contains($"Cipher is {Cbc}", Client(pair.Original, 1, Cbc), StringComparison.Ordinal);
        foreach (int port in (int[])[2, 3])
        {
            Assert.Contains($"Cipher is {Cbc}", Client(pair.Ours, port, Cbc), StringComparison.Ordinal);
        }
        const string Modern = "ECDHE-ECDSA-CHACHA20-POLY1305";
        Assert.Contains($"Cipher is {Modern}", Client(pair.Ours, 1, Modern), StringComparison.Ordinal);
    }

    private static string Client(Side side, int port, string cipher)
    {
        using (side.Connect(port))
        {
            // It listens.
        }
        using Process client = Process.Start(new ProcessStartInfo("timeout",
            ["20", "openssl", "s_client", "-connect", $"{side.Address}:{port}", "-tls1_2", "-cipher", cipher])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        client.StandardInput.WriteLine("Q");
        string said = client.StandardOutput.ReadToEnd();
        client.WaitForExit();
        return said;
    }
}
