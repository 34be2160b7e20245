using System.Text;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;

namespace Holdfast.Fuzz.Targets;

/// <summary>keepalived.conf: any text is read without a fault, and twice to the same findings.</summary>
internal static class KeepalivedTarget
{
    private const string Path = "/etc/keepalived/keepalived.conf";

    public static void Run(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        string first = Findings(text);
        FuzzFaultException.Unless(first == Findings(text), "two readings differ");
    }

    private static string Findings(string text)
    {
        KeepalivedParseResult result = KeepalivedParser.Parse(Path, MemoryConfigFiles.Of(Path, text));
        return string.Join('\n', result.Diagnostics.Select(static d => $"{d.Span} {d.Message}"));
    }
}
