using Holdfast.Config.Keepalived.Syntax;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>Says of each keyword that is not supported yet what that means. Nothing fails open.</summary>
internal sealed class SupportReport(Findings findings)
{
    private const string AcceptLossHelp = "remove it, or load with --accept-loss to run without it";

    /// <summary>Reports on a tree; one finding for a block, none for what is in it.</summary>
    public void Report(ConfigNode block)
    {
        foreach (ConfigNode node in block.ChildrenOrEmpty)
        {
            switch (node.Spec.Support)
            {
                case SupportClass.Behaviour:
                    ReportBehaviour(node);
                    break;
                case SupportClass.Cosmetic:
                    findings.Report(FindingCodes.NotYetCosmetic, node.Keyword,
                        $"{node.Spec.Name} has no effect in Holdfast yet; lost: {Lower(node.Spec.Summary)}");
                    break;
                case SupportClass.Performance:
                    findings.Report(FindingCodes.NotYetCosmetic, node.Keyword,
                        $"{node.Spec.Name} has no effect in Holdfast, which tunes this by itself");
                    break;
                default:
                    Report(node);
                    break;
            }
        }
    }

    private static string Lower(string summary)
        => summary.Length > 1 && char.IsLower(summary[1]) ? char.ToLowerInvariant(summary[0]) + summary[1..] : summary;

    private void ReportBehaviour(ConfigNode node)
    {
        bool isBlock = node.Spec.Value.OpensBlock;
        string what = isBlock && node.Text.Length > 0 ? $"{node.Spec.Name} {node.Text}" : node.Spec.Name;
        findings.Report(isBlock ? FindingCodes.NotYetBlock : FindingCodes.NotYetKeyword, node.Keyword,
            $"{what} is not supported yet", AcceptLossHelp);
    }
}
