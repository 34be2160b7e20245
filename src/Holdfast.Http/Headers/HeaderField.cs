namespace Holdfast.Http.Headers;

/// <summary>What a field is besides its text.</summary>
[Flags]
public enum HeaderFlags : byte
{
    /// <summary>An ordinary field.</summary>
    None = 0,

    /// <summary>An edit took it out: it is neither found nor written.</summary>
    Removed = 1,

    /// <summary>It was for the next hop only (RFC 9110 section 7.6.1): it is found, but not written.</summary>
    HopByHop = 2,
}

/// <summary>One field line of a message.</summary>
/// <param name="Name">Its name as received.</param>
/// <param name="Value">Its value, without the blanks around it; may be empty.</param>
/// <param name="Id">Its name's id.</param>
/// <param name="Flags">What else is known of it.</param>
public readonly record struct HeaderField(TextRange Name, TextRange Value, KnownHeader Id, HeaderFlags Flags)
{
    /// <summary>Whether an edit took it out.</summary>
    public bool IsRemoved => (Flags & HeaderFlags.Removed) != 0;

    /// <summary>Whether it was for the next hop only.</summary>
    public bool IsHopByHop => (Flags & HeaderFlags.HopByHop) != 0;
}
