using Holdfast.Http.H1;
using Holdfast.Nginx.Streams;

namespace Holdfast.Nginx.Requests;

/// <summary>What the engine knows of a request, its connection and its answer.</summary>
public interface IRequestFacts : IConnectionFacts
{
    /// <summary>The head as it came.</summary>
    HeadView Head { get; }

    /// <summary>Whether the connection is encrypted.</summary>
    bool IsTls { get; }

    /// <summary>What a PROXY header has said; null: there was none, or it names nobody.</summary>
    AnnouncedPair? Announced => null;

    /// <summary>Requests on the connection, this one counted.</summary>
    long ConnectionRequests { get; }

    /// <summary>When the first byte of the request was read, in milliseconds since 1970.</summary>
    long BeganAt { get; }

    /// <summary>A number that no other request has.</summary>
    Guid Identity { get; }

    /// <summary>Bytes of the request, head and body.</summary>
    long RequestLength { get; }

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
