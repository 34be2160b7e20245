namespace Holdfast.Config.Ipvsadm;

/// <summary>Whether an option takes a value.</summary>
internal enum PoptValue : byte
{
    None,
    Required,

    /// <summary>The next word, unless it begins with a dash.</summary>
    Optional,
}

/// <summary>One option that <see cref="PoptScanner"/> knows.</summary>
/// <param name="Letter">Short form; '\0' for none.</param>
/// <param name="Name">Long form.</param>
/// <param name="Value">Whether it takes a value.</param>
internal readonly record struct PoptOption(char Letter, string Name, PoptValue Value);

/// <summary>Splits a command line as popt(3) does, which is not getopt's way: no abbreviations, and "-x=5".</summary>
internal sealed class PoptScanner(IReadOnlyList<string> words, IReadOnlyList<PoptOption> options)
{
    private readonly List<string> _leftover = [];
    private int _next;
    private string _cluster = "";

    /// <summary>Words that are neither options nor values, so far; complete at the end.</summary>
    internal IReadOnlyList<string> Leftover => _leftover;

    /// <summary>The value of the present option; null when it has none.</summary>
    internal string? Value { get; private set; }

    /// <summary>The word in which the present option stands.</summary>
    internal string Word { get; private set; } = "";

    /// <summary>What is wrong, with the word that it is about; null when nothing is.</summary>
    internal string? Error { get; private set; }

    /// <summary>Goes to the next option.</summary>
    /// <returns>False at the end, or after an error.</returns>
    internal bool TryNext(out PoptOption option)
    {
        Value = null;
        option = default;
        if (_cluster.Length > 0)
        {
            return TryShort(out option);
        }
        while (_next < words.Count)
        {
            string word = words[_next++];
            Word = word;
            if (word == "--")
            {
                _leftover.AddRange(words.Skip(_next));
                _next = words.Count;
            }
            else if (word.Length < 2 || word[0] != '-')
            {
                _leftover.Add(word);
            }
            else if (word[1] == '-')
            {
                return TryLong(word, out option);
            }
            else
            {
                _cluster = word[1..];
                return TryShort(out option);
            }
        }
        return false;
    }

    private bool TryLong(string word, out PoptOption option)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? word[2..] : word[2..equals];
        option = options.FirstOrDefault(o => o.Name == name);
        if (option.Name is null)
        {
            return Fail("unknown option");
        }
        string? value = equals < 0 ? null : word[(equals + 1)..];
        if (option.Value == PoptValue.None)
        {
            return value is null || Fail("option does not take an argument");
        }
        return TakeValue(option, value);
    }

    private bool TryShort(out PoptOption option)
    {
        char letter = _cluster[0];
        option = options.FirstOrDefault(o => o.Letter == letter && letter != '\0');
        if (option.Name is null)
        {
            return Fail("unknown option");
        }
        string rest = _cluster[1..];
        if (option.Value == PoptValue.None)
        {
            _cluster = rest;
            return !rest.StartsWith('=') || Fail("option does not take an argument");
        }
        _cluster = "";
        rest = rest.StartsWith('=') ? rest[1..] : rest;
        return TakeValue(option, rest.Length == 0 ? null : rest);
    }

    private bool TakeValue(PoptOption option, string? value)
    {
        if (value is null && _next < words.Count
            && !(option.Value == PoptValue.Optional && words[_next].StartsWith('-')))
        {
            value = words[_next++];
        }
        Value = value;
        return value is not null || option.Value == PoptValue.Optional || Fail("missing argument");
    }

    private bool Fail(string reason)
    {
        Error = $"{words[_next - 1]}: {reason}";
        _next = words.Count;
        _cluster = "";
        return false;
    }
}
