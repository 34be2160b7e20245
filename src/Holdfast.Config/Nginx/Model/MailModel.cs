using System.Collections.Immutable;
using Holdfast.Config.Nginx.Binding;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Model;

/// <summary>The mail block.</summary>
public sealed record MailModel
{
    /// <summary>Servers in the order of the file.</summary>
    public ImmutableArray<MailServer> Servers { get; init; } = [];

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }
}

/// <summary>A protocol of mail.</summary>
public enum MailProtocol : byte
{
    /// <summary>Not known: the file is wrong.</summary>
    Unknown,

    /// <summary>POP3.</summary>
    Pop3,

    /// <summary>IMAP.</summary>
    Imap,

    /// <summary>SMTP.</summary>
    Smtp,
}

/// <summary>A server of mail.</summary>
public sealed record MailServer
{
    /// <summary>Where it listens; at least one.</summary>
    public ImmutableArray<HttpListen> Listens { get; init; } = [];

    /// <summary><c>protocol</c>, or what the port says.</summary>
    public MailProtocol Protocol { get; init; }

    /// <summary>Its settings, those of mail inherited.</summary>
    public required MailSettings Settings { get; init; }

    /// <summary>Where it stands.</summary>
    public required SourceSpan Span { get; init; }
}

/// <summary>Who is asked about logins: <c>auth_http</c>.</summary>
/// <param name="Written">As written, without "http://".</param>
/// <param name="Host">Name or address, or the path with <paramref name="IsUnix"/>.</param>
/// <param name="Port">The port. Default 80.</param>
/// <param name="IsUnix">Whether it is a socket of the file system.</param>
/// <param name="Uri">What is asked for. Default "/".</param>
public sealed record MailAuthority(string Written, string Host, int Port, bool IsUnix, string Uri);

/// <summary>What holds at a server of mail.</summary>
public sealed record MailSettings
{
    /// <summary><c>server_name</c>; null: the host's.</summary>
    public string? Name { get; init; }

    /// <summary><c>timeout</c>, for a command. Default 60 s.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary><c>max_errors</c>: commands that are none. Default 5.</summary>
    public int ErrorsMax { get; init; }

    /// <summary><c>auth_http</c>; null: the file is wrong.</summary>
    public MailAuthority? Authority { get; init; }

    /// <summary><c>auth_http_header</c> lines.</summary>
    public ImmutableArray<(string Name, string Value)> AuthHeaders { get; init; } = [];

    /// <summary><c>auth_http_timeout</c>. Default 60 s.</summary>
    public TimeSpan AuthTimeout { get; init; }

    /// <summary><c>imap_auth</c>, <c>pop3_auth</c> or <c>smtp_auth</c>, in lower case.</summary>
    public ImmutableArray<string> Methods { get; init; } = [];

    /// <summary><c>imap_capabilities</c>, <c>pop3_capabilities</c> or <c>smtp_capabilities</c>.</summary>
    public ImmutableArray<string> Capabilities { get; init; } = [];

    /// <summary><c>smtp_greeting_delay</c>. Default zero.</summary>
    public TimeSpan GreetingDelay { get; init; }

    /// <summary><c>proxy_pass_error_message</c>. Default false.</summary>
    public bool PassesErrors { get; init; }

    /// <summary><c>proxy_protocol</c>: version of the header; 0: none.</summary>
    public int HeaderVersion { get; init; }

    /// <summary><c>proxy_smtp_auth</c>. Default false.</summary>
    public bool LogsIn { get; init; }

    /// <summary><c>proxy_timeout</c>. Default 24 h.</summary>
    public TimeSpan ProxyTimeout { get; init; }

    /// <summary><c>xclient</c>. Default true.</summary>
    public bool NamesClient { get; init; }

    /// <summary><c>starttls</c>: off, on or only. Default off.</summary>
    public required string StartTls { get; init; }

    /// <summary>TLS towards clients.</summary>
    public required TlsSettings Tls { get; init; }

    /// <summary><c>error_log</c> lines; none: those of the top level.</summary>
    public ImmutableArray<ErrorLog> ErrorLogs { get; init; } = [];

    /// <summary><c>set_real_ip_from</c> alone.</summary>
    public required AccessSettings Access { get; init; }

    internal static MailSettings Read(SettingReader from, MailProtocol protocol, MailAuthority? authority) => new()
    {
        Name = from.Text("server_name"),
        Timeout = from.Time("timeout", TimeSpan.FromSeconds(60)),
        ErrorsMax = from.Number("max_errors", 5),
        Authority = authority,
        AuthHeaders = [.. from.Nearest("auth_http_header").Select(static d => (d[0], d[1]))],
        AuthTimeout = from.Time("auth_http_timeout", TimeSpan.FromSeconds(60)),
        Methods = [.. (protocol switch
        {
            MailProtocol.Imap => from.Words("imap_auth", ["plain"]),
            MailProtocol.Smtp => from.Words("smtp_auth", ["plain", "login"]),
            _ => from.Words("pop3_auth", ["plain"]),
        }).Select(static word => word.ToLowerInvariant())],
        Capabilities = protocol switch
        {
            MailProtocol.Imap => from.Words("imap_capabilities", ["IMAP4", "IMAP4rev1", "UIDPLUS"]),
            MailProtocol.Smtp => from.Words("smtp_capabilities"),
            _ => from.Words("pop3_capabilities", ["TOP", "USER", "UIDL"]),
        },
        GreetingDelay = from.Time("smtp_greeting_delay", TimeSpan.Zero),
        PassesErrors = from.Flag("proxy_pass_error_message", false),
        HeaderVersion = from.Choice("proxy_protocol", "off") switch { "on" => 1, "v2" => 2, _ => 0 },
        LogsIn = from.Flag("proxy_smtp_auth", false),
        ProxyTimeout = from.Time("proxy_timeout", TimeSpan.FromHours(24)),
        NamesClient = from.Flag("xclient", true),
        StartTls = from.Choice("starttls", "off"),
        Tls = TlsSettings.Read(from),
        ErrorLogs = from.List(LineReaders.ErrorLog, "error_log"),
        Access = AccessSettings.Read(from),
    };
}
