using Holdfast.HAProxy.Fetches;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Samples;

namespace Holdfast.HAProxy.Converters;

/// <summary>Dates as text.</summary>
internal static class TimeConverters
{
    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("http_date", static a =>
        {
            long offset = a.Integer(0);
            long unit = a.Text(1) switch { "ms" => 1000, "us" => 1_000_000, _ => 1 };
            return (c, ref s) => HttpDate(c, ref s, unit, offset);
        });
        table.Register("utime", static a =>
        {
            (byte[] format, long offset) = (a.Bytes(0), a.Integer(1));
            return (c, ref s) => Put(c, ref s, format, s.Integer + offset, 0);
        });
        table.Register("ltime", static a =>
        {
            (byte[] format, long offset) = (a.Bytes(0), a.Integer(1));
            return (c, ref s) => Put(c, ref s, format, s.Integer + offset, c.UtcOffset);
        });
        table.Register("ms_ltime", static a => Precise(a, 1000, isLocal: true));
        table.Register("ms_utime", static a => Precise(a, 1000, isLocal: false));
        table.Register("us_ltime", static a => Precise(a, 1_000_000, isLocal: true));
        table.Register("us_utime", static a => Precise(a, 1_000_000, isLocal: false));
    }

    /// <summary><c>ms_ltime</c> and so on: the offset counts in the input's unit, and %N is the rest of a second.
    /// </summary>
    private static SampleStep Precise(StepArguments a, long unit, bool isLocal)
    {
        (byte[] Text, int Digits)[] parts = Parts(a.Text(0));
        long offset = a.Integer(1);
        return (c, ref s) =>
        {
            if (!c.Scratch.TryTake(256, out Span<byte> room))
            {
                return false;
            }
            long value = s.Integer + offset;
            long seconds = Math.DivRem(value, unit, out long rest);
            var writer = new LogWriter(room);
            foreach ((byte[] text, int digits) in parts)
            {
                CalendarText.Write(ref writer, text, seconds, isLocal ? c.UtcOffset : 0);
                long nanoseconds = rest * (1_000_000_000 / unit);
                for (int i = 0, scale = 100_000_000; i < digits; i++, scale /= 10)
                {
                    writer.Put((byte)('0' + Math.Abs(nanoseconds / scale % 10)));
                }
            }
            return s.SetText(writer.Written);
        };
    }

    /// <summary>A format, cut where %N stands, with a width from 1 to 9 maybe.</summary>
    private static (byte[] Text, int Digits)[] Parts(string format)
    {
        List<(byte[], int)> parts = [];
        int start = 0;
        for (int i = 0; i + 1 < format.Length; i++)
        {
            if (format[i] != '%')
            {
                continue;
            }
            bool hasWidth = format[i + 1] is >= '1' and <= '9' && i + 2 < format.Length && format[i + 2] == 'N';
            if (format[i + 1] == 'N' || hasWidth)
            {
                parts.Add((Config.HAProxy.Model.ByteText.ToBytes(format[start..i]),
                    hasWidth ? format[i + 1] - '0' : 9));
                start = i + (hasWidth ? 3 : 2);
                i = start - 1;
            }
            else
            {
                i++;
            }
        }
        parts.Add((Config.HAProxy.Model.ByteText.ToBytes(format[start..]), 0));
        return [.. parts];
    }

    private static bool HttpDate(RequestContext c, ref Sample s, long unit, long offset)
    {
        if (!c.Scratch.TryTake(64, out Span<byte> room))
        {
            return false;
        }
        var writer = new LogWriter(room);
        CalendarText.Write(ref writer, "%a, %d %b %Y %H:%M:%S"u8, (s.Integer / unit) + offset, 0);
        if (unit > 1)
        {
            writer.Put((byte)'.');
            writer.PutNumber(s.Integer % unit);
        }
        writer.Put(" GMT"u8);
        return s.SetText(writer.Written);
    }

    private static bool Put(RequestContext c, ref Sample s, ReadOnlySpan<byte> format, long seconds, int utcOffset)
    {
        if (!c.Scratch.TryTake(256, out Span<byte> room))
        {
            return false;
        }
        var writer = new LogWriter(room);
        CalendarText.Write(ref writer, format, seconds, utcOffset);
        return s.SetText(writer.Written);
    }
}
