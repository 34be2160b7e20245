using System.Buffers;
using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Ipvsadm;

/// <summary>One rule of a file.</summary>
/// <param name="Command">What it does.</param>
/// <param name="Span">Where it stands.</param>
public sealed record IpvsadmRule(IpvsadmCommand Command, SourceSpan Span);

/// <summary>What a file of rules says.</summary>
/// <param name="Rules">In the file's order, without those that were refused.</param>
/// <param name="Diagnostics">Every line that was refused.</param>
public sealed record IpvsadmFileResult(ImmutableArray<IpvsadmRule> Rules, ImmutableArray<Diagnostic> Diagnostics);

/// <summary>
/// Reads files of rules: what ipvsadm -S prints, and shell files whose lines are calls of ipvsadm. A line may begin
/// with the program's name, with or without its path; empty lines and lines that begin with # say nothing.
/// </summary>
/// <remarks>Pure. Of the shell's language only simple words are understood: no quotes, variables or pipes.</remarks>
public static class IpvsadmFile
{
    private const string WrongLine = "IV0001";
    private const string ShellLine = "IV0002";
    private static readonly SearchValues<char> ShellCharacters = SearchValues.Create("\"'`$|&;<>(){}\\*?!~");

    /// <summary>Whether a text is such a file: its first line that says something is a call or a rule.</summary>
    public static bool IsOne(string text)
    {
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> line = raw.Trim();
            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }
            int end = line.IndexOfAny(' ', '\t');
            ReadOnlySpan<char> word = end < 0 ? line : line[..end];
            return word is "ipvsadm" || word.EndsWith("/ipvsadm", StringComparison.Ordinal)
                || (word.Length > 1 && word[0] == '-');
        }
        return false;
    }

    /// <summary>Reads a file's text; every mistake is reported.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="names">Hosts and services.</param>
    public static IpvsadmFileResult Parse(string text, string path, IIpvsadmNames names)
    {
        List<IpvsadmRule> rules = [];
        List<Diagnostic> diagnostics = [];
        int number = 0;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            number++;
            string line = raw.Trim().ToString();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            SourceSpan span = new(path, number, raw.IndexOf(line[0]) + 1, line.Length);
            if (line.AsSpan().ContainsAny(ShellCharacters))
            {
                diagnostics.Add(new(ShellLine, Severity.Error, span,
                    "only plain calls of ipvsadm are understood here, not the shell's language"));
                continue;
            }
            string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            bool isCall = words[0] == "ipvsadm" || words[0].EndsWith("/ipvsadm", StringComparison.Ordinal);
            IpvsadmParseResult result =
                IpvsadmParser.Parse(isCall ? words[1..] : words, names, isRule: !isCall);
            if (result.Command is { } command)
            {
                rules.Add(new(command, span));
            }
            else
            {
                diagnostics.Add(new(WrongLine, Severity.Error, span, result.Failure!.Message.TrimEnd('\n')));
            }
        }
        return new([.. rules], [.. diagnostics]);
    }
}
