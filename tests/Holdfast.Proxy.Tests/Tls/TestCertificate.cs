using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Holdfast.Linux.OpenSsl;

namespace Holdfast.Proxy.Tests.Tls;

/// <summary>A certificate made for a test, with its key; signed by itself or by an authority of the test.</summary>
internal sealed class TestCertificate
{
    private readonly AsymmetricAlgorithm _key;

    private TestCertificate(X509Certificate2 certificate, AsymmetricAlgorithm key)
    {
        Certificate = certificate;
        _key = key;
    }

    internal X509Certificate2 Certificate { get; }

    internal string CertificatePem => Certificate.ExportCertificatePem() + "\n";

    internal string KeyPem => _key switch
    {
        ECDsa ec => ec.ExportPkcs8PrivateKeyPem(),
        RSA rsa => rsa.ExportPkcs8PrivateKeyPem(),
        _ => throw new InvalidOperationException("another kind of key"),
    } + "\n";

    /// <summary>The certificate, and one file with both.</summary>
    internal TlsCertificate ForServer(string path = "test.pem")
    {
        TlsFile file = new(path, Encoding.ASCII.GetBytes(CertificatePem + KeyPem));
        return new TlsCertificate(file, file);
    }

    internal TlsFile AsFile(string path = "ca.pem") => new(path, Encoding.ASCII.GetBytes(CertificatePem));

    internal static TestCertificate Ecdsa(params string[] names) => Make(
        ECDsa.Create(ECCurve.NamedCurves.nistP256), names, null);

    internal static TestCertificate Rsa(params string[] names) => Make(RSA.Create(2048), names, null);

    internal static TestCertificate Authority(string name) => Make(
        ECDsa.Create(ECCurve.NamedCurves.nistP256), [name], null, isAuthority: true);

    internal TestCertificate Issue(params string[] names) => Make(
        ECDsa.Create(ECCurve.NamedCurves.nistP256), names, this);

    private static TestCertificate Make(
        AsymmetricAlgorithm key, string[] names, TestCertificate? issuer, bool isAuthority = false)
    {
        string subject = $"CN={names[0]}";
        CertificateRequest request = key is ECDsa ec ? new(subject, ec, HashAlgorithmName.SHA256)
            : new(subject, (RSA)key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        SubjectAlternativeNameBuilder alternatives = new();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }
        if (!isAuthority)
        {
            request.CertificateExtensions.Add(alternatives.Build());
        }
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (issuer is not null)
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
                issuer.Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        }
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        DateTimeOffset from = now.AddDays(-1);
        DateTimeOffset to = now.AddDays(30);
        if (issuer is null)
        {
            return new(request.CreateSelfSigned(from, to), key);
        }
        X509SignatureGenerator signer = X509SignatureGenerator.CreateForECDsa((ECDsa)issuer._key);
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        serial[0] &= 0x7F;
        return new(request.Create(issuer.Certificate.SubjectName, signer, from, to, serial), key);
    }
}
