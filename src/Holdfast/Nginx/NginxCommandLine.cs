namespace Holdfast.Nginx;

/// <summary>A command line of nginx.</summary>
internal sealed record NginxCommandLine
{
    /// <summary><c>-?</c>, <c>-h</c>: the help.</summary>
    internal bool ShowsHelp { get; private set; }

    /// <summary><c>-v</c>, and with all others that show something: the version.</summary>
    internal bool ShowsVersion { get; private set; }

    /// <summary><c>-V</c>: what is built in, too.</summary>
    internal bool ShowsModules { get; private set; }

    /// <summary><c>-t</c> and <c>-T</c>: the file is only tested.</summary>
    internal bool Tests { get; private set; }

    /// <summary><c>-T</c>: the file is written out.</summary>
    internal bool Dumps { get; private set; }

    /// <summary><c>-q</c>: a good file is not spoken of.</summary>
    internal bool IsQuiet { get; private set; }

    /// <summary><c>-p</c>: directory of relative paths; null: what was built in.</summary>
    internal string? Prefix { get; private set; }

    /// <summary><c>-c</c>: the file; null: what was built in.</summary>
    internal string? File { get; private set; }

    /// <summary><c>-e</c>: the log until the file names one; null: standard error.</summary>
    internal string? ErrorLog { get; private set; }

    /// <summary><c>-g</c>: directives before the file. Default none.</summary>
    internal string Directives { get; private set; } = "";

    /// <summary><c>-s</c>: stop, quit, reopen or reload; null: none.</summary>
    internal string? Signal { get; private set; }

    /// <summary>Reads the words; letters may be bundled, and a value may be glued to its letter.</summary>
    /// <param name="words">The words after the program's name.</param>
    /// <param name="wrong">What is wrong, in the original's words; null when nothing is.</param>
    internal static NginxCommandLine Parse(IReadOnlyList<string> words, out string? wrong)
    {
        var line = new NginxCommandLine();
        wrong = null;
        for (int i = 0; i < words.Count && wrong is null; i++)
        {
            if (!words[i].StartsWith('-'))
            {
                wrong = $"invalid option: \"{words[i]}\"";
                break;
            }
            for (int at = 1; at < words[i].Length && wrong is null; at++)
            {
                char letter = words[i][at];
                if (line.TakeFlag(letter))
                {
                    continue;
                }
                if ("pcegs".Contains(letter, StringComparison.Ordinal))
                {
                    string? value = at + 1 < words[i].Length ? words[i][(at + 1)..]
                        : i + 1 < words.Count ? words[++i] : null;
                    wrong = line.TakeValue(letter, value);
                    break;
                }
                wrong = $"invalid option: \"{letter}\"";
            }
        }
        return line;
    }

    private bool TakeFlag(char letter)
    {
        ShowsVersion |= letter is '?' or 'h' or 'v' or 'V';
        ShowsHelp |= letter is '?' or 'h';
        ShowsModules |= letter == 'V';
        Tests |= letter is 't' or 'T';
        Dumps |= letter == 'T';
        IsQuiet |= letter == 'q';
        return letter is '?' or 'h' or 'v' or 'V' or 't' or 'T' or 'q';
    }

    private string? TakeValue(char letter, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            string what = letter switch
            {
                'p' => "directory name",
                'c' or 'e' => "file name",
                _ => "parameter",
            };
            return $"option \"-{letter}\" requires {what}";
        }
        switch (letter)
        {
            case 'p':
                Prefix = value;
                return null;
            case 'c':
                File = value;
                return null;
            case 'e':
                ErrorLog = value;
                return null;
            case 'g':
                Directives = value;
                return null;
            default:
                Signal = value;
                return value is "stop" or "quit" or "reopen" or "reload" ? null : $"invalid option: \"-s {value}\"";
        }
    }
}
