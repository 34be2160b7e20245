using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;

namespace Holdfast.Proxy.Http;

/// <summary>What one request and its response need beyond their session: rented while they last, used again.</summary>
internal sealed class HttpExchange
{
    internal HttpExchange(H1Limits limits)
    {
        Request = new(limits, H1Leniency.HAProxy);
        Response = new(limits, H1Leniency.HAProxyResponse);
        Trailers = new(limits, H1Leniency.HAProxy);
        Source = new ExchangeSource(this);
        Reset();
    }

    internal H1Head Request { get; }

    internal H1Head Response { get; }

    internal H1Head Trailers { get; }

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
        if (Subject is { } subject)
        {
            subject.Session = null;
        }
        Stores.Clear();
    }
}
