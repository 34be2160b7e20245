namespace Holdfast.Http.H1;

/// <summary>What the Connection, Upgrade and Expect fields of a message say, and what follows from them.</summary>
[Flags]
public enum ConnectionFacts : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Connection names "close".</summary>
    Close = 1,

    /// <summary>Connection names "keep-alive".</summary>
    KeepAlive = 2,

    /// <summary>Connection names "upgrade", and there is an Upgrade field.</summary>
    Upgrade = 4,

    /// <summary>The upgrade is to "websocket".</summary>
    WebSocket = 8,

    /// <summary>"Expect: 100-continue" on HTTP/1.1, with a body to come.</summary>
    ExpectsContinue = 16,

    /// <summary>An expectation that is not 100-continue.</summary>
    ExpectsOther = 32,

    /// <summary>TE names "trailers", in HTTP/1.1.</summary>
    TakesTrailers = 64,

    /// <summary>Connection names "TE".</summary>
    NamesTe = 256,

    /// <summary>Framing was settled by leniency: the connection must not be used again.</summary>
    MustClose = 128,
}
