using System.Globalization;
using System.Text;
using Holdfast.Linux.Files;

namespace Holdfast.Terminal;

/// <summary>Text for a terminal: colours if it has some, lines no wider than it is.</summary>
/// <remarks>
/// Colours only for a terminal, not with <c>TERM=dumb</c>, nor when <c>NO_COLOR</c> is set to anything
/// (no-color.org). Into a pipe lines are not wrapped: programs cut them.
/// </remarks>
/// <param name="colour">Whether colours are used.</param>
/// <param name="width">Columns; 0: no limit.</param>
internal sealed class Page(bool colour, int width)
{
    private const int StandardOutput = 1;
    private const int WidthMin = 40;
    private readonly StringBuilder _text = new();

    /// <summary>Columns; <see cref="int.MaxValue"/> when there is no limit.</summary>
    internal int Width => width == 0 ? int.MaxValue : Math.Max(width, WidthMin);

    /// <summary>A page for our standard output.</summary>
    internal static Page ForOutput()
    {
        bool terminal = !Console.IsOutputRedirected;
        bool colour = terminal && Environment.GetEnvironmentVariable("TERM") != "dumb"
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new Page(colour, terminal ? TerminalSize.Columns(StandardOutput) : 0);
    }

    /// <summary>A text in the colour of its meaning.</summary>
    internal string Paint(Tone tone, string text) => !colour || text.Length == 0 ? text : tone switch
    {
        Tone.Strong => $"\x1b[1m{text}\x1b[0m",
        Tone.Faint => $"\x1b[2m{text}\x1b[0m",
        Tone.Good => $"\x1b[32m{text}\x1b[0m",
        Tone.Calm => $"\x1b[36m{text}\x1b[0m",
        Tone.Warning => $"\x1b[33m{text}\x1b[0m",
        Tone.Bad => $"\x1b[1;31m{text}\x1b[0m",
        _ => text,
    };

    /// <summary>A line as it is.</summary>
    internal Page Line(string text = "")
    {
        _text.Append(text.TrimEnd(' ')).Append('\n');
        return this;
    }

    /// <summary>A label in a column of its own, and a text beside it that is wrapped in the rest.</summary>
    /// <param name="indent">Columns before the label.</param>
    /// <param name="label">The label.</param>
    /// <param name="labelWidth">Columns of the label, with what parts it from the text.</param>
    /// <param name="text">The text, without colours.</param>
    /// <param name="tone">Of the text.</param>
    /// <param name="labelTone">Of the label.</param>
    internal Page Item(
        int indent, string label, int labelWidth, string text, Tone tone = Tone.Plain, Tone labelTone = Tone.Plain)
    {
        int start = indent + labelWidth;
        bool first = true;
        foreach (string part in Wrap(text, Math.Max(20, Width - start)))
        {
            string before = first ? new string(' ', indent) + Paint(labelTone, label)
                + new string(' ', Math.Max(0, labelWidth - Cells(label))) : new string(' ', start);
            Line(before + Paint(tone, part));
            first = false;
        }
        return this;
    }

    /// <summary>Writes the page to standard output.</summary>
    internal void Print()
    {
        // Not through Console, which sends a terminal control characters of its own first. A reader that has closed
        // its end has seen enough.
        _ = DescriptorIo.WriteAll(StandardOutput, Encoding.UTF8.GetBytes(_text.ToString()));
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>How many columns a text takes.</summary>
    internal static int Cells(string text) => new StringInfo(text).LengthInTextElements;

    /// <summary>Breaks a text at blanks; a word that is too long stays whole.</summary>
    internal static IEnumerable<string> Wrap(string text, int columns)
    {
        var line = new StringBuilder();
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && Cells(line.ToString()) + 1 + Cells(word) > columns)
            {
                yield return line.ToString();
                line.Clear();
            }
            line.Append(line.Length > 0 ? " " : "").Append(word);
        }
        yield return line.ToString();
    }
}
