using Holdfast.Config.Nginx.Model;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Proxying;

/// <summary><c>proxy_redirect</c> of a place: what becomes of Location and Refresh of a peer's answer.</summary>
public sealed class RedirectRules
{
    private readonly Replacement[] _rules;

    private RedirectRules(Replacement[] rules) => _rules = rules;

    /// <summary>Compiles the lines; null: nothing is changed.</summary>
    /// <param name="lines">The lines; none: as <c>default</c>.</param>
    /// <param name="target">What <c>proxy_pass</c> names.</param>
    /// <param name="location">The prefix of the location.</param>
    /// <param name="texts">Compiles texts.</param>
    public static RedirectRules? Compile(
        IReadOnlyList<TextReplacement> lines, ProxyTarget target, string location, TextCompiler texts)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(target);
        List<Replacement> rules = [];
        foreach (TextReplacement line in lines)
        {
            if (line.Word == "off")
            {
                return null;
            }
            if (line.Word is null)
            {
                rules.Add(new Replacement(line, ReplacementKind.Prefix, texts));
            }
            else
            {
                AddDefault(rules, target, location);
            }
        }
        if (lines.Count == 0)
        {
            AddDefault(rules, target, location);
        }
        return rules.Count == 0 ? null : new([.. rules]);
    }

    /// <summary>Makes the Location of an answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="value">What the peer says.</param>
    /// <param name="to">Where the new value is put.</param>
    /// <returns>
    /// False: it stays, and nothing was put. One that was changed is made absolute as a redirect of our own; one that
    /// was not goes out as it came.
    /// </returns>
    public bool TryChangeLocation(Request request, ReadOnlySpan<byte> value, TextBuilder to)
    {
        ArgumentNullException.ThrowIfNull(to);
        foreach (Replacement rule in _rules)
        {
            if (rule.TryApply(request, value, to))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Makes the Refresh of an answer: what stands behind "url=".</summary>
    /// <inheritdoc cref="TryChangeLocation"/>
    public bool TryChangeRefresh(Request request, ReadOnlySpan<byte> value, TextBuilder to)
    {
        ArgumentNullException.ThrowIfNull(to);
        ReadOnlySpan<byte> mark = "url="u8;
        for (int at = 0; at + mark.Length <= value.Length; at++)
        {
            if (!HttpText.EqualsIgnoreCase(value.Slice(at, mark.Length), mark))
            {
                continue;
            }
            int start = to.Length;
            to.Put(value[..(at + mark.Length)]);
            if (TryChangeLocation(request, value[(at + mark.Length)..], to))
            {
                return true;
            }
            to.Cut(start);
            return false;
        }
        return false;
    }

    private static void AddDefault(List<Replacement> rules, ProxyTarget target, string location)
    {
        if (target.Url.Constant is not { } url)
        {
            return; // with variables there is no telling what is replaced
        }
        rules.Add(string.IsNullOrEmpty(target.Uri) ? new Replacement(url + "/", "/") : new Replacement(url, location));
    }
}
