using System.Globalization;

namespace Holdfast.Config.HAProxy.Syntax;

/// <summary>What became of reading a number with a unit.</summary>
public enum UnitFault : byte
{
    /// <summary>It was read.</summary>
    None,

    /// <summary>A character does not belong there.</summary>
    UnexpectedCharacter,

    /// <summary>It is larger than 2^31 - 1 units.</summary>
    Overflow,

    /// <summary>Letters follow the unit, such as "15min"; the value counts.</summary>
    TrailingLetters,
}

/// <summary>Times and sizes (section 2.5 of the manual).</summary>
public static class Units
{
    private const long MaxValue = int.MaxValue;

    /// <summary>Reads a time.</summary>
    /// <param name="text">Such as "30s"; a bare number counts in the default unit.</param>
    /// <param name="unitMicros">The default unit, which the result has, in microseconds.</param>
    /// <param name="value">In units, rounded up.</param>
    /// <param name="at">Offset of the character that does not belong there.</param>
    public static UnitFault Time(string text, long unitMicros, out long value, out int at)
    {
        value = 0;
        at = 0;
        Int128 number = 0;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            number = number > long.MaxValue ? number : (number * 10) + (text[at] - '0');
            at++;
        }
        if (at == 0)
        {
            return UnitFault.UnexpectedCharacter;
        }
        ReadOnlySpan<char> rest = text.AsSpan(at);
        (long micros, int length) = rest switch
        {
            [] => (unitMicros, 0),
            ['u', 's', ..] => (1, 2),
            ['m', 's', ..] => (1_000, 2),
            ['s', ..] => (1_000_000, 1),
            ['m', ..] => (60_000_000, 1),
            ['h', ..] => (3_600_000_000, 1),
            ['d', ..] => (86_400_000_000, 1),
            _ => (0L, 0),
        };
        if (micros == 0)
        {
            return UnitFault.UnexpectedCharacter;
        }
        Int128 units = ((number * micros) + unitMicros - 1) / unitMicros;
        if (units > MaxValue)
        {
            return UnitFault.Overflow;
        }
        value = (long)units;
        at += length;
        return rest.Length > length ? UnitFault.TrailingLetters : UnitFault.None;
    }

    /// <summary>Reads a size in bytes: an integer with <c>k m g</c> (powers of 1024), or <c>t p</c>.</summary>
    public static bool TrySize(string text, out long value)
    {
        value = 0;
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? text.Length : digits;
        if (digits == 0 || digits > 18 || text.Length > digits + 1)
        {
            return false;
        }
        int shift = digits == text.Length ? 0 : char.ToLowerInvariant(text[digits]) switch
        {
            'k' => 10,
            'm' => 20,
            'g' => 30,
            't' => 40,
            'p' => 50,
            _ => -1,
        };
        long number = long.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture);
        if (shift < 0 || number > long.MaxValue >> shift)
        {
            return false;
        }
        value = number << shift;
        return true;
    }

    /// <summary>Reads a number as C's atol does: what stands behind the digits is ignored, no digits are 0.</summary>
    public static long Atol(string text)
    {
        string trimmed = text.TrimStart(' ', '\t');
        int sign = trimmed is ['-' or '+', ..] ? 1 : 0;
        int end = sign;
        while (end < trimmed.Length && char.IsAsciiDigit(trimmed[end]))
        {
            end++;
        }
        return long.TryParse(trimmed.AsSpan(0, end), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out long value) ? value : end > sign ? long.MaxValue : 0;
    }
}
