using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Proxying;

/// <summary>How a plain text is looked for.</summary>
internal enum ReplacementKind : byte
{
    /// <summary>At the beginning; the rest stays.</summary>
    Prefix,

    /// <summary>As a whole domain, whatever the case; a dot before it stays.</summary>
    Domain,
}

/// <summary>A line of <c>proxy_redirect</c>, <c>proxy_cookie_domain</c> or <c>proxy_cookie_path</c>, compiled.
/// </summary>
internal sealed class Replacement
{
    private readonly ReplacementKind _kind;
    private readonly CompiledText _from;
    private readonly CompiledRegex? _regex;
    private readonly CompiledText _to;

    internal Replacement(TextReplacement line, ReplacementKind kind, TextCompiler texts)
    {
        _kind = kind;
        bool isDomain = kind == ReplacementKind.Domain;
        _from = texts.Compile(isDomain ? WithoutDot(line.From) : line.From);
        _to = texts.Compile(isDomain ? WithoutDot(line.To) : line.To);
        _regex = line.Regex is { } regex
            ? texts.Compile(isDomain ? regex with { IgnoresCase = true } : regex) : null;
    }

    /// <summary>A line of two constants.</summary>
    internal Replacement(string from, string to)
    {
        _from = Constant(from);
        _to = Constant(to);
    }

    /// <summary>Replaces in a text.</summary>
    /// <param name="request">The request.</param>
    /// <param name="text">The text.</param>
    /// <param name="to">Where the new text is put.</param>
    /// <returns>False: it is not there, and nothing was put.</returns>
    internal bool TryApply(Request request, ReadOnlySpan<byte> text, TextBuilder to)
    {
        if (_regex is not null)
        {
            if (!_regex.TryMatch(request, text))
            {
                return false;
            }
            _to.Put(request, to);
            return true;
        }
        ReadOnlySpan<byte> from = _from.Evaluate(request);
        if (_kind == ReplacementKind.Domain)
        {
            bool hasDot = text.StartsWith("."u8);
            if (!Http.Headers.HttpText.EqualsIgnoreCase(hasDot ? text[1..] : text, from))
            {
                return false;
            }
            to.Put(hasDot ? "."u8 : default);
            _to.Put(request, to);
            return true;
        }
        if (!text.StartsWith(from))
        {
            return false;
        }
        _to.Put(request, to);
        to.Put(text[from.Length..]);
        return true;
    }

    private static CompiledText Constant(string text) => new([new(Encoding.UTF8.GetBytes(text), null, 0)]);

    private static ComplexText? WithoutDot(ComplexText? text)
        => text is { Parts: [{ Kind: TextPartKind.Literal, Text: ['.', .. var rest] }, .. var others] }
            ? new([new(TextPartKind.Literal, rest), .. others], text.Source[1..], text.Span) : text;
}
