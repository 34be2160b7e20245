namespace Holdfast.Proxy.Programs;

/// <summary>What becomes of fields with odd names: <c>option http-restrict-req-hdr-names</c>.</summary>
public enum NameRestriction : byte
{
    /// <summary>They are passed on. The default.</summary>
    None,

    /// <summary>They are removed.</summary>
    Delete,

    /// <summary>The request is refused by 403.</summary>
    Reject,
}
