namespace Holdfast.Http.H1;

/// <summary>Form of a request target (RFC 9112 section 3.2).</summary>
public enum TargetForm : byte
{
    /// <summary>A path with or without a query: "/a?b".</summary>
    Origin,

    /// <summary>A whole URI: "http://host/a?b".</summary>
    Absolute,

    /// <summary>Host and port: of CONNECT only.</summary>
    Authority,

    /// <summary>"*": of OPTIONS only.</summary>
    Asterisk,
}
