using System.Globalization;
using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Reads times, numbers and choices, and says what is wrong with them.</summary>
internal sealed class ValueReader(BindContext context)
{
    /// <summary>Microseconds of a millisecond, the unit of nearly all times.</summary>
    public const long Milliseconds = 1_000;

    /// <summary>Microseconds of a second.</summary>
    public const long Seconds = 1_000_000;

    /// <summary>The argument at an index; null, and an error, when there is none.</summary>
    public Word? Argument(Statement statement, int index, string what)
    {
        if (index < statement.Words.Length)
        {
            return statement.Words[index];
        }
        context.Error(FindingCodes.MissingArgument, statement.Words[Math.Min(index, statement.Words.Length) - 1],
            $"'{statement.Keyword}' expects {what}");
        return null;
    }

    /// <summary>Complains of words from an index on.</summary>
    public bool NoMore(Statement statement, int index)
    {
        if (index >= statement.Words.Length)
        {
            return true;
        }
        context.Error(FindingCodes.ExtraArgument, statement.Words[index],
            $"'{string.Join(' ', statement.Words.Take(index).Select(static w => w.Text))}' cannot handle "
            + $"unexpected argument '{statement.Words[index]}'");
        return false;
    }

    /// <summary>A time in units of so many microseconds.</summary>
    public long? Time(Word word, string what, long unit = Milliseconds)
    {
        switch (Units.Time(word.Text, unit, out long value, out int at))
        {
            case UnitFault.None:
                return value;
            case UnitFault.TrailingLetters:
                context.Error(FindingCodes.SloppyTime, word,
                    $"unexpected character '{word.Text[at]}' after the timer value '{word}'",
                    "units are us, ms, s, m, h, d");
                return value;
            case UnitFault.Overflow:
                context.Error(FindingCodes.BadTime, word, $"timer overflow in argument '{word}' to '{what}'",
                    "the longest time in milliseconds is 2147483647, about 24.8 days");
                return null;
            default:
                context.Findings.Report(FindingCodes.BadTime, word.At(at, 1), at < word.Text.Length
                    ? $"unexpected character '{word.Text[at]}' in argument '{word}' to '{what}'"
                    : $"'{what}' expects a time", "a time is an integer with us, ms, s, m, h or d behind it");
                return null;
        }
    }

    /// <summary>A size in bytes.</summary>
    public long? Size(Word word, string what)
    {
        if (Units.TrySize(word.Text, out long value))
        {
            return value;
        }
        context.Error(FindingCodes.BadNumber, word, $"'{what}' expects a size, but got '{word}'",
            "a size is an integer with k, m or g behind it");
        return null;
    }

    /// <summary>An integer within bounds.</summary>
    public int? Integer(Word word, string what, int minimum = 0, int maximum = int.MaxValue)
    {
        if (int.TryParse(word.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            && value >= minimum && value <= maximum)
        {
            return value;
        }
        context.Error(FindingCodes.BadNumber, word, maximum == int.MaxValue
            ? $"'{what}' expects an integer of at least {minimum}, but got '{word}'"
            : $"'{what}' expects an integer from {minimum} to {maximum}, but got '{word}'");
        return null;
    }

    /// <summary>An integer as atol reads it; what is behind its digits is ignored, which is said.</summary>
    public int Atol(Word word, string what)
    {
        long value = Units.Atol(word.Text);
        if (word.Text.Length == 0 || word.Text.AsSpan().TrimStart("+-").IndexOfAnyExceptInRange('0', '9') >= 0)
        {
            context.Error(FindingCodes.SloppyNumber, word, $"'{what}' takes '{word}' for {value}");
        }
        return (int)Math.Clamp(value, int.MinValue, int.MaxValue);
    }

    /// <summary>One of some words.</summary>
    public string? Choice(Word word, string what, params string[] choices)
    {
        if (choices.Contains(word.Text))
        {
            return word.Text;
        }
        context.Error(FindingCodes.BadWord, word,
            $"'{what}' expects one of {string.Join(", ", choices)}, but got '{word}'",
            null, Text.NearestWord.Find(word.Text, choices));
        return null;
    }

    /// <summary>Whether a name has only characters that names may have.</summary>
    public bool Name(Word word, string what)
    {
        int at = 0;
        while (at < word.Text.Length
            && (char.IsAsciiLetterOrDigit(word.Text[at]) || word.Text[at] is '-' or '_' or '.' or ':'))
        {
            at++;
        }
        if (at == word.Text.Length)
        {
            return true;
        }
        context.Findings.Report(FindingCodes.BadName, word.At(at, 1),
            $"character '{word.Text[at]}' is not permitted in the {what} '{word}'",
            "names have letters, digits, '-', '_', '.' and ':'");
        return false;
    }
}
