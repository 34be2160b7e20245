namespace Holdfast.Http.H1;

/// <summary>Version of a message. A higher minor version than 1 counts as 1.1 (RFC 9110 section 2.5).</summary>
public enum H1Version : byte
{
    /// <summary>HTTP/1.0.</summary>
    Http10 = 0,

    /// <summary>HTTP/1.1.</summary>
    Http11 = 1,
}
