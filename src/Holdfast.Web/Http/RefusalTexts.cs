using Holdfast.Http.H1;

namespace Holdfast.Web.Http;

/// <summary>What is said of bytes that are no request.</summary>
internal static class RefusalTexts
{
    /// <summary>A head that is too large: nginx answers 400 with a page of its own.</summary>
    internal const int HeadTooLarge = 494;

    /// <summary>The status; 494 is answered as 400.</summary>
    internal static int StatusOf(H1Error error) => error switch
    {
        H1Error.TargetTooLong => 414,
        H1Error.HeadTooLarge or H1Error.TooManyHeaders => HeadTooLarge,
        H1Error.UnknownTransferCoding or H1Error.CodingWithoutChunked or H1Error.ChunkedNotLast => 501,
        H1Error.VersionNotSupported or H1Error.Http2Preface => 505,
        _ => 400,
    };

    /// <summary>The line of the error log.</summary>
    internal static string Of(H1Error error) => error switch
    {
        H1Error.BadMethod => "client sent invalid method while reading client request line",
        H1Error.TargetTooLong => "client sent too long URI while reading client request line",
        H1Error.HeadTooLarge => "client sent too large request",
        H1Error.TooManyHeaders => "client sent too many header lines while reading client request headers",
        H1Error.BadVersion or H1Error.VersionNotSupported
            => "client sent invalid version while reading client request line",
        H1Error.MissingHost
            => "client sent HTTP/1.1 request without \"Host\" header while reading client request headers",
        H1Error.RepeatedHost => "client sent duplicate host header while reading client request headers",
        H1Error.BadHost => "client sent invalid host header while reading client request headers",
        H1Error.BadContentLength or H1Error.ContentLengthOverflow
            => "client sent invalid \"Content-Length\" header while reading client request headers",
        H1Error.ContentLengthsDiffer
            => "client sent duplicate header line: \"Content-Length\" while reading client request headers",
        H1Error.LengthBesideChunked => "client sent \"Content-Length\" and \"Transfer-Encoding\" headers "
            + "at the same time while reading client request headers",
        H1Error.UnknownTransferCoding
            => "client sent unknown \"Transfer-Encoding\" while reading client request headers",
        _ => "client sent invalid request while reading client request",
    };
}
