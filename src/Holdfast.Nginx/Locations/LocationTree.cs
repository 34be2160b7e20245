using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Texts;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Locations;

/// <summary>The location of a path.</summary>
/// <typeparam name="T">What is found.</typeparam>
/// <param name="Location">Null: none, and the server answers by itself.</param>
/// <param name="IsRedirect">Whether the client is to ask for the location's path, which has a slash more.</param>
public readonly record struct LocationMatch<T>(T? Location, bool IsRedirect)
    where T : class;

/// <summary>The locations of a server, or those within one. Looking a path up allocates nothing.</summary>
/// <typeparam name="T">What is found.</typeparam>
public sealed class LocationTree<T>
    where T : class
{
    private readonly PathIndex<Entry> _paths = new();
    private readonly Entry[] _regexes;

    /// <summary>Arranges locations.</summary>
    /// <param name="locations">In the order of the file, whose paths differ.</param>
    public LocationTree(IEnumerable<LocationSpec<T>> locations)
    {
        ArgumentNullException.ThrowIfNull(locations);
        List<Entry> regexes = [];
        foreach (LocationSpec<T> one in locations)
        {
            Entry entry = new(one.Location, one.Regex, one.Kind == LocationKind.PrefixNoRegex,
                one.Nested.Count > 0 ? new LocationTree<T>(one.Nested) : null);
            if (one.Kind == LocationKind.Regex)
            {
                regexes.Add(entry);
            }
            else
            {
                _paths.Add(one.Path, entry, one.Kind == LocationKind.Exact, one.RedirectsToSlash);
            }
        }
        _regexes = [.. regexes];
    }

    /// <summary>
    /// The location of a path: the very path; else the longest prefix, and what is within it; else, unless that prefix
    /// forbids it, the first expression that matches, and what is within it.
    /// </summary>
    /// <param name="path">The normalised path.</param>
    /// <param name="captures">Gets what an expression has captured.</param>
    public LocationMatch<T> Find(ReadOnlySpan<byte> path, Captures captures)
    {
        T? found = null;
        return Walk(path, captures, ref found) is { } redirect ? new(redirect, true) : new(found, false);
    }

    /// <returns>Where the client is redirected to; null: nowhere.</returns>
    private T? Walk(ReadOnlySpan<byte> path, Captures captures, ref T? found)
        => Walk(path, captures, ref found, out _);

    /// <param name="path">The normalised path.</param>
    /// <param name="captures">Gets what an expression has captured.</param>
    /// <param name="found">What was found so far.</param>
    /// <param name="isFinal">Whether nothing more is to be asked.</param>
    private T? Walk(ReadOnlySpan<byte> path, Captures captures, ref T? found, out bool isFinal)
    {
        isFinal = true;
        if (_paths.Find(path, out Entry? redirect, out Entry? longest) is { } exact)
        {
            found = exact.Location;
            return null;
        }
        if (redirect is not null)
        {
            return redirect.Location;
        }
        if (longest is not null)
        {
            found = longest.Location;
            if (longest.Nested is { } within && within.Walk(path, captures, ref found, out isFinal) is { } place)
            {
                return place;
            }
            if (longest.Nested is not null && isFinal)
            {
                return null;
            }
        }
        isFinal = false;
        if (longest is { ForbidsRegexes: true })
        {
            return null;
        }
        foreach (Entry one in _regexes)
        {
            if (captures.TryMatch(one.Regex!, path))
            {
                found = one.Location;
                isFinal = true;
                return one.Nested is { } within ? within.Walk(path, captures, ref found) : null;
            }
        }
        return null;
    }

    private sealed record Entry(T Location, IRegex? Regex, bool ForbidsRegexes, LocationTree<T>? Nested);
}
