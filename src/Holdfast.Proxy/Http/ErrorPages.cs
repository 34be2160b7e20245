using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Holdfast.Proxy.Http;

/// <summary>Whole responses for what cannot be forwarded, made once. All of them close the connection.</summary>
public sealed class ErrorPages
{
    private readonly FrozenDictionary<int, byte[]> _pages;

    /// <summary>Makes the pages.</summary>
    /// <param name="replacements">Raw responses by status that replace built-in ones (errorfile); may be empty.</param>
    public ErrorPages(IReadOnlyDictionary<int, byte[]> replacements)
    {
        ArgumentNullException.ThrowIfNull(replacements);
        Dictionary<int, byte[]> pages = new()
        {
            [200] = Page(200, "OK", "The service is ready."),
            [400] = Page(400, "Bad request", "The request could not be understood."),
            [401] = Page(401, "Unauthorized", "Credentials are needed."),
            [403] = Page(403, "Forbidden", "The request is not allowed."),
            [404] = Page(404, "Not Found", "There is nothing here."),
            [405] = Page(405, "Method Not Allowed", "The method is not allowed here."),
            [407] = Page(407, "Unauthorized", "Credentials are needed."),
            [408] = Page(408, "Request Time-out", "The request did not come in time."),
            [410] = Page(410, "Gone", "What was here has gone for good."),
            [413] = Page(413, "Payload Too Large", "The request is too large."),
            [422] = Page(422, "Unprocessable Content", "The request's coding is not known."),
            [425] = Page(425, "Too Early", "The request came too early to be safe."),
            [429] = Page(429, "Too Many Requests", "Too many requests have come in a short time."),
            [500] = Page(500, "Internal Server Error", "Something went wrong here."),
            [501] = Page(501, "Not Implemented", "This is not implemented."),
            [502] = Page(502, "Bad Gateway", "The server's response is invalid or incomplete."),
            [503] = Page(503, "Service Unavailable", "No server can be reached now."),
            [504] = Page(504, "Gateway Time-out", "The server did not answer in time."),
        };
        foreach ((int status, byte[] page) in replacements)
        {
            pages[status] = page;
        }
        _pages = pages.ToFrozenDictionary();
    }

    /// <summary>The built-in pages.</summary>
    public static ErrorPages BuiltIn { get; } = new(new Dictionary<int, byte[]>());

    /// <summary>The raw response for a status; that of 500 where there is none. Empty: send nothing.</summary>
    public ReadOnlySpan<byte> Of(int status) => _pages.TryGetValue(status, out byte[]? page) ? page : _pages[500];

    private static byte[] Page(int status, string reason, string text)
    {
        string body = string.Create(CultureInfo.InvariantCulture,
            $"<html><body><h1>{status} {reason}</h1>\n{text}\n</body></html>\n");
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} {reason}\r\ncontent-length: {body.Length}\r\ncache-control: no-cache\r\n")
            + $"content-type: text/html\r\nconnection: close\r\n\r\n{body}");
    }
}
