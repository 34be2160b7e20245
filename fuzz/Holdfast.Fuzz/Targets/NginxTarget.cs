using System.Text;
using Holdfast.Config.Nginx;
using Holdfast.Config.Text;

namespace Holdfast.Fuzz.Targets;

/// <summary>nginx.conf: any text is read without a fault, and twice to the same findings.</summary>
internal static class NginxTarget
{
    private const string Path = "/etc/nginx/nginx.conf";

    public static void Run(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        string first = Findings(text);
        FuzzFaultException.Unless(first == Findings(text), "two readings differ");
    }

    private static string Findings(string text)
    {
        NginxParseResult result = NginxParser.Parse(Path, MemoryConfigFiles.Of(Path, text));
        FuzzFaultException.Unless(
            result.HasErrors == result.OriginalLines.Any(static l => l.StartsWith("[emerg]", StringComparison.Ordinal)),
            "an error without a line of the original");
        return string.Join('\n', result.Diagnostics.Select(static d => $"{d.Span} {d.Message}"));
    }
}
