using Holdfast.Config.Ipvsadm;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.Ipvsadm;

/// <summary>Files of rules as part of one configuration.</summary>
public sealed class RuleFileTests
{
    private const string Conf = """
        virtual_server 192.0.2.1 80 {
            lvs_sched rr
            lvs_method NAT
            protocol TCP
            real_server 10.0.0.1 80 {
            }
        }
        """;

    [Fact]
    public void Parse_RulesAlone_NeedNoKeepalivedConf()
    {
        KeepalivedParseResult result = Parse("", ("rules", "-C\n-A -t 192.0.2.1:80\n-a -t 192.0.2.1:80 -r 10.0.0.1 -m\n"
            + "--set 900 0 300\n"));

        Assert.Empty(result.Diagnostics);
        Assert.Equal("wlc", Assert.Single(result.Model.VirtualServers).Scheduler);
        Assert.True(result.Model.Global.Lvs.Flush);
        Assert.Equal((900.0, 0.0, 300.0), (result.Model.Global.Lvs.TcpTimeout.TotalSeconds,
            result.Model.Global.Lvs.TcpFinTimeout.TotalSeconds, result.Model.Global.Lvs.UdpTimeout.TotalSeconds));
    }

    [Fact]
    public void Parse_RulesBesideAFile_AddTheirServices()
    {
        KeepalivedParseResult result = Parse(Conf,
            ("rules", "-A -t 192.0.2.2:80\n-a -t 192.0.2.2:80 -r 10.0.0.1 -m\n"),
            ("more", "-A -u 192.0.2.1:80\n-a -u 192.0.2.1:80 -r 10.0.0.1 -m\n"));

        Assert.False(result.HasErrors);
        Assert.Equal(["[192.0.2.1]:tcp:80", "[192.0.2.2]:tcp:80", "[192.0.2.1]:udp:80"],
            result.Model.VirtualServers.Select(static s => s.Name));
        Assert.False(result.Model.Global.Lvs.Flush);
    }

    [Fact]
    public void Parse_SameServiceInTwoFiles_IsAnErrorThatNamesBothPlaces()
    {
        KeepalivedParseResult result = Parse(
            Conf, ("rules", "-A -t 192.0.2.1:80\n-a -t 192.0.2.1:80 -r 10.0.0.1 -m\n"));

        Diagnostic error = Assert.Single(result.Diagnostics, static d => d.Severity == Severity.Error);
        Assert.Equal("IV0007", error.Code);
        Assert.Equal("rules:1:1", error.Span.ToString());
        Assert.Equal("keepalived.conf", Assert.Single(error.Related).Span.File);
    }

    [Theory]
    [InlineData("-A -t 192.0.2.1:80 -p 60 -M 255.0.255.0\n", "IV0008")]
    [InlineData("-A -x\n", "IV0001")]
    [InlineData(null, "IV0006")]
    public void Parse_UnusableFile_IsAnError(string? text, string code)
    {
        MemoryConfigFiles files = new();
        if (text is not null)
        {
            files.Add("rules", text);
        }

        KeepalivedParseResult result = KeepalivedParser.Parse("", files, new() { RuleFiles = ["rules"] });

        Assert.Equal(code, result.Diagnostics.First(static d => d.Severity == Severity.Error).Code);
    }

    [Fact]
    public void Parse_Names_ComeFromFilesThatBecomePartOfTheSnapshot()
    {
        MemoryConfigFiles files = new MemoryConfigFiles()
            .Add("rules", "-A -t www.example.org:http\n-a -t www.example.org:http -r one:webcache -m\n")
            .Add("/etc/hosts", "# hosts\n192.0.2.1 www.example.org www\n10.0.0.1 one # the first\n2001:db8::1 one\n")
            .Add("/etc/services", "http 80/udp\nhttp\t80/tcp www\nhttp-alt 8080/tcp webcache\n");

        KeepalivedParseResult first = KeepalivedParser.Parse("", files, new() { RuleFiles = ["rules"] });
        KeepalivedParseResult again = KeepalivedParser.Parse("", ConfigSnapshot.FromBytes(first.Snapshot.ToBytes()),
            new() { RuleFiles = ["rules"] });

        foreach (KeepalivedParseResult result in new[] { first, again })
        {
            Assert.Empty(result.Diagnostics);
            Assert.Equal("[192.0.2.1]:tcp:80", result.Model.VirtualServers[0].Name);
            Assert.Equal((IpAddress.V4(10, 0, 0, 1), 8080), (result.Model.VirtualServers[0].RealServers[0].Address,
                result.Model.VirtualServers[0].RealServers[0].Port));
        }
    }

    [Theory]
    [InlineData("# comment\n\n  ipvsadm -A -t 192.0.2.1:80", true)]
    [InlineData("/sbin/ipvsadm -C", true)]
    [InlineData("-A -f 5", true)]
    [InlineData("! keepalived\nglobal_defs {\n}", false)]
    [InlineData("global_defs {\n}", false)]
    [InlineData("", false)]
    public void IsOne_ByItsFirstLine_TellsRulesFromOthers(string text, bool expected)
        => Assert.Equal(expected, IpvsadmFile.IsOne(text));

    private static KeepalivedParseResult Parse(string conf, params (string Path, string Text)[] rules)
    {
        MemoryConfigFiles files = new MemoryConfigFiles().Add("keepalived.conf", conf);
        foreach ((string path, string text) in rules)
        {
            files.Add(path, text);
        }
        return KeepalivedParser.Parse(conf.Length == 0 ? "" : "keepalived.conf", files,
            new() { RuleFiles = [.. rules.Select(static r => r.Path)], AcceptLoss = true });
    }
}
