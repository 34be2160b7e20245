using System.Diagnostics;
using System.Security.Cryptography;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Tests.Tls;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>Tickets by given keys are good at whoever has the keys: at the real HAProxy, and at ours.</summary>
public sealed class TlsTicketTests
{
    private const string Sections = """
        listen small
          bind @ADDR@:1 ssl crt @DIR@/a.pem tls-ticket-keys @DIR@/small
          server s 127.0.0.1:@S1@
        listen large
          bind @ADDR@:2 ssl crt @DIR@/a.pem tls-ticket-keys @DIR@/large
          server s 127.0.0.1:@S1@
        listen none
          bind @ADDR@:3 ssl crt @DIR@/a.pem no-tls-tickets
          server s 127.0.0.1:@S1@
        """;

    [Fact]
    public void Tickets_OfOneProxy_AreResumedByTheOther()
    {
        TestCertificate certificate = TestCertificate.Ecdsa("a.test");
        using Pair pair = Pair.Start(Sections, TransportChoice.Automatic,
            ("a.pem", certificate.CertificatePem + certificate.KeyPem), ("small", Keys(48)), ("large", Keys(80)));
        foreach (int port in (int[])[1, 2])
        {
            foreach ((Side from, Side to) in ((Side, Side)[])
                [(pair.Original, pair.Ours), (pair.Ours, pair.Original), (pair.Ours, pair.Ours)])
            {
                string session = Path.Combine(pair.Ours.Directory, "session");
                Assert.Contains("New, TLSv1.2", Client(from, port, "-sess_out", session), StringComparison.Ordinal);
                Assert.Contains("Reused, TLSv1.2", Client(to, port, "-sess_in", session), StringComparison.Ordinal);
            }
        }
        string without = Client(pair.Ours, 3, "-sess_out", Path.Combine(pair.Ours.Directory, "none"));
        Assert.DoesNotContain("TLS session ticket:", without, StringComparison.Ordinal);
    }

    private static string Client(Side side, int port, string option, string session)
    {
        using (side.Connect(port))
        {
            // It listens.
        }
        using Process client = Process.Start(new ProcessStartInfo("timeout",
            ["20", "openssl", "s_client", "-connect", $"{side.Address}:{port}", "-tls1_2", option, session])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        client.StandardInput.WriteLine("Q");
        string said = client.StandardOutput.ReadToEnd();
        client.WaitForExit();
        return said;
    }

    private static string Keys(int size) => string.Concat(
        Enumerable.Range(0, 3).Select(_ => Convert.ToBase64String(RandomNumberGenerator.GetBytes(size)) + "\n"));
}
