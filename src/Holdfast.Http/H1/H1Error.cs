namespace Holdfast.Http.H1;

/// <summary>Why a message is refused. <see cref="H1Errors"/> says what is answered.</summary>
public enum H1Error : byte
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>The method has a byte that no token has, or is empty.</summary>
    BadMethod,

    /// <summary>The request line ends behind the method.</summary>
    MissingTarget,

    /// <summary>The request line ends behind the target (HTTP/0.9).</summary>
    MissingVersion,

    /// <summary>The target has a control byte, or is empty: two spaces in a row.</summary>
    BadTarget,

    /// <summary>The target has a byte above 127.</summary>
    NonAsciiTarget,

    /// <summary>The target has a '#'.</summary>
    FragmentInTarget,

    /// <summary>The target has no form that the method allows (RFC 9112 section 3.2).</summary>
    BadTargetForm,

    /// <summary>The authority of the target is empty, names a user, or has a byte that no host has.</summary>
    BadAuthority,

    /// <summary>The version is none: not "HTTP/" digit "." digit.</summary>
    BadVersion,

    /// <summary>The version is not 1.x.</summary>
    VersionNotSupported,

    /// <summary>The start of HTTP/2 with prior knowledge.</summary>
    Http2Preface,

    /// <summary>The status line is none.</summary>
    BadStatusLine,

    /// <summary>The request line does not end within the bound of a head.</summary>
    TargetTooLong,

    /// <summary>The head does not end within its bound.</summary>
    HeadTooLarge,

    /// <summary>More field lines than allowed.</summary>
    TooManyHeaders,

    /// <summary>A line ends with LF alone.</summary>
    LineFeedAlone,

    /// <summary>A CR without LF behind it.</summary>
    CarriageReturnAlone,

    /// <summary>
    /// A field line begins with a blank: a continued value (obs-fold), or junk before the first field.
    /// </summary>
    ObsoleteFold,

    /// <summary>A field line without a name.</summary>
    EmptyHeaderName,

    /// <summary>A field line without a colon.</summary>
    MissingColon,

    /// <summary>A blank between name and colon.</summary>
    SpaceBeforeColon,

    /// <summary>A name has a byte that no token has.</summary>
    BadHeaderName,

    /// <summary>A value has a NUL.</summary>
    NulInValue,

    /// <summary>A value has another control byte.</summary>
    ControlInValue,

    /// <summary>HTTP/1.1 without Host.</summary>
    MissingHost,

    /// <summary>More than one Host.</summary>
    RepeatedHost,

    /// <summary>A Host with a byte that no host has.</summary>
    BadHost,

    /// <summary>The target names another host than Host does.</summary>
    HostDiffers,

    /// <summary>A Content-Length that is not a number, or a list with an empty member.</summary>
    BadContentLength,

    /// <summary>A Content-Length above 2^63-1.</summary>
    ContentLengthOverflow,

    /// <summary>Content-Lengths that differ.</summary>
    ContentLengthsDiffer,

    /// <summary>Content-Length beside Transfer-Encoding.</summary>
    LengthBesideChunked,

    /// <summary>A Transfer-Encoding that is empty or has an empty member.</summary>
    EmptyTransferCoding,

    /// <summary>A transfer coding other than chunked before it.</summary>
    UnknownTransferCoding,

    /// <summary>Transfer codings without chunked.</summary>
    CodingWithoutChunked,

    /// <summary>chunked is named twice.</summary>
    RepeatedChunked,

    /// <summary>chunked is not the last coding.</summary>
    ChunkedNotLast,

    /// <summary>Transfer-Encoding in HTTP/1.0.</summary>
    TransferEncodingOnHttp10,

    /// <summary>An HTTP/1.0 GET, HEAD or DELETE has a body.</summary>
    BodyOnHttp10Get,

    /// <summary>A CONNECT has a body.</summary>
    BodyOnConnect,

    /// <summary>A member of Connection is no token, or there are too many.</summary>
    BadConnection,

    /// <summary>A WebSocket request without exactly one Sec-WebSocket-Key of 16 bytes in base64.</summary>
    BadWebSocketKey,

    /// <summary>101 to a request that asked for no upgrade.</summary>
    UnexpectedUpgrade,

    /// <summary>A chunk size that is no number, or not followed by ';' or CR LF.</summary>
    BadChunkSize,

    /// <summary>A chunk of more than 2^31-1 bytes.</summary>
    ChunkTooLarge,

    /// <summary>A chunk extension has a control byte, or a line end that is not CR LF.</summary>
    BadChunkExtension,

    /// <summary>The extensions of a body are longer than their bound.</summary>
    ChunkExtensionTooLong,

    /// <summary>A chunk's data is not followed by CR LF.</summary>
    BadChunkEnd,
}
