using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Lines of pattern and map files: blanks in front, comments and empty lines do not count.</summary>
internal static class PatternLines
{
    /// <summary>The patterns of a file of an ACL, with their lines.</summary>
    public static IEnumerable<(string Text, int Line)> Read(string text)
    {
        int line = 0;
        foreach (string raw in text.Split('\n'))
        {
            line++;
            string pattern = raw.TrimEnd('\r').TrimStart(' ', '\t');
            if (pattern.Length > 0 && pattern[0] != '#')
            {
                yield return (pattern, line);
            }
        }
    }

    /// <summary>The entries of a map: key, blanks, value.</summary>
    public static ImmutableArray<MapEntry> ReadMap(string text)
    {
        ImmutableArray<MapEntry>.Builder entries = ImmutableArray.CreateBuilder<MapEntry>();
        foreach ((string pattern, int line) in Read(text))
        {
            int end = pattern.AsSpan().IndexOfAny(' ', '\t');
            string key = end < 0 ? pattern : pattern[..end];
            string value = end < 0 ? "" : pattern[end..].Trim(' ', '\t');
            entries.Add(new MapEntry(key, value, line));
        }
        return entries.ToImmutable();
    }
}
