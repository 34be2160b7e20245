namespace Holdfast.Http.H1;

/// <summary>How the end of a body is known (RFC 9112 section 6.3).</summary>
public enum BodyKind : byte
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary>A number of bytes.</summary>
    Length,

    /// <summary>Chunks, until one of size 0 and its trailers.</summary>
    Chunked,

    /// <summary>Until the sender closes. Responses only.</summary>
    UntilClose,

    /// <summary>No message: from here on bytes go both ways untouched (CONNECT, 101).</summary>
    Tunnel,
}

/// <summary>The body of a message.</summary>
/// <param name="Kind">How its end is known.</param>
/// <param name="Length">Its bytes, for <see cref="BodyKind.Length"/>; else 0.</param>
public readonly record struct BodyFraming(BodyKind Kind, long Length)
{
    /// <summary>No body.</summary>
    public static BodyFraming None => default;

    /// <summary>Chunks.</summary>
    public static BodyFraming Chunked => new(BodyKind.Chunked, 0);

    /// <summary>Until the sender closes.</summary>
    public static BodyFraming UntilClose => new(BodyKind.UntilClose, 0);

    /// <summary>A tunnel.</summary>
    public static BodyFraming Tunnel => new(BodyKind.Tunnel, 0);

    /// <summary>That many bytes.</summary>
    public static BodyFraming OfLength(long length) => new(BodyKind.Length, length);
}
