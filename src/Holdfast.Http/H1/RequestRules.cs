using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>Decides, once, where a request goes and where its body ends (RFC 9112 sections 3.2, 6 and 9.3).</summary>
internal static class RequestRules
{
    /// <summary>Sets body, facts and keep-alive of a parsed head.</summary>
    public static H1Error Decide(ReadOnlySpan<byte> buffer, H1Head head, out int position)
    {
        H1Error error = CheckHost(buffer, head, out position);
        if (error == H1Error.None)
        {
            error = ConnectionFields.Read(buffer, head, out position);
        }
        if (error == H1Error.None)
        {
            error = DecideBody(buffer, head, out position);
        }
        if (error == H1Error.None && head.Has(ConnectionFacts.WebSocket))
        {
            error = WebSocketHandshake.CheckRequest(buffer, head, out position);
        }
        if (error == H1Error.None && head.Headers.MayHave(KnownHeader.Expect))
        {
            ReadExpect(buffer, head);
        }
        return error;
    }

    private static H1Error CheckHost(ReadOnlySpan<byte> buffer, H1Head head, out int position)
    {
        HeaderTable headers = head.Headers;
        int host = headers.Find(KnownHeader.Host);
        position = head.StartLine;
        if (host < 0)
        {
            return head.Version == H1Version.Http11 && !head.Forgives(H1Leniency.MissingHost)
                ? H1Error.MissingHost : H1Error.None;
        }
        int second = headers.Find(KnownHeader.Host, host);
        if (second >= 0)
        {
            position = headers[second].Name.Start;
            return H1Error.RepeatedHost;
        }
        ReadOnlySpan<byte> name = headers.Text(buffer, headers[host].Value);
        position = headers[host].Value.Start;
        bool hasAuthority = head.Form is TargetForm.Absolute or TargetForm.Authority;
        if (name.IsEmpty && !hasAuthority)
        {
            return H1Error.None;
        }
        if (!hasAuthority || !head.Forgives(H1Leniency.HostDiffers))
        {
            if (!name.IsEmpty && RequestTargets.CheckAuthority(name) != H1Error.None)
            {
                return H1Error.BadHost;
            }
            ReadOnlySpan<byte> target = headers.Text(buffer, head.Target);
            if (hasAuthority && !RequestTargets.HostAgrees(
                name, headers.Text(buffer, head.Authority), RequestTargets.SchemeOf(target, head.Form)))
            {
                return H1Error.HostDiffers;
            }
        }
        return H1Error.None;
    }

    private static H1Error DecideBody(ReadOnlySpan<byte> buffer, H1Head head, out int position)
    {
        H1Error error = FramingFields.ReadBody(buffer, head, out BodyFraming body, out position);
        if (error != H1Error.None)
        {
            return error;
        }
        head.Body = body;
        error = CheckBody(head, hasBody: body.Kind == BodyKind.Chunked || body.Length > 0);
        head.Announced = head.Body;
        return error;
    }

    private static H1Error CheckBody(H1Head head, bool hasBody)
    {
        if (head.Method == RequestMethod.Connect)
        {
            // RFC 9110 section 9.3.6: there is none, and what a length beside it means is not defined.
            bool namesOne = head.Body.Kind != BodyKind.None;
            head.Body = BodyFraming.None;
            return namesOne ? H1Error.BodyOnConnect : H1Error.None;
        }
        if (!hasBody)
        {
            return H1Error.None;
        }
        // What follows an upgrade begins behind the body, and few agree where that is: it is no upgrade then.
        head.Facts &= ~(ConnectionFacts.Upgrade | ConnectionFacts.WebSocket);
        bool isOld = head.Version == H1Version.Http10
            && head.Method is (RequestMethod.Get or RequestMethod.Head or RequestMethod.Delete);
        return isOld && !head.Forgives(H1Leniency.BodyOnHttp10Get) ? H1Error.BodyOnHttp10Get : H1Error.None;
    }

    private static void ReadExpect(ReadOnlySpan<byte> buffer, H1Head head)
    {
        // A 1.0 client does not know 100, and one without a body waits for nothing (RFC 9110 section 10.1.1).
        HeaderTable headers = head.Headers;
        bool hasBody = head.Body.Kind == BodyKind.Chunked || head.Body.Length > 0;
        for (int i = headers.Find(KnownHeader.Expect); i >= 0; i = headers.Find(KnownHeader.Expect, i))
        {
            foreach (ReadOnlySpan<byte> member in new ValueList(headers.Text(buffer, headers[i].Value)))
            {
                if (!HttpText.EqualsIgnoreCase(member, "100-continue"u8))
                {
                    head.Facts |= ConnectionFacts.ExpectsOther;
                }
                else if (hasBody && head.Version == H1Version.Http11)
                {
                    head.Facts |= ConnectionFacts.ExpectsContinue;
                }
            }
        }
    }
}
