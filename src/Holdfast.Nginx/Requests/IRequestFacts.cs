using Holdfast.Http.H1;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Requests;

/// <summary>What the engine knows of a request, its connection and its answer.</summary>
public interface IRequestFacts
{
    /// <summary>The head as it came.</summary>
    HeadView Head { get; }

    /// <summary>The client; none for one of a Unix socket.</summary>
    IpAddress ClientAddress { get; }

    /// <summary>The client's port.</summary>
    int ClientPort { get; }

    /// <summary>Our own address; none for a Unix socket.</summary>
    IpAddress LocalAddress { get; }

    /// <summary>Our own port.</summary>
    int LocalPort { get; }

    /// <summary>Whether the connection is encrypted.</summary>
    bool IsTls { get; }

    /// <summary>Number of the connection in the process, from 1.</summary>
    long ConnectionNumber { get; }

    /// <summary>Requests on the connection, this one counted.</summary>
    long ConnectionRequests { get; }

    /// <summary>When the connection was accepted, in milliseconds since 1970.</summary>
    long ConnectedAt { get; }

    /// <summary>When the first byte of the request was read, in milliseconds since 1970.</summary>
    long BeganAt { get; }

    /// <summary>The present, in milliseconds since 1970.</summary>
    long Now { get; }

    /// <summary>Local time less UTC, in seconds.</summary>
    int UtcOffset { get; }

    /// <summary>A number that no other request has.</summary>
    Guid Identity { get; }

    /// <summary>Bytes of the request, head and body.</summary>
    long RequestLength { get; }

    /// <summary>Status of the answer; 0: there is none yet.</summary>
    int Status { get; }

    /// <summary>Bytes of the answer that were sent.</summary>
    long BytesSent { get; }

    /// <summary>The same without its head.</summary>
    long BodyBytesSent { get; }

    /// <summary>Whether the whole answer was sent.</summary>
    bool IsComplete { get; }

    /// <summary>Whether the request had come before the answer to the one before it was sent.</summary>
    bool IsPipelined { get; }

    /// <summary>A field of the answer.</summary>
    /// <param name="name">Its name in lower case.</param>
    /// <param name="value">Its value; several are joined by ", ".</param>
    bool TryGetSent(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
}
