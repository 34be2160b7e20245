namespace Holdfast.Proxy.Tcp;

/// <summary>What a session is waiting for.</summary>
internal enum SessionPhase : byte
{
    /// <summary>For data that rules of the frontend want to see.</summary>
    FrontendRules,

    /// <summary>For data that rules of the backend want to see.</summary>
    BackendRules,

    /// <summary>For a server with room.</summary>
    Queue,

    /// <summary>For its turn to try a server again.</summary>
    Turnaround,

    /// <summary>For the server's connection.</summary>
    Connecting,

    /// <summary>For data of the server that rules want to see.</summary>
    ResponseRules,

    /// <summary>For nothing but bytes.</summary>
    Relaying,

    /// <summary>It is over.</summary>
    Ended,
}
