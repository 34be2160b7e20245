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
public struct HeaderField
{
    /// <summary>Its name as received.</summary>
    public TextRange Name { readonly get; internal set; }

    /// <summary>Its value, without the blanks around it; may be empty.</summary>
    public TextRange Value { readonly get; internal set; }

    /// <summary>Its name's id.</summary>
    public KnownHeader Id { readonly get; internal set; }

    /// <summary>What else is known of it.</summary>
    public HeaderFlags Flags { readonly get; internal set; }

    /// <summary>Whether an edit took it out.</summary>
    public readonly bool IsRemoved => (Flags & HeaderFlags.Removed) != 0;

    /// <summary>Whether it was for the next hop only.</summary>
    public readonly bool IsHopByHop => (Flags & HeaderFlags.HopByHop) != 0;
}
