using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Config.Ipvsadm;

/// <summary>Numbers and addresses as the C library reads them, which users of ipvsadm may rely on.</summary>
internal static class IpvsadmNumbers
{
    private const string BlankCharacters = " \t\n\v\f\r";
    private static readonly SearchValues<char> Blanks = SearchValues.Create(BlankCharacters);

    /// <summary>A decimal number as strtol(3) reads it, blanks before it and a sign included.</summary>
    internal static bool TryDecimal(ReadOnlySpan<char> text, long min, long max, out long value)
    {
        value = 0;
        ReadOnlySpan<char> rest = text.TrimStart(BlankCharacters);
        bool isNegative = rest.StartsWith("-");
        rest = isNegative || rest.StartsWith("+") ? rest[1..] : rest;
        if (rest.IsEmpty || rest.ContainsAnyExceptInRange('0', '9') || rest.TrimStart('0').Length > 12)
        {
            return false;
        }
        foreach (char digit in rest)
        {
            value = (value * 10) + (digit - '0');
        }
        value = isNegative ? -value : value;
        return value >= min && value <= max;
    }

    /// <summary>The number at the beginning of a text as atoi(3) reads it; 0 when there is none.</summary>
    internal static long Leading(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> rest = text.TrimStart(BlankCharacters);
        int sign = rest.StartsWith("-") || rest.StartsWith("+") ? 1 : 0;
        int end = rest[sign..].IndexOfAnyExceptInRange('0', '9');
        rest = end < 0 ? rest : rest[..(sign + end)];
        return TryDecimal(rest, long.MinValue, long.MaxValue, out long value) ? value : 0;
    }

    /// <summary>
    /// An IPv4 address as inet_aton(3) reads it: one to four parts, decimal, octal or hexadecimal, the last filling
    /// what is left; anything may follow after a blank.
    /// </summary>
    internal static bool TryInetAton(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        int blank = text.IndexOfAny(Blanks);
        ReadOnlySpan<char> rest = blank < 0 ? text : text[..blank];
        uint value = 0;
        int parts = 0;
        foreach (Range range in rest.Split('.'))
        {
            bool isLast = range.End.GetOffset(rest.Length) == rest.Length;
            if (++parts > 4 || !TryPart(rest[range], out uint part)
                || part > (isLast ? uint.MaxValue >> (8 * (parts - 1)) : byte.MaxValue))
            {
                return false;
            }
            value |= isLast ? part : part << (32 - (8 * parts));
        }
        address = IpAddress.V4(value);
        return true;
    }

    /// <summary>An IPv6 address as inet_pton(3) reads it: no zone, no blanks.</summary>
    internal static bool TryIpv6(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        return text.Contains(':') && !text.ContainsAny(Blanks) && IpAddress.TryParse(text, out address)
            && address.IsV6;
    }

    private static bool TryPart(ReadOnlySpan<char> text, out uint value)
    {
        uint radix = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? 16u : text is ['0', _, ..] ? 8u : 10u;
        ReadOnlySpan<char> digits = radix == 16 ? text[2..] : text;
        ulong sum = 0;
        foreach (char digit in digits)
        {
            uint number = char.IsAsciiHexDigit(digit) ? (uint)Convert.ToInt32($"{digit}", 16) : 16;
            if (number >= radix)
            {
                value = 0;
                return false;
            }
            sum = Math.Min((sum * radix) + number, (ulong)uint.MaxValue + 1);
        }
        value = (uint)Math.Min(sum, uint.MaxValue);
        return !digits.IsEmpty && sum <= uint.MaxValue;
    }
}
