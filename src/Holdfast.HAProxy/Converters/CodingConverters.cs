using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Holdfast.HAProxy.Fetches;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Converters;

/// <summary>Codings: base64, hexadecimal, percent, JSON.</summary>
internal static class CodingConverters
{
    private static readonly SearchValues<byte> s_query = SearchValues.Create(
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("base64", static (c, ref s) => Encode64(c, ref s, isUrl: false));
        table.Register("ub64enc", static (c, ref s) => Encode64(c, ref s, isUrl: true));
        table.Register("b64dec", static (c, ref s) => Decode64(c, ref s, isUrl: false));
        table.Register("ub64dec", static (c, ref s) => Decode64(c, ref s, isUrl: true));
        table.Register("hex", Casts.TryHex);
        table.Register("hex2i", static (_, ref s) => HexNumber(ref s));
        table.Register("url_dec", static a =>
        {
            bool inForm = a.Integer(0) > 0;
            return (c, ref s) => UrlDecode(c, ref s, inForm);
        });
        table.Register("url_enc", static a => UrlEncode);
        table.Register("json", static a => JsonText.Of(a.Text(0)));
    }

    private static bool Encode64(RequestContext c, ref Sample s, bool isUrl)
    {
        int size = (s.Bytes.Length + 2) / 3 * 4;
        if (!c.Scratch.TryTake(size, out Span<byte> room))
        {
            return false;
        }
        Base64.EncodeToUtf8(s.Bytes, room, out _, out int length);
        room = room[..length];
        if (isUrl)
        {
            room.Replace((byte)'+', (byte)'-');
            room.Replace((byte)'/', (byte)'_');
            return s.SetText(room.TrimEnd((byte)'='));
        }
        return s.SetText(room);
    }

    internal static bool Decode64(RequestContext c, ref Sample s, bool isUrl)
    {
        int size = (s.Bytes.Length + 3) / 4 * 4;
        if (!c.Scratch.TryTake(size, out Span<byte> room))
        {
            return false;
        }
        s.Bytes.CopyTo(room);
        if (isUrl)
        {
            room.Replace((byte)'-', (byte)'+');
            room.Replace((byte)'_', (byte)'/');
            room[s.Bytes.Length..].Fill((byte)'=');
        }
        else if (s.Bytes.Length % 4 != 0)
        {
            return false;
        }
        if (room.ContainsAny(" \t\r\n"u8)
            || Base64.DecodeFromUtf8InPlace(room, out int length) != OperationStatus.Done)
        {
            return false;
        }
        return s.SetBinary(room[..length]);
    }

    private static bool HexNumber(ref Sample s)
    {
        ulong value = 0;
        foreach (byte b in s.Bytes)
        {
            int digit = HexDigit(b);
            if (digit < 0)
            {
                return false;
            }
            value = (value << 4) | (uint)digit;
        }
        return s.Set(unchecked((long)value));
    }

    private static int HexDigit(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => -1,
    };

    private static bool UrlDecode(RequestContext c, ref Sample s, bool inForm)
    {
        if (!c.Scratch.TryTake(s.Bytes.Length, out Span<byte> room))
        {
            return false;
        }
        int length = 0;
        for (int i = 0; i < s.Bytes.Length; i++)
        {
            byte b = s.Bytes[i];
            if (b == '?')
            {
                // Only behind a question mark is a plus a space.
                inForm = true;
            }
            if (b == '+')
            {
                b = inForm ? (byte)' ' : b;
            }
            else if (b == '%')
            {
                int high = i + 2 < s.Bytes.Length + 0 ? HexDigit(s.Bytes[i + 1]) : -1;
                int low = high >= 0 ? HexDigit(s.Bytes[i + 2]) : -1;
                if (low < 0)
                {
                    return false;
                }
                b = (byte)((high << 4) | low);
                i += 2;
            }
            room[length++] = b;
        }
        return s.SetText(room[..length]);
    }

    private static bool UrlEncode(RequestContext c, ref Sample s)
    {
        if (!c.Scratch.TryTake(s.Bytes.Length * 3, out Span<byte> room))
        {
            return false;
        }
        int length = 0;
        foreach (byte b in s.Bytes)
        {
            if (s_query.Contains(b))
            {
                room[length++] = b;
                continue;
            }
            room[length++] = (byte)'%';
            room[length++] = "0123456789ABCDEF"u8[b >> 4];
            room[length++] = "0123456789ABCDEF"u8[b & 15];
        }
        return s.SetText(room[..length]);
    }
}

/// <summary>The converter json: text for a JSON string.</summary>
internal static class JsonText
{
    /// <summary>Escapes texts of a coding: ascii, utf8, utf8s, utf8p, utf8ps.</summary>
    public static SampleStep Of(string coding)
    {
        bool isUtf8 = coding.StartsWith("utf8", StringComparison.Ordinal);
        bool skips = coding.EndsWith('s');
        return (c, ref s) => Escape(c, ref s, isUtf8, skips);
    }

    private static bool Escape(RequestContext c, ref Sample s, bool isUtf8, bool skips)
    {
        if (!c.Scratch.TryTake(Math.Min(s.Bytes.Length * 6, StoredBytes.LengthMax), out Span<byte> room))
        {
            return false;
        }
        int length = 0;
        for (int i = 0; i < s.Bytes.Length;)
        {
            int value = s.Bytes[i];
            int size = 1;
            if (isUtf8 && value >= 0x80)
            {
                bool good = Rune.DecodeFromUtf8(s.Bytes[i..], out Rune rune, out size) == OperationStatus.Done;
                if (!good && !skips)
                {
                    return false;
                }
                value = good ? rune.Value : -1;
            }
            i += size;
            if (value >= 0 && !TryPut(value, room, ref length))
            {
                return false;
            }
        }
        return s.SetText(room[..length]);
    }

    private static bool TryPut(int value, Span<byte> room, ref int length)
    {
        if (room.Length - length < 6)
        {
            if (room.Length - length < 1 || value is '"' or '\\' or '/' or < 0x20 or > 0x7E)
            {
                return TryPutShort(value, room, ref length);
            }
        }
        byte mark = value switch
        {
            '"' => (byte)'"',
            '\\' => (byte)'\\',
            '/' => (byte)'/',
            '\b' => (byte)'b',
            '\f' => (byte)'f',
            '\r' => (byte)'r',
            '\n' => (byte)'n',
            '\t' => (byte)'t',
            _ => 0,
        };
        if (mark != 0)
        {
            room[length++] = (byte)'\\';
            room[length++] = mark;
        }
        else if (value is >= 0x20 and < 0x7F)
        {
            room[length++] = (byte)value;
        }
        else
        {
            "\\u"u8.CopyTo(room[length..]);
            Utf8Formatter.TryFormat(value, room[(length + 2)..], out _, new StandardFormat('x', 4));
            length += 6;
        }
        return true;
    }

    /// <summary>At the end of the room only what surely fits goes in.</summary>
    private static bool TryPutShort(int value, Span<byte> room, ref int length)
    {
        Span<byte> six = stackalloc byte[12];
        int size = 0;
        TryPut(value, six, ref size);
        if (!six[..size].TryCopyTo(room[length..]))
        {
            return false;
        }
        length += size;
        return true;
    }
}
