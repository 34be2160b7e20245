namespace Holdfast.Management.Page;

/// <summary>An answer of a service of our own.</summary>
/// <param name="Status">Status and reason, such as "200 OK".</param>
/// <param name="Fields">Header fields, each ended by CR LF; without framing and without Connection.</param>
/// <param name="Body">The body in pieces, made while they are sent; null: there is none, and its length is 0.</param>
public sealed record HttpAnswer(string Status, string Fields, IEnumerable<string>? Body)
{
    private const string Html = "cache-control: no-cache\r\ncontent-type: text/html\r\n";

    /// <summary>A page that tells of a fault.</summary>
    internal static HttpAnswer Fault(string status, string text, string fields = "")
        => new(status, Html + fields, [$"<html><body><h1>{status}</h1>\n{text}\n</body></html>\n"]);
}

/// <summary>A request for a service of our own, as far as services look at it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The target as the client has sent it.</param>
/// <param name="Authorization">The field of that name; empty: none.</param>
/// <param name="Body">The body of a POST.</param>
public sealed record HttpQuestion(string Method, string Target, string Authorization, string Body);
