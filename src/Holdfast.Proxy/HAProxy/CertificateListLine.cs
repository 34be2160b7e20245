using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Proxy.HAProxy;

/// <summary>A line of a crt-list.</summary>
/// <param name="Path">File or directory.</param>
/// <param name="Options">Options with their values; empty for those without.</param>
/// <param name="Filters">Names; empty: those of the certificate.</param>
internal sealed record CertificateListLine(
    string Path, ImmutableArray<(string Name, string Value)> Options, ImmutableArray<string> Filters)
{
    private static readonly char[] s_blanks = [' ', '\t', '\r'];
    private static readonly string[] s_flags = ["no-ca-names", "allow-0rtt"];

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="entry">What it says; null: nothing.</param>
    /// <param name="problem">What is wrong; null when nothing is.</param>
    internal static bool TryParse(
        string line, out CertificateListLine? entry, [NotNullWhen(false)] out string? problem)
    {
        entry = null;
        problem = null;
        string text = line.TrimStart(s_blanks);
        if (text.StartsWith('#'))
        {
            return true;
        }
        // The brackets may stand close to their words.
        string[] words = text.Replace("[", " [ ", StringComparison.Ordinal)
            .Replace("]", " ] ", StringComparison.Ordinal)
            .Split(s_blanks, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return true;
        }
        var options = ImmutableArray.CreateBuilder<(string, string)>();
        int at = 1;
        if (words.Length > at && words[at] == "[")
        {
            int end = Array.IndexOf(words, "]");
            if (end < 0)
            {
                problem = "missing ']' in the list of ssl options";
                return false;
            }
            for (at++; at < end; at++)
            {
                bool isFlag = s_flags.Contains(words[at]);
                if (!isFlag && at + 1 >= end)
                {
                    problem = $"'{words[at]}' lacks its value";
                    return false;
                }
                options.Add((words[at], isFlag ? "" : words[++at]));
            }
            at = end + 1;
        }
        entry = new CertificateListLine(words[0], options.ToImmutable(), [.. words[at..]]);
        return true;
    }
}
