using System.Globalization;

namespace Holdfast.Runtime.Supervision;

/// <summary>The first line of a <c>reload_time_file</c> (keepalived.conf(5)).</summary>
/// <param name="When">The next time that it names, in the future.</param>
/// <param name="IsDaily">Whether it names no date, so that it comes again every day.</param>
public readonly record struct ReloadTime(DateTimeOffset When, bool IsDaily)
{
    /// <summary>Reads <c>HH:MM:SS</c>, with <c>YY-MM-DD</c> or <c>YYYY-MM-DD</c> before it, <c>Z</c> for UTC.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="now">The present; a time without a date is the next one after it.</param>
    /// <param name="zone">Where a time without <c>Z</c> is meant.</param>
    /// <param name="time">The time.</param>
    /// <returns>Null, or why there is none.</returns>
    public static string? TryRead(string line, DateTimeOffset now, TimeZoneInfo zone, out ReloadTime time)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(zone);
        time = default;
        bool isUtc = line.EndsWith('Z');
        string text = isUtc ? line[..^1] : line;
        TimeZoneInfo where = isUtc ? TimeZoneInfo.Utc : zone;
        bool isDaily = text.Length == 8;
        string whole = text.Length switch
        {
            8 => $"{TimeZoneInfo.ConvertTime(now, where).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} {text}",
            17 => $"20{text}",
            _ => text,
        };
        if (!DateTime.TryParseExact(whole, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None,
            out DateTime local))
        {
            return "it is not HH:MM:SS, YY-MM-DD HH:MM:SS or YYYY-MM-DD HH:MM:SS, each with or without Z";
        }
        var when = new DateTimeOffset(local, where.GetUtcOffset(local));
        if (when <= now && isDaily)
        {
            DateTime tomorrow = local.AddDays(1);
            when = new DateTimeOffset(tomorrow, where.GetUtcOffset(tomorrow));
        }
        time = new ReloadTime(when, isDaily);
        return when <= now ? "it is in the past" : null;
    }
}
