using System.Collections.Immutable;
using System.Text;

namespace Holdfast.Management.Cli;

/// <summary>All commands, in the order in which help lists them.</summary>
/// <param name="commands">The commands.</param>
public sealed class CliCommandTable(IEnumerable<CliCommand> commands)
{
    private const int MatchesMax = 5;

    private readonly ImmutableArray<CliCommand> _commands =
        [.. commands.OrderBy(static c => c.Usage.Length == 0).ThenBy(static c => c.Usage, StringComparer.Ordinal)];

    /// <summary>The command that words name: of several, the one with the longest name.</summary>
    internal CliCommand? Find(ImmutableArray<string> words)
    {
        CliCommand? best = null;
        foreach (CliCommand command in _commands)
        {
            if (command.Name.Length <= words.Length && (best is null || command.Name.Length > best.Name.Length)
                && words.AsSpan(0, command.Name.Length).SequenceEqual(command.Name.AsSpan()))
            {
                best = command;
            }
        }
        return best;
    }

    /// <summary>The help: all commands, or those that words begin to name.</summary>
    internal string Help(CliSession session, ImmutableArray<string> words)
    {
        ImmutableArray<CliCommand> found = [.. Listed(session).Where(c => Begins(c, words))];
        return found.IsEmpty ? Unknown(session, words)
            : List("The following commands are valid at this level:\n", found);
    }

    /// <summary>The answer to words that name no command.</summary>
    internal string Unknown(CliSession session, ImmutableArray<string> words)
    {
        if (words.IsEmpty)
        {
            return List("Unknown command. Please enter one of the following commands only:\n", Listed(session));
        }
        // Commands that begin as it does, as far as any does; of those the ones whose next word is nearest.
        ImmutableArray<CliCommand> near = [.. Listed(session)];
        int count = 0;
        while (count < words.Length)
        {
            ImmutableArray<CliCommand> fewer = [.. near.Where(
                c => count < c.Name.Length && c.Name[count] == words[count])];
            if (fewer.IsEmpty)
            {
                break;
            }
            near = fewer;
            count++;
        }
        if (count < words.Length)
        {
            string wanted = words[count];
            near = [.. near.Where(c => count < c.Name.Length)
                .OrderBy(c => Distance(c.Name[count], wanted)).Take(MatchesMax).OrderBy(_commands.IndexOf)];
        }
        return List("Unknown command, but maybe one of the following ones is a better match:\n", near);
    }

    private static bool Begins(CliCommand command, ImmutableArray<string> words)
    {
        for (int i = 0; i < words.Length && i < command.Name.Length; i++)
        {
            if (!command.Name[i].StartsWith(words[i], StringComparison.Ordinal))
            {
                return false;
            }
        }
        return true;
    }

    private static string List(string title, IEnumerable<CliCommand> commands)
    {
        var text = new StringBuilder(title);
        foreach (CliCommand command in commands)
        {
            text.Append(command.HelpLine);
        }
        return text.Append("  help [<command>]                        : list commands, all or those that fit\n")
            .Append("  prompt                                  : ask for one command after the other\n")
            .Append("  quit                                    : end the connection\n").ToString();
    }

    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[other.Length];
    }

    private IEnumerable<CliCommand> Listed(CliSession session)
        => _commands.Where(c => c.Usage.Length > 0 && c.Mode is var mode && (mode == CliMode.Normal
            || (mode == CliMode.Experimental ? session.IsExperimental : session.IsExpert)));
}
