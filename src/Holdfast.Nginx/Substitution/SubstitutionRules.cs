using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Types;

namespace Holdfast.Nginx.Substitution;

/// <summary><c>sub_filter</c> lines of a place.</summary>
public sealed class SubstitutionRules
{
    private readonly (CompiledText From, CompiledText To)[] _lines;

    private SubstitutionRules(BodySettings settings, TextCompiler texts)
    {
        _lines = [.. settings.SubFilters.Select(line => (texts.Compile(line.From), texts.Compile(line.To)))];
        Types = new TypeSet(settings.SubFilterTypes);
        IsOnce = settings.SubFilterOnce;
        KeepsLastModified = settings.SubFilterKeepsLastModified;
    }

    /// <summary>The types of contents in which texts are replaced.</summary>
    public TypeSet Types { get; }

    /// <summary>Whether each text is replaced once only: <c>sub_filter_once</c>.</summary>
    public bool IsOnce { get; }

    /// <summary>
    /// Whether Last-Modified stays, and the ETag, weakened: <c>sub_filter_last_modified</c>. Else both go. The length
    /// of the answer goes in any case.
    /// </summary>
    public bool KeepsLastModified { get; }

    /// <summary>How many there are.</summary>
    public int Count => _lines.Length;

    /// <summary>Compiles the directives; null: there are none.</summary>
    public static SubstitutionRules? Compile(BodySettings settings, TextCompiler texts)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(texts);
        return settings.SubFilters.IsEmpty ? null : new(settings, texts);
    }

    /// <summary>The texts of a line for a request: what is looked for is in lower case.</summary>
    internal (ReadOnlyMemory<byte> From, ReadOnlyMemory<byte> To) Read(Request request, int line)
    {
        ReadOnlySpan<byte> from = _lines[line].From.Evaluate(request);
        ReadOnlyMemory<byte> kept = request.Arena.Remember(from);
        Span<byte> lower = System.Runtime.InteropServices.MemoryMarshal.AsMemory(kept).Span;
        for (int i = 0; i < lower.Length; i++)
        {
            lower[i] = Http.Headers.HttpText.Lower(lower[i]);
        }
        return (kept, request.Arena.Remember(_lines[line].To.Evaluate(request)));
    }
}
