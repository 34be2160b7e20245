namespace Holdfast.HAProxy;

/// <summary>What a command line of haproxy asks for.</summary>
internal enum HAProxyAction : byte
{
    /// <summary>Run the proxy.</summary>
    Run,

    /// <summary><c>-c</c>: check files.</summary>
    Check,

    /// <summary><c>-cc</c>: evaluate a condition.</summary>
    Condition,

    /// <summary><c>-v</c>.</summary>
    Version,

    /// <summary><c>-vv</c>.</summary>
    LongVersion,
}

/// <summary>A command line of haproxy.</summary>
internal sealed record HAProxyCommandLine
{
    /// <summary>What is asked for. Default: to run.</summary>
    internal HAProxyAction Action { get; init; }

    /// <summary><c>-f</c>, and all that follows <c>--</c>.</summary>
    internal List<string> Files { get; } = [];

    /// <summary>The condition of <c>-cc</c>.</summary>
    internal string Condition { get; init; } = "";

    /// <summary><c>-q</c>: no messages.</summary>
    internal bool IsQuiet { get; init; }

    /// <summary><c>-V</c>: messages even with <c>-q</c>.</summary>
    internal bool IsVerbose { get; init; }

    /// <summary><c>-dW</c>: warnings are errors.</summary>
    internal bool WarningsAreErrors { get; init; }

    /// <summary><c>-L</c>: name of the local peer; null: the host name.</summary>
    internal string? LocalPeer { get; init; }

    /// <summary><c>-C</c>: directory to change to before files are read; null: none.</summary>
    internal string? Directory { get; init; }

    /// <summary><c>-D</c>: in the background, whatever the file says.</summary>
    internal bool IsDaemon { get; init; }

    /// <summary><c>-W</c> and <c>-Ws</c>: with a master, which our supervisor always is.</summary>
    internal bool IsMaster { get; init; }

    /// <summary><c>-d</c> and <c>-db</c>: in the foreground, whatever the file says.</summary>
    internal bool IsForeground { get; init; }

    /// <summary><c>-p</c>: pid file; null: what the file says.</summary>
    internal string? PidFile { get; init; }

    /// <summary><c>-x</c>: a stats socket of the process before, whose listeners are taken over; null: none.
    /// </summary>
    internal string? OldSocket { get; init; }

    /// <summary><c>-sf</c> and <c>-st</c>: processes that are told to stop when we serve.</summary>
    internal List<int> OldPids { get; } = [];

    /// <summary>Whether those end at once (<c>-st</c>) instead of with their sessions (<c>-sf</c>).</summary>
    internal bool EndsOldAtOnce { get; set; }

    /// <summary>Reads a command line.</summary>
    /// <param name="words">The words after the name.</param>
    /// <param name="error">What is wrong; null when nothing is.</param>
    internal static HAProxyCommandLine Parse(IReadOnlyList<string> words, out string? error)
    {
        var line = new HAProxyCommandLine();
        error = null;
        for (int i = 0; i < words.Count && error is null; i++)
        {
            string word = words[i];
            if (word == "--")
            {
                line.Files.AddRange(words.Skip(i + 1));
                break;
            }
            if (word is "-sf" or "-st")
            {
                line.EndsOldAtOnce = word == "-st";
                while (i + 1 < words.Count && int.TryParse(words[i + 1], out int pid))
                {
                    line.OldPids.Add(pid);
                    i++;
                }
                continue;
            }
            bool takesValue = word is "-f" or "-cc" or "-L" or "-C" or "-p" or "-n" or "-N" or "-m" or "-S" or "-x";
            if (takesValue && ++i >= words.Count)
            {
                error = $"{word}: an argument has to follow";
                break;
            }
            line = Apply(line, word, takesValue ? words[i] : "", ref error);
        }
        return line;
    }

    private static HAProxyCommandLine Apply(HAProxyCommandLine line, string word, string value, ref string? error)
    {
        switch (word)
        {
            case "-f":
                line.Files.Add(value);
                return line;
            case "-c":
                return line with { Action = HAProxyAction.Check };
            case "-cc":
                return line with { Action = HAProxyAction.Condition, Condition = value };
            case "-v":
                return line with { Action = HAProxyAction.Version };
            case "-vv":
                return line with { Action = HAProxyAction.LongVersion };
            case "-q":
                return line with { IsQuiet = true };
            case "-V":
                return line with { IsVerbose = true };
            case "-dW":
                return line with { WarningsAreErrors = true };
            case "-L":
                return line with { LocalPeer = value };
            case "-C":
                return line with { Directory = value };
            case "-D":
                return line with { IsDaemon = true };
            case "-W" or "-Ws":
                return line with { IsMaster = true };
            case "-d" or "-db":
                return line with { IsForeground = true };
            case "-p":
                return line with { PidFile = value };
            case "-x":
                return line with { OldSocket = value == "/dev/null" ? null : value };
            case "-dD" or "-dG" or "-dR" or "-dS" or "-dV" or "-de" or "-dk"
                or "-dp" or "-dr" or "-ds" or "-4" or "-dL" or "-dt" or "-dC" or "-dI" or "-dZ" or "-dF" or "-dT"
                or "-dv" or "-dc" or "-dA" or "-n" or "-N" or "-m" or "-S":
                return line;
            default:
                if (word.StartsWith("-dM", StringComparison.Ordinal) || word.StartsWith("-dK",
                    StringComparison.Ordinal))
                {
                    return line;
                }
                error = word.StartsWith('-') ? $"unknown option '{word}'" : $"unexpected argument '{word}'";
                return line;
        }
    }
}
