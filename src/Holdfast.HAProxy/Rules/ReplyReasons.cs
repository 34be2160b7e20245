using Holdfast.Http.H1;

namespace Holdfast.HAProxy.Rules;

/// <summary>Reasons of answers of rules, as HAProxy 2.6 words them: older than those of RFC 9110 here and there.
/// </summary>
public static class ReplyReasons
{
    /// <summary>The reason of a status.</summary>
    public static ReadOnlySpan<byte> Of(int status)
    {
        ReadOnlySpan<byte> own = status switch
        {
            207 => "Multi-Status"u8,
            210 => "Content Different"u8,
            226 => "IM Used"u8,
            302 => "Moved Temporarily"u8,
            305 => "Use Proxy"u8,
            310 => "Too many Redirects"u8,
            402 => "Payment Required"u8,
            408 => "Request Time-out"u8,
            413 => "Request Entity Too Large"u8,
            414 => "Request-URI Too Long"u8,
            416 => "Requested range unsatisfiable"u8,
            417 => "Expectation failed"u8,
            418 => "I'm a teapot"u8,
            423 => "Locked"u8,
            424 => "Method failure"u8,
            426 => "Upgrade Required"u8,
            428 => "Precondition Required"u8,
            449 => "Retry With"u8,
            451 => "Unavailable For Legal Reasons"u8,
            499 => "client has closed connection"u8,
            502 => "Bad Gateway or Proxy Error"u8,
            504 => "Gateway Time-out"u8,
            505 => "HTTP Version not supported"u8,
            506 => "Variant also negotiate"u8,
            507 => "Insufficient storage"u8,
            508 => "Loop detected"u8,
            509 => "Bandwidth Limit Exceeded"u8,
            510 => "Not extended"u8,
            511 => "Network authentication required"u8,
            _ => ReasonPhrases.Of(status),
        };
        return !own.SequenceEqual("Other"u8) ? own : (status / 100) switch
        {
            2 => "Success"u8,
            3 => "Redirection"u8,
            4 => "Client Error"u8,
            5 => "Server Error"u8,
            _ => own,
        };
    }
}
