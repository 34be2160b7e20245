using System.Globalization;

namespace Holdfast.Balancing.Servers;

/// <summary>A weight as the runtime API and agents give it: <c>40</c>, or <c>50%</c> of the file's.</summary>
public static class WeightArgument
{
    private const int Max = 256;

    /// <summary>Reads a weight.</summary>
    /// <param name="text">The argument.</param>
    /// <param name="initialWeight">The weight of the file.</param>
    /// <param name="isDynamic">Whether the algorithm lets weights change; if not, only 0 and all are taken.</param>
    /// <param name="weight">The weight, 0 to 256.</param>
    /// <returns>Why it is refused, in the original's words; null: it is taken.</returns>
    public static string? Read(ReadOnlySpan<char> text, int initialWeight, bool isDynamic, out int weight)
    {
        weight = 0;
        if (text.IsEmpty)
        {
            return "Require <weight> or <weight%>.";
        }
        bool isRelative = text[^1] == '%';
        ReadOnlySpan<char> digits = isRelative ? text[..^1] : text;
        if (!long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
        {
            return "Trailing garbage in weight string.";
        }
        if (isRelative)
        {
            if (value < 0)
            {
                return "Relative weight must be positive.";
            }
            value = Math.Min(Max, initialWeight * Math.Min(value, 100 * Max) / 100);
        }
        else if (value is < 0 or > Max)
        {
            return "Absolute weight can only be between 0 and 256 inclusive.";
        }
        weight = (int)value;
        return weight != 0 && weight != initialWeight && !isDynamic
            ? "Backend is using a static LB algorithm and only accepts weights '0%' and '100%'." : null;
    }
}
