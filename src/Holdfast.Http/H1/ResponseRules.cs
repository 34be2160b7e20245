namespace Holdfast.Http.H1;

/// <summary>
/// Decides, once, where a response ends (RFC 9112 section 6.3, in its order) and what comes after it.
/// </summary>
internal static class ResponseRules
{
    /// <summary>Sets body, facts and keep-alive of a parsed head.</summary>
    public static H1Error Decide(ReadOnlySpan<byte> buffer, H1Head head, ResponseContext context, out int position)
    {
        H1Error error = ConnectionFields.Read(buffer, head, out position);
        if (error != H1Error.None)
        {
            return error;
        }
        error = FramingFields.ReadBody(buffer, head, out BodyFraming announced, out position);
        if (error != H1Error.None)
        {
            return error;
        }
        position = head.StartLine;
        head.Announced = announced;
        error = DecideBody(head, context);
        if (head.Body.Kind != BodyKind.None || (context.Method != RequestMethod.Head && head.Status != 304))
        {
            head.Announced = head.Body;
        }
        return error;
    }

    private static H1Error DecideBody(H1Head head, ResponseContext context)
    {
        BodyFraming announced = head.Announced;
        head.Body = BodyFraming.None;
        if (head.Status == 101)
        {
            head.Body = BodyFraming.Tunnel;
            return context.OffersUpgrade && head.Has(ConnectionFacts.Upgrade)
                ? H1Error.None : H1Error.UnexpectedUpgrade;
        }
        if (head.Status < 200)
        {
            // An interim response ends nothing: whatever it says of the connection, the final one follows.
            head.KeepAlive = true;
            return H1Error.None;
        }
        if (context.Method == RequestMethod.Connect && head.Status < 300)
        {
            head.Body = BodyFraming.Tunnel;
            return H1Error.None;
        }
        if (context.Method == RequestMethod.Head || head.Status is 204 or 304)
        {
            return H1Error.None;
        }
        head.Body = announced.Kind != BodyKind.None ? announced : BodyFraming.UntilClose;
        head.KeepAlive &= head.Body.Kind != BodyKind.UntilClose;
        return H1Error.None;
    }
}
