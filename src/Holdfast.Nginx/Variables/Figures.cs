using System.Buffers.Text;
using Holdfast.Nginx.Requests;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Variables;

/// <summary>Numbers, addresses and times as texts of a request.</summary>
internal static class Figures
{
    private const int Longest = 64;

    private static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>A number.</summary>
    internal static ReadOnlySpan<byte> Number(Request request, long value)
    {
        Span<byte> text = stackalloc byte[Longest];
        _ = Utf8Formatter.TryFormat(value, text, out int length);
        return request.Arena.Keep(text[..length]);
    }

    /// <summary>A number with zeros before it.</summary>
    internal static ReadOnlySpan<byte> Padded(Request request, long value, int digits)
    {
        Span<byte> text = stackalloc byte[Longest];
        _ = Utf8Formatter.TryFormat(value, text, out int length, new('D', (byte)digits));
        return request.Arena.Keep(text[..length]);
    }

    /// <summary>Milliseconds as seconds: "1.024".</summary>
    internal static ReadOnlySpan<byte> Seconds(Request request, long milliseconds)
    {
        Span<byte> text = stackalloc byte[Longest];
        long value = Math.Max(0, milliseconds);
        _ = Utf8Formatter.TryFormat(value / 1000, text, out int length);
        text[length++] = (byte)'.';
        _ = Utf8Formatter.TryFormat(value % 1000, text[length..], out int rest, new('D', 3));
        return request.Arena.Keep(text[..(length + rest)]);
    }

    /// <summary>An address; one of a Unix socket is "unix:".</summary>
    internal static ReadOnlySpan<byte> Address(Request request, IpAddress address)
    {
        if (address.IsNone)
        {
            return "unix:"u8;
        }
        Span<byte> text = stackalloc byte[Longest];
        return request.Arena.Keep(text[..AddressText.Write(address, text)]);
    }

    /// <summary>Local time: "24/Nov/2026:01:20:24 +0000", or "2026-11-24T01:20:24+00:00".</summary>
    internal static ReadOnlySpan<byte> Time(Request request, bool isIso)
    {
        int offset = request.Connection.UtcOffset;
        DateTime time = DateTime.UnixEpoch.AddMilliseconds(request.Connection.Now).AddSeconds(offset);
        // Digits are written into the form; '.' stands for a letter of the month.
        Span<byte> text = request.Arena.Keep(isIso ? "0000-00-00T00:00:00+00:00"u8 : "00/.../0000:00:00:00 +0000"u8);
        (int year, int month, int day, int hour) = isIso ? (0, 5, 8, 11) : (7, 3, 0, 12);
        Put(text[year..], time.Year, 4);
        Put(text[day..], time.Day, 2);
        Put(text[hour..], time.Hour, 2);
        Put(text[(hour + 3)..], time.Minute, 2);
        Put(text[(hour + 6)..], time.Second, 2);
        if (isIso)
        {
            Put(text[month..], time.Month, 2);
        }
        else
        {
            Months.Slice((time.Month - 1) * 3, 3).CopyTo(text[month..]);
        }
        int sign = isIso ? 19 : 21;
        text[sign] = offset < 0 ? (byte)'-' : (byte)'+';
        Put(text[(sign + 1)..], Math.Abs(offset) / 3600, 2);
        Put(text[^2..], Math.Abs(offset) / 60 % 60, 2);
        return text;
    }

    private static void Put(Span<byte> text, int value, int digits)
    {
        for (int i = digits - 1; i >= 0; i--, value /= 10)
        {
            text[i] = (byte)('0' + (value % 10));
        }
    }
}
