using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Text;
using Holdfast.Linux.OpenSsl;
using Holdfast.Web.Streams;

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

    /// <summary>All certificates of a server of http, its password, its stapled answer.</summary>
    /// <exception cref="InvalidOperationException">A file cannot be read.</exception>
    internal TlsCertificate OfSite(TlsSettings settings)
    {
        // Whoever fails to verify gets a page, not an alert.
        ImmutableArray<int> all = settings.VerifyClient == "off" ? [] : [.. Enumerable.Range(0, ErrorsMax)];
        TlsProfile profile = ProfileOf(settings, s_http) with
        {
            IsAlpnRequired = true, VerifyDepth = settings.VerifyDepth,
            Verify = settings.VerifyClient == "off" ? TlsPeerVerify.None : TlsPeerVerify.Optional,
            IgnoredAuthorityErrors = all, IgnoredCertificateErrors = all,
        };
        if (settings.RejectsHandshake || settings.Certificates.IsEmpty)
        {
            TlsFile none = new("", []);
            return new TlsCertificate(none, none) { IsRefused = true, Profile = profile };
        }
        (TlsFile Certificate, TlsFile Key)[] pairs = [.. settings.Certificates.Zip(settings.CertificateKeys,
            (certificate, key) => (Read(certificate.Source), Read(key.Source)))];
        return new TlsCertificate(pairs[0].Certificate, pairs[0].Key)
        {
            More = [.. pairs.Skip(1)], Profile = profile,
            Passwords = settings.PasswordFile is { } passwords ? Lines(Read(passwords)) : [],
            OcspResponse = settings is { Staples: true, StaplingFile: { } answer } ? Read(answer) : null,
        };
    }

    /// <summary>What the servers of an address of http have in common.</summary>
    /// <param name="certificates">Of all servers, the default one's first.</param>
    /// <param name="settings">Those of the default one.</param>
    /// <param name="choice">Chooses by the name that is asked for.</param>
    internal TlsServerOptions OfSites(
        IEnumerable<TlsCertificate> certificates, TlsSettings settings, TlsChoice choice)
        => new([.. certificates])
        {
            Choice = choice,
            LifetimeSeconds = (int)settings.SessionTimeout.TotalSeconds,
            CacheSize = CacheSizeOf(settings.SessionCache),
            TicketKeys = TicketKeysOf(settings),
            DhBits = 0, // without parameters there is no such exchange
        };

    private static readonly ImmutableArray<string> s_http = ["http/1.1", "http/1.0", "http/0.9"];

    /// <summary>Numbers of the library's errors are below.</summary>
    private const int ErrorsMax = 128;

    private const int BuiltInMax = 20_480;
    private const int BytesOfSession = 256;

    /// <summary>A shared zone by its size, a cache of the library by its count.</summary>
    private static int CacheSizeOf(ImmutableArray<string> words)
    {
        int size = 0;
        foreach (string word in words)
        {
            string[] parts = word.Split(':');
            size = Math.Max(size, parts switch
            {
                ["builtin", var count] when int.TryParse(count, CultureInfo.InvariantCulture, out int number) => number,
                ["builtin", ..] => BuiltInMax,
                ["shared", _, var bytes] => (int)Math.Clamp(
                    ByteSizes.Read(Encoding.ASCII.GetBytes(bytes)) / BytesOfSession, 1, CacheMax),
                _ => 0,
            });
        }
        return size;
    }

    private const int CacheMax = 1 << 20;

    /// <summary>The first key is for new tickets; of large ones the halves stand the other way round.</summary>
    private ImmutableArray<byte[]> TicketKeysOf(TlsSettings settings)
    {
        const int Small = 48, Large = 80, NameSize = 16, HalfSize = 32;
        var keys = new List<byte[]>();
        foreach (string path in settings.TicketKeys)
        {
            TlsFile file = Read(path);
            byte[] key = file.Bytes;
            if (key.Length is not (Small or Large))
            {
                throw new InvalidOperationException($"\"{file.Path}\" must be {Small} or {Large} bytes");
            }
            keys.Add(key.Length == Small ? key
                : [.. key[..NameSize], .. key[(NameSize + HalfSize)..], .. key[NameSize..(NameSize + HalfSize)]]);
        }
        // The last but one is used: so the first one goes there, and once more to the end when it is alone.
        return keys.Count == 0 ? [] : [.. keys.Skip(1), keys[0], keys.Count > 1 ? keys[^1] : keys[0]];
    }

    private static ImmutableArray<byte[]> Lines(TlsFile file) => [.. Encoding.Latin1.GetString(file.Bytes)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(static line => Encoding.Latin1.GetBytes(line.TrimEnd('\r')))];

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
