namespace Holdfast.Keepalived;

/// <summary>Whether an option takes an argument.</summary>
internal enum OptionArgument : byte
{
    None,
    Required,

    /// <summary>Only in the same word: <c>-tFILE</c>, <c>--config-test=FILE</c>.</summary>
    Optional,
}

/// <summary>One option that <see cref="GetOpt"/> knows.</summary>
/// <param name="Short">Its letter; '\0' when it has none.</param>
/// <param name="Long">Its name.</param>
/// <param name="Argument">Whether it takes an argument.</param>
internal readonly record struct OptionSpec(char Short, string Long, OptionArgument Argument);

/// <summary>What was found next on a command line.</summary>
/// <param name="Option">The option's long name; null for a word that is no option, and for an error.</param>
/// <param name="Value">Its argument, or the word.</param>
/// <param name="Error">What is wrong; null when nothing is.</param>
internal readonly record struct OptionMatch(string? Option, string? Value, string? Error);

/// <summary>Splits a command line as getopt_long(3) does, permutation and abbreviations included.</summary>
internal static class GetOpt
{
    internal static IEnumerable<OptionMatch> Parse(IReadOnlyList<string> arguments, IReadOnlyList<OptionSpec> options)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string word = arguments[i];
            if (word == "--")
            {
                for (i++; i < arguments.Count; i++)
                {
                    yield return new(null, arguments[i], null);
                }
            }
            else if (word.StartsWith("--", StringComparison.Ordinal))
            {
                yield return Long(word, arguments, ref i, options);
            }
            else if (word.Length > 1 && word[0] == '-')
            {
                for (int at = 1; at < word.Length;)
                {
                    OptionMatch match = Short(word, ref at, arguments, ref i, options);
                    yield return match;
                    if (match.Error is not null)
                    {
                        break;
                    }
                }
            }
            else
            {
                yield return new(null, word, null);
            }
        }
    }

    private static OptionMatch Long(
        string word, IReadOnlyList<string> arguments, ref int index, IReadOnlyList<OptionSpec> options)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? word[2..] : word[2..equals];
        string? value = equals < 0 ? null : word[(equals + 1)..];
        List<OptionSpec> found = [.. options.Where(o => o.Long == name)];
        if (found.Count == 0)
        {
            found = [.. options.Where(o => o.Long.StartsWith(name, StringComparison.Ordinal))];
        }
        if (found.Count != 1 || (value is not null && found[0].Argument == OptionArgument.None))
        {
            return new(null, null, $"Unknown option {word}");
        }
        if (value is null && found[0].Argument == OptionArgument.Required)
        {
            if (++index >= arguments.Count)
            {
                return new(null, null, $"Missing parameter for option --{found[0].Long}");
            }
            value = arguments[index];
        }
        return new(found[0].Long, value, null);
    }

    private static OptionMatch Short(
        string word, ref int at, IReadOnlyList<string> arguments, ref int index, IReadOnlyList<OptionSpec> options)
    {
        char letter = word[at++];
        OptionSpec spec = options.FirstOrDefault(o => o.Short == letter);
        if (spec.Long is null)
        {
            return new(null, null, $"Unknown option -{letter}");
        }
        if (spec.Argument == OptionArgument.None)
        {
            return new(spec.Long, null, null);
        }
        string? value = at < word.Length ? word[at..] : null;
        at = word.Length;
        if (value is null && spec.Argument == OptionArgument.Required)
        {
            if (++index >= arguments.Count)
            {
                return new(null, null, $"Missing parameter for option -{letter}");
            }
            value = arguments[index];
        }
        return new(spec.Long, value, null);
    }
}
