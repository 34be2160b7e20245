using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Values;

/// <summary>Regular expressions as far as they are text.</summary>
internal static class Regexes
{
    /// <summary>An expression with its named groups.</summary>
    public static NginxRegex Of(string pattern, bool ignoresCase, SourceSpan span)
        => new(pattern, ignoresCase, span) { Names = Names(pattern) };

    /// <summary>Names of groups: <c>(?&lt;n&gt;</c>, <c>(?'n'</c>, <c>(?P&lt;n&gt;</c>.</summary>
    private static ImmutableArray<string> Names(string pattern)
    {
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        bool isClass = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\':
                    i++;
                    break;
                case '[':
                    isClass = true;
                    break;
                case ']':
                    isClass = false;
                    break;
                case '(' when !isClass && NameAt(pattern, i) is { } name:
                    names.Add(name);
                    break;
                default:
                    break;
            }
        }
        return names.ToImmutable();
    }

    private static string? NameAt(string pattern, int open)
    {
        ReadOnlySpan<char> rest = pattern.AsSpan(open + 1);
        if (!rest.StartsWith("?"))
        {
            return null;
        }
        rest = rest[1..];
        rest = rest.StartsWith("P") ? rest[1..] : rest;
        if (rest.IsEmpty || rest[0] is not ('<' or '\''))
        {
            return null;
        }
        char end = rest[0] == '<' ? '>' : '\'';
        int close = rest[1..].IndexOf(end);
        if (close < 1)
        {
            return null;
        }
        ReadOnlySpan<char> name = rest.Slice(1, close);
        foreach (char c in name)
        {
            if (!Texts.IsNameCharacter(c))
            {
                return null; // a look-behind, (?<=…) or (?<!…)
            }
        }
        return name.ToString();
    }
}
