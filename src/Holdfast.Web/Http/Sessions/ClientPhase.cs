namespace Holdfast.Web.Http.Sessions;

/// <summary>What goes on on a client's connection.</summary>
internal enum ClientPhase : byte
{
    /// <summary>The PROXY header is read.</summary>
    Header,

    /// <summary>Nothing has come that shows whether the client speaks TLS.</summary>
    Greeting,

    /// <summary>Hands are shaken.</summary>
    Handshake,

    /// <summary>It waits for a request, of which nothing has come.</summary>
    Waiting,

    /// <summary>A part of a head has come.</summary>
    Head,

    /// <summary>A request is worked on.</summary>
    Request,

    /// <summary>The answer is given, and leaves.</summary>
    Leaving,

    /// <summary>The answer has left; the rest of the request's body is read and dropped, then it goes on.</summary>
    Discarding,

    /// <summary>It ends as soon as all has left; what it still sends is dropped.</summary>
    Ending,

    /// <summary>Bytes go both ways.</summary>
    Tunnel,

    /// <summary>It is closed.</summary>
    Closed,
}
