using System.Globalization;
using System.Text.Json;
using Holdfast.Lab;

namespace Holdfast.Parity.Tests.Vrrp.Forgery;

/// <summary>
/// A stranger on the segment sends a hundred thousand packets of each kind to a healthy pair: nothing changes, each
/// packet is counted by its kind, and the adverts of the Active go on.
/// </summary>
[Collection(nameof(AloneOnTheMachine))]
public sealed class ForgedTrafficTests
{
    private const int Packets = 100_000;
    private const int LinesMax = 100;
    private const long GrowthMaxKilobytes = 4096;

    [Fact]
    public void HealthyPair_HundredThousandOfEachKind_CountedAndWithoutEffect()
    {
        using var lan = new TestLan();
        lan.Tap.Dispose(); // it would keep every forged packet
        using var tap = AdvertTap.Open(lan.Segment, lan.A);
        using var traffic = new ForgedTraffic(lan.Segment.LinkOf(lan.Client));
        Router a = lan.StartAsIs(lan.A, Maker.Holdfast, ForgedKind.Config("192.168.1.11", "192.168.1.12", 200));
        Router b = lan.StartAsIs(lan.B, Maker.Holdfast, ForgedKind.Config("192.168.1.12", "192.168.1.11", 100));
        a.NextState("MASTER", "VI_3");
        b.NextState("BACKUP", "VI_3");
        WaitForRoles(a, b);
        traffic.Send("vrid", 1); // from this one on the kernel keeps them away, and counts
        Patience.Until(() => Totals.Of(a).Unknown == 1, () => $"the first unknown VRID is counted: {Totals.Of(a)}");
        traffic.Send("vrid", 249);
        Patience.Until(() => Totals.Of(a).Unknown == 250, () => $"unknown VRIDs are counted: {Totals.Of(a)}");
        traffic.Send("flood", 10_000);
        long memory = Memory(a);
        long[] took = [.. Became(a), .. Became(b)];

        foreach (ForgedKind kind in ForgedKind.Refused)
        {
            int first = tap.Count;
            var before = Totals.Of(a);
            traffic.Send(kind.Name, Packets);
            Totals after = before;
            Patience.Until(() => (after = Totals.Of(a)).Accounted - before.Accounted == Packets,
                () => $"all of '{kind.Name}' are accounted for: {before} {after}");
            Check(kind, before, after);
            _ = tap.WaitFor(frame => frame.Vrid == 51 && frame.Priority == 200, Patience.Limit, first);
            Assert.True(took.SequenceEqual([.. Became(a), .. Became(b)]), $"'{kind.Name}' changed a state\n{lan}");
        }

        Assert.InRange(Memory(a) - memory, long.MinValue, GrowthMaxKilobytes);
        AssertDumpAgrees(a);
        Assert.InRange(a.Process.Lines.Count, 1, LinesMax);
        Assert.InRange(b.Process.Lines.Count, 1, LinesMax);
    }

    [Theory]
    [InlineData("priority-255")]
    [InlineData("priority-0")]
    public void HealthyPair_PrioritiesForgedAHundredThousandTimes_RecoversAndStaysQuiet(string kind)
    {
        using var lan = new TestLan();
        lan.Tap.Dispose();
        using var tap = AdvertTap.Open(lan.Segment, lan.A);
        using var traffic = new ForgedTraffic(lan.Segment.LinkOf(lan.Client));
        Router a = lan.StartAsIs(lan.A, Maker.Holdfast, ForgedKind.Config("192.168.1.11", "192.168.1.12", 200));
        Router b = lan.StartAsIs(lan.B, Maker.Holdfast, ForgedKind.Config("192.168.1.12", "192.168.1.11", 100));
        a.NextState("MASTER", "VI_3");
        b.NextState("BACKUP", "VI_3");
        WaitForRoles(a, b);
        traffic.Send(kind, Packets);

        // Without authentication such adverts are obeyed, as the standard says; afterwards all is as it was.
        WaitForRoles(a, b);
        Assert.InRange(a.Process.Lines.Count, 1, LinesMax);
        Assert.InRange(b.Process.Lines.Count, 1, LinesMax);
    }

    private static void WaitForRoles(Router a, Router b) => Patience.Until(
        () => Roles(a).All(role => role == "active") && Roles(b).All(role => role == "backup"),
        () => $"a is Active and b Backup: {string.Join(' ', Roles(a))}, {string.Join(' ', Roles(b))}");

    private static string[] Roles(Router router)
        => [.. router.Status().GetProperty("instances").EnumerateArray()
            .Select(one => one.GetProperty("role").GetString()!)];

    /// <summary>How often each instance has become Active.</summary>
    private static long[] Became(Router router) => [.. router.Status().GetProperty("instances").EnumerateArray()
        .Select(one => one.GetProperty("counters").GetProperty("become_master").GetInt64())];

    private static void Check(ForgedKind kind, Totals before, Totals after)
    {
        long dropped = after.Dropped - before.Dropped;
        Assert.True(dropped < Packets, $"'{kind.Name}': not one was read");
        if (kind.Counter is null)
        {
            return;
        }
        long counted = kind.Counter == "unknown_vrids" ? after.Unknown - before.Unknown
            : after.Counter(kind.Instance, kind.Counter) - before.Counter(kind.Instance, kind.Counter);
        Assert.Equal(Packets, counted + dropped);
    }

    private static void AssertDumpAgrees(Router a)
    {
        var totals = Totals.Of(a);
        JsonElement dump = a.Dump();
        foreach (ForgedKind kind in ForgedKind.Refused.Where(kind => kind.Original is not null))
        {
            string counter = kind.Original == "advert_rcvd" ? "advert_rcvd" : kind.Counter!;
            Assert.Equal(totals.Counter(kind.Instance, counter),
                dump[kind.Instance].GetProperty("stats").GetProperty(kind.Original!).GetInt64());
        }
    }

    /// <summary>Resident memory of the VRRP process, in kilobytes.</summary>
    private static long Memory(Router router)
    {
        string pid = router.Node.ReadFile("/run/lab/vrrp.pid")!.Trim();
        string line = router.Node.ReadFile($"/proc/{pid}/status")!.Split('\n')
            .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
