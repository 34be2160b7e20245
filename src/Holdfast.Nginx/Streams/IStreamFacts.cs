using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Streams;

/// <summary>What the engine knows of a session of stream.</summary>
public interface IStreamFacts : IConnectionFacts
{
    /// <summary>Whether it is one of datagrams.</summary>
    bool IsUdp { get; }

    /// <summary>Bytes that came from the client.</summary>
    long BytesReceived { get; }

    /// <summary>First name of the server: <c>$server_name</c>.</summary>
    ReadOnlySpan<byte> ServerName { get; }

    /// <summary>The client before <c>set_real_ip_from</c> has replaced it.</summary>
    IpAddress RealAddress { get; }

    /// <summary>Its port.</summary>
    int RealPort { get; }

    /// <summary>Both ends as a PROXY header has named them; null: there was none.</summary>
    AnnouncedPair? Announced { get; }

    /// <summary>What became of <c>limit_conn</c>; empty: there is none.</summary>
    ReadOnlySpan<byte> LimitStatus { get; }

    /// <summary>What a ClientHello has shown that goes on to the server: <c>ssl_preread</c>.</summary>
    HelloFacts Hello { get; }

    /// <summary>Servers that were tried, in order.</summary>
    ReadOnlySpan<StreamTry> Tries { get; }

    /// <summary>A fact of the client's TLS.</summary>
    /// <param name="name">Name of the variable, in lower case, without dollar.</param>
    /// <param name="arena">Where a text is kept that is made.</param>
    /// <param name="value">The fact.</param>
    /// <returns>Whether there is such a fact.</returns>
    bool TryReadTls(string name, TextArena arena, out ReadOnlySpan<byte> value);
}

/// <summary>Both ends as a PROXY header names them.</summary>
/// <param name="Source">The client.</param>
/// <param name="SourcePort">Its port.</param>
/// <param name="Destination">Where it has connected to.</param>
/// <param name="DestinationPort">Its port.</param>
/// <param name="Extensions">The TLVs of a header of version 2, as they came.</param>
public sealed record AnnouncedPair(
    IpAddress Source, int SourcePort, IpAddress Destination, int DestinationPort, byte[] Extensions);

/// <summary>What a ClientHello shows. Used again for another one.</summary>
public sealed class HelloFacts
{
    /// <summary>Version that the client offers: "TLSv1.3"; empty: it does not speak TLS.</summary>
    public ReadOnlyMemory<byte> Protocol { get; set; }

    /// <summary>Name of the server that is asked for; empty: none.</summary>
    public ReadOnlyMemory<byte> ServerName { get; set; }

    /// <summary>Protocols of ALPN, with commas between them; empty: none.</summary>
    public ReadOnlyMemory<byte> Protocols { get; set; }

    /// <summary>Whether a ClientHello was looked for.</summary>
    public bool IsLookedAt { get; set; }

    /// <summary>Forgets it.</summary>
    public void Clear()
    {
        Protocol = ServerName = Protocols = default;
        IsLookedAt = false;
    }
}

/// <summary>A server that was tried for a session.</summary>
public struct StreamTry
{
    /// <summary>Its address: "127.0.0.1:80"; of none that lives, the name of the upstream.</summary>
    public byte[] Address { get; set; }

    /// <summary>Bytes that went there.</summary>
    public long BytesSent { get; set; }

    /// <summary>Bytes that came from there.</summary>
    public long BytesReceived { get; set; }

    /// <summary>Milliseconds until the connection stood; −1: it never did.</summary>
    public long ConnectMilliseconds { get; set; }

    /// <summary>Milliseconds until its first byte; −1: none came.</summary>
    public long FirstByteMilliseconds { get; set; }

    /// <summary>Milliseconds until it was left; −1: it is still in use.</summary>
    public long Milliseconds { get; set; }
}
