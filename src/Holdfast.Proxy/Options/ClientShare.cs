using Holdfast.Primitives;

namespace Holdfast.Proxy.Options;

/// <summary>A PROXY protocol header towards a server.</summary>
public enum ProxyHeaderVersion : byte
{
    /// <summary>None is sent.</summary>
    None,

    /// <summary>Text.</summary>
    One,

    /// <summary>Binary.</summary>
    Two,
}

/// <summary>Extensions of a header of version 2.</summary>
[Flags]
public enum ProxyHeaderExtensions : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A checksum.</summary>
    Checksum = 1,

    /// <summary>The id of the request or connection.</summary>
    UniqueId = 2,

    /// <summary>The name that the client has asked for.</summary>
    Authority = 4,

    /// <summary>Facts of the client's TLS.</summary>
    Tls = 8,

    /// <summary>With them, the common name of its certificate.</summary>
    CommonName = 16,

    /// <summary>With them, the cipher.</summary>
    Cipher = 32,

    /// <summary>With them, the signature algorithm of our certificate.</summary>
    Signature = 64,

    /// <summary>With them, the key algorithm of our certificate.</summary>
    Key = 128,
}

/// <summary>What is used as the source of connections to a server.</summary>
public enum ClientSource : byte
{
    /// <summary>What is configured.</summary>
    None,

    /// <summary>The client's address (usesrc clientip).</summary>
    Address,

    /// <summary>The client's address and port (usesrc client).</summary>
    AddressAndPort,

    /// <summary>The address of a field of the request (usesrc hdr_ip).</summary>
    Field,
}

/// <summary>
/// What of a client's connection the one to the server has. With any of it, no other client's requests may use that
/// one.
/// </summary>
public sealed record ClientShare
{
    /// <summary>Nothing.</summary>
    public static ClientShare None { get; } = new();

    /// <summary>The header that is sent first.</summary>
    public ProxyHeaderVersion Header { get; init; }

    /// <summary>What a header of version 2 says besides the addresses.</summary>
    public ProxyHeaderExtensions Extensions { get; init; }

    /// <summary>Whether the server is where the client has connected to.</summary>
    public bool IsDestination { get; init; }

    /// <summary>Whether its port is the client's destination port, plus <see cref="PortOffset"/>.</summary>
    public bool HasPort { get; init; }

    /// <summary>What is added to the client's destination port.</summary>
    public int PortOffset { get; init; }

    /// <summary>Where connections come from.</summary>
    public ClientSource Source { get; init; }

    /// <summary>Source ports are taken from here on; 0: the kernel chooses.</summary>
    public int FirstSourcePort { get; init; }

    /// <summary>The last source port.</summary>
    public int LastSourcePort { get; init; }

    /// <summary>Whether the client's addresses are needed.</summary>
    public bool NeedsEnds => Header != ProxyHeaderVersion.None || IsDestination || HasPort
        || Source != ClientSource.None;
}

/// <summary>Both ends of a client's connection; none: a Unix socket.</summary>
/// <param name="Source">The client.</param>
/// <param name="SourcePort">Its port.</param>
/// <param name="Destination">Where it has connected to.</param>
/// <param name="DestinationPort">Its port.</param>
public readonly record struct ClientEnds(
    IpAddress Source, int SourcePort, IpAddress Destination, int DestinationPort);
