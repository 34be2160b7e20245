namespace Holdfast.Nginx.Headers;

/// <summary>Lengths of time as directives write them, where they come of variables: "1d 12h", "30".</summary>
internal static class TimeValue
{
    /// <summary>The largest number that is read: no time is longer.</summary>
    private const long Max = 100_000_000_000;

    /// <summary>Units from the largest to the smallest: each may follow larger ones only.</summary>
    private static ReadOnlySpan<byte> Units => "yMwdhms "u8;

    private static ReadOnlySpan<int> Seconds => [31_536_000, 2_592_000, 604_800, 86_400, 3600, 60, 1, 1];

    /// <summary>Reads a time in seconds; false when the text is none.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        long value = 0;
        int last = -1;
        bool isValid = false;
        for (int at = 0; at < text.Length;)
        {
            byte one = text[at++];
            if (char.IsAsciiDigit((char)one))
            {
                value = (value * 10) + one - '0';
                isValid = true;
                if (value > Max)
                {
                    return false;
                }
                continue;
            }
            int unit = Units.IndexOf(one);
            if (unit <= last || unit < 0 || (unit >= Units.Length - 2 && last >= Units.Length - 2))
            {
                return false;
            }
            if (one == 'm' && at < text.Length && text[at] == 's')
            {
                return false; // milliseconds
            }
            seconds += value * Seconds[unit];
            last = unit;
            value = 0;
            if (seconds > Max)
            {
                return false;
            }
            while (at < text.Length && text[at] == ' ')
            {
                at++;
            }
        }
        seconds += value;
        return isValid && seconds <= Max;
    }
}
