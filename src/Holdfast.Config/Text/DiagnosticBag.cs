using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Text;

/// <summary>Gathers the findings of one run, without duplicates and without growing for ever.</summary>
internal sealed class DiagnosticBag
{
    /// <summary>More than this many findings help nobody.</summary>
    public const int Capacity = 2000;

    private readonly List<Diagnostic> _items = [];
    private readonly HashSet<(string, string, int, int, string)> _seen = [];

    public int Count => _items.Count;

    public bool IsFull => _items.Count >= Capacity;

    public void Add(Diagnostic diagnostic)
    {
        SourceSpan span = diagnostic.Span;
        if (!IsFull && _seen.Add((diagnostic.Code, span.File, span.Line, span.Column, diagnostic.Message)))
        {
            _items.Add(diagnostic);
        }
    }

    /// <summary>All findings in the order of the text; those of included files stand with their file.</summary>
    public ImmutableArray<Diagnostic> ToImmutable() => [.. _items];
}
