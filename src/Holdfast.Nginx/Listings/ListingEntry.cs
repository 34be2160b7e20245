namespace Holdfast.Nginx.Listings;

/// <summary>What an entry of a directory is, links followed.</summary>
public enum ListingKind : byte
{
    /// <summary>A directory: these come first.</summary>
    Directory,

    /// <summary>A file, or a link that leads nowhere.</summary>
    File,

    /// <summary>A socket, a pipe, a device.</summary>
    Other,
}

/// <summary>An entry of a directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Modified">When it was changed, in seconds since 1970.</param>
/// <param name="Size">Bytes.</param>
public readonly record struct ListingEntry(ReadOnlyMemory<byte> Name, ListingKind Kind, long Modified, long Size)
{
    /// <summary>Whether it is shown at all: names with a dot at their beginning are not.</summary>
    public static bool IsShown(ReadOnlySpan<byte> name) => !name.StartsWith("."u8);

    /// <summary>The order of a listing.</summary>
    public static int Compare(ListingEntry one, ListingEntry other)
    {
        bool isDirectory = one.Kind == ListingKind.Directory;
        return isDirectory != (other.Kind == ListingKind.Directory) ? (isDirectory ? -1 : 1)
            : one.Name.Span.SequenceCompareTo(other.Name.Span);
    }
}

/// <summary><c>autoindex_format</c>.</summary>
public enum ListingFormat : byte
{
    /// <summary>A page. The default.</summary>
    Html,

    /// <summary>JSON.</summary>
    Json,

    /// <summary>JSON as the argument of a function that the request names; JSON when it names none.</summary>
    Jsonp,

    /// <summary>XML.</summary>
    Xml,
}
