using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>Reads Connection, Upgrade, TE and the fields that Connection names (RFC 9110 section 7.6.1).</summary>
internal static class ConnectionFields
{
    /// <summary>More names than this in Connection are refused: each is compared with every field.</summary>
    private const int OptionsMax = 32;

    /// <summary>Sets the facts of a head, and marks what is for the next hop only.</summary>
    public static H1Error Read(ReadOnlySpan<byte> buffer, H1Head head, out int position)
    {
        position = 0;
        HeaderTable headers = head.Headers;
        bool namesUpgrade = false;
        if (headers.MayHave(KnownHeader.Connection))
        {
            H1Error error = ReadConnection(buffer, head, ref namesUpgrade, out position);
            if (error != H1Error.None)
            {
                return error;
            }
        }
        if (headers.MayHave(KnownHeader.Upgrade) && namesUpgrade && head.Version == H1Version.Http11)
        {
            ReadUpgrade(buffer, head);
        }
        if (headers.MayHave(KnownHeader.Te) && head.Version == H1Version.Http11)
        {
            ReadTe(buffer, head);
        }
        MarkAll(headers, KnownHeader.Connection);
        MarkAll(headers, KnownHeader.ProxyConnection);
        MarkAll(headers, KnownHeader.KeepAlive);
        MarkAll(headers, KnownHeader.Upgrade);
        MarkAll(headers, KnownHeader.Te);
        MarkAll(headers, KnownHeader.Http2Settings);
        head.KeepAlive = !head.Has(ConnectionFacts.Close)
            && (head.Version == H1Version.Http11 || head.Has(ConnectionFacts.KeepAlive));
        return H1Error.None;
    }

    private static H1Error ReadConnection(
        ReadOnlySpan<byte> buffer, H1Head head, ref bool namesUpgrade, out int position)
    {
        HeaderTable headers = head.Headers;
        int options = 0;
        position = 0;
        for (int i = headers.Find(KnownHeader.Connection); i >= 0; i = headers.Find(KnownHeader.Connection, i))
        {
            TextRange value = headers[i].Value;
            foreach (ReadOnlySpan<byte> option in new ValueList(headers.Text(buffer, value)))
            {
                // Empty members are in real traffic, and say nothing (RFC 9110 section 5.6.1.2).
                if (option.IsEmpty)
                {
                    continue;
                }
                position = value.Start;
                if (++options > OptionsMax || !HttpText.IsToken(option))
                {
                    return H1Error.BadConnection;
                }
                ReadOption(buffer, head, option, ref namesUpgrade);
            }
        }
        return H1Error.None;
    }

    private static void ReadOption(
        ReadOnlySpan<byte> buffer, H1Head head, ReadOnlySpan<byte> option, ref bool namesUpgrade)
    {
        if (HttpText.EqualsIgnoreCase(option, "close"u8))
        {
            head.Facts |= ConnectionFacts.Close;
        }
        else if (HttpText.EqualsIgnoreCase(option, "keep-alive"u8))
        {
            head.Facts |= ConnectionFacts.KeepAlive;
        }
        else if (HttpText.EqualsIgnoreCase(option, "upgrade"u8))
        {
            namesUpgrade = true;
        }
        else if (HttpText.EqualsIgnoreCase(option, "te"u8))
        {
            head.Facts |= ConnectionFacts.NamesTe;
        }
        else
        {
            MarkNamed(buffer, head.Headers, option);
        }
    }

    /// <summary>
    /// Marks the fields of a name that Connection lists. Those that decide where a message goes and where it ends stay:
    /// nobody may ask us to lose them.
    /// </summary>
    private static void MarkNamed(ReadOnlySpan<byte> buffer, HeaderTable headers, ReadOnlySpan<byte> name)
    {
        KnownHeader id = KnownHeaders.Find(name);
        if (id is KnownHeader.Host or KnownHeader.ContentLength or KnownHeader.TransferEncoding or KnownHeader.Trailer)
        {
            return;
        }
        if (id != KnownHeader.Other)
        {
            MarkAll(headers, id);
            return;
        }
        for (int i = 0; i < headers.Count; i++)
        {
            if (headers[i].Id == id && HttpText.EqualsIgnoreCase(headers.Text(buffer, headers[i].Name), name))
            {
                headers.Mark(i, HeaderFlags.HopByHop);
            }
        }
    }

    private static void MarkAll(HeaderTable headers, KnownHeader id)
    {
        for (int i = headers.Find(id); i >= 0; i = headers.Find(id, i))
        {
            headers.Mark(i, HeaderFlags.HopByHop);
        }
    }

    private static void ReadUpgrade(ReadOnlySpan<byte> buffer, H1Head head)
    {
        HeaderTable headers = head.Headers;
        for (int i = headers.Find(KnownHeader.Upgrade); i >= 0; i = headers.Find(KnownHeader.Upgrade, i))
        {
            foreach (ReadOnlySpan<byte> protocol in new ValueList(headers.Text(buffer, headers[i].Value)))
            {
                if (!Upgrades.MayOffer(protocol))
                {
                    continue;
                }
                head.Facts |= ConnectionFacts.Upgrade;
                if (HttpText.EqualsIgnoreCase(protocol, "websocket"u8))
                {
                    head.Facts |= ConnectionFacts.WebSocket;
                }
            }
        }
    }

    private static void ReadTe(ReadOnlySpan<byte> buffer, H1Head head)
    {
        HeaderTable headers = head.Headers;
        for (int i = headers.Find(KnownHeader.Te); i >= 0; i = headers.Find(KnownHeader.Te, i))
        {
            foreach (ReadOnlySpan<byte> coding in new ValueList(headers.Text(buffer, headers[i].Value)))
            {
                if (HttpText.EqualsIgnoreCase(coding, "trailers"u8))
                {
                    head.Facts |= ConnectionFacts.TakesTrailers;
                }
            }
        }
    }
}
