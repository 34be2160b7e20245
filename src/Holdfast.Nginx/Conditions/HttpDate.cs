using System.Globalization;

namespace Holdfast.Nginx.Conditions;

/// <summary>Dates of headers, in seconds since 1970 (RFC 9110 section 5.6.7).</summary>
public static class HttpDate
{
    /// <summary>What stands for no date at all.</summary>
    public const long None = -1;

    /// <summary>Bytes of "Sun, 06 Nov 1994 08:49:37 GMT".</summary>
    public const int Length = 29;

    private const int SecondsOfDay = 86_400;
    private const int NameLength = 3;

    /// <summary>The last second that has four digits of a year: what is later is written as that.</summary>
    private const long Latest = 253_402_300_799;

    private static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>Writes a date, <see cref="Length"/> bytes.</summary>
    public static void Write(long seconds, Span<byte> to)
        => _ = DateTime.UnixEpoch.AddSeconds(Math.Clamp(seconds, 0, Latest))
            .TryFormat(to, out _, "R", CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads one of the three forms: "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" and
    /// "Sun Nov  6 08:49:37 1994".
    /// </summary>
    /// <remarks>As nginx: the day of the week may be anything, and what follows the time does not count.</remarks>
    public static bool TryParse(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = None;
        int at = text.IndexOfAny((byte)',', (byte)' ');
        if (at < 0)
        {
            return false;
        }
        bool isAsctime = text[at] == ' ';
        ReadOnlySpan<byte> rest = text[(at + 1)..].TrimStart((byte)' ');
        const int LeastMin = 18; // "06-Nov-94 08:49:37"
        return rest.Length >= LeastMin && (isAsctime ? TryParseAsctime(rest, out seconds)
            : TryParseDashedOrBlank(rest, out seconds));
    }

    private static bool TryParseDashedOrBlank(ReadOnlySpan<byte> rest, out long seconds)
    {
        seconds = None;
        byte separator = rest[2];
        int year = 0;
        if (separator is not ((byte)' ' or (byte)'-') || !TryDigits(rest, 0, 2, out int day)
            || !TryMonth(rest[3..], out int month) || rest[6] != separator)
        {
            return false;
        }
        int at = 7;
        if (separator == '-')
        {
            if (!TryDigits(rest, at, 2, out year))
            {
                return false;
            }
            year += year < 70 ? 2000 : 1900;
            at += 2;
        }
        else if (rest.Length < 20 || !TryDigits(rest, at, 4, out year))
        {
            return false;
        }
        else
        {
            at += 4;
        }
        return rest[at] == ' ' && TryTime(rest[(at + 1)..], out int time)
            && TryCombine(year, month, day, time, out seconds);
    }

    private static bool TryParseAsctime(ReadOnlySpan<byte> rest, out long seconds)
    {
        seconds = None;
        if (!TryMonth(rest, out int month) || rest[NameLength] != ' ')
        {
            return false;
        }
        rest = rest[(NameLength + 1)..];
        rest = rest[0] == ' ' ? rest[1..] : rest;
        int digits = rest[1] == ' ' ? 1 : 2;
        const int Behind = 14; // " 08:49:37 1994"
        return rest.Length >= digits + Behind && TryDigits(rest, 0, digits, out int day) && rest[digits] == ' '
            && TryTime(rest[(digits + 1)..], out int time) && rest[digits + 9] == ' '
            && TryDigits(rest, digits + 10, 4, out int year) && TryCombine(year, month, day, time, out seconds);
    }

    private static bool TryMonth(ReadOnlySpan<byte> text, out int month)
    {
        for (month = 1; month <= 12; month++)
        {
            if (text.StartsWith(Months.Slice((month - 1) * NameLength, NameLength)))
            {
                return true;
            }
        }
        return false;
    }

    private static bool TryTime(ReadOnlySpan<byte> text, out int time)
    {
        time = 0;
        if (text.Length < 8 || text[2] != ':' || text[5] != ':' || !TryDigits(text, 0, 2, out int hour)
            || !TryDigits(text, 3, 2, out int minute) || !TryDigits(text, 6, 2, out int second))
        {
            return false;
        }
        time = (((hour * 60) + minute) * 60) + second;
        return hour < 24 && minute < 60 && second < 60;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, int at, int count, out int value)
    {
        value = 0;
        foreach (byte digit in text.Slice(at, count))
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }
            value = (value * 10) + digit - '0';
        }
        return true;
    }

    private static bool TryCombine(int year, int month, int day, int time, out long seconds)
    {
        seconds = None;
        if (year == 0 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }
        long days = (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).Days;
        seconds = (days * SecondsOfDay) + time;
        return true;
    }
}
