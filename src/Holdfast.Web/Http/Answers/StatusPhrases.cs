namespace Holdfast.Web.Http.Answers;

/// <summary>What nginx writes behind a status; some are older than those of the RFC.</summary>
internal static class StatusPhrases
{
    /// <summary>The phrase of a status; empty for one that has none.</summary>
    internal static ReadOnlySpan<byte> Of(int status) => status switch
    {
        100 => "Continue"u8,
        101 => "Switching Protocols"u8,
        103 => "Early Hints"u8,
        200 => "OK"u8,
        201 => "Created"u8,
        202 => "Accepted"u8,
        204 => "No Content"u8,
        206 => "Partial Content"u8,
        301 => "Moved Permanently"u8,
        302 => "Moved Temporarily"u8,
        303 => "See Other"u8,
        304 => "Not Modified"u8,
        307 => "Temporary Redirect"u8,
        308 => "Permanent Redirect"u8,
        >= 500 => OfServer(status),
        _ => OfClient(status),
    };

    private static ReadOnlySpan<byte> OfClient(int status) => status switch
    {
        400 => "Bad Request"u8,
        401 => "Unauthorized"u8,
        402 => "Payment Required"u8,
        403 => "Forbidden"u8,
        404 => "Not Found"u8,
        405 => "Not Allowed"u8,
        406 => "Not Acceptable"u8,
        408 => "Request Time-out"u8,
        409 => "Conflict"u8,
        410 => "Gone"u8,
        411 => "Length Required"u8,
        412 => "Precondition Failed"u8,
        413 => "Request Entity Too Large"u8,
        414 => "Request-URI Too Large"u8,
        415 => "Unsupported Media Type"u8,
        416 => "Requested Range Not Satisfiable"u8,
        421 => "Misdirected Request"u8,
        429 => "Too Many Requests"u8,
        _ => default,
    };

    private static ReadOnlySpan<byte> OfServer(int status) => status switch
    {
        500 => "Internal Server Error"u8,
        501 => "Not Implemented"u8,
        502 => "Bad Gateway"u8,
        503 => "Service Temporarily Unavailable"u8,
        504 => "Gateway Time-out"u8,
        505 => "HTTP Version Not Supported"u8,
        507 => "Insufficient Storage"u8,
        _ => default,
    };
}
