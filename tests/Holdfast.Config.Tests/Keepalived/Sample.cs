using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.Keepalived;

/// <summary>Short ways to parse a text.</summary>
internal static class Sample
{
    public const string Path = "/etc/keepalived/keepalived.conf";

    public static KeepalivedParseResult Parse(string text, KeepalivedParseOptions? options = null)
        => KeepalivedParser.Parse(Path, MemoryConfigFiles.Of(Path, text), options);

    /// <summary>An instance with further lines in it, and further lines after it.</summary>
    public static string Instance(string inside = "", string after = "", string address = "192.168.1.100")
        => $$"""
            vrrp_instance VI_1 {
                interface eth0
                virtual_router_id 51
                {{inside}}
                virtual_ipaddress {
                    {{address}}
                }
            }
            {{after}}
            """;

    public static int ExitCode(string text, KeepalivedParseOptions? options = null)
        => OriginalExitCode.Of(Parse(text, options).Diagnostics);

    public static string[] Errors(KeepalivedParseResult result)
        => [.. result.Diagnostics.Where(static d => d.Severity == Severity.Error).Select(static d => d.Code)];
}
