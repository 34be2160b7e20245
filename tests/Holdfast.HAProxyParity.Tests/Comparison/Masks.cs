using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Holdfast.HAProxyParity.Tests.Running;

namespace Holdfast.HAProxyParity.Tests.Comparison;

/// <summary>Takes out of what was seen what differs by nature: addresses of a side, ports of clients, times.
/// </summary>
internal static partial class Masks
{
    private const string Signature = "\r\n\r\n\0\r\nQUIT\n";

    /// <summary>Bytes that a peer got.</summary>
    public static string Bytes(string text, IReadOnlySet<string> ports)
    {
        text = Messages.WithoutPageLengths(
            Messages.WithoutChunkBorders(Messages.WithoutPages(ProxyHeader(WithoutBlanks(text)))));
        foreach (IPAddress address in Site.Addresses)
        {
            text = text.Replace(address.ToString(), "<side>", StringComparison.Ordinal)
                .Replace(Convert.ToHexString(address.GetAddressBytes()), "<SIDE>", StringComparison.Ordinal);
        }
        return FiveDigits().Replace(text, m => ports.Contains(m.Value) ? "<port>" : m.Value);
    }

    /// <summary>A log line: dates go; of timers stays whether they are -1.</summary>
    public static string Log(string line, IReadOnlySet<string> ports, IEnumerable<string> pages)
    {
        foreach (string status in pages)
        {
            line = Regex.Replace(line, $@" {status} \d\d+ ", $" {status} <page> ");
        }
        line = Date().Replace(Bytes(line, ports), "[date]");
        line = ClientPort().Replace(line, "$1:<port>");
        if (!line.Contains("[date]", StringComparison.Ordinal))
        {
            return line;
        }
        line = CommonTimers().Replace(line, "$1<timers> $2 all");
        line = CommonMilliseconds().Replace(line, "<port> ms ");
        // The first such group of a usual line are its timers; of the second, connections of the whole process.
        int group = 0;
        return Group().Replace(line, m => ++group switch
        {
            1 => Number().Replace(m.Value, static n => n.Value == "-1" ? "-1" : "t"),
            2 => "all" + m.Value[m.Value.IndexOf('/', StringComparison.Ordinal)..],
            _ => m.Value,
        });
    }

    /// <summary>Blanks around a value mean nothing (RFC 9110, 5.5).</summary>
    private static string WithoutBlanks(string text)
        => LeadingBlanks().Replace(TrailingBlanks().Replace(text, "\r\n"), "$1 ");

    /// <summary>A PROXY header of version 2 as text.</summary>
    private static string ProxyHeader(string text)
    {
        if (!text.StartsWith(Signature, StringComparison.Ordinal) || text.Length < 16)
        {
            return text;
        }
        int length = (text[14] << 8) | text[15];
        if (text.Length < 16 + length)
        {
            return text;
        }
        string head = string.Create(CultureInfo.InvariantCulture, $"<PROXY v2 {(int)text[12]:x2} {(int)text[13]:x2}");
        int at = 16;
        if (text[13] == 0x11)
        {
            head += string.Create(CultureInfo.InvariantCulture, $" {Address(text, 16)} {Address(text, 20)}")
                + string.Create(CultureInfo.InvariantCulture,
                    $" {(text[24] << 8) | text[25]} {(text[26] << 8) | text[27]}");
            at = 28;
        }
        string rest = string.Concat(text[at..(16 + length)].Select(static c => ((int)c).ToString("x2",
            CultureInfo.InvariantCulture)));
        return $"{head} {rest}>{text[(16 + length)..]}";
    }

    private static string Address(string text, int at)
        => string.Join('.', text.Substring(at, 4).Select(static c => (int)c));

    [GeneratedRegex(@"[ \t]+\r\n")]
    private static partial Regex TrailingBlanks();

    [GeneratedRegex(@"(\r\n[\w-]+:)[ \t]+")]
    private static partial Regex LeadingBlanks();

    [GeneratedRegex(@"\b\d{5}\b")]
    private static partial Regex FiveDigits();

    [GeneratedRegex(@"\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d(\.\d{3})?( [+-]\d{4})?\]")]
    private static partial Regex Date();

    [GeneratedRegex(@"(\d+\.\d+\.\d+\.\d+):\d{5}\b")]
    private static partial Regex ClientPort();

    [GeneratedRegex(@"(?<= )\+?-?\d+(/\+?-?\d+){2,4}(?= )")]
    private static partial Regex Group();

    /// <summary>Of the common log format: behind the names five timers, and behind the flags all connections.</summary>
    [GeneratedRegex(@"(?<="" )()(?:-?\d+ ){5}([A-Za-z-]{4}) \d+")]
    private static partial Regex CommonTimers();

    [GeneratedRegex(@"<port> \d{1,3} ")]
    private static partial Regex CommonMilliseconds();

    [GeneratedRegex(@"-?\d+")]
    private static partial Regex Number();
}
