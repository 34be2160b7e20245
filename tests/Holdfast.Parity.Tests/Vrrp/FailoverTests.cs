using Holdfast.Lab;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Two routers of either maker, on every transport, through a life: start, planned stop, return, death.
/// </summary>
public sealed class FailoverTests
{
    /// <summary>How adverts travel.</summary>
    public enum Transport
    {
        V2Multicast,
        V2MulticastPass,
        V2Unicast,
        V3Multicast,
        V3Unicast,
        V3MulticastIpv6,
        V3UnicastIpv6,
    }

    public static TheoryData<Transport, Maker, Maker> Cases()
    {
        var cases = new TheoryData<Transport, Maker, Maker>();
        foreach (Transport transport in Enum.GetValues<Transport>())
        {
            cases.Add(transport, Maker.Original, Maker.Holdfast);
            cases.Add(transport, Maker.Holdfast, Maker.Original);
            cases.Add(transport, Maker.Holdfast, Maker.Holdfast);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TwoRouters_StopReturnAndDeath_AddressIsAlwaysWithOne(Transport transport, Maker first, Maker second)
    {
        using var lan = new TestLan();
        bool v6 = transport is Transport.V3MulticastIpv6 or Transport.V3UnicastIpv6;
        IpAddress vip = v6 ? TestLan.Vip6 : TestLan.Vip;
        Router a = lan.Start(lan.A, first, Config(transport, 11, 12, 200));
        a.NextState("MASTER");
        Router b = lan.Start(lan.B, second, Config(transport, 12, 11, 100));
        b.NextState("BACKUP");
        using PingMeter pings = lan.Ping(vip);
        TestLan.WaitAnswer(pings, lan.A);
        Assert.False(lan.B.HasAddress(vip));
        lan.WaitAdverts(lan.A, 2);
        Assert.Empty(lan.Adverts(0, lan.B));

        Leave(lan, a, b, pings, v6);
        TestLan.WaitAddress(lan.A, vip, present: false);

        MonotonicTime before = MonotonicClock.Now;
        a = lan.Start(lan.A, first, Config(transport, 11, 12, 200));
        a.NextState("MASTER");
        b.NextState("BACKUP");
        TestLan.WaitAnswer(pings, lan.A);
        TestLan.WaitAddress(lan.B, vip, present: false);
        if (second == Maker.Holdfast && !(v6 && first == Maker.Original))
        {
            AssertNothingLost(lan, pings, before);
        }

        int mark = lan.Tap.Count;
        lan.A.PowerOff();
        b.NextState("MASTER");
        TestLan.WaitAnswer(pings, lan.B);
        Assert.DoesNotContain(lan.Adverts(mark, lan.A), advert => advert.Priority == 0);
        Assert.Equal(["BACKUP", "MASTER", "BACKUP", "MASTER"], b.States());
    }

    private static void Leave(TestLan lan, Router a, Router b, PingMeter pings, bool v6)
    {
        int mark = lan.Tap.Count;
        MonotonicTime before = MonotonicClock.Now;
        a.Process.Stop();
        b.NextState("MASTER");
        TestLan.WaitAnswer(pings, lan.B);
        Assert.True(a.Process.WaitForExit(Patience.Limit).IsSuccess, lan.ToString());
        TapFrame[] adverts = lan.AdvertsUntil(lan.B, mark);
        int resigned = Array.FindIndex(adverts, advert => advert.Node == lan.A && advert.Priority == 0);
        int taken = Array.FindIndex(adverts, advert => advert.Node == lan.B && advert.Priority > 0);
        Assert.InRange(resigned, 0, taken);
        Assert.DoesNotContain(adverts[(taken + 1)..], advert => advert.Node == lan.A);
        if (a.Maker == Maker.Holdfast && !(v6 && b.Maker == Maker.Original))
        {
            AssertNothingLost(lan, pings, before);
        }
    }

    private static void AssertNothingLost(TestLan lan, PingMeter pings, MonotonicTime since)
    {
        // The report leaves out what may still be answered, so it is asked for when that time has passed.
        Patience.Until(
            () => pings.Report(since).Samples is [.., { Responder: { } last }] && last == pings.LastResponder, "pings");
        PingReport report = pings.Report(since);
        Assert.True(report.LostCount == 0, $"{report.LostCount} pings lost from "
            + $"{string.Join(", ", report.Outages.Select(o => (o.Start - since).TotalMilliseconds))} on\n"
            + $"{Text(lan, since)}\n{lan}");
    }

    private static string Text(TestLan lan, MonotonicTime since)
        => string.Join('\n', lan.Tap.Frames.Where(frame => frame.Time >= since).Select(
            frame => $"{(frame.Time - since).TotalMilliseconds:F1} {frame.Kind} {frame.Node.Name} {frame.Source} "
                + $"{frame.Subject} {frame.Priority}"));

    private static InstanceText Config(Transport transport, int self, int peer, int priority)
    {
        var basis = new InstanceText { Priority = priority };
        string[] unicast = [$"192.168.1.{self}", $"192.168.1.{peer}"];
        return transport switch
        {
            Transport.V2Multicast => basis with { Version = 2 },
            Transport.V2MulticastPass => basis with { Version = 2, Password = "secret12" },
            Transport.V2Unicast => basis with { Version = 2, Password = "1111", Unicast = unicast },
            Transport.V3Unicast => basis with { Unicast = unicast },
            Transport.V3MulticastIpv6 => basis with { Addresses = "fd00::100/64" },
            Transport.V3UnicastIpv6 => basis with
            {
                Addresses = "fd00::100/64",
                Unicast = [$"fd00::{self}", $"fd00::{peer}"],
            },
            _ => basis,
        };
    }
}
