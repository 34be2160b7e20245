namespace Holdfast.Proxy.Tls;

/// <summary>Why a handshake failed.</summary>
internal enum TlsHandshakeError : byte
{
    /// <summary>No common version, an alert of the peer, no TLS at all, an end in the middle.</summary>
    Failed,

    /// <summary>The peer has ended before it said hello.</summary>
    ClosedSilently,

    /// <summary>The connection has failed before the peer said hello.</summary>
    Reset,

    /// <summary>No authority of the peer's certificate is known.</summary>
    Authority,

    /// <summary>The peer's certificate is not good.</summary>
    Certificate,
}
