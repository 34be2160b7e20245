namespace Holdfast.Config.Nginx.Values;

/// <summary>Times as nginx.conf writes them: numbers with units that strictly decrease, a bare number for seconds.
/// </summary>
internal static class NginxTimes
{
    private enum Step : byte
    {
        Start,
        Year,
        Month,
        Week,
        Day,
        Hour,
        Minute,
        Second,
        Millisecond,
        Last,
    }

    /// <summary>A time of a directive that counts milliseconds; years and months are too long for it.</summary>
    public static bool TryMilliseconds(ReadOnlySpan<char> text, out TimeSpan time) => TryRead(text, false, out time);

    /// <summary>A time of a directive that counts whole seconds.</summary>
    public static bool TrySeconds(ReadOnlySpan<char> text, out TimeSpan time) => TryRead(text, true, out time);

    private static bool TryRead(ReadOnlySpan<char> text, bool isSeconds, out TimeSpan time)
    {
        time = default;
        long unit = isSeconds ? 1 : 1000;
        long total = 0;
        var step = isSeconds ? Step.Start : Step.Month;
        bool isValid = false;
        for (int at = 0; at < text.Length;)
        {
            int begin = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }
            long value = 0;
            if (at > begin && !NginxNumbers.TryNumber(text[begin..at], out value))
            {
                return false;
            }
            isValid |= at > begin;
            long scale = unit;
            if (at < text.Length && !TryUnit(text, ref at, isSeconds, ref step, out scale))
            {
                return false;
            }
            if (value > (long.MaxValue - total) / scale)
            {
                return false;
            }
            total += value * scale;
            while (at < text.Length && text[at] == ' ')
            {
                at++;
            }
        }
        // TimeSpan counts 100 ns, so that its end comes before that of the number.
        long milliseconds = isSeconds ? Math.Min(total, long.MaxValue / 1000) * 1000 : total;
        time = TimeSpan.FromMilliseconds(Math.Min(milliseconds, (long)TimeSpan.MaxValue.TotalMilliseconds - 1));
        return isValid;
    }

    private static bool TryUnit(ReadOnlySpan<char> text, ref int at, bool isSeconds, ref Step step, out long scale)
    {
        const long Day = 86_400;
        (Step next, long seconds) = text[at++] switch
        {
            'y' => (Step.Year, 365 * Day),
            'M' => (Step.Month, 30 * Day),
            'w' => (Step.Week, 7 * Day),
            'd' => (Step.Day, Day),
            'h' => (Step.Hour, 3600),
            'm' when at < text.Length && text[at] == 's' => (Step.Millisecond, 0),
            'm' => (Step.Minute, 60),
            's' => (Step.Second, 1),
            ' ' => (Step.Last, 1L),
            _ => (Step.Start, -1L),
        };
        scale = next == Step.Millisecond ? 1 : seconds * (isSeconds ? 1 : 1000);
        at += next == Step.Millisecond ? 1 : 0;
        bool isLater = next == Step.Last ? step < Step.Second : step < next;
        if (next == Step.Start || !isLater || (isSeconds && next == Step.Millisecond))
        {
            return false;
        }
        step = next;
        return true;
    }
}
