namespace Holdfast.Web.Streams;

/// <summary>How sessions of stream end: <c>$status</c>.</summary>
internal static class StreamStatus
{
    /// <summary>It has ended as sessions do.</summary>
    internal const int Ok = 200;

    /// <summary>The client has sent something wrong.</summary>
    internal const int Bad = 400;

    /// <summary>The client may not come.</summary>
    internal const int Forbidden = 403;

    /// <summary>Something of ours went wrong.</summary>
    internal const int Internal = 500;

    /// <summary>No server could be reached.</summary>
    internal const int BadGateway = 502;

    /// <summary>There are too many.</summary>
    internal const int Unavailable = 503;
}
