using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>Reads Content-Length and Transfer-Encoding, as strictly as a thing must be that frames messages.</summary>
internal static class FramingFields
{
    /// <summary>
    /// How both fields together frame a body; None where neither is there. Chunks go before a length (RFC 9112 section
    /// 6.3), which is refused beside them unless the head forgives it; then the connection ends after the message.
    /// </summary>
    public static H1Error ReadBody(ReadOnlySpan<byte> buffer, H1Head head, out BodyFraming body, out int position)
    {
        HeaderTable headers = head.Headers;
        long length = -1;
        bool isChunked = false;
        position = 0;
        body = BodyFraming.None;
        H1Error error = headers.MayHave(KnownHeader.ContentLength)
            ? ReadLength(buffer, headers, out length, out position) : H1Error.None;
        if (error == H1Error.None && headers.MayHave(KnownHeader.TransferEncoding))
        {
            error = ReadCoding(buffer, headers, out isChunked, out position);
        }
        if (error != H1Error.None)
        {
            return error;
        }
        if (isChunked && head.Version == H1Version.Http10)
        {
            return H1Error.TransferEncodingOnHttp10;
        }
        if (isChunked && length >= 0)
        {
            if (!head.Forgives(H1Leniency.LengthBesideChunked))
            {
                return H1Error.LengthBesideChunked;
            }
            head.Facts |= ConnectionFacts.MustClose;
            head.KeepAlive = false;
        }
        body = isChunked ? BodyFraming.Chunked : length >= 0 ? BodyFraming.OfLength(length) : BodyFraming.None;
        return H1Error.None;
    }

    /// <summary>The one length that all Content-Length fields name; -1 when there is none.</summary>
    /// <remarks>
    /// Equal numbers in a row ("5, 5", or two fields) are one (RFC 9110 section 8.6); only one is written onwards.
    /// </remarks>
    private static H1Error ReadLength(ReadOnlySpan<byte> buffer, HeaderTable headers, out long length, out int position)
    {
        length = -1;
        position = 0;
        for (int i = headers.Find(KnownHeader.ContentLength); i >= 0; i = headers.Find(KnownHeader.ContentLength, i))
        {
            TextRange value = headers[i].Value;
            foreach (ReadOnlySpan<byte> member in new ValueList(headers.Text(buffer, value)))
            {
                position = value.Start;
                H1Error error = ParseLength(member, out long one);
                if (error != H1Error.None)
                {
                    return error;
                }
                if (length >= 0 && one != length)
                {
                    return H1Error.ContentLengthsDiffer;
                }
                length = one;
            }
        }
        return H1Error.None;
    }

    /// <summary>Whether the message is chunked: all Transfer-Encoding fields together say just "chunked".</summary>
    private static H1Error ReadCoding(
        ReadOnlySpan<byte> buffer, HeaderTable headers, out bool isChunked, out int position)
    {
        isChunked = false;
        position = 0;
        bool hasOther = false;
        for (int i = headers.Find(KnownHeader.TransferEncoding); i >= 0;
            i = headers.Find(KnownHeader.TransferEncoding, i))
        {
            TextRange value = headers[i].Value;
            foreach (ReadOnlySpan<byte> member in new ValueList(headers.Text(buffer, value)))
            {
                position = value.Start;
                if (member.IsEmpty)
                {
                    return H1Error.EmptyTransferCoding;
                }
                bool isThisChunked = HttpText.EqualsIgnoreCase(member, "chunked"u8);
                if (isChunked)
                {
                    return isThisChunked ? H1Error.RepeatedChunked : H1Error.ChunkedNotLast;
                }
                isChunked = isThisChunked;
                hasOther |= !isThisChunked;
            }
        }
        // A coding that nobody asked for by TE is one that nobody can be sure to undo; HAProxy 2.6 passes it on.
        return !hasOther ? H1Error.None
            : isChunked ? H1Error.UnknownTransferCoding : H1Error.CodingWithoutChunked;
    }

    private static H1Error ParseLength(ReadOnlySpan<byte> digits, out long length)
    {
        length = 0;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return H1Error.BadContentLength;
        }
        foreach (byte digit in digits)
        {
            int value = digit - '0';
            if (length > (long.MaxValue - value) / 10)
            {
                return H1Error.ContentLengthOverflow;
            }
            length = (length * 10) + value;
        }
        return H1Error.None;
    }
}
