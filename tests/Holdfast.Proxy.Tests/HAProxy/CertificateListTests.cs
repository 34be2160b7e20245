using System.Collections.Immutable;
using System.Text;
using Holdfast.Config.HAProxy;
using Holdfast.Primitives;
using Holdfast.Proxy.HAProxy;
using Holdfast.Proxy.Tests.Tls;

namespace Holdfast.Proxy.Tests.HAProxy;

/// <summary>Lines of a crt-list: what has no effect there warns, as it does on a bind line.</summary>
public sealed class CertificateListTests
{
    private static readonly byte[] s_certificate = TestCertificate.Ecdsa("a.example").ForServer().Certificate.Bytes;

    [Theory]
    [InlineData("[allow-0rtt]", "allow-0rtt")]
    [InlineData("[npn http/1.1]", "npn")]
    [InlineData("[alpn http/1.1 allow-0rtt npn h2 no-ca-names]", "allow-0rtt", "npn")]
    [InlineData("[alpn http/1.1 no-ca-names]")]
    public void Option_WithoutEffect_Warns(string options, params string[] words)
    {
        HAProxyParseResult parsed = HAProxyParser.Parse(["test.cfg"], new TextFiles("""
            defaults
                mode http
                timeout client 1s
                timeout server 1s
                timeout connect 1s
            listen l
                bind :443 ssl crt-list /list
                server s 127.0.0.1:80

            """), new HAProxyParseOptions { IsToRun = true });
        var files = new Listed($"/a.pem {options} a.example\n");

        ProxyTranslation result = ProxyTranslator.Translate(
            parsed.Model, new TranslationFacts(1, static (_, _) => null) { TlsFiles = files });

        Assert.Empty(result.Problems);
        Assert.Equal(words.Length, result.Warnings.Length);
        Assert.All(result.Warnings.Zip(words), static pair =>
        {
            Assert.Equal((Severity.Warning, 7), (pair.First.Severity, pair.First.Span.Line));
            Assert.Contains($"[/list:1] : {pair.Second} has no effect", pair.First.Message, StringComparison.Ordinal);
        });
        Assert.Equal(result.Warnings, ProxyTranslator.FindTls(parsed.Model, files));
    }

    private sealed class Listed(string list) : ITlsFiles
    {
        public byte[]? Read(string path) => path switch
        {
            "/list" => Encoding.UTF8.GetBytes(list),
            "/a.pem" => s_certificate,
            _ => null,
        };

        public ImmutableArray<string>? List(string path) => null;
    }
}
