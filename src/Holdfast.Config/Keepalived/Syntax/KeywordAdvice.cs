using Holdfast.Config.Keepalived.Schema;
using Holdfast.Config.Text;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>What to say about a keyword that a block does not know.</summary>
internal static class KeywordAdvice
{
    public static void ReportUnknown(Findings findings, BlockSchema schema, in Word keyword)
    {
        if (findings.Bag.IsFull)
        {
            return;
        }
        if (FindOwner(schema, keyword.Text) is { } owner)
        {
            findings.Report(FindingCodes.MisplacedKeyword, keyword,
                $"'{keyword}' does not belong into {InBlock(schema)}", $"it belongs into {InBlock(owner)}");
            return;
        }
        string? here = Suggest(schema, keyword.Text, out BlockSchema? elsewhere);
        findings.Report(FindingCodes.UnknownKeyword, keyword, $"{InBlock(schema)} knows no keyword '{keyword}'",
            here is null ? null : elsewhere is null ? $"did you mean '{here}'?"
                : $"did you mean '{here}'? It belongs into {InBlock(elsewhere)}", here);
    }

    /// <summary>The nearest word of the block, or of another one when that is clearly nearer.</summary>
    public static string? Suggest(BlockSchema schema, string word, out BlockSchema? elsewhere)
    {
        elsewhere = null;
        int limit = Math.Clamp(word.Length / 3, 1, 3);
        string? here = NearestWord.Find(word, schema.Names, limit, out int distanceHere);
        if (here is not null && distanceHere <= 1)
        {
            return here;
        }
        foreach (BlockSchema other in KeepalivedSchema.All)
        {
            string? there = NearestWord.Find(word, other.Names, Math.Min(limit, distanceHere - 1), out int distance);
            if (there is not null)
            {
                here = there;
                distanceHere = distance;
                elsewhere = other;
            }
        }
        return here;
    }

    public static string InBlock(BlockSchema schema)
        => schema.Kind == BlockKind.Top ? "the top level" : schema.Title;

    private static BlockSchema? FindOwner(BlockSchema schema, string word)
    {
        foreach (BlockSchema other in KeepalivedSchema.All)
        {
            if (other != schema && other.Find(word) is not null)
            {
                return other;
            }
        }
        return null;
    }
}
