using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived;

/// <summary>Where the layers of the parser report; shared by all of them.</summary>
/// <param name="acceptLoss">Whether what is not supported yet is only warned of.</param>
internal sealed class Findings(bool acceptLoss)
{
    public DiagnosticBag Bag { get; } = new();

    public void Report(FindingCode code, SourceSpan span, string message, string? help = null,
        string? suggestion = null, params ReadOnlySpan<RelatedPlace> related)
        => Bag.Add(new Diagnostic(code.Id, SeverityOf(code), span, message)
        {
            Help = help,
            Suggestion = suggestion,
            Related = [.. related],
        });

    /// <summary>Reports about a word; says so when the word comes from a definition.</summary>
    public void Report(FindingCode code, in Word word, string message, string? help = null,
        string? suggestion = null, params ReadOnlySpan<RelatedPlace> related)
    {
        Expansion? via = word.Source.ExpansionAt(word.Start);
        Bag.Add(new Diagnostic(code.Id, SeverityOf(code), word.Span, message)
        {
            Help = help,
            Suggestion = suggestion,
            Related = via is null ? [.. related]
                : [.. related, new RelatedPlace(via.Place, $"expanded here as ${via.Name}")],
        });
    }

    private Severity SeverityOf(FindingCode code)
        => acceptLoss && (code == FindingCodes.NotYetKeyword || code == FindingCodes.NotYetBlock)
            ? Severity.Warning : code.Severity;
}
