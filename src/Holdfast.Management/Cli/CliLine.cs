using System.Collections.Immutable;
using System.Text;

namespace Holdfast.Management.Cli;

/// <summary>A line of the stats socket, taken apart into commands and words.</summary>
internal static class CliLine
{
    /// <summary>More words than any command has.</summary>
    private const int WordsMax = 64;

    /// <summary>Whether a payload follows: the line ends in <c>&lt;&lt;</c>.</summary>
    internal static bool AnnouncesPayload(string line)
        => line.TrimEnd(' ', '\t').EndsWith("<<", StringComparison.Ordinal);

    /// <summary>The line without the mark of a payload.</summary>
    internal static string WithoutMark(string line)
        => line.TrimEnd(' ', '\t')[..^2];

    /// <summary>Cuts at semicolons that no backslash protects.</summary>
    internal static ImmutableArray<string> Commands(string line)
    {
        ImmutableArray<string>.Builder commands = ImmutableArray.CreateBuilder<string>();
        int start = 0;
        for (int at = 0; at < line.Length; at++)
        {
            if (line[at] == '\\')
            {
                at++;
            }
            else if (line[at] == ';')
            {
                commands.Add(line[start..at]);
                start = at + 1;
            }
        }
        commands.Add(line[start..]);
        return commands.ToImmutable();
    }

    /// <summary>Cuts at blanks; a backslash takes what follows as it is.</summary>
    internal static ImmutableArray<string> Words(string command)
    {
        ImmutableArray<string>.Builder words = ImmutableArray.CreateBuilder<string>();
        var word = new StringBuilder();
        bool isIn = false;
        for (int at = 0; at < command.Length && words.Count < WordsMax; at++)
        {
            char c = command[at];
            if (c is ' ' or '\t')
            {
                if (isIn)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    isIn = false;
                }
                continue;
            }
            isIn = true;
            word.Append(c == '\\' && at + 1 < command.Length ? command[++at] : c);
        }
        if (isIn && words.Count < WordsMax)
        {
            words.Add(word.ToString());
        }
        return words.ToImmutable();
    }
}
