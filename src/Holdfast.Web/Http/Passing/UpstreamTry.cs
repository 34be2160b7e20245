namespace Holdfast.Web.Http.Passing;

/// <summary>One attempt to have a request answered by a peer: what <c>$upstream_…</c> variables say of it.</summary>
internal struct UpstreamTry
{
    /// <summary>Where, or the name of the upstream when no peer was live; null: behind it another server was asked
    /// (an internal redirect).</summary>
    internal byte[]? Peer;

    /// <summary>When it began, in milliseconds of the loop's clock.</summary>
    internal long Began;

    /// <summary>Milliseconds until it was connected; −1: it was not.</summary>
    internal long ConnectTime;

    /// <summary>Milliseconds until the head of the answer was there; −1: there was none.</summary>
    internal long HeaderTime;

    /// <summary>Milliseconds until its end.</summary>
    internal long ResponseTime;

    /// <summary>Status; 0: there was none.</summary>
    internal int Status;

    /// <summary>Bytes of the body.</summary>
    internal long ResponseLength;

    /// <summary>Bytes that were sent to it.</summary>
    internal long BytesSent;

    /// <summary>Bytes that came from it.</summary>
    internal long BytesReceived;
}
