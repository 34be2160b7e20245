namespace Holdfast.Proxy.Options;

/// <summary>How long is waited, in milliseconds; negative: for ever. The names are haproxy.cfg's.</summary>
public sealed record TimeoutOptions
{
    /// <summary>For a connection to a server. Default: for ever, as all of these.</summary>
    public long Connect { get; init; } = -1;

    /// <summary>For a client that neither sends nor takes data.</summary>
    public long Client { get; init; } = -1;

    /// <summary>For a client's PROXY header and TLS handshake; null: <see cref="Client"/>.</summary>
    public long? ClientHandshake { get; init; }

    /// <summary>For a server that neither sends nor takes data.</summary>
    public long Server { get; init; } = -1;

    /// <summary>Replaces both once data have gone both ways, or a connection was upgraded.</summary>
    public long Tunnel { get; init; } = -1;

    /// <summary>Replaces <see cref="Client"/> once one direction has ended.</summary>
    public long ClientFin { get; init; } = -1;

    /// <summary>Replaces <see cref="Server"/> once one direction has ended.</summary>
    public long ServerFin { get; init; } = -1;

    /// <summary>From the first byte of a request, or from the connection, to the end of its head.</summary>
    public long HttpRequest { get; init; } = -1;

    /// <summary>For a turn in a queue; negative: for ever.</summary>
    public long Queue { get; init; } = -1;

    /// <summary>For the next request on a connection; negative: as <see cref="HttpRequest"/>, or Client.</summary>
    public long HttpKeepAlive { get; init; } = -1;

    internal long Handshake => ClientHandshake ?? Client;
}
