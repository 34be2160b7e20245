namespace Holdfast.Http.H1;

/// <summary>What is answered to a refused message.</summary>
public static class H1Errors
{
    /// <summary>The status for a request, as RFC 9110 and RFC 9112 name it: 400, 413, 414, 431, 501 or 505.</summary>
    public static int RequestStatus(H1Error error) => error switch
    {
        H1Error.TargetTooLong => 414,
        H1Error.HeadTooLarge or H1Error.TooManyHeaders => 431,
        H1Error.UnknownTransferCoding => 501,
        H1Error.VersionNotSupported or H1Error.Http2Preface => 505,
        H1Error.BodyOnHttp10Get or H1Error.ChunkTooLarge => 413,
        _ => 400,
    };

    /// <summary>
    /// The status for a request where a haproxy.cfg is run: its 2.6 answers what it does not take by 400.
    /// </summary>
    public static int HAProxyRequestStatus(H1Error error) => error switch
    {
        H1Error.BodyOnHttp10Get => 413,
        H1Error.UnknownTransferCoding => 422,
        _ => 400,
    };

    /// <summary>The status that a client is answered for a refused response.</summary>
    public const int ResponseStatus = 502;
}
