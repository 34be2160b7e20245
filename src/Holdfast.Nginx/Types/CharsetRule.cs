using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Types;

/// <summary><c>charset</c> and <c>charset_types</c> of a place: the charset of an answer.</summary>
/// <remarks>
/// A charset that an answer has already stays, with <c>override_charset</c>, too: that is for answers that are recoded
/// by a <c>charset_map</c>.
/// </remarks>
public sealed class CharsetRule
{
    private readonly CompiledText _charset;
    private readonly TypeSet _types;

    private CharsetRule(BodySettings settings, TextCompiler texts)
    {
        _charset = texts.Compile(settings.Charset);
        _types = new TypeSet(settings.CharsetTypes.Append("text/html"));
    }

    /// <summary>Compiles the directives; null: charsets stay as they are.</summary>
    public static CharsetRule? Compile(BodySettings settings, TextCompiler texts)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(texts);
        return settings.Charset is null ? null : new(settings, texts);
    }

    /// <summary>The charset that an answer gets.</summary>
    /// <param name="request">The request.</param>
    /// <param name="type">The answer's type.</param>
    /// <param name="charset">The charset that it has; empty: none.</param>
    /// <param name="changed">What it gets.</param>
    /// <returns>False: it stays as it is.</returns>
    public bool TryFind(
        Request request, ReadOnlySpan<byte> type, ReadOnlySpan<byte> charset, out ReadOnlySpan<byte> changed)
    {
        changed = default;
        if (!_types.Has(type) || !charset.IsEmpty)
        {
            return false;
        }
        changed = _charset.Evaluate(request);
        return !changed.IsEmpty && !changed.SequenceEqual("off"u8);
    }
}
