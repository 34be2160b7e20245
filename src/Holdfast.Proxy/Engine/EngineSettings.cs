using Holdfast.Http.H1;

namespace Holdfast.Proxy.Engine;

/// <summary>Sizes and limits of one event loop.</summary>
public sealed record EngineSettings
{
    /// <summary>Bytes of a buffer, and so the largest message head. Default 16384, HAProxy's tune.bufsize.</summary>
    public int BufferSize { get; init; } = 16384;

    /// <summary>Largest heads of messages. Default: HAProxy's, which fit into a buffer of the default size.</summary>
    public H1Limits Heads { get; init; } = H1Limits.Default;

    /// <summary>Bytes of a request line that logs keep, and one: tune.http.logurilen. Default 1024.</summary>
    public int LogLineMax { get; init; } = 1024;

    /// <summary>Buffers at most: then receiving waits. Default 16384 (256 MiB), at most 65536.</summary>
    public int BuffersMax { get; init; } = 16384;

    /// <summary>Connections at most, both sides together. Default 65536.</summary>
    public int ConnectionsMax { get; init; } = 65536;

    /// <summary>Connections taken from one listener in one turn. Default 64.</summary>
    public int AcceptsPerTurn { get; init; } = 64;

    /// <summary>
    /// Buffers that are received, and sent, in one go on a connection with much data. Default 8, at most 8; fewer
    /// when buffers become scarce.
    /// </summary>
    public int BurstMax { get; init; } = 8;
}
