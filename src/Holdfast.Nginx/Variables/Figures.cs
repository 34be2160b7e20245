using System.Buffers.Text;
using System.Globalization;
using Holdfast.Nginx.Requests;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Variables;

/// <summary>Numbers, addresses and times as texts of a request.</summary>
internal static class Figures
{
    private const int Longest = 64;

    private static readonly string[] s_months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

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
        int offset = request.Facts.UtcOffset;
        DateTime time = DateTime.UnixEpoch.AddMilliseconds(request.Facts.Now).AddSeconds(offset);
        Span<byte> text = stackalloc byte[Longest];
        int minutes = Math.Abs(offset) / 60;
        char sign = offset < 0 ? '-' : '+';
        bool fits = isIso
            ? System.Text.Unicode.Utf8.TryWrite(text, CultureInfo.InvariantCulture,
                $"{time:yyyy-MM-ddTHH:mm:ss}{sign}{minutes / 60:D2}:{minutes % 60:D2}", out int length)
            : System.Text.Unicode.Utf8.TryWrite(text, CultureInfo.InvariantCulture,
                $"{time:dd}/{s_months[time.Month - 1]}/{time:yyyy:HH:mm:ss} {sign}{minutes / 60:D2}{minutes % 60:D2}",
                out length);
        Invariant.Check(fits);
        return request.Arena.Keep(text[..length]);
    }
}
