namespace Holdfast.Http.H1;

/// <summary>What must be known of a request to read its response.</summary>
/// <param name="Method">Its method: HEAD and CONNECT change where the response ends.</param>
/// <param name="OffersUpgrade">Whether the request that was sent asked for an upgrade; only then may 101 come.</param>
public readonly record struct ResponseContext(RequestMethod Method, bool OffersUpgrade)
{
    /// <summary>The context that a request gives, after its edits, when its upgrade is forwarded.</summary>
    public static ResponseContext Of(HeadView request) => new(request.Head.Method, request.OffersUpgrade);
}
