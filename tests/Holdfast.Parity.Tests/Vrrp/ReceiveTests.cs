using Holdfast.Lab;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>What two routers that disagree make of each other's adverts, and how they count it.</summary>
public sealed class ReceiveTests
{
    private static readonly InstanceText s_second = new() { Version = 2 };

    [Theory]
    [InlineData("1111", "2222", "auth_failure", "auth_failure")]
    [InlineData("1111", null, "auth_type_mismatch", "authtype_mismatch")]
    public void Authentication_Differs_BothActiveAndCounted(
        string ours, string? theirs, string ourCounter, string theirCounter)
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, s_second with { Priority = 200, Password = ours });
        Router b = lan.Start(lan.B, Maker.Original, s_second with { Password = theirs });
        BothStayActive(lan, a, b);
        Assert.True(a.Count(ourCounter) > 0, a.Json().ToString());
        Assert.True(b.Count(theirCounter) > 0, b.Json().ToString());
    }

    [Fact]
    public void Interval_DiffersInVersion2_BothActiveAndCounted()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, s_second with { Priority = 200, Interval = "1" });
        Router b = lan.Start(lan.B, Maker.Original, s_second with { Interval = "2" });
        BothStayActive(lan, a, b);
        Assert.True(a.Count("advertisement_interval_error") > 0, a.Json().ToString());
        b.Next("advertisement interval mismatch"); // 2.2.7 does not count it
    }

    [Theory]
    [InlineData(Maker.Holdfast, Maker.Original)]
    [InlineData(Maker.Original, Maker.Holdfast)]
    public void Interval_RaisedInVersion3_BackupAdoptsTheActives(Maker active, Maker backup)
    {
        using var lan = new TestLan();
        var text = new InstanceText { Priority = 200, Interval = "0.4" };
        Router a = lan.Start(lan.A, active, text);
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, backup, new InstanceText { Interval = "0.2" });
        b.NextState("BACKUP");
        lan.WaitAdverts(lan.A, 2);
        // From here on the adverts are further apart than three intervals and a skew of the Backup's own.
        a.Reload(text with { Interval = "1" });
        lan.WaitFrame(frame => frame.Node == lan.A && frame.Kind == TapKind.Advert && frame.Bytes.Span[39] == 100);
        lan.WaitAdverts(lan.A, 4);
        Assert.True(lan.Adverts(0, lan.B).Length == 0, lan.ToString());
    }

    [Fact]
    public void Version_Differs_BothActiveAndCounted()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, new InstanceText { Priority = 200 });
        Router b = lan.Start(lan.B, Maker.Original, s_second);
        BothStayActive(lan, a, b);
        Assert.True(a.Count("version_mismatch") > 0, a.Json().ToString());
    }

    [Fact]
    public void AddressList_DiffersFromOriginals_IsAcceptedAndCounted()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Original, new InstanceText
        {
            Priority = 200,
            Addresses = "192.168.1.100/24\n192.168.1.101/24",
        });
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, Maker.Holdfast, new InstanceText());
        b.NextState("BACKUP");
        lan.WaitAdverts(lan.A, 6);
        Assert.True(b.Count("accepted_address_list_differs") > 0, b.Json().ToString());
        Assert.Empty(lan.Adverts(0, lan.B));
    }

    [Fact]
    public void AddressList_DiffersFromOurs_OriginalDropsItAndBothAreActive()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, new InstanceText
        {
            Priority = 200,
            Addresses = "192.168.1.100/24\n192.168.1.101/24",
        });
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, Maker.Original, new InstanceText());
        b.NextState("MASTER");
        lan.WaitAdverts(lan.A, 2);
        Assert.True(b.Count("addr_list_err") > 0, b.Json().ToString());
        Assert.Equal(["BACKUP", "MASTER"], a.States());
    }

    /// <summary>2.2.7 does not know the word, so only our side has it.</summary>
    [Theory]
    [InlineData(Maker.Holdfast, true)]
    [InlineData(Maker.Holdfast, false)]
    [InlineData(Maker.Original, false)]
    public void ChecksumForm_OursWithoutPseudoHeader_BothFormsAreUnderstood(Maker active, bool activeAsV2)
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, active, new InstanceText
        {
            Priority = 200,
            More = activeAsV2 ? "v3_checksum_as_v2" : "",
        });
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, Maker.Holdfast, new InstanceText { More = "v3_checksum_as_v2" });
        b.NextState("BACKUP");
        lan.WaitAdverts(lan.A, 6);
        Assert.True(lan.Adverts(0, lan.B).Length == 0, lan.ToString());
        a.Process.Stop();
        b.NextState("MASTER");
    }

    [Fact]
    public void ChecksumForm_OursWithoutPseudoHeader_OriginalDropsIt()
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, Maker.Holdfast, new InstanceText { Priority = 200, More = "v3_checksum_as_v2" });
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, Maker.Original, new InstanceText());
        b.Next("Invalid VRRPv3 checksum");
        b.NextState("MASTER");
    }

    /// <remarks>An original that hears adverts which it drops does not send its own, so its state is asked.</remarks>
    private static void BothStayActive(TestLan lan, Router a, Router b)
    {
        a.NextState("MASTER");
        b.NextState("MASTER");
        lan.WaitAdverts(lan.A, 2);
        TestLan.WaitAddress(lan.B, TestLan.Vip);
        Assert.True(lan.A.HasAddress(TestLan.Vip));
        Assert.Equal(["BACKUP", "MASTER"], a.States());
        Assert.Equal(["BACKUP", "MASTER"], b.States());
    }
}
