using System.Collections.Immutable;
using System.Text;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Proxying;

/// <summary>What a line of <c>proxy_cookie_flags</c> does with one flag.</summary>
internal enum FlagChange : byte
{
    Keep,
    Set,
    Remove,
}

/// <summary>A line of <c>proxy_cookie_flags</c>.</summary>
internal sealed class CookieFlags
{
    private readonly CompiledText? _name;
    private readonly IRegex? _regex;

    internal CookieFlags(ImmutableArray<string> words, Func<string, CompiledText> texts, IRegexFactory regexes)
    {
        if (words[0] is ['~', .. var pattern])
        {
            _regex = regexes.Compile(pattern, ignoreCase: true);
        }
        else
        {
            _name = texts(words[0]);
        }
        foreach (string word in words.Skip(1).Select(static word => word.ToLowerInvariant()))
        {
            switch (word)
            {
                case "secure" or "nosecure":
                    Secure = word[0] == 'n' ? FlagChange.Remove : FlagChange.Set;
                    break;
                case "httponly" or "nohttponly":
                    HttpOnly = word[0] == 'n' ? FlagChange.Remove : FlagChange.Set;
                    break;
                case "nosamesite":
                    SameSite = FlagChange.Remove;
                    break;
                case ['s', 'a', 'm', 'e', 's', 'i', 't', 'e', '=', var first, .. var rest]:
                    SameSite = FlagChange.Set;
                    SameSiteValue = Encoding.ASCII.GetBytes(char.ToUpperInvariant(first) + rest);
                    break;
                default:
                    break;
            }
        }
    }

    internal FlagChange Secure { get; }

    internal FlagChange HttpOnly { get; }

    internal FlagChange SameSite { get; }

    internal byte[] SameSiteValue { get; } = [];

    internal bool IsOf(Request request, ReadOnlySpan<byte> cookie)
    {
        Span<int> groups = stackalloc int[2];
        return _regex is { } regex ? regex.TryMatch(cookie, 0, groups)
            : HttpText.EqualsIgnoreCase(_name!.Evaluate(request), cookie);
    }
}
