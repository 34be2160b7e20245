namespace Holdfast.HAProxy.LogFormats;

/// <summary>Dates by the codes of strftime, in English.</summary>
internal static class CalendarText
{
    private static readonly string[] s_days =
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    private static readonly string[] s_months =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ];

    private const int DateLength = 20;

    /// <summary>The last date that this thread wrote: lines of one second have the same.</summary>
    [ThreadStatic]
    private static byte[]? t_date;

    [ThreadStatic]
    private static long t_dateSeconds;

    /// <summary>Writes "23/Nov/2026:10:00:00".</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="seconds">Since 1970 in UTC; outside the years 1 to 9999 the nearest of them.</param>
    /// <param name="utcOffset">Local time less UTC, in seconds.</param>
    public static void WriteDate(ref LogWriter writer, long seconds, int utcOffset)
    {
        long local = seconds + utcOffset;
        if (t_date is not { } date || local != t_dateSeconds)
        {
            t_date = date = t_date ?? new byte[DateLength];
            t_dateSeconds = local;
            var made = new LogWriter(date);
            Write(ref made, "%d/%b/%Y:%H:%M:%S"u8, seconds, utcOffset);
        }
        writer.Put(date);
    }

    /// <summary>Writes "+0130".</summary>
    public static void WriteOffset(ref LogWriter writer, int utcOffset)
    {
        writer.Put(utcOffset < 0 ? (byte)'-' : (byte)'+');
        writer.PutPadded((Math.Abs(utcOffset) / 3600 * 100) + (Math.Abs(utcOffset) / 60 % 60), 4);
    }

    /// <summary>Writes a time.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="format">Codes of strftime.</param>
    /// <param name="seconds">Since 1970 in UTC; outside the years 1 to 9999 the nearest of them.</param>
    /// <param name="utcOffset">Local time less UTC, in seconds.</param>
    public static void Write(ref LogWriter writer, scoped ReadOnlySpan<byte> format, long seconds, int utcOffset)
    {
        long local = Math.Clamp(seconds + utcOffset, -62135596800, 253402300799);
        DateTime time = DateTime.UnixEpoch.AddSeconds(local);
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                writer.Put(format[i]);
                continue;
            }
            Code(ref writer, format[++i], time, seconds, utcOffset);
        }
    }

    private static void Code(ref LogWriter writer, byte code, DateTime time, long seconds, int utcOffset)
    {
        ReadOnlySpan<byte> whole = code switch
        {
            (byte)'T' => "%H:%M:%S"u8,
            (byte)'D' or (byte)'x' => "%m/%d/%y"u8,
            (byte)'F' => "%Y-%m-%d"u8,
            (byte)'R' => "%H:%M"u8,
            (byte)'c' => "%a %b %e %H:%M:%S %Y"u8,
            (byte)'X' => "%H:%M:%S"u8,
            (byte)'r' => "%I:%M:%S %p"u8,
            _ => [],
        };
        if (!whole.IsEmpty)
        {
            Write(ref writer, whole, seconds, utcOffset);
            return;
        }
        (int value, int width) = code switch
        {
            (byte)'Y' => (time.Year, 4),
            (byte)'C' => (time.Year / 100, 2),
            (byte)'y' => (time.Year % 100, 2),
            (byte)'m' => (time.Month, 2),
            (byte)'d' => (time.Day, 2),
            (byte)'H' => (time.Hour, 2),
            (byte)'I' => (((time.Hour + 11) % 12) + 1, 2),
            (byte)'M' => (time.Minute, 2),
            (byte)'S' => (time.Second, 2),
            (byte)'j' => (time.DayOfYear, 3),
            (byte)'u' => (time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek, 1),
            (byte)'w' => ((int)time.DayOfWeek, 1),
            _ => (-1, 0),
        };
        if (value >= 0)
        {
            writer.PutPadded(value, width);
            return;
        }
        Word(ref writer, code, time, seconds, utcOffset);
    }

    private static void Word(ref LogWriter writer, byte code, DateTime time, long seconds, int utcOffset)
    {
        switch (code)
        {
            case (byte)'a':
                writer.PutAscii(s_days[(int)time.DayOfWeek].AsSpan(0, 3));
                break;
            case (byte)'A':
                writer.PutAscii(s_days[(int)time.DayOfWeek]);
                break;
            case (byte)'b' or (byte)'h':
                writer.PutAscii(s_months[time.Month - 1].AsSpan(0, 3));
                break;
            case (byte)'B':
                writer.PutAscii(s_months[time.Month - 1]);
                break;
            case (byte)'e':
                writer.Put(time.Day < 10 ? " "u8 : []);
                writer.PutNumber(time.Day);
                break;
            case (byte)'p':
                writer.Put(time.Hour < 12 ? "AM"u8 : "PM"u8);
                break;
            case (byte)'s':
                writer.PutNumber(seconds);
                break;
            case (byte)'z':
                WriteOffset(ref writer, utcOffset);
                break;
            case (byte)'Z':
                writer.Put(utcOffset == 0 ? "GMT"u8 : []);
                break;
            case (byte)'n':
                writer.Put((byte)'\n');
                break;
            case (byte)'t':
                writer.Put((byte)'\t');
                break;
            default:
                writer.Put(code);
                break;
        }
    }
}
