using System.Text.Json;
using Holdfast.Lab;
using Holdfast.Linux.Nftables;
using Holdfast.Primitives;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary><c>holdfast doctor</c> on a healthy node, and on nodes that lack one thing each.</summary>
public sealed class DoctorTests : IDisposable
{
    private const string Path = "/tmp/doctor.conf";

    private readonly TestLan _lan = new();

    [Fact]
    public void Standby_Healthy_ExitsWithZeroAndHearsTheActive()
    {
        Router a = _lan.Start(_lan.A, Maker.Holdfast, new InstanceText { Priority = 150 });
        a.NextState("MASTER");

        (int code, JsonElement[] findings) = Examine(_lan.B, new InstanceText());

        Assert.True(code == 0, string.Join('\n', findings));
        Assert.Equal("good", Verdict(findings, "firewall"));
        Assert.Equal("good", Verdict(findings, "instance"));
        Assert.Equal("good", Verdict(findings, "scheduling"));
        Assert.Equal("good", Verdict(findings, "kernel"));
        Assert.Contains("192.168.1.11 advertises with priority 150", Text(findings, "peer"), StringComparison.Ordinal);
        // The Active itself hears nobody, which is right; its addresses are where they belong.
        (code, findings) = Examine(_lan.A, new InstanceText { Priority = 150 });
        Assert.True(code == 0, string.Join('\n', findings));
        Assert.Equal("good", Verdict(findings, "peer"));
    }

    [Fact]
    public void Firewall_DropsVrrp_IsFoundAndSaysWhatToType()
    {
        using AddressDropTable table = _lan.B.Run(static () =>
        {
            var drop = new AddressDropTable("doctor_test");
            drop.Add(IpAddress.V4(224, 0, 0, 18)).ThrowIfFailed("drop VRRP");
            return drop;
        });

        (int code, JsonElement[] findings) = Examine(_lan.B, new InstanceText());

        Assert.Equal(1, code);
        Assert.Equal("bad", Verdict(findings, "firewall"));
        Assert.Contains("nft insert rule", Find(findings, "firewall").GetProperty("remedy").GetString()!,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Multicast_IsBlockedBetweenTheNodes_ProposesUnicast()
    {
        Router a = _lan.Start(_lan.A, Maker.Holdfast, new InstanceText { Priority = 150 });
        a.NextState("MASTER");
        _lan.Segment.Partition([_lan.A], [_lan.B]);

        (_, JsonElement[] findings) = Examine(_lan.B, new InstanceText());

        Assert.Equal("good", Verdict(findings, "firewall"));
        Assert.Equal("note", Verdict(findings, "peer"));
        Assert.Contains("unicast_peer", Find(findings, "peer").GetProperty("remedy").GetString()!,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Peer_HasAnotherPassword_IsBad()
    {
        Router a = _lan.Start(_lan.A, Maker.Holdfast, new InstanceText { Version = 2, Password = "one" });
        a.NextState("MASTER");

        (int code, JsonElement[] findings) = Examine(_lan.B, new InstanceText { Version = 2, Password = "two" });

        Assert.Equal(1, code);
        Assert.Contains("wrong password", Text(findings, "peer"), StringComparison.Ordinal);
    }

    [Fact]
    public void OriginalKeepalived_Runs_IsBad()
    {
        Router a = _lan.Start(_lan.A, Maker.Original, new InstanceText());
        a.NextState("MASTER");

        (int code, JsonElement[] findings) = Examine(_lan.A, new InstanceText());

        Assert.Equal(1, code);
        Assert.Equal("bad", Verdict(findings, "other_daemon"));
        // It is Active: nobody is to be told to delete its address.
        Assert.DoesNotContain(findings, static f => f.GetProperty("check").GetString() == "address_present");
    }

    [Theory]
    [InlineData("ip link set eth0 down", "interface_down", "bad")]
    [InlineData("ip link set eth0 multicast off", "multicast", "bad")]
    [InlineData("ip address add 192.168.1.100/32 dev lo", "address_elsewhere", "bad")]
    [InlineData("sysctl -qw net.ipv4.conf.all.rp_filter=1", "rp_filter", "note")]
    public void Host_LacksOneThing_ItIsFoundAndOnlyThen(string command, string check, string verdict)
    {
        _ = _lan.B.Execute("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.eth0.rp_filter=0");
        (_, JsonElement[] before) = Examine(_lan.B, new InstanceText(), "0");
        Assert.DoesNotContain(before, f => f.GetProperty("check").GetString() == check);

        string[] words = command.Split(' ');
        Assert.True(_lan.B.Execute(words[0], words[1..]).Exit!.Value.IsSuccess, command);
        (int code, JsonElement[] findings) = Examine(_lan.B, new InstanceText(), "0");

        Assert.Equal(verdict == "bad" ? 1 : 0, code);
        Assert.Equal(verdict, Verdict(findings, check));
    }

    [Fact]
    public void User_WithoutPrivilege_LacksWhatIsNeeded()
    {
        _lan.B.WriteFile(Path, InstanceText.Global + new InstanceText());
        _ = _lan.B.Execute("chmod", "644", Path);
        LabProcess doctor = _lan.B.Execute(
            "setpriv", "--reuid", "65534", "--clear-groups", "--bounding-set", "-all",
            Programs.Holdfast, "doctor", Path, "--listen", "0");

        Assert.True(doctor.Exit!.Value.Code == 1, doctor.Output);
        Assert.Contains("the kernel does not let this process change addresses", doctor.Output,
            StringComparison.Ordinal);
        Assert.Contains("adverts cannot be received", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("2 problems", doctor.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _lan.Dispose();

    private static (int Code, JsonElement[] Findings) Examine(
        LabNode node, InstanceText instance, string? listen = null)
    {
        node.WriteFile(Path, InstanceText.Global + instance);
        string[] arguments = listen is null
            ? ["doctor", Path, "--json"] : ["doctor", Path, "--json", "--listen", listen];
        LabProcess doctor = node.Execute(Programs.Holdfast, arguments);
        Assert.True(doctor.Exit!.Value.Code is 0 or 1, doctor.Output);
        using JsonDocument document = JsonDocument.Parse(doctor.Output);
        return (doctor.Exit.Value.Code,
            [.. document.RootElement.GetProperty("findings").EnumerateArray().Select(static f => f.Clone())]);
    }

    private static JsonElement Find(JsonElement[] findings, string check)
        => findings.First(f => f.GetProperty("check").GetString() == check);

    private static string Verdict(JsonElement[] findings, string check)
        => Find(findings, check).GetProperty("verdict").GetString()!;

    private static string Text(JsonElement[] findings, string check)
        => Find(findings, check).GetProperty("text").GetString()!;
}
