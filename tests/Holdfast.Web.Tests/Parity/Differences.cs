using System.Text;

namespace Holdfast.Web.Tests.Parity;

/// <summary>Shows where two texts differ, line by line.</summary>
internal static class Differences
{
    private const int ShownMax = 40;

    internal static void AssertNone(string original, string ours)
    {
        if (original == ours)
        {
            return;
        }
        string[] left = original.Split('\n');
        string[] right = ours.Split('\n');
        var text = new StringBuilder("differs from the original\n");
        int i = 0, j = 0, shown = 0;
        while ((i < left.Length || j < right.Length) && shown < ShownMax)
        {
            if (i < left.Length && j < right.Length && left[i] == right[j])
            {
                text.Append("  ").Append(Shown(left[i])).Append('\n');
                (i, j) = (i + 1, j + 1);
                continue;
            }
            int skipped = Array.IndexOf(right, i < left.Length ? left[i] : "", j);
            int dropped = Array.IndexOf(left, j < right.Length ? right[j] : "", i);
            shown++;
            if (i < left.Length && (skipped < 0 || (dropped >= 0 && dropped - i < skipped - j)))
            {
                text.Append("- ").Append(Shown(left[i++])).Append('\n');
            }
            else if (j < right.Length)
            {
                text.Append("+ ").Append(Shown(right[j++])).Append('\n');
            }
            else
            {
                text.Append("- ").Append(Shown(left[i++])).Append('\n');
            }
        }
        Assert.Fail(text.ToString());
    }

    private static string Shown(string line) => line.Replace("\r", "", StringComparison.Ordinal);
}
