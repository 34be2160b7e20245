using System.Collections.Immutable;
using Holdfast.Config.Nginx.Binding;

namespace Holdfast.Config.Nginx.Model;

/// <summary>TLS towards clients; paths are relative to the directory of the file.</summary>
public sealed record TlsSettings
{
    /// <summary><c>ssl_certificate</c> lines.</summary>
    public ImmutableArray<ComplexText> Certificates { get; init; } = [];

    /// <summary><c>ssl_certificate_key</c> lines, one for each certificate.</summary>
    public ImmutableArray<ComplexText> CertificateKeys { get; init; } = [];

    /// <summary><c>ssl_password_file</c>; null: none.</summary>
    public string? PasswordFile { get; init; }

    /// <summary><c>ssl_protocols</c>. Default TLSv1.2 TLSv1.3.</summary>
    public ImmutableArray<string> Protocols { get; init; } = [];

    /// <summary><c>ssl_ciphers</c>. Default HIGH:!aNULL:!MD5.</summary>
    public required string Ciphers { get; init; }

    /// <summary><c>ssl_prefer_server_ciphers</c>. Default false.</summary>
    public bool PrefersServerCiphers { get; init; }

    /// <summary><c>ssl_ecdh_curve</c>. Default auto.</summary>
    public required string Curves { get; init; }

    /// <summary><c>ssl_dhparam</c>; null: none.</summary>
    public string? DhParameters { get; init; }

    /// <summary><c>ssl_session_cache</c>: its words. Default none.</summary>
    public ImmutableArray<string> SessionCache { get; init; } = [];

    /// <summary><c>ssl_session_timeout</c>. Default 5 min.</summary>
    public TimeSpan SessionTimeout { get; init; }

    /// <summary><c>ssl_session_tickets</c>. Default true.</summary>
    public bool HasTickets { get; init; }

    /// <summary><c>ssl_session_ticket_key</c> lines.</summary>
    public ImmutableArray<string> TicketKeys { get; init; } = [];

    /// <summary><c>ssl_verify_client</c>: off, on, optional or optional_no_ca. Default off.</summary>
    public required string VerifyClient { get; init; }

    /// <summary><c>ssl_verify_depth</c>. Default 1.</summary>
    public int VerifyDepth { get; init; }

    /// <summary><c>ssl_client_certificate</c>; null: none.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary><c>ssl_trusted_certificate</c>; null: none.</summary>
    public string? TrustedCertificate { get; init; }

    /// <summary><c>ssl_crl</c>; null: none.</summary>
    public string? RevocationList { get; init; }

    /// <summary><c>ssl_buffer_size</c> in bytes. Default 16 KiB.</summary>
    public long BufferBytes { get; init; }

    /// <summary><c>ssl_reject_handshake</c>. Default false.</summary>
    public bool RejectsHandshake { get; init; }

    /// <summary><c>ssl_stapling</c>. Default false.</summary>
    public bool Staples { get; init; }

    /// <summary><c>ssl_stapling_file</c>; null: none.</summary>
    public string? StaplingFile { get; init; }

    /// <summary><c>ssl_early_data</c>. Default false.</summary>
    public bool HasEarlyData { get; init; }

    internal static TlsSettings Read(SettingReader from) => new()
    {
        Certificates = from.Complexes("ssl_certificate"),
        CertificateKeys = from.Complexes("ssl_certificate_key"),
        PasswordFile = from.Text("ssl_password_file"),
        Protocols = from.Words("ssl_protocols", ["TLSv1.2", "TLSv1.3"]),
        Ciphers = from.Text("ssl_ciphers") ?? "HIGH:!aNULL:!MD5",
        PrefersServerCiphers = from.Flag("ssl_prefer_server_ciphers", false),
        Curves = from.Text("ssl_ecdh_curve") ?? "auto",
        DhParameters = from.Text("ssl_dhparam"),
        SessionCache = from.Words("ssl_session_cache", ["none"]),
        SessionTimeout = from.Seconds("ssl_session_timeout", TimeSpan.FromMinutes(5)),
        HasTickets = from.Flag("ssl_session_tickets", true),
        TicketKeys = from.Words("ssl_session_ticket_key"),
        VerifyClient = from.Choice("ssl_verify_client", "off"),
        VerifyDepth = from.Number("ssl_verify_depth", 1),
        ClientCertificate = from.Text("ssl_client_certificate"),
        TrustedCertificate = from.Text("ssl_trusted_certificate"),
        RevocationList = from.Text("ssl_crl"),
        BufferBytes = from.Bytes("ssl_buffer_size", 16 << 10),
        RejectsHandshake = from.Flag("ssl_reject_handshake", false),
        Staples = from.Flag("ssl_stapling", false),
        StaplingFile = from.Text("ssl_stapling_file"),
        HasEarlyData = from.Flag("ssl_early_data", false),
    };
}
