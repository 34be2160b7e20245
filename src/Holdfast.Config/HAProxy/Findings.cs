using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy;

/// <summary>A kind of finding about a haproxy.cfg.</summary>
/// <param name="Id">Such as "HA0101".</param>
/// <param name="Severity">How bad; <see cref="Severity.Error"/> is the original's ALERT.</param>
/// <param name="Title">What it is about, for the documentation.</param>
public sealed record FindingCode(string Id, Severity Severity, string Title);

/// <summary>Where the layers of the parser report; shared by all of them.</summary>
/// <param name="acceptLoss">Whether what is not supported is only warned of.</param>
internal sealed class Findings(bool acceptLoss)
{
    public DiagnosticBag Bag { get; } = new();

    /// <summary>
    /// Whether nothing is reported now: lines of defaults are read again for each proxy that has them.
    /// </summary>
    public bool IsQuiet { get; set; }

    public void Report(FindingCode code, SourceSpan span, string message, string? help = null,
        string? suggestion = null, params ReadOnlySpan<RelatedPlace> related)
    {
        if (!IsQuiet)
        {
            Bag.Add(new Diagnostic(code.Id, SeverityOf(code), span, message)
            {
                Help = help ?? (suggestion is null ? null : $"did you mean '{suggestion}'?"),
                Suggestion = suggestion,
                Related = [.. related],
            });
        }
    }

    public void Report(FindingCode code, Word word, string message, string? help = null, string? suggestion = null)
        => Report(code, word.Span, message, help, suggestion);

    private Severity SeverityOf(FindingCode code)
        => acceptLoss && code.Id is "HA0150" or "HA0151" ? Severity.Warning : code.Severity;
}
