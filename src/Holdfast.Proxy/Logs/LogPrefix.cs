using Holdfast.HAProxy.LogFormats;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Logs;

/// <summary>What stands before the text of a line, by the target's format.</summary>
internal static class LogPrefix
{
    private const int MicrosecondsPerSecond = 1_000_000;

    private static readonly byte[][] s_months =
    [
        "Jan"u8.ToArray(), "Feb"u8.ToArray(), "Mar"u8.ToArray(), "Apr"u8.ToArray(), "May"u8.ToArray(),
        "Jun"u8.ToArray(), "Jul"u8.ToArray(), "Aug"u8.ToArray(), "Sep"u8.ToArray(), "Oct"u8.ToArray(),
        "Nov"u8.ToArray(), "Dec"u8.ToArray(),
    ];

    /// <summary>Whether all lines of a second and a level have the same.</summary>
    internal static bool IsOfSeconds(LogLayout layout)
        => layout is not (LogLayout.Rfc5424 or LogLayout.Timed or LogLayout.Iso);

    internal static void Put(
        ref LogWriter line, LogTargetOptions options, int level, DateTimeOffset now,
        scoped ReadOnlySpan<byte> structured)
    {
        if (options.Layout is not (LogLayout.Raw or LogLayout.Iso))
        {
            line.Put("<"u8);
            line.PutNumber(options.Layout is LogLayout.Short or LogLayout.Timed ? level
                : (options.Facility * 8) + level);
            line.Put(">"u8);
        }
        switch (options.Layout)
        {
            case LogLayout.Syslog or LogLayout.Rfc3164:
                PutOld(ref line, options, now);
                break;
            case LogLayout.Rfc5424:
                PutNew(ref line, options, now, structured);
                break;
            case LogLayout.Timed or LogLayout.Iso:
                PutIso(ref line, now);
                line.Put(" "u8);
                break;
            default:
                break;
        }
    }

    /// <summary>"Nov  3 10:00:00 host haproxy[12]: ": the host where RFC 3164 is asked for by name.</summary>
    private static void PutOld(ref LogWriter line, LogTargetOptions options, DateTimeOffset now)
    {
        line.Put(s_months[now.Month - 1]);
        line.Put(" "u8);
        line.Put(now.Day < 10 ? " "u8 : []);
        line.PutNumber(now.Day);
        line.Put(" "u8);
        PutTime(ref line, now);
        line.Put(" "u8);
        if (options.Layout == LogLayout.Rfc3164)
        {
            line.PutText(options.HostName ?? "localhost");
            line.Put(" "u8);
        }
        line.PutText(options.Tag);
        line.Put("["u8);
        line.PutNumber(Environment.ProcessId);
        line.Put("]: "u8);
    }

    /// <summary>"1 2026-11-03T10:00:00.000000+00:00 host haproxy 12 - - ".</summary>
    private static void PutNew(
        ref LogWriter line, LogTargetOptions options, DateTimeOffset now, scoped ReadOnlySpan<byte> structured)
    {
        line.Put("1 "u8);
        PutIso(ref line, now);
        line.Put(" "u8);
        line.PutText(options.HostName ?? "-");
        line.Put(" "u8);
        line.PutText(options.Tag);
        line.Put(" "u8);
        line.PutNumber(Environment.ProcessId);
        line.Put(" - "u8);
        line.Put(structured.IsEmpty ? "-"u8 : structured);
        line.Put(" "u8);
    }

    private static void PutIso(ref LogWriter line, DateTimeOffset now)
    {
        line.PutNumber(now.Year);
        line.Put("-"u8);
        line.PutPadded(now.Month, 2);
        line.Put("-"u8);
        line.PutPadded(now.Day, 2);
        line.Put("T"u8);
        PutTime(ref line, now);
        line.Put("."u8);
        int fraction = (int)(now.Ticks / TimeSpan.TicksPerMicrosecond % MicrosecondsPerSecond);
        line.PutPadded(fraction, 6);
        int minutes = (int)now.Offset.TotalMinutes;
        line.Put(minutes < 0 ? "-"u8 : "+"u8);
        line.PutPadded(Math.Abs(minutes) / 60, 2);
        line.Put(":"u8);
        line.PutPadded(Math.Abs(minutes) % 60, 2);
    }

    private static void PutTime(ref LogWriter line, DateTimeOffset now)
    {
        line.PutPadded(now.Hour, 2);
        line.Put(":"u8);
        line.PutPadded(now.Minute, 2);
        line.Put(":"u8);
        line.PutPadded(now.Second, 2);
    }
}
