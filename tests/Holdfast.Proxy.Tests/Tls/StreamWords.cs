using System.Text;

namespace Holdfast.Proxy.Tests.Tls;

/// <summary>Short words for what tests do with streams.</summary>
internal static class StreamWords
{
    /// <summary>Up to and including an end.</summary>
    internal static string ReadUntil(this Stream stream, string end)
    {
        StringBuilder text = new();
        byte[] one = new byte[1];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            if (stream.Read(one) == 0)
            {
                throw new IOException($"ended after: {text}");
            }
            _ = text.Append((char)one[0]);
        }
        return text.ToString();
    }
}
