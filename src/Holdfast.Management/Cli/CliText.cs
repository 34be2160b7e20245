using System.Text;

namespace Holdfast.Management.Cli;

/// <summary>Bytes of the socket as texts of the model: UTF-8, and a lone 0xDC80 to 0xDCFF for any other byte.</summary>
internal static class CliText
{
    /// <summary>The opposite of <see cref="Config.HAProxy.Model.ByteText.ToBytes"/>.</summary>
    internal static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                length = 1;
                text.Append((char)(0xDC00 + bytes[0]));
            }
            bytes = bytes[length..];
        }
        return text.ToString();
    }
}
