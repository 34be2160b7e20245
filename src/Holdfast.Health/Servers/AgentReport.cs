using System.Buffers.Text;
using System.Text;

namespace Holdfast.Health.Servers;

/// <summary>What an agent says of the operator's will.</summary>
public enum AgentWill
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary><c>ready</c>: neither maintenance nor drain.</summary>
    Ready,

    /// <summary><c>drain</c>.</summary>
    Drain,

    /// <summary><c>maint</c>.</summary>
    Maintenance,
}

/// <summary>The line that an agent (<c>agent-check</c>) answers with.</summary>
/// <remarks>
/// Words in any case, separated by blanks or commas; of each kind the last one counts; what follows <c>#</c> is for
/// people. A server is up when its check and its agent are: the shell combines both.
/// </remarks>
public readonly ref struct AgentReport
{
    /// <summary><c>up</c>: true; <c>down</c>, <c>fail</c>, <c>stopped</c>: false; null: nothing is said.</summary>
    public bool? IsUp { get; private init; }

    /// <summary>The word that said so.</summary>
    public ReadOnlySpan<byte> StateWord { get; private init; }

    /// <summary>Maintenance and drain.</summary>
    public AgentWill Will { get; private init; }

    /// <summary><c>NN%</c> as it stands: the weight relative to the configuration's; empty: nothing is said.</summary>
    public ReadOnlySpan<byte> Weight { get; private init; }

    /// <summary><c>maxconn:N</c>; null: nothing is said.</summary>
    public int? MaxConnections { get; private init; }

    /// <summary>What follows <c>#</c>.</summary>
    public ReadOnlySpan<byte> Description { get; private init; }

    /// <summary>The last word that means nothing; empty: all mean something.</summary>
    public ReadOnlySpan<byte> Unknown { get; private init; }

    /// <summary>Reads an answer; only its first line counts.</summary>
    public static AgentReport Parse(ReadOnlySpan<byte> answer)
    {
        int end = answer.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? answer : answer[..end];
        AgentReport report = default;
        while (!(line = line.TrimStart(" \t,"u8)).IsEmpty)
        {
            if (line[0] == '#')
            {
                return report with { Description = line[1..].Trim(" \t"u8) };
            }
            int length = line.IndexOfAny(" \t,"u8);
            ReadOnlySpan<byte> word = length < 0 ? line : line[..length];
            line = line[word.Length..];
            report = Take(report, word);
        }
        return report;
    }

    private static AgentReport Take(AgentReport report, ReadOnlySpan<byte> word)
    {
        if (Is(word, "up"u8))
        {
            return report with { IsUp = true, StateWord = word };
        }
        if (Is(word, "down"u8) || Is(word, "fail"u8) || Is(word, "stopped"u8))
        {
            return report with { IsUp = false, StateWord = word };
        }
        AgentWill will = Is(word, "ready"u8) ? AgentWill.Ready : Is(word, "drain"u8) ? AgentWill.Drain
            : Is(word, "maint"u8) ? AgentWill.Maintenance : AgentWill.None;
        if (will != AgentWill.None)
        {
            return report with { Will = will };
        }
        if (char.IsAsciiDigit((char)word[0]) && word[^1] == '%')
        {
            return report with { Weight = word };
        }
        ReadOnlySpan<byte> limit = "maxconn:"u8;
        return word.Length > limit.Length && Is(word[..limit.Length], limit)
            && Utf8Parser.TryParse(word[limit.Length..], out int value, out int read)
            && read == word.Length - limit.Length && value >= 0
            ? report with { MaxConnections = value } : report with { Unknown = word };
    }

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(word, name);
}
