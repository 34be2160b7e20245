using System.Net.Sockets;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Tests.Tls;

namespace Holdfast.Proxy.Tests.Beside;

/// <summary>Handshakes that fail, and what the log says of them, beside the real HAProxy.</summary>
public sealed class TlsFailureTests
{
    private const string Sections = """
        listen one
          bind @ADDR@:1 ssl crt @CERTS@/a.pem
          mode http
          option httplog
          server s 127.0.0.1:@S1@
        listen two
          bind @ADDR@:2 name front ssl crt @CERTS@/a.pem
          option tcplog
          option dontlognull
          server s 127.0.0.1:@S1@
        """;

    // A client's hello of TLS 1.2 with one cipher, TLS_NULL_WITH_NULL_NULL.
    private const string Hello = "\x16\x03\x01\0\x2D\x01\0\0\x29\x03\x03" + "0123456789abcdef0123456789abcdef"
        + "\0\0\x02\0\0\x01\0";

    [Fact]
    public void Failures_OfEveryKind_AreLoggedTheSame()
    {
        string directory = Directory.CreateTempSubdirectory("hp-crt-").FullName;
        TestCertificate certificate = TestCertificate.Ecdsa("a.test");
        File.WriteAllText(Path.Combine(directory, "a.pem"), certificate.CertificatePem + certificate.KeyPem);
        using (Pair pair = Pair.Start(Sections.Replace("@CERTS@", directory, StringComparison.Ordinal),
            TransportChoice.Automatic))
        {
            foreach (string bytes in (string[])["GET / HTTP/1.1\r\n\r\n", Hello, "\x16\x03\x01", Hello[..20], "\0", ""])
            {
                pair.AssertSame(side => Fail(side, 1, bytes));
            }
            // Where silence is not logged, nor is half a hello: the next line is that of the next client.
            pair.AssertSame(static side =>
            {
                foreach (string bytes in (string[])["", Hello[..20]])
                {
                    using Socket client = side.Connect(2);
                    client.SendText(bytes);
                    client.Shutdown(SocketShutdown.Send);
                    _ = client.Receive(new byte[1], 0, 1, SocketFlags.None, out _);
                }
                return Fail(side, 2, Hello);
            });
        }
        Directory.Delete(directory, recursive: true);
    }

    private static string Fail(Side side, int port, string bytes)
    {
        using Socket client = side.Connect(port);
        client.SendText(bytes);
        client.Shutdown(SocketShutdown.Send);
        byte[] rest = new byte[1024];
        int count = client.Receive(rest, 0, rest.Length, SocketFlags.None, out _);
        return $"{Convert.ToHexString(rest, 0, Math.Max(0, count))} {side.LogLine()}";
    }
}
