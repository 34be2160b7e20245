using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>Which fields may stand behind a body (RFC 9110 section 6.5.1).</summary>
public static class TrailerRules
{
    /// <summary>Whether a field may: none that frames, routes, authenticates, or is for one hop.</summary>
    public static bool MayStand(KnownHeader id) => id is not (KnownHeader.Host or KnownHeader.ContentLength
        or KnownHeader.TransferEncoding or KnownHeader.Connection or KnownHeader.KeepAlive
        or KnownHeader.ProxyConnection or KnownHeader.Upgrade or KnownHeader.Expect or KnownHeader.Te
        or KnownHeader.Trailer or KnownHeader.Http2Settings or KnownHeader.Cookie or KnownHeader.SetCookie
        or KnownHeader.Authorization or KnownHeader.ProxyAuthorization or KnownHeader.WwwAuthenticate
        or KnownHeader.ProxyAuthenticate or KnownHeader.CacheControl or KnownHeader.ContentType
        or KnownHeader.ContentEncoding or KnownHeader.ContentRange or KnownHeader.Range
        or KnownHeader.Forwarded or KnownHeader.XForwardedFor or KnownHeader.XForwardedProto
        or KnownHeader.XForwardedHost or KnownHeader.XForwardedPort or KnownHeader.XRealIp);
}
