using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.HAProxy;

namespace Holdfast.Management.Tests;

/// <summary>Certificates shown and replaced beside the original, and what clients get then.</summary>
public sealed class CertificateParityTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hfc-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Certificates_ShownAndReplaced_AreAsBesideTheOriginal()
    {
        string a = Path.Combine(_directory, "a.pem");
        string b = Path.Combine(_directory, "b.pem");
        using var elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        using var other = RSA.Create(2048);
        File.WriteAllText(a, Pem(new CertificateRequest("CN=a.example", elliptic, HashAlgorithmName.SHA256), elliptic));
        File.WriteAllText(b, Pem(Request("b.example", rsa), rsa));
        string replacement = Pem(Request("a.example", other), other);
        using var judge = new Judge(_directory, Text($"unix@{_directory}/fe", a, b));
        using var ours = new Ours(_directory, Text("127.0.0.1:1", a, b), files: new Disk());
        string[] commands =
        [
            "show ssl cert", $"show ssl cert {a}", $"show ssl cert {b}", "show ssl cert nofile", $"show ssl cert *{a}",
            "set ssl cert", $"set ssl cert {a}", $"set ssl cert nofile <<\n{replacement}", "commit ssl cert",
            "abort ssl cert", $"commit ssl cert {a}", $"abort ssl cert {a}", $"set ssl cert {a} <<\ngarbage\n",
            $"set ssl cert {a} <<\n{replacement}", "show ssl cert", $"show ssl cert *{a}", $"show ssl cert {a}",
            $"set ssl cert {a} <<\n{replacement}", $"abort ssl cert {b}", $"commit ssl cert {b}",
            $"abort ssl cert {a}", $"abort ssl cert {a}", $"set ssl cert {a} <<\n{replacement}",
            $"commit ssl cert {a}", "show ssl cert", $"show ssl cert {a}", "operator; show ssl cert; abort ssl cert x",
        ];
        Assert.Equal("CN=a.example, ECC", Seen(ours));
        var differences = new List<string>();
        foreach (string command in commands)
        {
            string wanted = judge.Ask(command + "\n");
            string given = ours.Ask(command + "\n");
            if (wanted != given)
            {
                differences.Add($"--- {command[..Math.Min(60, command.Length)]}\n{wanted}+++ ours\n{given}");
            }
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.Equal("CN=a.example, RSA", Seen(ours));
    }

    private static CertificateRequest Request(string name, RSA key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddDnsName("*.more.example");
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private static string Pem(CertificateRequest request, AsymmetricAlgorithm key)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-3), now.AddDays(30));
        return made.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    /// <summary>The certificate that a client gets which names a.example.</summary>
    private static string Seen(Ours ours)
    {
        Assert.Equal(0, (int)TcpSocket.GetLocal(ours.Engine.Listeners[0], out _, out int port));
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, port);
        client.ReceiveTimeout = client.SendTimeout = 30_000;
        using var tls = new SslStream(
            client.GetStream(), false, static (_, certificate, _, _) => certificate?.Subject == "CN=a.example");
        tls.AuthenticateAsClient("a.example");
        using var seen = new X509Certificate2(tls.RemoteCertificate!);
        return $"{seen.Subject}, {seen.PublicKey.Oid.FriendlyName}";
    }

    private static string Text(string bind, string a, string b) => $"""
        defaults
          mode http
          timeout connect 1s
          timeout client 10s
          timeout server 10s
        frontend fe
          bind {bind} ssl crt {a} crt {b}

        """;

    private sealed class Disk : ITlsFiles
    {
        public byte[]? Read(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;

        public ImmutableArray<string>? List(string path) => null;
    }
}
