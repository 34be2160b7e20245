using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.HAProxyParity.Tests.Running;

/// <summary>Certificates that configurations name by <c>{certificates}</c>, made once for a test run.</summary>
internal static class Certificates
{
    private static readonly Lazy<string> s_directory = new(Make);

    /// <summary>Has <c>a.pem</c> (for a.example), <c>b.pem</c> (b.example and *.wild.example), and <c>ca.pem</c>,
    /// by which both are signed.</summary>
    public static string Directory => s_directory.Value;

    private static string Make()
    {
        string directory = System.IO.Directory.CreateTempSubdirectory("hf-parity-crt-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => System.IO.Directory.Delete(directory, recursive: true);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Parity CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 authority = request.CreateSelfSigned(now.AddDays(-2), now.AddDays(30));
        File.WriteAllText(Path.Combine(directory, "ca.pem"), authority.ExportCertificatePem() + "\n");
        Write(directory, "a", authority, "a.example");
        Write(directory, "b", authority, "b.example", "*.wild.example");
        return directory;
    }

    private static void Write(string directory, string name, X509Certificate2 authority, params string[] hosts)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hosts[0]}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (string host in hosts)
        {
            names.AddDnsName(host);
        }
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.Create(
            authority, now.AddDays(-1), now.AddDays(20), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Combine(directory, name + ".pem"),
            $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }
}
