using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Holdfast.HAProxyParity.Tests.Scenarios;

/// <summary>Bytes as scenario files write them: see data/README.md.</summary>
internal static partial class WireText
{
    /// <summary>What a text stands for.</summary>
    /// <exception cref="FormatException">An escape that does not exist.</exception>
    public static byte[] Bytes(string text)
    {
        var bytes = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '|')
            {
                bytes.Append("\r\n");
            }
            else if (text[i] == '\\')
            {
                i += Escape(text, i + 1, bytes);
            }
            else if (text[i] == '{' && Generated().Match(text, i) is { Success: true } match && match.Index == i)
            {
                bytes.Append(Generate(match));
                i += match.Length - 1;
            }
            else
            {
                bytes.Append(text[i]);
            }
        }
        return Encoding.Latin1.GetBytes(bytes.ToString());
    }

    /// <summary>Bytes as one line that can be read.</summary>
    public static string Readable(string latin1)
    {
        var text = new StringBuilder(latin1.Replace("\r\n", "|", StringComparison.Ordinal));
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is < ' ' or > '~')
            {
                string escaped = string.Create(CultureInfo.InvariantCulture, $"\\x{(int)text[i]:X2}");
                text.Remove(i, 1).Insert(i, escaped);
                i += escaped.Length - 1;
            }
        }
        return text.ToString();
    }

    private static int Escape(string text, int at, StringBuilder bytes)
    {
        switch (at < text.Length ? text[at] : '\0')
        {
            case 'n':
                bytes.Append('\n');
                return 1;
            case 'r':
                bytes.Append('\r');
                return 1;
            case 't':
                bytes.Append('\t');
                return 1;
            case 's':
                bytes.Append(' ');
                return 1;
            case '|' or '\\' or '{':
                bytes.Append(text[at]);
                return 1;
            case 'x':
                bytes.Append((char)byte.Parse(text.AsSpan(at + 1, 2), NumberStyles.HexNumber,
                    CultureInfo.InvariantCulture));
                return 3;
            default:
                throw new FormatException($"no such escape at {at}: {text}");
        }
    }

    private static string Generate(Match match)
    {
        int size = int.Parse(match.Groups["size"].ValueSpan, CultureInfo.InvariantCulture);
        if (match.Groups["kind"].Value == "fill")
        {
            return Fill(size);
        }
        if (match.Groups["kind"].Value == "lines")
        {
            return string.Concat(Enumerable.Range(1, size)
                .Select(static i => string.Create(CultureInfo.InvariantCulture, $"X-{i}: v\r\n")));
        }
        int count = int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture);
        string chunk = string.Create(CultureInfo.InvariantCulture, $"{size:x}\r\n{Fill(size)}\r\n");
        return string.Concat(Enumerable.Repeat(chunk, count)) + "0\r\n\r\n";
    }

    /// <summary>Text whose every place can be told from the others nearby.</summary>
    private static string Fill(int size)
        => string.Create(size, 0, static (span, _) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = i % 64 == 63 ? '.' : (char)('a' + (i + (i / 64)) % 26);
            }
        });

    [GeneratedRegex(@"\{(?<kind>fill|chunks|lines):(?:(?<count>\d+)x)?(?<size>\d+)\}")]
    private static partial Regex Generated();
}
