namespace Holdfast.Http.H1;

/// <summary>How large a head may be.</summary>
/// <param name="HeadBytesMax">
/// Bytes from the first one of the message (blank lines before it counted) to the empty line that ends its head. The
/// default is HAProxy's: a buffer of 16384 bytes without the 1024 kept for rewriting (tune.bufsize, tune.maxrewrite).
/// </param>
/// <param name="HeadersMax">Field lines. The default, 101, is HAProxy's (tune.http.maxhdr).</param>
/// <param name="EditFieldsMax">Field lines that edits may add on top of those received. Default 64.</param>
/// <param name="EditBytesMax">Bytes of text that edits of one message may add. Default 16384.</param>
public sealed record H1Limits(
    int HeadBytesMax = 15360, int HeadersMax = 101, int EditFieldsMax = 64, int EditBytesMax = 16384)
{
    /// <summary>HAProxy's defaults.</summary>
    public static H1Limits Default { get; } = new();
}
