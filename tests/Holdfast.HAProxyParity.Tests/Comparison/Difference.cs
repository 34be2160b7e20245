using Holdfast.HAProxyParity.Tests.Scenarios;

namespace Holdfast.HAProxyParity.Tests.Comparison;

/// <summary>Something that the two proxies did not do alike.</summary>
/// <param name="Where">An actor's connection, <c>log 1</c>, or <c>hung</c>.</param>
/// <param name="Original">What the original did.</param>
/// <param name="Ours">What ours did.</param>
internal sealed record Difference(string Where, string Original, string Ours)
{
    /// <summary>Three lines; of long texts only what stands around the first difference.</summary>
    public override string ToString()
    {
        int same = 0;
        while (same < Original.Length && same < Ours.Length && Original[same] == Ours[same])
        {
            same++;
        }
        int from = Math.Max(0, same - 300);
        return $"{Where}\n  original: {Excerpt(Original, from)}\n  ours:     {Excerpt(Ours, from)}";
    }

    private static string Excerpt(string text, int from)
    {
        string part = text.Length > from ? text[from..Math.Min(text.Length, from + 700)] : "";
        return (from > 0 ? "…" : "") + WireText.Readable(part) + (from + 700 < text.Length ? "…" : "");
    }
}
