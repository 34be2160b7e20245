using System.Text;

namespace Holdfast.Config.HAProxy.Model;

/// <summary>Texts that may hold bytes which are no UTF-8: those that <c>\xHH</c> made.</summary>
public static class ByteText
{
    /// <summary>
    /// The bytes of a text of the model: UTF-8, and a lone 0xDC80 to 0xDCFF for the byte 0x80 to 0xFF.
    /// </summary>
    public static byte[] ToBytes(string text)
    {
        var bytes = new List<byte>(text.Length);
        Span<byte> buffer = stackalloc byte[4];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is >= '\uDC80' and <= '\uDCFF')
            {
                bytes.Add((byte)(text[i] - 0xDC00));
                continue;
            }
            Rune rune = Rune.TryGetRuneAt(text, i, out Rune found) ? found : Rune.ReplacementChar;
            i += rune.Utf16SequenceLength - 1;
            int count = rune.EncodeToUtf8(buffer);
            bytes.AddRange(buffer[..count]);
        }
        return [.. bytes];
    }
}
