using Holdfast.Config.Nginx.Model;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Locations;

/// <summary>One location, to be arranged in a <see cref="LocationTree{T}"/>. Named ones are found by name alone.
/// </summary>
/// <typeparam name="T">What is found.</typeparam>
public sealed class LocationSpec<T>
    where T : class
{
    /// <summary>How it is compared.</summary>
    public required LocationKind Kind { get; init; }

    /// <summary>With what: a path. Of an expression its text, for messages.</summary>
    public required byte[] Path { get; init; }

    /// <summary>What is found.</summary>
    public required T Location { get; init; }

    /// <summary>Of an expression.</summary>
    public IRegex? Regex { get; init; }

    /// <summary>
    /// Whether a request for its path without the final slash is told to add it: it ends in one, and passes requests on
    /// to another server.
    /// </summary>
    public bool RedirectsToSlash { get; init; }

    /// <summary>Locations within it.</summary>
    public IReadOnlyList<LocationSpec<T>> Nested { get; init; } = [];
}
