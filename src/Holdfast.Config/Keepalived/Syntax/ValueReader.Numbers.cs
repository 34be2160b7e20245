using System.Globalization;
using Holdfast.Config.Keepalived.Schema;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>Numbers and times.</summary>
internal sealed partial class ValueReader
{
    private bool ReadInteger(ConfigNode node, List<Word> words, ValueSpec spec)
    {
        if (words.Count == 0)
        {
            return true;
        }
        if (!TryInteger(node.Spec.Name, words[0], (long)spec.Min, (long)spec.Max, out long value))
        {
            return false;
        }
        node.Number = value;
        return WarnExtra(node, 1);
    }

    /// <summary>Reads a whole number and reports what is wrong with it.</summary>
    public bool TryInteger(string what, Word word, long min, long max, out long value)
    {
        if (!long.TryParse(word.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
        {
            findings.Report(FindingCodes.BadNumber, word, $"{what} '{word}' is not a whole number",
                string.Create(CultureInfo.InvariantCulture, $"write a number from {min} to {max}"));
            return false;
        }
        if (value < min || value > max)
        {
            findings.Report(FindingCodes.OutOfRange, word,
                string.Create(CultureInfo.InvariantCulture, $"{what} {value} is not within {min} to {max}"));
            return false;
        }
        return true;
    }

    private bool ReadTime(ConfigNode node, List<Word> words, ValueSpec spec, int decimals)
    {
        if (words.Count == 0)
        {
            return true;
        }
        if (!TryTime(node.Spec.Name, words[0], spec.Min, spec.Max, decimals, out decimal value))
        {
            return false;
        }
        node.Number = (long)Math.Min(value * (decimals == 6 ? 1_000_000 : 1_000), TimeSpan.MaxValue.Ticks / 10);
        NoteFraction(node, words[0]);
        return WarnExtra(node, 1);
    }

    private void NoteFraction(ConfigNode node, Word word)
    {
        if (node.Spec.WasWhole && !long.TryParse(word.Text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            findings.Report(FindingCodes.FractionIsNewer, word,
                $"keepalived 2.2.7 takes only whole seconds for {node.Spec.Name}");
        }
    }

    /// <summary>Reads a decimal number of seconds or milliseconds and reports what is wrong with it.</summary>
    public bool TryTime(string what, Word word, decimal min, decimal max, int decimals, out decimal value)
    {
        string unit = decimals == 6 ? "seconds" : "milliseconds";
        if (!decimal.TryParse(word.Text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out value))
        {
            findings.Report(FindingCodes.BadNumber, word, $"{what} '{word}' is not a number of {unit}",
                word.Text.Length > 0 && char.IsAsciiLetter(word.Text[^1]) ? "write it without a unit" : null);
            return false;
        }
        if (value < min || value > max)
        {
            findings.Report(FindingCodes.OutOfRange, word, string.Create(CultureInfo.InvariantCulture,
                $"{what} {value} is not within {min} to {max} {unit}"));
            return false;
        }
        decimal rounded = decimal.Round(value, decimals);
        if (rounded != value)
        {
            findings.Report(FindingCodes.TooManyDecimals, word,
                $"{what} '{word}' has more than {decimals} decimals",
                string.Create(CultureInfo.InvariantCulture, $"write {rounded}"));
            value = rounded;
        }
        return true;
    }

    private bool ReadWeight(ConfigNode node, List<Word> words, ValueSpec spec)
    {
        if (!TryInteger(node.Spec.Name, words[0], (long)spec.Min, (long)spec.Max, out long value))
        {
            return false;
        }
        node.Number = value;
        if (words.Count > 1 && words[1].Text != "reverse")
        {
            findings.Report(FindingCodes.BadWord, words[1], $"only 'reverse' may follow a weight, not '{words[1]}'",
                "remove it", Holdfast.Config.Text.NearestWord.Find(words[1].Text, ["reverse"]));
            return true;
        }
        node.IsOn = words.Count > 1;
        return WarnExtra(node, 2);
    }

    private bool ReadExtra(ConfigNode node, List<Word> words, ValueSpec spec)
    {
        node.IsOn = words.Count > 0 && words[0].Text == "all";
        int index = node.IsOn ? 1 : 0;
        if (index >= words.Count)
        {
            // The original reports this one without leaving.
            findings.Report(FindingCodes.BadNumber, node.Keyword, $"{node.Spec.Name} lacks its seconds",
                $"write: {node.Spec.Name} {spec.Syntax}");
            return false;
        }
        if (!TryTime(node.Spec.Name, words[index], spec.Min, spec.Max, 6, out decimal seconds))
        {
            return false;
        }
        node.Number = (long)(seconds * 1_000_000);
        NoteFraction(node, words[index]);
        return WarnExtra(node, index + 1);
    }

    private bool ReadPairs(List<Word> words, ValueSpec spec)
    {
        for (int i = 0; i < words.Count; i += 2)
        {
            if (!Array.Exists(spec.Words, w => w == words[i].Text))
            {
                findings.Report(FindingCodes.BadWord, words[i], $"'{words[i]}' is not one of "
                    + string.Join(", ", spec.Words), null, Holdfast.Config.Text.NearestWord.Find(words[i].Text,
                        spec.Words));
                return false;
            }
            if (i + 1 >= words.Count)
            {
                findings.Report(FindingCodes.BadNumber, words[i], $"{words[i]} lacks its number");
                return false;
            }
            if (!TryInteger(words[i].Text, words[i + 1], (long)spec.Min, (long)spec.Max, out _))
            {
                return false;
            }
        }
        return true;
    }
}
