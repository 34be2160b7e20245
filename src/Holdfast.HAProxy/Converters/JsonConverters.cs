using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Holdfast.HAProxy.Fetches;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Converters;

/// <summary>Values of JSON texts, and of the parts of a JSON web token.</summary>
internal static class JsonConverters
{
    /// <summary>Integers beyond are not exact in JSON (RFC 8259 section 6).</summary>
    private const long IntegerMax = (1L << 53) - 1;

    private const int NumberMax = 32;

    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("json_query", static a => Query(a, part: -1));
        table.Register("jwt_header_query", static a => Query(a, part: 0));
        table.Register("jwt_payload_query", static a => Query(a, part: 1));
    }

    private static SampleStep Query(StepArguments a, int part)
    {
        JsonPath? path = JsonPath.Parse(a.Bytes(0));
        bool isWhole = part >= 0 && !a.Has(0);
        bool isInteger = a.Text(1) == "int";
        return (c, ref s) =>
        {
            if (part >= 0 && !TryDecode(c, ref s, part))
            {
                return false;
            }
            return isWhole || (path is not null && TryFind(path, isInteger, c, ref s));
        };
    }

    private static bool TryFind(JsonPath path, bool isInteger, RequestContext c, ref Sample s)
    {
        switch (path.Find(s.Bytes, out ReadOnlySpan<byte> value))
        {
            case JsonFound.Text:
                return TryUnescape(value, c, ref s);
            case JsonFound.Number:
                return isInteger ? TryInteger(value, ref s) : TryNumber(value, c, ref s);
            case JsonFound.True:
                return s.Set(true);
            case JsonFound.False:
                return s.Set(false);
            default:
                return false;
        }
    }

    /// <summary>A part of a token: three of base64url with dots between.</summary>
    private static bool TryDecode(RequestContext c, ref Sample s, int part)
    {
        ReadOnlySpan<byte> rest = s.Bytes;
        for (; part > 0; part--)
        {
            int next = rest.IndexOf((byte)'.');
            if (next < 0)
            {
                return false;
            }
            rest = rest[(next + 1)..];
        }
        int dot = rest.IndexOf((byte)'.');
        return dot >= 0 && s.SetText(rest[..dot]) && CodingConverters.Decode64(c, ref s, isUrl: true);
    }

    private static bool TryInteger(ReadOnlySpan<byte> digits, ref Sample s)
        => Utf8Parser.TryParse(digits, out long value, out int read) && read > 0
            && value is >= -IntegerMax and <= IntegerMax && s.Set(value);

    /// <summary>Writes a number as C's %g does: six digits, the exponent where it is needed.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> digits, RequestContext c, ref Sample s)
    {
        if (!Utf8Parser.TryParse(digits, out double value, out int read) || read == 0
            || !c.Scratch.TryTake(NumberMax, out Span<byte> room)
            || !value.TryFormat(room, out int length, "e5", CultureInfo.InvariantCulture))
        {
            return false;
        }
        const int Digits = 6;
        int mark = room[..length].IndexOf((byte)'e');
        _ = Utf8Parser.TryParse(room[(mark + 1)..length], out int exponent, out _);
        if (exponent is >= -4 and < Digits)
        {
            Span<char> format = stackalloc char[3];
            _ = (Digits - 1 - exponent).TryFormat(format[1..], out int width, default, CultureInfo.InvariantCulture);
            format[0] = 'f';
            _ = value.TryFormat(room, out length, format[..(1 + width)], CultureInfo.InvariantCulture);
            return s.SetText(Trim(room[..length]));
        }
        int mantissa = Trim(room[..mark]).Length;
        room[mantissa] = (byte)'e';
        room[mantissa + 1] = (byte)(exponent < 0 ? '-' : '+');
        _ = Math.Abs(exponent).TryFormat(room[(mantissa + 2)..], out int count, "00", CultureInfo.InvariantCulture);
        return s.SetText(room[..(mantissa + 2 + count)]);
    }

    /// <summary>Without zeros at the end of a fraction.</summary>
    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> number)
        => number.Contains((byte)'.') ? number.TrimEnd((byte)'0').TrimEnd((byte)'.') : number;

    private static bool TryUnescape(ReadOnlySpan<byte> text, RequestContext c, ref Sample s)
    {
        if (!text.Contains((byte)'\\'))
        {
            return s.SetText(text);
        }
        if (!c.Scratch.TryTake(text.Length, out Span<byte> room))
        {
            return false;
        }
        int length = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\')
            {
                room[length++] = text[at];
                continue;
            }
            if (++at >= text.Length)
            {
                return false;
            }
            if (text[at] == 'u')
            {
                if (at + 4 >= text.Length
                    || !Utf8Parser.TryParse(text.Slice(at + 1, 4), out ushort code, out int read, 'x')
                    || read != 4 || !Rune.TryCreate(code, out Rune rune))
                {
                    return false;
                }
                length += rune.EncodeToUtf8(room[length..]);
                at += 4;
                continue;
            }
            int plain = "\"\\/bfnrt"u8.IndexOf(text[at]);
            if (plain < 0)
            {
                return false;
            }
            room[length++] = "\"\\/\b\f\n\r\t"u8[plain];
        }
        return s.SetText(room[..length]);
    }
}
