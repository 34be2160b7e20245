namespace Holdfast.Http.Headers;

/// <summary>The names of <see cref="KnownHeader"/>, both ways.</summary>
public static class KnownHeaders
{
    /// <summary>How many names there are, <see cref="KnownHeader.Other"/> counted.</summary>
    public static int Count => Names.Length;

    private static readonly byte[][] Names = [.. new[]
    {
        "", "host", "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "upgrade",
        "expect", "te", "trailer", "http2-settings", "cookie", "set-cookie", "date", "server", "via", "forwarded",
        "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "x-real-ip", "x-request-id",
        "user-agent", "referer", "origin", "accept", "accept-encoding", "accept-language", "accept-ranges",
        "authorization", "www-authenticate", "proxy-authorization", "proxy-authenticate", "cache-control", "pragma",
        "age", "expires", "etag", "last-modified", "if-modified-since", "if-unmodified-since", "if-match",
        "if-none-match", "if-range", "range", "content-range", "content-type", "content-encoding",
        "content-disposition", "location", "vary", "allow", "retry-after", "strict-transport-security",
        "sec-websocket-key", "sec-websocket-version", "sec-websocket-accept", "sec-websocket-protocol",
        "sec-websocket-extensions",
    }.Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <summary>Ids by <see cref="Slot"/>; a test holds that no two names share one.</summary>
    private static readonly byte[] Slots = BuildSlots();

    /// <summary>The name, in lower case; empty for <see cref="KnownHeader.Other"/>.</summary>
    public static ReadOnlySpan<byte> NameOf(KnownHeader id) => Names[(int)id];

    /// <summary>The id of a name, whatever the case of its letters.</summary>
    public static KnownHeader Find(ReadOnlySpan<byte> name)
    {
        if (name.Length < 2)
        {
            return KnownHeader.Other;
        }
        byte id = Slots[Slot(name)];
        return id != 0 && HttpText.EqualsIgnoreCase(name, Names[id]) ? (KnownHeader)id : KnownHeader.Other;
    }

    /// <summary>
    /// One place in a table of 512, from the length and three letters; the factors were searched for.
    /// </summary>
    internal static int Slot(ReadOnlySpan<byte> name)
    {
        uint first = name[0] | 0x20u;
        uint later = name[name.Length * 3 / 4] | 0x20u;
        uint last = name[^1] | 0x20u;
        return (int)(((first * 133) + (later * 243) + (last * 214) + ((uint)name.Length * 253)) & 511);
    }

    private static byte[] BuildSlots()
    {
        byte[] slots = new byte[512];
        for (int id = 1; id < Names.Length; id++)
        {
            slots[Slot(Names[id])] = (byte)id;
        }
        return slots;
    }
}
