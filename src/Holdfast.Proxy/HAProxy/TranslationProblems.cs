using System.Collections.Immutable;
using Holdfast.Config.HAProxy;
using Holdfast.Primitives;

namespace Holdfast.Proxy.HAProxy;

/// <summary>What a translation cannot carry out: each is an error with its place, once.</summary>
internal sealed class TranslationProblems
{
    private readonly List<Diagnostic> _all = [];

    internal void Add(SourceSpan span, string message, string? help = null, FindingCode? code = null)
    {
        string id = (code ?? FindingCodes.PlannedRun).Id;
        var problem = new Diagnostic(id, Severity.Error, span, message) { Help = help };
        if (!_all.Exists(one => one.Span == span && one.Message == message))
        {
            _all.Add(problem);
        }
    }

    internal ImmutableArray<Diagnostic> ToImmutable() => [.. _all];
}
