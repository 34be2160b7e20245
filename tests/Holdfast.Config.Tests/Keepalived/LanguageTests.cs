using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.Keepalived;

/// <summary>The layers of the language, seen through a value that comes out.</summary>
public sealed class LanguageTests
{
    [Theory]
    [InlineData("router_id abc", "abc")]
    [InlineData("router_id abc # comment", "abc")]
    [InlineData("router_id abc#glued", "abc")]
    [InlineData("router_id abc!glued", "abc")]
    [InlineData("router_id a\\#b", "a#b")]
    [InlineData("router_id a\\!b", "a!b")]
    [InlineData("router_id \"a # b\"", "a # b")]
    [InlineData("router_id 'a#b'", "'a")]
    [InlineData("router_id\t\fx", "x")]
    [InlineData("router_id a\"b\"", "a")]
    [InlineData("$X=abc\nrouter_id $X", "abc")]
    [InlineData("$X=abc\nrouter_id ${X}d", "abcd")]
    [InlineData("$X=  abc\nrouter_id $X", "abc")]
    [InlineData("$X=a\n$X=b\nrouter_id $X", "b")]
    [InlineData("$X=$Y\n$Y=deep\nrouter_id $X", "deep")]
    [InlineData("$X=a\nrouter_id $X/1", "$X/1")]
    [InlineData("$X=\nrouter_id a${X}b", "ab")]
    [InlineData("router_id ${_INSTANCE}", "inst")]
    [InlineData("router_id ${_ENV HOME}", "/home/x")]
    [InlineData("router_id ${_PWD}", "/etc/keepalived")]
    [InlineData("$_PWD=mine\nrouter_id ${_PWD}", "mine")]
    [InlineData("@host router_id a\n@^host router_id b", "a")]
    [InlineData("@other router_id a\n@^other router_id b", "b")]
    [InlineData("$L=@other router_id a\nrouter_id b\n$L", "b")]
    [InlineData("~SEQ(N,1,3) router_id v$N", "v3")]
    [InlineData("~SEQ(N,3) router_id v$N", "v3")]
    [InlineData("~SEQ(N,1,2,4) router_id v$N", "v3")]
    [InlineData("~SEQ(N,5,2) router_id v$N", "v2")]
    [InlineData("~SEQ(N,-3) router_id v$N", "v-3")]
    [InlineData("~SEQ(N,0x1f,0x1f) router_id v$N", "v31")]
    [InlineData("~SEQ(N,010,010) router_id v$N", "v8")]
    [InlineData("~SEQx(N,30,31) router_id v$N", "v1f")]
    [InlineData("$E=4\n~SEQ(N,1,$E) router_id v$N", "v4")]
    [InlineData("~SEQ(A,1,2) ~SEQ(B,1,3) router_id v${A}_$B", "v2_3")]
    [InlineData("~LST(N,a,b,c) router_id v$N", "vc")]
    [InlineData("~LST({A,B},{1,2},{3,4}) router_id v${A}_$B", "v3_4")]
    [InlineData("~LST({A,B},{1,2},{3}) router_id v${A}_${B}", "v3_")]
    [InlineData("$M=\\\nrouter_id a \\\nrouter_id b\n$M", "b")]
    [InlineData("$M=\\\nrouter_id a \\\n\\\nrouter_id b\n$M", "b")]
    [InlineData("router_id a } global_defs { router_id b", "b")]
    public void RouterId_InManyForms_IsRead(string lines, string expected)
    {
        MemoryConfigFiles files = new MemoryConfigFiles { HostName = "host.example.org" }
            .Add(Sample.Path, $"global_defs {{\n{lines}\n}}\n").SetEnvironment("HOME", "/home/x");
        KeepalivedParseResult result = KeepalivedParser.Parse(Sample.Path, files,
            new KeepalivedParseOptions { InstanceName = "inst" });
        Assert.Equal(expected, result.Model.Global.RouterId);
    }

    [Theory]
    [InlineData("script \"/bin/a b c\"", "/bin/a|b|c")]
    [InlineData("script \"/bin/a 'b c'\"", "/bin/a|b c")]
    [InlineData("script '/bin/a b'", "/bin/a|b")]
    [InlineData("script /bin/a", "/bin/a")]
    [InlineData("script \"/bin/a\\040b\"", "/bin/a|b")]
    [InlineData("script /bin/a\"\"\"b\"", "/bin/ab")]
    [InlineData("script \"/bin/a {x}\"", "/bin/a|{x}")]
    public void Script_Quoted_IsSplitLikeAShell(string line, string expected)
    {
        KeepalivedParseResult result = Sample.Parse($"vrrp_script s {{\n{line}\n}}");
        Assert.Equal(expected.Split('|'), result.Model.Scripts[0].Command.Arguments);
    }

    [Fact]
    public void Include_Wildcard_ReadsSortedAndNamesTheChain()
    {
        MemoryConfigFiles files = MemoryConfigFiles.Of(Sample.Path, "include conf.d/*.conf\n")
            .Add("/etc/keepalived/conf.d/b.conf", "global_defs {\nrouter_id b\nwrong\n}\n")
            .Add("/etc/keepalived/conf.d/a.conf", "global_defs {\nrouter_id a\n}\n");
        KeepalivedParseResult result = KeepalivedParser.Parse(Sample.Path, files);
        Assert.Equal("b", result.Model.Global.RouterId);
        Diagnostic error = Assert.Single(result.Diagnostics, static d => d.Severity == Severity.Error);
        Assert.Equal("/etc/keepalived/conf.d/b.conf:3:1", error.Span.ToString());
        Assert.Equal(Sample.Path + ":1:1", error.Span.IncludedFrom?.ToString());
        Assert.Contains("included from " + Sample.Path, new TextRenderer(result.Texts, colour: false).Render(error),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Include_Itself_EndsWithAnError()
    {
        KeepalivedParseResult result = Sample.Parse("include keepalived.conf\n");
        Assert.Contains("KA0012", Sample.Errors(result));
    }

    [Theory]
    [InlineData("~SEQ(A,1,999999) ~SEQ(B,1,999999) @nowhere x")]
    [InlineData("~SEQ(A,1,999999) ~SEQ(B,1,999999) x")]
    [InlineData("$A=\\\n$B \\\n$B\n$B=\\\n$C \\\n$C\n$C=\\\n$A \\\n$A\n$A")]
    public void Expansion_WithoutEnd_IsStopped(string text)
        => Assert.NotEmpty(Sample.Errors(Sample.Parse(text)));

    [Fact]
    public void Definition_Ring_EndsWithAnError()
    {
        KeepalivedParseResult result = Sample.Parse("$A=x$B\n$B=$A\nglobal_defs {\nrouter_id $A\n}\n");
        Assert.Contains("KA0021", Sample.Errors(result));
    }

    [Fact]
    public void Definition_MultiLine_PointsAtTheBodyAndAtTheUse()
    {
        KeepalivedParseResult result = Sample.Parse("$B=\\\nrouter_id a \\\nwrong 1\nglobal_defs {\n$B\n}\n");
        Diagnostic error = Assert.Single(result.Diagnostics, static d => d.Severity == Severity.Error);
        Assert.Equal((3, 1), (error.Span.Line, error.Span.Column));
        Assert.Equal(5, Assert.Single(error.Related).Span.Line);
    }

    [Fact]
    public void Variable_BadValue_PointsAtTheUse()
    {
        KeepalivedParseResult result = Sample.Parse("$P=300\n" + Sample.Instance("priority $P"));
        Diagnostic error = Assert.Single(result.Diagnostics, static d => d.Code == "KA0111");
        Assert.Equal((5, 14, 2), (error.Span.Line, error.Span.Column, error.Span.Length));
    }

    [Fact]
    public void Snapshot_ParsedAgain_GivesTheSame()
    {
        MemoryConfigFiles files = MemoryConfigFiles.Of(Sample.Path, "include conf.d/*\n" + Sample.Instance("${_ENV X}"))
            .Add("/etc/keepalived/conf.d/a", "global_defs {\nrouter_id r\n}\n").SetEnvironment("X", "priority 7");
        KeepalivedParseResult first = KeepalivedParser.Parse(Sample.Path, files);
        ConfigSnapshot copy = ConfigSnapshot.FromBytes(first.Snapshot.ToBytes());
        KeepalivedParseResult second = KeepalivedParser.Parse(Sample.Path, copy);
        Assert.Equal("r", second.Model.Global.RouterId);
        Assert.Equal(7, second.Model.Instances[0].Priority.Value);
        Assert.Equal(first.Diagnostics.Select(static d => d.ToString()), second.Diagnostics.Select(static d
            => d.ToString()));
    }

    [Fact]
    public void Text_AnyBytes_NeverThrows()
    {
        var random = new Random(7);
        string[] pieces =
        [
            "vrrp_instance", " ", "\n", "{", "}", "\"", "'", "\\", "$", "${", "~SEQ(", "~LST({", ")", ",", "@", "#",
                "!",
            "interface", "eth0", "virtual_ipaddress", "10.0.0.1/24", "A=", "=", "\\\n", "\0", "\t", "1", "-1", "weight",
            "track_script", "virtual_routes", "nexthop", "via", "include", "x", "é", "virtual_rules", "from",
                "global_defs",
            "unicast_peer", "dev", "auth_pass", "authentication", "script", "vrrp_script",
        ];
        for (int round = 0; round < 20_000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_
                => pieces[random.Next(pieces.Length)]
                + (random.Next(2) == 0 ? " " : "")));
            Sample.Parse(text, new KeepalivedParseOptions { KnownInterfaces = ["eth0"] });
        }
    }

    [Fact]
    public void Instances_AThousand_ParseInLinearTime()
    {
        string one = string.Concat(Enumerable.Range(0, 1000).Select(static i
            => Sample.Instance(address: $"10.0.{i / 250}.{i % 250}")
            .Replace("VI_1", "VI_" + i, StringComparison.Ordinal).Replace("eth0", "eth" + (i / 250),
                StringComparison.Ordinal)
            .Replace(" 51", " " + ((i % 250) + 1), StringComparison.Ordinal) + "\n"));
        KeepalivedParseResult result = Sample.Parse(one);
        Assert.Empty(Sample.Errors(result));
        Assert.Equal(1000, result.Model.Instances.Length);
    }
}
