using Holdfast.Http.H1;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Uris;

namespace Holdfast.Nginx.Proxying;

/// <summary>The target that another server is asked for, as <c>proxy_pass</c> says.</summary>
public static class PassedTarget
{
    /// <summary>Writes it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="uri">
    /// What <c>proxy_pass</c> has behind the host; empty: nothing, and the client's own target goes on as it came,
    /// unless a rewrite has changed the path.
    /// </param>
    /// <param name="hasVariables">Whether variables made it: then it is the whole target.</param>
    /// <param name="to">Where it is put.</param>
    public static void Put(Request request, ReadOnlySpan<byte> uri, bool hasVariables, TextBuilder to)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(to);
        if (hasVariables && !uri.IsEmpty)
        {
            to.Put(uri);
            return;
        }
        if (uri.IsEmpty && request.HasOwnPath)
        {
            HeadView head = request.Facts.Head;
            to.Put(head.Path.IsEmpty ? "/"u8 : head.Path);
            if (head.Head.HasQuery)
            {
                to.Put((byte)'?');
                to.Put(head.Query);
            }
            return;
        }
        ReadOnlySpan<byte> rest = request.Path.Span;
        if (!uri.IsEmpty && request.BeginsWithLocation)
        {
            rest = rest[Math.Min(request.Place.Path.Length, rest.Length)..];
        }
        // A path that "rewrite … break" has made goes on as it is.
        to.Put(request.BeginsWithLocation ? uri : default);
        if (request.IsQuoted || request.IsInternal)
        {
            to.Advance(UriEscaper.Escape(rest, EscapeSet.Path, to.Room(rest.Length * 3)));
        }
        else
        {
            to.Put(rest);
        }
        if (!request.Arguments.IsEmpty)
        {
            to.Put((byte)'?');
            to.Put(request.Arguments.Span);
        }
    }
}
