using System.Collections.Immutable;
using Holdfast.Config.HAProxy;
using Holdfast.Primitives;

namespace Holdfast.Proxy.HAProxy;

/// <summary>What a translation cannot carry out, and what it leaves out without harm: each with its place, once.
/// </summary>
internal sealed class TranslationProblems
{
    private readonly List<Diagnostic> _all = [];

    /// <summary>Reports what must not run.</summary>
    internal void Add(SourceSpan span, string message, string? help = null, FindingCode? code = null)
        => Add(new Diagnostic((code ?? FindingCodes.PlannedRun).Id, Severity.Error, span, message) { Help = help });

    /// <summary>Reports what is without effect.</summary>
    internal void Warn(SourceSpan span, string message)
        => Add(new Diagnostic(FindingCodes.NotYetCosmetic.Id, Severity.Warning, span, message));

    /// <summary>The errors.</summary>
    internal ImmutableArray<Diagnostic> Errors() => [.. _all.Where(static one => one.Severity == Severity.Error)];

    /// <summary>What is not an error.</summary>
    internal ImmutableArray<Diagnostic> Warnings() => [.. _all.Where(static one => one.Severity != Severity.Error)];

    private void Add(Diagnostic problem)
    {
        if (!_all.Exists(one => one.Span == problem.Span && one.Message == problem.Message))
        {
            _all.Add(problem);
        }
    }
}
