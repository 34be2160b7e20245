using Holdfast.Nginx.Locations;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Rewriting;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Uris;

namespace Holdfast.Nginx.Sites;

/// <summary>The phases of a request before it is asked who may come: rewrites and the choice of the location.</summary>
public static class Router
{
    private const int NotFound = 404;
    private const string Cycle = "rewrite or internal redirection cycle";

    /// <summary>Goes through rewrites of the server, finds a location, goes through its rewrites, and so on.</summary>
    /// <param name="site">The server.</param>
    /// <param name="request">The request; its place is the location's at the end.</param>
    /// <returns>An answer, a failure, or GoOn: the content is to be made at the request's place.</returns>
    public static RewriteResult Enter(Site site, Request request)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(request);
        request.Place = site.Place;
        RewriteResult result = site.Place.Rewrite.Run(request);
        return result.Outcome is RewriteOutcome.Answer or RewriteOutcome.Fail ? result : FindLocation(site, request);
    }

    /// <summary>The same from the choice of the location on: after an internal redirect.</summary>
    public static RewriteResult FindLocation(Site site, Request request)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(request);
        while (true)
        {
            LocationMatch<SiteLocation> match = site.Locations.Find(request.Path.Span, request.Captures);
            if (match.IsRedirect)
            {
                return ToSlash(match.Location!, request);
            }
            request.Place = match.Location?.PlaceFor(request.Facts.Head.Method) ?? site.Place;
            match.Location?.Regex?.NoteNames(request);
            if (!request.IsInternal && request.Place.Settings?.Core.IsInternal == true)
            {
                return new(RewriteOutcome.Answer, NotFound); // before its own rewrites have a say
            }
            RewriteResult result = match.Location is null ? default : request.Place.Rewrite.Run(request);
            if (result.Outcome != RewriteOutcome.FindLocation)
            {
                return result;
            }
            if (!request.TryJump())
            {
                return new(RewriteOutcome.Fail, problem: Cycle);
            }
        }
    }

    /// <summary>Goes to a named location, and from there where its rewrites lead.</summary>
    public static RewriteResult EnterNamed(Site site, SiteLocation location, Request request)
    {
        ArgumentNullException.ThrowIfNull(location);
        ArgumentNullException.ThrowIfNull(request);
        request.Place = location.Place;
        RewriteResult result = request.Place.Rewrite.Run(request);
        return result.Outcome != RewriteOutcome.FindLocation ? result
            : request.TryJump() ? FindLocation(site, request) : new(RewriteOutcome.Fail, problem: Cycle);
    }

    private static RewriteResult ToSlash(SiteLocation location, Request request)
    {
        request.Place = location.Place;
        TextBuilder address = request.Builders.Rent();
        address.Advance(UriEscaper.Escape(location.Path, EscapeSet.Path, address.Room(location.Path.Length * 3)));
        if (!request.Arguments.IsEmpty)
        {
            address.Put((byte)'?');
            address.Put(request.Arguments.Span);
        }
        ReadOnlySpan<byte> text = request.Arena.Keep(address.Text);
        request.Builders.Return();
        return new(RewriteOutcome.Answer, 301, text, hasText: true);
    }
}
