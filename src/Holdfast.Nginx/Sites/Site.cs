using Holdfast.Nginx.Locations;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Sites;

/// <summary>A server of http, compiled.</summary>
/// <param name="place">What holds in the server itself.</param>
/// <param name="locations">Its locations.</param>
/// <param name="named">Its named locations, by name with "@".</param>
public sealed class Site(
    Place place, LocationTree<SiteLocation> locations, IReadOnlyDictionary<string, SiteLocation> named)
{
    /// <summary>What holds in the server itself.</summary>
    public Place Place { get; } = place;

    /// <summary>Its locations.</summary>
    public LocationTree<SiteLocation> Locations { get; } = locations;

    /// <summary>Its named locations, by name with "@".</summary>
    public IReadOnlyDictionary<string, SiteLocation> Named { get; } = named;
}

/// <summary>A location, compiled.</summary>
/// <param name="Place">What holds there.</param>
/// <param name="Path">Its path, to which a request without the final slash is redirected.</param>
/// <param name="Regex">Of one that is found by an expression: notes named groups.</param>
public sealed record SiteLocation(Place Place, byte[] Path, CompiledRegex? Regex)
{
    /// <summary><c>limit_except</c>; null: it has none.</summary>
    public MethodLimit? Except { get; init; }

    /// <summary>What holds for a method.</summary>
    internal Place PlaceFor(ReadOnlySpan<byte> method) => Except is { } except && !except.Has(method)
        ? except.Place : Place;
}

/// <summary><c>limit_except</c>, compiled.</summary>
/// <param name="Methods">Those for which the location's own settings hold.</param>
/// <param name="Place">What holds for all others.</param>
public sealed record MethodLimit(byte[][] Methods, Place Place)
{
    internal bool Has(ReadOnlySpan<byte> method)
    {
        foreach (byte[] one in Methods)
        {
            if (method.SequenceEqual(one))
            {
                return true;
            }
        }
        return false;
    }
}
