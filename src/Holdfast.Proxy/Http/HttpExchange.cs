using Holdfast.Http.H1;

namespace Holdfast.Proxy.Http;

/// <summary>What one request and its response need beyond their session: rented while they last, used again.</summary>
internal sealed class HttpExchange
{
    internal H1Head Request { get; } = new(H1Limits.Default, H1Leniency.HAProxy);

    internal H1Head Response { get; } = new(H1Limits.Default, H1Leniency.HAProxy);

    internal H1Head Trailers { get; } = new(H1Limits.Default, H1Leniency.HAProxy);

    internal ChunkDecoder RequestChunks;

    internal ChunkDecoder ResponseChunks;

    internal ResponseContext Context { get; set; }

    internal UpgradeOffer Offer { get; set; }

    internal void Reset()
    {
        Request.Reset();
        Response.Reset();
        Trailers.Reset();
        RequestChunks = default;
        ResponseChunks = default;
    }
}
