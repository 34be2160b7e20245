namespace Holdfast.Nginx.Servers;

/// <summary>What a client calls the host that it wants.</summary>
public static class HostName
{
    /// <summary>Reads the host of a request line, or of the Host field: in lower case, without port and final dot.
    /// </summary>
    /// <param name="text">Host and port as they came.</param>
    /// <param name="name">Where the name is written; at least as long as the text.</param>
    /// <param name="length">Bytes of the name.</param>
    /// <returns>Whether it is a name, or an address in brackets; else the answer is 400.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, Span<byte> name, out int length)
    {
        length = 0;
        int end = text.Length;
        int lastDot = -1;
        bool isInBrackets = false;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'.':
                    if (lastDot == i - 1 && lastDot >= 0)
                    {
                        return false; // two dots in a row
                    }
                    lastDot = i;
                    break;
                case (byte)':' when !isInBrackets && end == text.Length:
                    end = i;
                    break;
                case (byte)'[' when i == 0:
                    isInBrackets = true;
                    break;
                case (byte)']' when isInBrackets:
                    isInBrackets = false;
                    break;
                case (byte)'/' or <= 0x20 or 0x7F:
                    return false;
                default:
                    break;
            }
        }
        if (end > 0 && lastDot == end - 1)
        {
            end--;
        }
        for (int i = 0; i < end; i++)
        {
            name[i] = (byte)(text[i] is >= (byte)'A' and <= (byte)'Z' ? text[i] | 0x20 : text[i]);
        }
        length = end;
        return end > 0;
    }
}
