using System.Collections.Immutable;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>The free form of hexadecimal texts: pairs of digits, blanks anywhere, a single digit is a byte.</summary>
internal static class HexText
{
    /// <summary>Reads such a text.</summary>
    /// <param name="text">Such as "Ab12f 3": AB 12 0F 03.</param>
    /// <param name="wildcards">Whether x stands for four bits that do not count.</param>
    /// <param name="bytes">The bytes; bits that do not count are 0.</param>
    /// <param name="mask">The bits that count.</param>
    public static bool TryRead(
        string text, bool wildcards, out ImmutableArray<byte> bytes, out ImmutableArray<byte> mask)
    {
        ImmutableArray<byte>.Builder values = ImmutableArray.CreateBuilder<byte>();
        ImmutableArray<byte>.Builder masks = ImmutableArray.CreateBuilder<byte>();
        bytes = mask = [];
        foreach (string word in text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            for (int i = 0; i < word.Length; i += 2)
            {
                int value = 0, counts = 0;
                foreach (char c in word.AsSpan(i, Math.Min(2, word.Length - i)))
                {
                    bool isAny = wildcards && c is 'x' or 'X';
                    if (!isAny && !char.IsAsciiHexDigit(c))
                    {
                        return false;
                    }
                    value = (value << 4) | (isAny ? 0 : Convert.ToInt32(c.ToString(), 16));
                    counts = (counts << 4) | (isAny ? 0 : 0xF);
                }
                // A single digit is the low half; its high half has to be 0.
                values.Add((byte)value);
                masks.Add((byte)(word.Length - i == 1 ? counts | 0xF0 : counts));
            }
        }
        bytes = values.ToImmutable();
        mask = masks.ToImmutable();
        return true;
    }
}
