using System.Globalization;

namespace Holdfast.HAProxyParity.Tests.Actors;

/// <summary>Where an HTTP/1 message ends, for actors: as plain as can be, and forgiving.</summary>
internal static class MessageReader
{
    /// <summary>Length of the head at the front, with its empty line; -1 when there is not all of it.</summary>
    public static int Head(string text)
    {
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end < 0 ? -1 : end + 4;
    }

    /// <summary>Length of a request with its body; -1 when there is not all of it.</summary>
    public static int Request(string text)
    {
        int head = Head(text);
        return head < 0 ? -1 : Body(text, head, 0);
    }

    /// <summary>Length of a response with its body, and of interim ones before it; -1 when there is not all of it.
    /// </summary>
    /// <param name="text">What has come.</param>
    /// <param name="ended">Nothing more will come.</param>
    /// <param name="bodiless">It answers HEAD.</param>
    public static int Response(string text, bool ended, bool bodiless)
    {
        int begin = 0;
        while (true)
        {
            int head = Head(text[begin..]);
            if (head < 0)
            {
                return -1;
            }
            string status = text.Length > begin + 12 ? text.Substring(begin + 9, 3) : "";
            int body = begin + head;
            if (status.StartsWith('1') && status != "101")
            {
                begin = body;
                continue;
            }
            return bodiless || status is "101" or "204" or "304"
                ? body : Body(text, body, ended ? text.Length - body : -1, begin);
        }
    }

    private static int Body(string text, int head, int otherwise, int begin = 0)
    {
        string fields = text[begin..head];
        if (Field(fields, "transfer-encoding").Contains("chunked", StringComparison.OrdinalIgnoreCase))
        {
            return Chunks(text, head);
        }
        if (int.TryParse(Field(fields, "content-length"), NumberStyles.None, CultureInfo.InvariantCulture,
            out int length))
        {
            return text.Length - head >= length ? head + length : -1;
        }
        return otherwise < 0 ? -1 : head + otherwise;
    }

    private static int Chunks(string text, int at)
    {
        while (true)
        {
            int end = text.IndexOf("\r\n", at, StringComparison.Ordinal);
            if (end < 0 || !int.TryParse(text[at..end].Split(';')[0].Trim(), NumberStyles.HexNumber,
                CultureInfo.InvariantCulture, out int size))
            {
                return -1;
            }
            if (size == 0)
            {
                // The trailer's lines, and the empty one; or the empty one at once.
                int trailer = text.IndexOf("\r\n\r\n", end, StringComparison.Ordinal);
                return trailer < 0 ? -1 : trailer + 4;
            }
            at = end + 2 + size + 2;
            if (at > text.Length)
            {
                return -1;
            }
        }
    }

    private static string Field(string head, string name)
    {
        foreach (string line in head.Split("\r\n"))
        {
            if (line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            {
                return line[(name.Length + 1)..].Trim();
            }
        }
        return "";
    }
}
