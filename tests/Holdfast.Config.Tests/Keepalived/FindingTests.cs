using System.Text.Json;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.Keepalived;

/// <summary>What findings say and how they are printed.</summary>
public sealed class FindingTests
{
    [Theory]
    [InlineData("KA0302", "vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress { 1.1.1.1 }\n}\n"
        + "vrrp_instance B {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress { 1.1.1.2 }\n}", 6, 1)]
    [InlineData("KA0303", "vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress { 1.1.1.1 }\n}\n"
        + "vrrp_instance B {\ninterface eth0\nvirtual_router_id 6\nvirtual_ipaddress { 1.1.1.1 }\n}", 9, 4)]
    [InlineData("KA0300", "vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress { 1.1.1.1 }\n}\n"
        + "vrrp_instance A {\n}", 6, 1)]
    [InlineData("KA0308", "vrrp_instance A {\ninterface eth0\nstate MASTER\npriority 5\nnopreempt\n"
        + "virtual_router_id 5\nvirtual_ipaddress { 1.1.1.1 }\n}", 5, 3)]
    [InlineData("KA0327", "vrrp_script s {\nscript /bin/false\n}\nvrrp_instance A {\n"
        + "interface eth0\nvirtual_router_id 5\n"
        + "track_script { s }\nvirtual_ipaddress { 1.1.1.1 }\n}", 7, 2)]
    public void Definitions_ThatContradict_PointAtBothPlaces(string code, string text, int line, int otherLine)
    {
        Diagnostic finding = Assert.Single(Sample.Parse(text).Diagnostics, d => d.Code == code);
        Assert.Equal(line, finding.Span.Line);
        Assert.Equal(otherLine, Assert.Single(finding.Related).Span.Line);
    }

    [Fact]
    public void Vrid_TwiceWithOtherPeersOrFamily_IsAllowed()
    {
        KeepalivedParseResult result = Sample.Parse(
            "vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\nunicast_peer { 10.0.0.1 }\n"
            + "virtual_ipaddress { 1.1.1.1 }\n}\n"
            + "vrrp_instance B {\ninterface eth0\nvirtual_router_id 5\nunicast_peer { 10.0.0.2 }\n"
            + "virtual_ipaddress { 1.1.1.2 }\n}\n"
            + "vrrp_instance C {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress { fe80::1 }\n}\n");
        Assert.DoesNotContain("KA0302", Sample.Errors(result));
    }

    [Theory]
    [InlineData("1.9", 0)]
    [InlineData("2", 1)]
    public void LinkDelay_LongerThanTheAdverts_IsWarnedOf(string delay, int count)
        => Assert.Equal(count, Sample.Parse(Sample.Instance(after: $"interface_up_down_delays {{ eth0 {delay} }}"))
            .Diagnostics.Count(static d => d.Code == "KA0344"));

    [Fact]
    public void Unicast_WithoutSourceCheck_IsWarnedOf()
        => Assert.Contains(Sample.Parse(Sample.Instance("unicast_peer { 10.0.0.2 }")).Diagnostics,
            static d => d is { Code: "KA0317", Severity: Severity.Warning });

    [Theory]
    [InlineData("use_vmac", "KA0120")]
    [InlineData("authentication {\nauth_type AH\nauth_pass x\n}", "KA0120")]
    [InlineData("auth_hmac {\nkey 1 x\n}", "KA0122")]
    public void Unsupported_Behaviour_IsRefusedUnlessLossIsAccepted(string lines, string code)
    {
        Assert.Contains(code, Sample.Errors(Sample.Parse(Sample.Instance(lines))));
        Assert.Empty(Sample.Errors(Sample.Parse(
            Sample.Instance(lines), new KeepalivedParseOptions { AcceptLoss = true })));
    }

    [Fact]
    public void Unsupported_Block_IsOneErrorAndItsTyposAreFound()
    {
        KeepalivedParseResult result = Sample.Parse(
            "bfd_instance b {\nneighbor_ip 10.0.0.1\nsource_op 10.0.0.2\n}\n");
        Assert.Equal(["KA0100", "KA0122"], Sample.Errors(result).Order());
        Assert.Equal(["source_ip"],
            result.Diagnostics.Where(static d => d.Code == "KA0100").Select(static d => d.Suggestion));
    }

    [Fact]
    public void Keyword_InTheWrongBlock_NamesTheRightOne()
    {
        Diagnostic finding = Assert.Single(Sample.Parse("priority 100\n").Diagnostics,
            static d => d.Severity == Severity.Error);
        Assert.Equal("KA0101", finding.Code);
        Assert.Contains("vrrp_instance", finding.Help, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_Several_AreAllReported()
        => Assert.Equal(4, Sample.Errors(Sample.Parse(
            Sample.Instance("priority 300\nadvert_int x\nfoo\nstate Y"))).Length);

    [Fact]
    public void Text_Finding_ShowsPlaceLineCaretAndHelp()
    {
        KeepalivedParseResult result = Sample.Parse("vrrp_instance A {\n    interfce eth0\n}\n");
        Diagnostic finding = result.Diagnostics.First(static d => d.Code == "KA0100");
        Assert.Equal("""
            /etc/keepalived/keepalived.conf:2:5: error KA0100: vrrp_instance knows no keyword 'interfce'
              2 |     interfce eth0
                |     ^^^^^^^^
              help: did you mean 'interface'?

            """, new TextRenderer(result.Texts, colour: false).Render(finding));
        Assert.Contains("\x1b[1;31m", new TextRenderer(result.Texts, colour: true).Render(finding),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Json_Findings_AreComplete()
    {
        KeepalivedParseResult result = Sample.Parse("vrrp_instance A {\n    interfce eth0\n}\n");
        using JsonDocument json = JsonDocument.Parse(JsonRenderer.Render(result.Diagnostics));
        JsonElement first = json.RootElement.GetProperty("diagnostics").EnumerateArray()
            .First(static d => d.GetProperty("code").GetString() == "KA0100");
        Assert.Equal("interface", first.GetProperty("suggestion").GetString());
        Assert.Equal((2, 5, 8), (first.GetProperty("line").GetInt32(), first.GetProperty("column").GetInt32(),
            first.GetProperty("length").GetInt32()));
        Assert.Equal(Sample.Errors(result).Length, json.RootElement.GetProperty("errors").GetInt32());
    }

    [Theory]
    [InlineData("", 64)]
    [InlineData("global_defs {\n#holdfast: address_lifetime off\n}\n", 0)]
    [InlineData("global_defs {\n#holdfast:address_lifetime on\n}\n", int.MaxValue)]
    [InlineData("#holdfast: address_lifetime 200\n", 200)]
    public void Option_AddressLifetime_IsTheLimit(string text, int expected)
    {
        KeepalivedParseResult result = Sample.Parse(text + Sample.Instance());
        Assert.Empty(Sample.Errors(result));
        Assert.Equal(expected, result.Model.Global.AddressLifetimeLimit);
    }

    [Theory]
    [InlineData("", ForwardingPlane.Automatic)]
    [InlineData("#holdfast: plane ipvs\n", ForwardingPlane.Ipvs)]
    [InlineData("global_defs {\n#holdfast: plane xdp\n}\n", ForwardingPlane.Xdp)]
    [InlineData("#holdfast: plane nftables\n", ForwardingPlane.Nftables)]
    public void Option_Plane_IsTheChoice(string text, ForwardingPlane expected)
    {
        KeepalivedParseResult result = Sample.Parse(text + Sample.Instance());
        Assert.Empty(Sample.Errors(result));
        Assert.Equal(expected, result.Model.Global.Plane);
    }

    [Theory]
    [InlineData("KA0041", null, "#holdfast: plane fast\n", "")]
    [InlineData("KA0040", "address_lifetime", "global_defs {\n#holdfast: adress_lifetime off\n}\n", "")]
    [InlineData("KA0040", null, "", "#holdfast: plane xdp fast")]
    [InlineData("KA0040", null, "", "authentication {\n auth_type AH\n #holdfast: address_lifetime on\n}")]
    [InlineData("KA0041", null, "global_defs {\n#holdfast: address_lifetime maybe\n}\n", "")]
    [InlineData("KA0041", null, "global_defs {\n#holdfast: address_lifetime\n}\n", "")]
    public void Option_WrongOrMisplaced_IsAnErrorWithTheNearestWord(
        string code, string? suggestion, string before, string inside)
    {
        KeepalivedParseResult result = Sample.Parse(before + Sample.Instance(inside));
        Diagnostic found = Assert.Single(result.Diagnostics, d => d.Code == code);
        Assert.Equal((Severity.Error, suggestion), (found.Severity, found.Suggestion));
    }
}
