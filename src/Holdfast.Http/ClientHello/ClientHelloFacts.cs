namespace Holdfast.Http.ClientHello;

/// <summary>What a TLS client says in the clear before anything is agreed (RFC 8446 section 4.1.2).</summary>
/// <param name="RecordVersion">Version of the record layer: 0x0301 for nearly all.</param>
/// <param name="LegacyVersion">client_version: 0x0303 from TLS 1.2 on.</param>
/// <param name="HighestVersion">
/// The highest of supported_versions, unknown ones (GREASE) left out, or <paramref name="LegacyVersion"/> without it.
/// </param>
/// <param name="ServerName">Where the first host_name of server_name stands in the input; empty without one.</param>
/// <param name="Protocols">
/// Where the list of application_layer_protocol_negotiation stands, without its length: <see cref="AlpnList"/> reads
/// it.
/// </param>
/// <param name="CipherSuites">Where the cipher suites stand, two bytes each.</param>
/// <param name="HasSessionTicket">Whether there is a session_ticket or pre_shared_key extension.</param>
public readonly record struct ClientHelloFacts(
    ushort RecordVersion, ushort LegacyVersion, ushort HighestVersion, Range ServerName, Range Protocols,
    Range CipherSuites, bool HasSessionTicket)
{
    /// <summary>Whether it names elliptic curves (supported_groups, RFC 8422 section 5.1).</summary>
    public bool HasCurves { get; init; }
}

/// <summary>How a look at a client's first bytes ended.</summary>
public enum ClientHelloOutcome : byte
{
    /// <summary>Right so far, but not all there.</summary>
    NeedMore,

    /// <summary>A whole ClientHello.</summary>
    Done,

    /// <summary>It is not TLS.</summary>
    NotTls,

    /// <summary>It is TLS, but its ClientHello is wrong or longer than the bound.</summary>
    Malformed,

    /// <summary>
    /// Well-formed, but spread over several records: nothing of it can be shown in place. Its servers terminate.
    /// </summary>
    Fragmented,
}
