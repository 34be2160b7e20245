using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Proxying;

/// <summary>
/// <c>proxy_cookie_domain</c>, <c>proxy_cookie_path</c> and <c>proxy_cookie_flags</c> of a place: what becomes of
/// Set-Cookie of a peer's answer.
/// </summary>
public sealed class CookieRules
{
    private readonly Replacement[] _domains;
    private readonly Replacement[] _paths;
    private readonly CookieFlags[] _flags;

    private CookieRules(Replacement[] domains, Replacement[] paths, CookieFlags[] flags)
        => (_domains, _paths, _flags) = (domains, paths, flags);

    /// <summary>Compiles the lines; null: nothing is changed.</summary>
    public static CookieRules? Compile(ProxySettings settings, TextCompiler texts, IRegexFactory regexes)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(texts);
        var rules = new CookieRules(
            Compile(settings.CookieDomains, ReplacementKind.Domain, texts),
            Compile(settings.CookiePaths, ReplacementKind.Prefix, texts),
            settings.CookieFlags is [["off"]] ? [] : [.. settings.CookieFlags
                .Select(words => new CookieFlags(words, static name => Constant(name), regexes))]);
        return rules._domains.Length + rules._paths.Length + rules._flags.Length == 0 ? null : rules;
    }

    /// <summary>Makes the value of a Set-Cookie.</summary>
    /// <param name="request">The request.</param>
    /// <param name="value">What the peer says.</param>
    /// <param name="to">Where the new value is put.</param>
    /// <returns>False: it stays, and nothing was put.</returns>
    public bool TryChange(Request request, ReadOnlySpan<byte> value, TextBuilder to)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(to);
        int start = to.Length;
        ReadOnlySpan<byte> rest = value;
        CookieAttribute cookie = CookieAttribute.Next(ref rest);
        if (!cookie.HasValue)
        {
            return false;
        }
        CookieFlags? flags = FlagsOf(request, cookie.Name);
        bool isChanged = flags is not null;
        cookie.Put(to);
        (bool isSecure, bool isHttpOnly, bool hasSameSite) = (false, false, false);
        // "a;" has an empty attribute behind it, which stays.
        for (bool isMore = value.Contains((byte)';'); isMore;)
        {
            isMore = rest.Contains((byte)';');
            CookieAttribute one = CookieAttribute.Next(ref rest);
            if (flags is not null && TryFlag(one, flags, to, ref isSecure, ref isHttpOnly, ref hasSameSite))
            {
                continue;
            }
            Replacement[] rules = !one.HasValue ? [] : one.Is("domain"u8) ? _domains : one.Is("path"u8) ? _paths : [];
            one.PutBehind(to);
            if (rules.Length > 0)
            {
                int kept = to.Length - one.Value.Length;
                to.Cut(kept);
                bool isApplied = TryApply(rules, request, one.Value, to);
                to.Put(isApplied ? default : one.Value);
                isChanged |= isApplied;
            }
        }
        if (!isChanged)
        {
            to.Cut(start);
            return false;
        }
        PutMissing(flags, isSecure, isHttpOnly, hasSameSite, to);
        return true;
    }

    private static bool TryApply(Replacement[] rules, Request request, ReadOnlySpan<byte> value, TextBuilder to)
    {
        foreach (Replacement rule in rules)
        {
            if (rule.TryApply(request, value, to))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Puts a flag that the line is about, or leaves it away; false: it is about another attribute.</summary>
    private static bool TryFlag(CookieAttribute one, CookieFlags flags, TextBuilder to, ref bool isSecure,
        ref bool isHttpOnly, ref bool hasSameSite)
    {
        if (one.Is("secure"u8))
        {
            isSecure = true;
            return flags.Secure == FlagChange.Remove;
        }
        if (one.Is("httponly"u8))
        {
            isHttpOnly = true;
            return flags.HttpOnly == FlagChange.Remove;
        }
        if (!one.Is("samesite"u8))
        {
            return false;
        }
        if (flags.SameSite == FlagChange.Set)
        {
            // Only the first one is changed, and only if it says something else.
            if (hasSameSite || HttpText.EqualsIgnoreCase(one.Value, flags.SameSiteValue))
            {
                hasSameSite = true;
                return false;
            }
            hasSameSite = true;
            new CookieAttribute("SameSite"u8, flags.SameSiteValue, hasValue: true).PutBehind(to);
        }
        return flags.SameSite != FlagChange.Keep;
    }

    private static void PutMissing(
        CookieFlags? flags, bool isSecure, bool isHttpOnly, bool hasSameSite, TextBuilder to)
    {
        if (flags is null)
        {
            return;
        }
        to.Put(flags.Secure == FlagChange.Set && !isSecure ? "; Secure"u8 : default);
        to.Put(flags.HttpOnly == FlagChange.Set && !isHttpOnly ? "; HttpOnly"u8 : default);
        if (flags.SameSite == FlagChange.Set && !hasSameSite)
        {
            to.Put("; SameSite="u8);
            to.Put(flags.SameSiteValue);
        }
    }

    private CookieFlags? FlagsOf(Request request, ReadOnlySpan<byte> cookie)
    {
        foreach (CookieFlags one in _flags)
        {
            if (one.IsOf(request, cookie))
            {
                return one;
            }
        }
        return null;
    }

    private static Replacement[] Compile(
        IReadOnlyList<TextReplacement> lines, ReplacementKind kind, TextCompiler texts)
        => lines is [{ Word: "off" }] ? []
            : [.. lines.Where(static line => line.Word is null).Select(line => new Replacement(line, kind, texts))];

    private static CompiledText Constant(string text) => new([new(Encoding.UTF8.GetBytes(text), null, 0)]);
}

/// <summary>A part of a Set-Cookie: "name=value" or "name".</summary>
internal readonly ref struct CookieAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool hasValue)
{
    internal ReadOnlySpan<byte> Name { get; } = name;

    internal ReadOnlySpan<byte> Value { get; } = value;

    internal bool HasValue { get; } = hasValue;

    /// <summary>Reads the next one, and what stands behind its ";".</summary>
    internal static CookieAttribute Next(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)';');
        ReadOnlySpan<byte> one = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        int equals = one.IndexOf((byte)'=');
        return equals < 0 ? new(one.Trim((byte)' '), default, false)
            : new(one[..equals].Trim((byte)' '), one[(equals + 1)..].Trim((byte)' '), true);
    }

    internal bool Is(ReadOnlySpan<byte> name) => HttpText.EqualsIgnoreCase(Name, name);

    internal void PutBehind(TextBuilder to)
    {
        to.Put("; "u8);
        Put(to);
    }

    internal void Put(TextBuilder to)
    {
        to.Put(Name);
        to.Put(HasValue ? "="u8 : default);
        to.Put(Value);
    }
}
