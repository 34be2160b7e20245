namespace Holdfast.Proxy.Http;

/// <summary>Counters of an HTTP frontend in one loop.</summary>
public struct HttpCounters
{
    /// <summary>Client connections.</summary>
    public long SessionCount { get; internal set; }

    /// <summary>Requests whose head was understood.</summary>
    public long RequestCount { get; internal set; }

    /// <summary>Requests that were refused.</summary>
    public long RefusedCount { get; internal set; }

    /// <summary>Responses that we have made because there was none: 502, 503, 504.</summary>
    public long FailedCount { get; internal set; }

    /// <summary>Connections to servers that were opened.</summary>
    public long ConnectCount { get; internal set; }

    /// <summary>Requests that went over an idle connection.</summary>
    public long ReuseCount { get; internal set; }

    /// <summary>Requests that were tried again.</summary>
    public long RetryCount { get; internal set; }

    /// <summary>Bytes from clients.</summary>
    public long BytesIn { get; internal set; }

    /// <summary>Bytes to clients.</summary>
    public long BytesOut { get; internal set; }
}
