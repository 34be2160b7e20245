using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;

namespace Holdfast.Proxy.Http;

/// <summary>What one request and its response need beyond their session: rented while they last, used again.</summary>
internal sealed class HttpExchange
{
    internal HttpExchange()
    {
        Source = new ExchangeSource(this);
        Reset();
    }

    internal H1Head Request { get; } = new(H1Limits.Default, H1Leniency.HAProxy);

    internal H1Head Response { get; } = new(H1Limits.Default, H1Leniency.HAProxyResponse);

    internal H1Head Trailers { get; } = new(H1Limits.Default, H1Leniency.HAProxy);

    internal ChunkDecoder RequestChunks;

    internal ChunkDecoder ResponseChunks;

    internal ResponseContext Context { get; set; }

    internal UpgradeOffer Offer { get; set; }

    /// <summary>What rules and formats see; null: nobody has looked yet.</summary>
    internal RequestContext? Subject { get; set; }

    /// <summary>Whether that is the connection's, and not the exchange's own.</summary>
    internal bool IsShared { get; set; }

    /// <summary>Where they see it.</summary>
    internal ExchangeSource Source { get; }

    /// <summary>Keys that its server is to be remembered by.</summary>
    internal StickStores Stores { get; } = new();

    /// <summary>When its steps were reached.</summary>
    internal ExchangeTimes Times;

    /// <summary>How it ends, for logs: who has ended it, when, and what of cookies.</summary>
    internal Termination End;

    internal void Reset()
    {
        Request.Reset();
        Response.Reset();
        Trailers.Reset();
        RequestChunks = default;
        ResponseChunks = new(H1Leniency.HAProxyResponse);
        Times = default;
        End = Termination.None;
        Source.Detach();
        Stores.Clear();
    }
}
