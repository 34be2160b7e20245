using System.Collections.Immutable;

namespace Holdfast.Config.Keepalived.Model;

/// <summary>Version of HTTP that a check speaks.</summary>
public enum HttpCheckProtocol : byte
{
    /// <summary>1.0, the default.</summary>
    Http10,

    /// <summary>1.0 with "Connection: close".</summary>
    Http10Close,

    /// <summary>1.1, which has a host name and "Connection: close".</summary>
    Http11,
}

/// <summary>A range of status codes.</summary>
/// <param name="First">The first, 100 to 599.</param>
/// <param name="Last">The last, not less.</param>
public readonly record struct StatusRange(int First, int Last)
{
    /// <summary>Whether a code lies in it.</summary>
    public bool Contains(int code) => code >= First && code <= Last;
}

/// <summary>Options of a <c>regex</c>, in the words of PCRE2.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="IsForbidden"><c>regex_no_match</c>: the body must not match.</param>
/// <param name="Options"><c>regex_options</c>, in lower case, such as "caseless".</param>
/// <param name="OffsetMin"><c>regex_min_offset</c>: byte of the body where matching begins. Default 0.</param>
/// <param name="OffsetMax"><c>regex_max_offset</c>: a match must not begin after this byte; 0: anywhere.</param>
/// <param name="StackStart"><c>regex_stack</c>, bytes at first; 0: PCRE2's own.</param>
/// <param name="StackMax"><c>regex_stack</c>, bytes at most; 0: PCRE2's own.</param>
public sealed record HttpRegexModel(
    string Pattern, bool IsForbidden, ImmutableArray<string> Options, long OffsetMin, long OffsetMax,
    long StackStart, long StackMax);

/// <summary>One <c>url</c> of an HTTP check.</summary>
public sealed record HttpUrlModel
{
    /// <summary><c>path</c>.</summary>
    public required string Path { get; init; }

    /// <summary><c>virtualhost</c> here, of the check, the server or the service; null: the address.</summary>
    public string? VirtualHost { get; init; }

    /// <summary><c>digest</c>: MD5 of the body, 16 bytes; empty: not compared.</summary>
    public ImmutableArray<byte> Digest { get; init; } = [];

    /// <summary><c>status_code</c>. Default 200–299.</summary>
    public ImmutableArray<StatusRange> StatusCodes { get; init; } = [new(200, 299)];

    /// <summary><c>regex</c>; null: none.</summary>
    public HttpRegexModel? Regex { get; init; }

    /// <summary><c>tls_compliant</c>: TLS has to be ended properly.</summary>
    public bool TlsCompliant { get; init; }
}

/// <summary><c>HTTP_GET</c> and <c>SSL_GET</c>: the answers to one or more URLs are right.</summary>
public sealed record HttpCheckModel : NetworkCheckerModel
{
    /// <inheritdoc/>
    public override string Keyword => IsTls ? "SSL_GET" : "HTTP_GET";

    /// <summary>Whether it is <c>SSL_GET</c>.</summary>
    public bool IsTls { get; init; }

    /// <summary><c>http_protocol</c>. Default 1.0.</summary>
    public HttpCheckProtocol Protocol { get; init; }

    /// <summary><c>fast_recovery</c>: no delay between URLs while the server is coming up.</summary>
    public bool FastRecovery { get; init; }

    /// <summary><c>enable_sni</c>: the host name is sent in the TLS handshake.</summary>
    public bool EnableSni { get; init; }

    /// <summary><c>sni_name</c>; null: the virtual host.</summary>
    public string? SniName { get; init; }

    /// <summary>What is fetched, one after the other; at least one.</summary>
    public ImmutableArray<HttpUrlModel> Urls { get; init; } = [];
}
