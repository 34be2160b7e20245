using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Web.Tests.Tls;

/// <summary>An authority, and certificates that it has signed, as files of a directory.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;
    private readonly string _directory;
    private byte _serial = 1;

    internal TestCertificates(string directory)
    {
        _directory = directory;
        CertificateRequest request = new("CN=authority,O=tests", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30));
        File.WriteAllText(PathOf("ca.pem"), _authority.ExportCertificatePem());
        Sign("a", "a.example");
        Sign("b", "b.example");
        using RSA rsa = RSA.Create(2048);
        Write("rsa", Make(new CertificateRequest("CN=rsa.example", rsa, HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1)), rsa, null);
        using ECDsa locked = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write("locked", Make(new CertificateRequest("CN=locked.example", locked, HashAlgorithmName.SHA256)), locked,
            "secret");
        File.WriteAllText(PathOf("passwords"), "other\nsecret\n");
        Client = Sign("client", "client");
        Revoked = Sign("revoked", "revoked");
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 stranger = new CertificateRequest("CN=stranger", own, HashAlgorithmName.SHA256)
            .CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30));
        Stranger = X509CertificateLoader.LoadPkcs12(stranger.Export(X509ContentType.Pkcs12), null);
        CertificateRevocationListBuilder list = new();
        list.AddEntry(Revoked);
        File.WriteAllText(PathOf("crl.pem"), PemEncoding.WriteString("X509 CRL", list.Build(
            _authority, 1, Now.AddDays(10), HashAlgorithmName.SHA256)));
        File.WriteAllBytes(PathOf("ticket48"), RandomNumberGenerator.GetBytes(48));
        File.WriteAllBytes(PathOf("ticket80"), RandomNumberGenerator.GetBytes(80));
    }

    /// <summary>Of a client that the authority knows.</summary>
    internal X509Certificate2 Client { get; }

    /// <summary>The same, but on the list.</summary>
    internal X509Certificate2 Revoked { get; }

    /// <summary>Signed by itself.</summary>
    internal X509Certificate2 Stranger { get; }

    private static DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    public void Dispose()
    {
        _key.Dispose();
        _authority.Dispose();
        Client.Dispose();
        Revoked.Dispose();
        Stranger.Dispose();
    }

    private X509Certificate2 Sign(string file, string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name},O=tests", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = Make(request);
        Write(file, certificate, key, null);
        using X509Certificate2 whole = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    private X509Certificate2 Make(CertificateRequest request) => request.Create(_authority.SubjectName,
        X509SignatureGenerator.CreateForECDsa(_key), Now.AddDays(-1), Now.AddDays(29).AddHours(1),
        [1, 2, 3, _serial++]);

    private void Write(string file, X509Certificate2 certificate, AsymmetricAlgorithm key, string? password)
    {
        File.WriteAllText(PathOf(file + ".pem"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf(file + ".key"), password is null ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password,
                new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
    }

    private string PathOf(string file) => Path.Combine(_directory, file);
}
