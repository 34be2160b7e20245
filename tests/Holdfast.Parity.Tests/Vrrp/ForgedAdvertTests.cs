namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Adverts that must not be believed: an Active at priority 100 is told of one at 250.</summary>
public sealed class ForgedAdvertTests
{
    [Theory]
    [InlineData(Maker.Holdfast, "ip_ttl_error", "checksum_error")]
    [InlineData(Maker.Original, "ip_ttl_err", null)]
    public void Ipv4_WrongTtlChecksumOrLength_DroppedAndCounted(Maker maker, string ttlCounter, string? checksumCounter)
    {
        using var lan = new TestLan();
        using var forger = new Forger(lan.Segment.LinkOf(lan.Client));
        Router a = lan.Start(lan.A, maker, new InstanceText());
        a.NextState("MASTER");
        forger.Send(250, ttl: 254);
        forger.Send(250, ttl: 1);
        forger.Send(250, damage: bytes => bytes[6] ^= 0xFF);
        forger.Send(250, length: 7);
        forger.Send(250, length: 9);
        forger.Send(250, damage: bytes => bytes[3] = 200);
        forger.Send(250, damage: bytes => bytes[0] = 0x32);
        forger.Send(250, damage: bytes => bytes[0] = 0xF1);
        lan.WaitAdverts(lan.A, 3);
        Assert.Equal(["BACKUP", "MASTER"], a.States());
        Assert.Equal(2, a.Count(ttlCounter));
        if (checksumCounter is not null)
        {
            Assert.Equal(1, a.Count(checksumCounter)); // the original has no counter of it
        }
        forger.Send(250); // all was as it should be but what was meant to be wrong
        a.NextState("BACKUP");
    }

    [Fact]
    public void Ipv6_WrongHopLimitOrChecksum_DroppedAndCounted()
    {
        using var lan = new TestLan();
        using var forger = new Forger(lan.Segment.LinkOf(lan.Client));
        Router a = lan.Start(lan.A, Maker.Holdfast, new InstanceText { Addresses = "fd00::100/64" });
        a.NextState("MASTER");
        forger.SendV6(250, hopLimit: 254);
        forger.SendV6(250, damage: bytes => bytes[6] ^= 0xFF);
        lan.WaitAdverts(lan.A, 3);
        Assert.Equal(["BACKUP", "MASTER"], a.States());
        Assert.Equal(1, a.Count("ip_ttl_error"));
        Assert.Equal(1, a.Count("checksum_error"));
        forger.SendV6(250);
        a.NextState("BACKUP");
    }

    [Theory]
    [InlineData(Maker.Holdfast)]
    [InlineData(Maker.Original)]
    public void Unicast_TtlLimits_AreHeld(Maker maker)
    {
        using var lan = new TestLan();
        using var forger = new Forger(lan.Segment.LinkOf(lan.Client));
        Router a = lan.Start(lan.A, maker, new InstanceText
        {
            Unicast = ["192.168.1.11", "192.168.1.13 min_ttl 60 max_ttl 64"],
        });
        a.NextState("MASTER");
        forger.Send(250, ttl: 59, destination: TestLan.Parse("192.168.1.11"));
        forger.Send(250, ttl: 65, destination: TestLan.Parse("192.168.1.11"));
        lan.WaitAdverts(lan.A, 3);
        Assert.Equal(["BACKUP", "MASTER"], a.States());
        forger.Send(250, ttl: 60, destination: TestLan.Parse("192.168.1.11"));
        a.NextState("BACKUP");
    }

    [Theory]
    [InlineData(Maker.Holdfast)]
    [InlineData(Maker.Original)]
    public void CheckUnicastSource_SourceIsNoPeer_Dropped(Maker maker)
    {
        using var lan = new TestLan();
        using var forger = new Forger(lan.Segment.LinkOf(lan.Client));
        using var peer = new Forger(lan.Segment.LinkOf(lan.B)) { Source = TestLan.Parse("192.168.1.12") };
        Router a = lan.Start(lan.A, maker, new InstanceText
        {
            Unicast = ["192.168.1.11", "192.168.1.12"],
            More = "check_unicast_src",
        });
        a.NextState("MASTER");
        forger.Send(250, destination: TestLan.Parse("192.168.1.11"));
        lan.WaitAdverts(lan.A, 3);
        Assert.Equal(["BACKUP", "MASTER"], a.States());
        peer.Send(250, destination: TestLan.Parse("192.168.1.11"));
        a.NextState("BACKUP");
    }
}
