using Holdfast.Primitives;

namespace Holdfast.Nginx.Requests;

/// <summary>What the engine knows of a client's connection, whatever is spoken on it.</summary>
public interface IConnectionFacts
{
    /// <summary>The client; none for one of a Unix socket.</summary>
    IpAddress ClientAddress { get; }

    /// <summary>The client's port.</summary>
    int ClientPort { get; }

    /// <summary>Our own address; none for a Unix socket.</summary>
    IpAddress LocalAddress { get; }

    /// <summary>Our own port.</summary>
    int LocalPort { get; }

    /// <summary>Number of the connection in the process, from 1.</summary>
    long ConnectionNumber { get; }

    /// <summary>When the connection was accepted, in milliseconds since 1970.</summary>
    long ConnectedAt { get; }

    /// <summary>The present, in milliseconds since 1970.</summary>
    long Now { get; }

    /// <summary>Local time less UTC, in seconds.</summary>
    int UtcOffset { get; }

    /// <summary>Status of the answer or of the session; 0: there is none yet.</summary>
    int Status { get; }

    /// <summary>Bytes that were sent to the client.</summary>
    long BytesSent { get; }
}
