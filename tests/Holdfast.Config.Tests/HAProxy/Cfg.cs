using Holdfast.Config.HAProxy;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.HAProxy;

/// <summary>Short ways to a parsed haproxy.cfg.</summary>
internal static class Cfg
{
    public const string Path = "/etc/haproxy/haproxy.cfg";

    /// <summary>Timeouts, so that nothing is said of them.</summary>
    public const string Defaults = """
        defaults
            mode http
            timeout client 1s
            timeout server 1s
            timeout connect 1s

        """;

    public static HAProxyParseResult Parse(string text, HAProxyParseOptions? options = null)
        => HAProxyParser.Parse([Path], MemoryConfigFiles.Of(Path, text.EndsWith('\n') ? text : text + "\n"), options);

    /// <summary>The model of a text without errors.</summary>
    public static HAProxyModel Good(string text)
    {
        HAProxyParseResult result = Parse(text);
        Assert.DoesNotContain(result.Diagnostics, static d => d.Severity == Severity.Error);
        return result.Model;
    }

    /// <summary>The one proxy of a text behind the usual defaults.</summary>
    public static ProxyModel Proxy(string text) => Good(Defaults + text).Proxies[0];

    /// <summary>Codes of all findings but notes, with lines.</summary>
    public static string Findings(string text) => string.Join(' ', Parse(text).Diagnostics
        .Where(static d => d.Severity != Severity.Note).Select(static d => $"{d.Code}@{d.Span.Line}:{d.Span.Column}"));
}
