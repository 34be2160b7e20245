using System.Collections.Immutable;

namespace Holdfast.Linux.OpenSsl;

/// <summary>What is demanded of the certificate of a peer.</summary>
public enum TlsPeerVerify : byte
{
    /// <summary>Nothing; a client is not asked for one.</summary>
    None,

    /// <summary>It may be missing; if it is there, it must be good.</summary>
    Optional,

    /// <summary>It must be there, and good.</summary>
    Required,
}

/// <summary>A version of TLS, by its number on the wire.</summary>
public enum TlsVersion
{
    /// <summary>The library's limit.</summary>
    Default,

    /// <summary>SSL 3.0, which OpenSSL 3 no longer has.</summary>
    Ssl3 = 0x300,

    /// <summary>TLS 1.0.</summary>
    Tls10 = 0x301,

    /// <summary>TLS 1.1.</summary>
    Tls11 = 0x302,

    /// <summary>TLS 1.2.</summary>
    Tls12 = 0x303,

    /// <summary>TLS 1.3.</summary>
    Tls13 = 0x304,
}

/// <summary>How TLS is spoken: versions, ciphers, and what is demanded of the other side.</summary>
/// <remarks>Values are written as OpenSSL reads them; null: the library's default.</remarks>
public sealed record TlsProfile
{
    /// <summary>The lowest version. Default TLS 1.2.</summary>
    public TlsVersion MinimumVersion { get; init; } = TlsVersion.Tls12;

    /// <summary>The highest version. Default: the library's.</summary>
    public TlsVersion MaximumVersion { get; init; }

    /// <summary>Versions between them that are not spoken.</summary>
    public ImmutableArray<TlsVersion> Without { get; init; } = [];

    /// <summary>Ciphers up to TLS 1.2.</summary>
    public string? Ciphers { get; init; }

    /// <summary>Ciphers of TLS 1.3.</summary>
    public string? Ciphersuites { get; init; }

    /// <summary>Groups of key exchange.</summary>
    public string? Curves { get; init; }

    /// <summary>Signature algorithms.</summary>
    public string? SignatureAlgorithms { get; init; }

    /// <summary>Signature algorithms of clients' certificates.</summary>
    public string? ClientSignatureAlgorithms { get; init; }

    /// <summary>Whether the client's order of ciphers counts. Default: the server's.</summary>
    public bool PrefersClientCiphers { get; init; }

    /// <summary>Whether session tickets are used. Default: yes.</summary>
    public bool Tickets { get; init; } = true;

    /// <summary>Protocols by ALPN, in order of preference. Default: none.</summary>
    public ImmutableArray<string> Alpn { get; init; } = [];

    /// <summary>Whether a client whose protocols are all others is refused. Default: it goes on without one.</summary>
    public bool IsAlpnRequired { get; init; }

    /// <summary>What is demanded of the peer's certificate. Default: nothing.</summary>
    public TlsPeerVerify Verify { get; init; }

    /// <summary>Authorities between the peer's certificate and the one that is trusted, at most. Default −1: the
    /// library's limit.</summary>
    public int VerifyDepth { get; init; } = -1;

    /// <summary>Certificates of authorities, PEM; their names are told to clients. Null: none.</summary>
    public TlsFile? Authorities { get; init; }

    /// <summary>More authorities, whose names are not told; null: none.</summary>
    public TlsFile? MoreAuthorities { get; init; }

    /// <summary>Revocation lists, PEM; null: none are looked at.</summary>
    public TlsFile? RevocationLists { get; init; }

    /// <summary>Whether names of authorities are told. Default: yes.</summary>
    public bool SendsAuthorityNames { get; init; } = true;

    /// <summary>Errors (X509_V_ERR_*) above the peer's own certificate that do not matter.</summary>
    public ImmutableArray<int> IgnoredAuthorityErrors { get; init; } = [];

    /// <summary>Errors of the peer's own certificate that do not matter.</summary>
    public ImmutableArray<int> IgnoredCertificateErrors { get; init; } = [];

    /// <summary>
    /// Files of issuers (issuers-chain-path), PEM: a certificate without a chain gets the one whose first certificate
    /// has issued it. Default: none.
    /// </summary>
    public ImmutableArray<TlsFile> Issuers { get; init; } = [];

    /// <summary>Whether authorities that have signed themselves are left out of chains (ssl-skip-self-issued-ca).
    /// Default: no.</summary>
    public bool SkipsSelfIssued { get; init; }

    /// <summary>Parameters of finite-field key exchange, PEM; null: by the size of the key.</summary>
    public TlsFile? DhParameters { get; init; }
}

/// <summary>A file that was read: its name for messages, and its bytes.</summary>
/// <param name="Path">Its name.</param>
/// <param name="Bytes">Its bytes.</param>
public sealed record TlsFile(string Path, byte[] Bytes);

/// <summary>A certificate with its key, for some names.</summary>
/// <param name="Certificate">The certificate and those of its issuers, PEM.</param>
/// <param name="Key">The key, PEM.</param>
public sealed record TlsCertificate(TlsFile Certificate, TlsFile Key)
{
    /// <summary>Certificates with keys of other kinds for the same names: the library takes what the client can
    /// verify. Default: none.</summary>
    public ImmutableArray<(TlsFile Certificate, TlsFile Key)> More { get; init; } = [];

    /// <summary>Passwords that are tried on keys, one after the other. Default: none.</summary>
    public ImmutableArray<byte[]> Passwords { get; init; } = [];

    /// <summary>Clients are refused instead, as if their name were not known; files are not looked at. Default: no.
    /// </summary>
    public bool IsRefused { get; init; }

    /// <summary>Answer of the authority that it is valid (OCSP), DER; null: none is stapled.</summary>
    public TlsFile? OcspResponse { get; init; }

    /// <summary>Timestamps of transparency logs, as they are sent; null: none.</summary>
    public TlsFile? Timestamps { get; init; }

    /// <summary>
    /// Names that it is used for instead of its own: *.example.com for one label, !name for a name that it is not
    /// used for. Empty: its own.
    /// </summary>
    public ImmutableArray<string> Filters { get; init; } = [];

    /// <summary>How TLS is spoken with it.</summary>
    public TlsProfile Profile { get; init; } = new();
}

/// <summary>Chooses a certificate.</summary>
/// <param name="name">The name that the client has sent, as it came; empty: none that could be a host's.</param>
/// <returns>Its place among the certificates.</returns>
public delegate int TlsChoice(ReadOnlySpan<byte> name);

/// <summary>What the TLS connections of a listener have in common.</summary>
/// <param name="Certificates">In order; the first one serves names that no other has.</param>
public sealed record TlsServerOptions(ImmutableArray<TlsCertificate> Certificates)
{
    /// <summary>Whether clients that name no known name are refused. Default: no.</summary>
    public bool IsStrict { get; init; }

    /// <summary>
    /// Chooses by names that are not those of certificates. Each certificate then has its own sessions, and settings in
    /// all. May be called by several threads. Default null: certificates are for their names.
    /// </summary>
    public TlsChoice? Choice { get; init; }

    /// <summary>Sessions that are kept to be resumed by id. Default 20000; 0 keeps none.</summary>
    public int CacheSize { get; init; } = 20_000;

    /// <summary>
    /// The most bytes of a client's hello that expressions see (tune.ssl.capture-buffer-size). Default 0: none is
    /// kept.
    /// </summary>
    public int CaptureSize { get; init; }

    /// <summary>Whether secrets of connections are kept for expressions (tune.ssl.keylog). Default: no.</summary>
    public bool KeepsSecrets { get; init; }

    /// <summary>How long a session may be resumed, in seconds. Default 300.</summary>
    public int LifetimeSeconds { get; init; } = 300;

    /// <summary>
    /// Keys of tickets, of 48 or 80 bytes; the last but one is used for new tickets. Default: one of our own.
    /// </summary>
    public ImmutableArray<byte[]> TicketKeys { get; init; } = [];

    /// <summary>Bits of finite-field key exchange at most when no parameters are given. Default 2048; 0: none.
    /// </summary>
    public int DhBits { get; init; } = 2048;
}
