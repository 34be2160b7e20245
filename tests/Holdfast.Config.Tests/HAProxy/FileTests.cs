using Holdfast.Config.HAProxy;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.HAProxy;

/// <summary>Files, directories, environment, conditions, sections.</summary>
public sealed class FileTests
{
    [Theory]
    [InlineData("1", true)]
    [InlineData("0", false)]
    [InlineData("-3", true)]
    [InlineData("", false)]
    [InlineData("!0 && 1", true)]
    [InlineData("0 || 1 && 0", false)]
    [InlineData("1 || 0 && 0", true)]
    [InlineData("(1 || 0) && 0", false)]
    [InlineData("defined(SET)", true)]
    [InlineData("!defined(UNSET)", true)]
    [InlineData("streq(a,a) && strneq(a,b) && strstr(abc,b)", true)]
    [InlineData("streq(a, a)", false)]
    [InlineData("version_atleast(2.6) && version_before(2.7)", true)]
    [InlineData("version_atleast(2.6.13)", false)]
    [InlineData("version_before(2.7-dev1)", true)]
    [InlineData("version_atleast(2.6-dev5)", true)]
    [InlineData("feature(OPENSSL) && !feature(QUIC)", true)]
    [InlineData("openssl_version_atleast(1.1.1)", true)]
    [InlineData("enabled(EPOLL)", true)]
    [InlineData("awslc_api_atleast(1)", false)]
    public void Condition_Good_HasAValue(string condition, bool expected)
    {
        MemoryConfigFiles files = new MemoryConfigFiles().SetEnvironment("SET", "");
        Assert.Equal(expected, HAProxyParser.Evaluate(condition, files, null, out string? fault));
        Assert.Null(fault);
    }

    [Theory]
    [InlineData("foo(1)")]
    [InlineData("defined(HOME) xx")]
    [InlineData("1 &&")]
    [InlineData("(1")]
    [InlineData("streq(a)")]
    [InlineData("streq(a,b,c)")]
    [InlineData("defined(a")]
    public void Condition_Bad_IsNamed(string condition)
    {
        HAProxyParser.Evaluate(condition, new MemoryConfigFiles(), null, out string? fault);
        Assert.NotNull(fault);
    }

    [Fact]
    public void Blocks_Nested_TakeOneBranch()
    {
        string text = """
            global
            .if 0
              bogus
              .if 1
              bogus
              .else
              bogus
              .endif
            .elif 1
              maxconn 7
            .elif 1
              bogus
            .else
              bogus
            .endif
            """;
        Assert.Equal(7, Cfg.Good(text).Global.MaxConnections);
    }

    [Theory]
    [InlineData("global\n.if 1\n", "HA0010@2:1")]
    [InlineData("global\n.endif\n", "HA0010@2:1")]
    [InlineData("global\n.if 1\n.else\n.else\n.endif\n", "HA0010@4:1")]
    [InlineData("global\n.if foo(1)\n.endif\n", "HA0011@2:5")]
    [InlineData("global\n.iff 1\n", "HA0013@2:1")]
    [InlineData("global\n.alert \"no\"\n", "HA0014@2:8")]
    [InlineData("global\n.warning \"w\"\n", "HA0015@2:10")]
    [InlineData("global\n.warning a b\n", "HA0012@2:1")]
    [InlineData("foo bar\n", "HA0018@1:1")]
    [InlineData("global\n maxconn \"abc\n", "HA0004@2:10")]
    [InlineData("global\n maxcon 5\n", "HA0100@2:2")]
    [InlineData("global\n no maxconn\n", "HA0017@2:2")]
    [InlineData("global\n balance x\n", "HA0101@2:2")]
    [InlineData("global\n setenv A b\n\n log-tag \"$UNSET\" x\n", "HA0006@4:10 HA0103@4:2")]
    public void Findings_OfFiles_StandAtTheirPlace(string text, string expected)
        => Assert.Equal(expected, Cfg.Findings(text));

    [Fact]
    public void LastLine_WithoutLineFeed_IsAnError()
    {
        HAProxyParseResult result = HAProxyParser.Parse(["/f"], MemoryConfigFiles.Of("/f", "global\n maxconn 10"));
        Assert.Equal("HA0002", Assert.Single(result.Diagnostics, static d => d.Severity == Severity.Error).Code);
    }

    [Fact]
    public void Environment_OfGlobal_ActsOnLaterLines()
    {
        string text = """
            global
              setenv A one
              presetenv A two
              presetenv B three
              log-tag "$A-$B-${C}-${.LINE}-${.SECTION}"
              unsetenv A
              node "${A-gone}"
              resetenv B
              description "$B${OUTER-reset}"
            """;
        MemoryConfigFiles files = MemoryConfigFiles.Of("/f", text + "\n").SetEnvironment("C", "c")
            .SetEnvironment("OUTER", "o");
        HAProxyParseResult result = HAProxyParser.Parse(["/f"], files);
        Assert.False(result.HasErrors);
        Assert.Equal("one-three-c-5-global", result.Model.Global.LogTag);
        Assert.Equal("gone", result.Model.Global.Node);
        Assert.Equal("threereset", result.Model.Global.Description);
        Assert.Equal("c", result.Snapshot.GetEnvironment("C"));
    }

    [Fact]
    public void Directory_OfFiles_IsReadInByteOrder()
    {
        MemoryConfigFiles files = new MemoryConfigFiles()
            .Add("/d", new ConfigFile(ConfigFileStatus.NotAFile, ""))
            .Add("/d/2.cfg", "frontend two\n bind :2\n").Add("/d/1.cfg", "frontend one\n bind :1\n")
            .Add("/d/.hidden.cfg", "bogus\n").Add("/d/x.txt", "bogus\n");
        HAProxyParseResult result = HAProxyParser.Parse(["/d"], files);
        Assert.False(result.HasErrors);
        Assert.Equal(["one", "two"], result.Model.Proxies.Select(static p => p.Name));
        Assert.Equal(["/d/1.cfg", "/d/2.cfg"], result.Paths);
    }

    [Fact]
    public void Section_OfAFile_EndsWithIt()
    {
        MemoryConfigFiles files = new MemoryConfigFiles().Add("/1", "global\n maxconn 5\n").Add("/2", "maxconn 6\n");
        HAProxyParseResult result = HAProxyParser.Parse(["/1", "/2"], files);
        Assert.Contains(result.Diagnostics, static d => d.Code == "HA0018" && d.Span.File == "/2");
    }

    [Fact]
    public void Errors_MoreThan50InAFile_AreCut()
    {
        HAProxyParseResult result = Cfg.Parse("global\n" + string.Concat(Enumerable.Repeat(" bogus\n", 90)));
        Assert.Equal(51, result.Diagnostics.Count(static d => d.Severity == Severity.Error));
        Assert.Equal("HA0007", result.Diagnostics.Last(static d => d.Severity == Severity.Error).Code);
    }

    [Fact]
    public void Snapshot_ParsedAgain_GivesTheSame()
    {
        string text = Cfg.Defaults + "frontend f\n bind :80\n http-request deny if { src -f /acl }\n"
            + " http-request set-header X \"%[path,map(/map,none)]-$VAR\"\n errorfile 503 /page\n";
        MemoryConfigFiles files = MemoryConfigFiles.Of("/f", text).Add("/acl", "# c\n10.0.0.0/8\n")
            .Add("/map", "/a  one\n/b two three\n").Add("/page", "HTTP/1.0 503\r\n\r\n").SetEnvironment("VAR", "v");
        HAProxyParseResult first = HAProxyParser.Parse(["/f"], files);
        HAProxyParseResult again = HAProxyParser.Parse(["/f"], ConfigSnapshot.FromBytes(first.Snapshot.ToBytes()));
        Assert.False(first.HasErrors);
        Assert.Equal(first.Diagnostics.Select(static d => d.Message), again.Diagnostics.Select(static d => d.Message));
        Assert.Equal("two three", again.Model.Maps["/map"].Entries[1].Value);
        Assert.Equal("HTTP/1.0 503\r\n\r\n", again.Model.Proxies[0].ErrorPages[0].Message);
    }

    [Fact]
    public void Passwords_InTexts_AreMasked()
    {
        HAProxyParseResult result = Cfg.Parse("userlist u\n user a insecure-password secret groups g\n group g\n");
        Assert.DoesNotContain("secret", result.Texts[Cfg.Path], StringComparison.Ordinal);
        Assert.Equal("secret", result.Model.Userlists[0].Users[0].Password);
    }

    [Theory]
    [InlineData("# x\n\nglobal\n", true)]
    [InlineData("defaults\n", true)]
    [InlineData("global_defs {\n}\n", false)]
    [InlineData("vrrp_instance a {\n}\n", false)]
    [InlineData("-A -t 1.1.1.1:80\n", false)]
    public void Dialect_OfAText_IsFound(string text, bool expected)
        => Assert.Equal(expected, HAProxyParser.Recognizes(text));
}
