namespace Holdfast.Http.H1;

/// <summary>
/// What is forgiven, although a strict reading refuses it. Each is safe only because nothing is passed through raw:
/// what was understood is written anew. Nothing is forgiven that two readers could frame differently, but
/// <see cref="LengthBesideChunked"/>, which the originals have, and which ends the connection.
/// </summary>
[Flags]
public enum H1Leniency
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>
    /// A line of a head that ends with LF alone (RFC 9112 section 2.2 allows it; HAProxy and nginx take it always).
    /// Chunks are never so lenient.
    /// </summary>
    LineFeedAlone = 1,

    /// <summary>
    /// Transfer-Encoding: chunked beside a Content-Length: that is dropped; closed after (section 6.1).
    /// </summary>
    LengthBesideChunked = 2,

    /// <summary>Non-ASCII bytes in the target (HAProxy: option accept-invalid-http-request).</summary>
    NonAsciiTarget = 4,

    /// <summary>A '#' in the target (HAProxy: option accept-invalid-http-request).</summary>
    FragmentInTarget = 8,

    /// <summary>
    /// Visible bytes that no token has, in field names: <c>( ) / &lt; = &gt; ? @ [ \ ] { }</c> and more.
    /// </summary>
    OddHeaderName = 16,

    /// <summary>Control bytes in values, but never NUL, CR and LF (RFC 9110 section 5.5 lets them be kept).</summary>
    ControlInValue = 32,

    /// <summary>
    /// A Host that is not the host of an absolute target (HAProxy: option accept-invalid-http-request).
    /// </summary>
    HostDiffers = 64,

    /// <summary>An HTTP/1.0 GET, HEAD or DELETE with a body (HAProxy: option accept-invalid-http-request).</summary>
    BodyOnHttp10Get = 128,

    /// <summary>An HTTP/1.1 request without Host (HAProxy takes it always, against RFC 9112 section 3.2).</summary>
    MissingHost = 256,

    /// <summary>
    /// Blanks between a chunk's size and its CR LF, which some old servers pad with: for <see cref="ChunkDecoder"/>.
    /// </summary>
    BlankBehindChunkSize = 512,

    /// <summary>What HAProxy forgives without any option, as far as RFC 9112 permits.</summary>
    HAProxy = LineFeedAlone,

    /// <summary>What HAProxy forgives a server without any option, as far as RFC 9112 permits.</summary>
    HAProxyResponse = LineFeedAlone | LengthBesideChunked | ControlInValue | BlankBehindChunkSize,

    /// <summary>HAProxy's <c>option accept-invalid-http-request</c>.</summary>
    AcceptInvalidRequest = HAProxy | LengthBesideChunked | NonAsciiTarget | FragmentInTarget | OddHeaderName
        | ControlInValue | HostDiffers | BodyOnHttp10Get | MissingHost | BlankBehindChunkSize,

    /// <summary>HAProxy's <c>option accept-invalid-http-response</c>.</summary>
    AcceptInvalidResponse = HAProxyResponse | OddHeaderName,
}
