namespace Holdfast.Web.Http.Places;

/// <summary><c>ssl_verify_client</c>: what is demanded of clients' certificates.</summary>
internal enum ClientVerify : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>One must be there, and good.</summary>
    Required,

    /// <summary>If there is one, it must be good.</summary>
    Optional,

    /// <summary>The same, but nobody whom we know need have signed it.</summary>
    WithoutAuthority,
}
