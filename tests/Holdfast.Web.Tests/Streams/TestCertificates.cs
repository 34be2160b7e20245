using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Web.Tests.Streams;

/// <summary>A certificate for a.example, its key and its authority, as files.</summary>
internal static class TestCertificates
{
    /// <summary>Writes c.pem, k.pem and ca.pem.</summary>
    internal static void Write(string directory)
    {
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest authority = new("CN=authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 issuer = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=a.example", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("a.example");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(issuer, now.AddDays(-1), now.AddDays(29), [1, 2, 3]);
        File.WriteAllText(Path.Combine(directory, "ca.pem"), issuer.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "c.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "k.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
