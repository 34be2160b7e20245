using System.Buffers.Binary;

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
        return id != 0 && IsSame(name, Names[id]) ? (KnownHeader)id : KnownHeader.Other;
    }

    /// <summary>
    /// Compares by words, the case bit set in every byte. Letters, digits and '-' have no other partner by that bit
    /// than control bytes, which no name has.
    /// </summary>
    private static bool IsSame(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known)
    {
        const ulong CaseBits = 0x2020_2020_2020_2020;
        if (name.Length != known.Length)
        {
            return false;
        }
        if (name.Length < sizeof(ulong))
        {
            return HttpText.EqualsIgnoreCase(name, known);
        }
        int last = name.Length - sizeof(ulong);
        for (int i = 0; i < last; i += sizeof(ulong))
        {
            if ((BinaryPrimitives.ReadUInt64LittleEndian(name[i..]) | CaseBits)
                != BinaryPrimitives.ReadUInt64LittleEndian(known[i..]))
            {
                return false;
            }
        }
        return (BinaryPrimitives.ReadUInt64LittleEndian(name[last..]) | CaseBits)
            == BinaryPrimitives.ReadUInt64LittleEndian(known[last..]);
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
