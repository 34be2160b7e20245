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
