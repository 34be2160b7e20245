using Holdfast.Config.HAProxy.Model;

namespace Holdfast.HAProxy.Patterns;

/// <summary>One pattern of a set or key of a map.</summary>
/// <param name="Id">Its number within its reference, which the runtime API shows.</param>
/// <param name="Text">The pattern.</param>
/// <param name="Value">The value of a map's key; null in ACLs.</param>
/// <param name="IgnoreCase">Whether the case of letters counts.</param>
/// <param name="Minimum">Lower bound of a number or length.</param>
/// <param name="Maximum">Upper bound of a number or length.</param>
public sealed record PatternEntry(
    int Id, string Text, string? Value, bool IgnoreCase, long Minimum, long Maximum)
{
    /// <summary>The pattern as bytes.</summary>
    internal byte[] Bytes { get; } = ByteText.ToBytes(Text);

    /// <summary>The value as bytes.</summary>
    internal byte[] ValueBytes { get; } = ByteText.ToBytes(Value ?? "");

    /// <summary>A pattern that is only text; a number when it is one: ranges have a colon.</summary>
    public static PatternEntry Of(int id, string text, string? value, bool ignoreCase)
    {
        byte[] bytes = ByteText.ToBytes(text);
        int colon = bytes.AsSpan().IndexOf((byte)':');
        long minimum = colon == 0 ? long.MinValue : Samples.Numbers.Read(bytes);
        long maximum = colon < 0 ? minimum
            : colon == bytes.Length - 1 ? long.MaxValue : Samples.Numbers.Read(bytes.AsSpan(colon + 1));
        return new PatternEntry(id, text, value, ignoreCase, minimum, maximum);
    }
}
