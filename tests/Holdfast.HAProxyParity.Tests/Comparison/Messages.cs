using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Holdfast.HAProxyParity.Tests.Comparison;

/// <summary>Takes out of HTTP messages what means nothing: where chunks begin, the words of built-in pages.
/// </summary>
internal static partial class Messages
{
    /// <summary>What stands before a chunked body that is in one piece.</summary>
    internal const string Opening = "<chunks ";

    /// <summary>What stands behind one that is whole.</summary>
    internal const string Ending = ", the last one>";

    /// <summary>Statuses of the built-in pages in a peer's bytes; their lengths stand in log lines.</summary>
    public static IEnumerable<string> PageStatuses(string text)
        => Page().Matches(text).Concat(PageOfHead().Matches(text)).Select(static m => m.Groups["status"].Value[..3]);

    /// <summary>Each built-in page as its status line and whether the connection stays.</summary>
    public static string WithoutPages(string text)
        => Page().Replace(text, static m => $"<page {m.Groups["status"]}"
            + $"{(m.Groups["fields"].Value.Contains("connection: close", StringComparison.OrdinalIgnoreCase)
                ? ", connection: close" : "")}>");

    /// <summary>The answer to HEAD that has the length of a built-in page.</summary>
    public static string WithoutPageLengths(string text) => PageHead().Replace(text, "content-length: <page>\r\n$1");

    /// <summary>Each chunked body in one piece.</summary>
    public static string WithoutChunkBorders(string text)
    {
        var whole = new StringBuilder();
        int at = 0;
        foreach (Match head in ChunkedHead().Matches(text))
        {
            if (head.Index < at)
            {
                continue;
            }
            int body = head.Index + head.Length;
            whole.Append(text, at, body - at);
            Match coding = ContentCoding().Match(head.Value);
            if (!coding.Success)
            {
                at = Join(text, body, whole);
                continue;
            }
            var coded = new StringBuilder();
            at = Join(text, body, coded);
            whole.Append(CodedBody.Read(coded.ToString(), coding.Groups["name"].Value));
        }
        return whole.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>What stands behind the chunks that are whole.</summary>
    private static int Join(string text, int at, StringBuilder whole)
    {
        whole.Append(Opening);
        while (true)
        {
            int end = text.IndexOf("\r\n", at, StringComparison.Ordinal);
            if (end < 0 || !int.TryParse(text[at..end].Split(';')[0], NumberStyles.HexNumber,
                CultureInfo.InvariantCulture, out int size) || end + 2 + size + 2 > text.Length + (size == 0 ? 2 : 0))
            {
                whole.Append('>');
                return at;
            }
            if (size == 0)
            {
                whole.Append(Ending);
                return end + 2;
            }
            whole.Append(text, end + 2, size);
            at = end + 2 + size + 2;
        }
    }

    [GeneratedRegex(@"HTTP/1\.[01] (?<status>\d{3} [^\r]*)\r\n(?<fields>([\w-]+: [^\r]*\r\n)*?)\r\n"
        + @"<html><body><h1>\d{3} [^<]*</h1>\n[^<]*\n</body></html>\n", RegexOptions.ExplicitCapture)]
    private static partial Regex Page();

    [GeneratedRegex(@"HTTP/1\.1 (?<status>\d{3} )[^\r]*\r\ncontent-length: \d+\r\ncache-control: no-cache\r\n")]
    private static partial Regex PageOfHead();

    [GeneratedRegex(@"content-length: \d+\r\n(cache-control: no-cache\r\ncontent-type: text/html\r\n)")]
    private static partial Regex PageHead();

    [GeneratedRegex(@"\r\ncontent-encoding: (?<name>gzip|deflate)\r\n", RegexOptions.IgnoreCase)]
    private static partial Regex ContentCoding();

    [GeneratedRegex(@"\r\ntransfer-encoding: chunked\r\n([\w-]+: ?[^\r]*\r\n)*\r\n",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex ChunkedHead();
}
