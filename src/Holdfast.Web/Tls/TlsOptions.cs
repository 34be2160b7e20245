using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Text;
using Holdfast.Linux.OpenSsl;

namespace Holdfast.Web.Tls;

/// <summary>Makes of directives <c>ssl_*</c> and <c>proxy_ssl_*</c> what OpenSSL is told; reads their files.</summary>
/// <param name="directory">Directory of the configuration, ending in a slash: paths are relative to it.</param>
internal sealed class TlsOptions(string directory)
{
    private static readonly (string Name, TlsVersion Version)[] s_versions =
    [
        ("TLSv1", TlsVersion.Tls10), ("TLSv1.1", TlsVersion.Tls11), ("TLSv1.2", TlsVersion.Tls12),
        ("TLSv1.3", TlsVersion.Tls13),
    ];

    /// <summary>The certificates of a server.</summary>
    /// <param name="settings">Its directives.</param>
    /// <param name="names">Names that they are for; none: all that no other server has.</param>
    /// <param name="alpn">Protocols, in order of preference.</param>
    /// <exception cref="InvalidOperationException">A file cannot be read.</exception>
    internal IEnumerable<TlsCertificate> Certificates(
        TlsSettings settings, ImmutableArray<string> names, ImmutableArray<string> alpn)
    {
        TlsProfile profile = ProfileOf(settings, alpn);
        for (int i = 0; i < Math.Min(settings.Certificates.Length, settings.CertificateKeys.Length); i++)
        {
            yield return new TlsCertificate(
                Read(settings.Certificates[i].Source), Read(settings.CertificateKeys[i].Source))
            {
                Profile = profile, Filters = names,
            };
        }
    }

    /// <summary>What a listener has in common.</summary>
    internal static TlsServerOptions Listening(IEnumerable<TlsCertificate> certificates, TlsSettings settings)
        => new([.. certificates])
        {
            LifetimeSeconds = (int)settings.SessionTimeout.TotalSeconds,
            CacheSize = settings.SessionCache is ["off" or "none"] ? 0 : 20_000,
        };

    /// <summary>How servers of stream are spoken to.</summary>
    /// <param name="settings">The directives.</param>
    /// <param name="name">The name that a certificate must hold; null: none is known.</param>
    internal TlsClientSettings Client(StreamProxySettings settings, string? name) => new()
    {
        Profile = new TlsProfile
        {
            MinimumVersion = Lowest(settings.Protocols), MaximumVersion = Highest(settings.Protocols),
            Without = Without(settings.Protocols), Ciphers = settings.Ciphers, Alpn = settings.Alpn,
            Verify = settings.Verifies ? TlsPeerVerify.Required : TlsPeerVerify.None,
            Authorities = settings.TrustedCertificate is { } trusted ? Read(trusted) : null,
            RevocationLists = settings.RevocationList is { } lists ? Read(lists) : null,
        },
        VerifyHost = settings.Verifies ? name : null,
        Certificate = settings is { Certificate.Constant: { } own, CertificateKey.Constant: { } key }
            ? new TlsCertificate(Read(own), Read(key)) : null,
        ReusesSessions = settings.ReusesSessions,
    };

    private TlsProfile ProfileOf(TlsSettings settings, ImmutableArray<string> alpn) => new()
    {
        MinimumVersion = Lowest(settings.Protocols), MaximumVersion = Highest(settings.Protocols),
        Without = Without(settings.Protocols), Ciphers = settings.Ciphers,
        Curves = settings.Curves == "auto" ? null : settings.Curves,
        PrefersClientCiphers = !settings.PrefersServerCiphers, Tickets = settings.HasTickets, Alpn = alpn,
        Verify = settings.VerifyClient switch
        {
            "on" => TlsPeerVerify.Required,
            "off" => TlsPeerVerify.None,
            _ => TlsPeerVerify.Optional,
        },
        Authorities = settings.ClientCertificate is { } authorities ? Read(authorities) : null,
        MoreAuthorities = settings.TrustedCertificate is { } more ? Read(more) : null,
        RevocationLists = settings.RevocationList is { } lists ? Read(lists) : null,
        DhParameters = settings.DhParameters is { } parameters ? Read(parameters) : null,
    };

    private static TlsVersion Lowest(ImmutableArray<string> names)
        => s_versions.FirstOrDefault(one => names.Contains(one.Name, StringComparer.OrdinalIgnoreCase)).Version;

    private static TlsVersion Highest(ImmutableArray<string> names)
        => s_versions.LastOrDefault(one => names.Contains(one.Name, StringComparer.OrdinalIgnoreCase)).Version;

    /// <summary>Those between the lowest and the highest that are not named.</summary>
    private static ImmutableArray<TlsVersion> Without(ImmutableArray<string> names)
        => [.. s_versions.Where(one => one.Version > Lowest(names) && one.Version < Highest(names)
            && !names.Contains(one.Name, StringComparer.OrdinalIgnoreCase)).Select(static one => one.Version)];

    private TlsFile Read(string written)
    {
        string path = PathText.Join(directory, written);
        try
        {
            return new TlsFile(path, File.ReadAllBytes(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"cannot load \"{path}\": {failure.Message}", failure);
        }
    }
}
