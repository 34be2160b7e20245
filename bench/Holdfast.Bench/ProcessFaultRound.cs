using System.Globalization;
using System.Text;
using Holdfast.Lab;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Bench;

/// <summary>One process fault, measured on a pair with v3 and 1 s.</summary>
/// <param name="Fault">What was done.</param>
/// <param name="Contender">To whom.</param>
/// <param name="LostCount">Pings lost, of one each millisecond.</param>
/// <param name="Blackout">The longest outage.</param>
/// <param name="Transitions">States that either node entered after the first strike.</param>
/// <param name="AdvertGap">The longest time without an advert of anybody.</param>
/// <param name="BothHold">How long both nodes had the address.</param>
/// <param name="MeterDelayMax">The longest that the meter was late.</param>
internal sealed record ProcessFaultRound(
    ProcessFault Fault, Contender Contender, int LostCount, TimeSpan Blackout, int Transitions, TimeSpan AdvertGap,
    TimeSpan BothHold, TimeSpan MeterDelayMax)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(5);

    /// <summary>Runs it.</summary>
    internal static ProcessFaultRound Run(ProcessFault fault, Contender contender, string holdfast)
    {
        FailoverCase config = FailoverCase.All.First(static c => c.Name == "stop-v3-1");
        string[] directories =
            [Path.GetDirectoryName(contender.Active)!, Path.GetDirectoryName(contender.Backup)!,
                Path.GetDirectoryName(holdfast)!];
        using var lab = Lab.Lab.Create(new LabOptions { SharedDirectories = [.. directories.Distinct()] });
        LabSegment lan = lab.AddSegment();
        LabNode active = lab.AddNode("active");
        LabNode backup = lab.AddNode("backup");
        _ = lan.Attach(active, "10.1.255.1/16");
        _ = lan.Attach(backup, "10.1.255.2/16");
        LabLink client = lan.Attach(lab.AddNode("client"), "10.1.255.100/16");
        using var tap = AdvertTap.Open(lan);
        LabProcess[] daemons =
        [
            active.StartKeepalived(contender.Active, ConfigText.Write(config, isActive: true, 200), detailed: false),
            backup.StartKeepalived(contender.Backup, ConfigText.Write(config, isActive: false, 100), detailed: false),
        ];
        IpAddress vip = ConfigText.Address(0);
        for (int i = 0, next = tap.Count; i < 3; i++, next = tap.Count)
        {
            tap.WaitFor(frame => frame.Kind == TapKind.Advert && frame.Node == active, s_patience, next);
        }
        using PingMeter meter = PingMeter.Start(client, vip);
        meter.WaitForReply(s_patience);
        int lines = Entered(daemons);
        int first = tap.Count;
        MonotonicTime begin = MonotonicClock.Now;
        TimeSpan both = TimeSpan.Zero;
        fault.Strike(new(active, holdfast), span => both += Pass(span, active, backup, vip));
        PingReport report = meter.Stop(begin);
        return new(fault, contender, report.LostCount, report.Blackout, Entered(daemons) - lines,
            LongestGap(tap, first, begin), both, report.MeterDelayMax);
    }

    /// <summary>The table of several.</summary>
    internal static string Markdown(IReadOnlyList<ProcessFaultRound> rounds)
    {
        var text = new StringBuilder();
        text.Append("| Fault on the Active (v3, 1 s) | who | pings lost | blackout ms | transitions | "
            + "longest gap of adverts ms | both hold the address ms | meter late by | goal |\n");
        text.Append("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n");
        foreach (ProcessFaultRound one in rounds)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"| {one.Fault.Title} | {one.Contender.Label} | {one.LostCount} "
                + $"| {one.Blackout.TotalMilliseconds:F0} | {one.Transitions} | {one.AdvertGap.TotalMilliseconds:F0} "
                + $"| {one.BothHold.TotalMilliseconds:F0} | {one.MeterDelayMax.TotalMilliseconds:F1} ms "
                + $"| {one.Fault.Goal} |\n");
        }
        return text.ToString();
    }

    private static int Entered(LabProcess[] daemons)
        => daemons.Sum(static d => d.Lines.Count(static l => l.Text.Contains(" STATE", StringComparison.Ordinal)
            && l.Text.Contains("Entering ", StringComparison.Ordinal)));

    private static TimeSpan LongestGap(AdvertTap tap, int first, MonotonicTime begin)
    {
        TimeSpan longest = TimeSpan.Zero;
        MonotonicTime last = begin;
        foreach (TapFrame frame in tap.Frames.Skip(first).Where(static f => f.Kind == TapKind.Advert))
        {
            longest = frame.Time - last > longest ? frame.Time - last : longest;
            last = frame.Time;
        }
        return longest;
    }

    /// <summary>Lets time pass.</summary>
    /// <returns>How much of it both nodes had the address.</returns>
    private static TimeSpan Pass(TimeSpan span, LabNode a, LabNode b, IpAddress vip)
    {
        using var never = new EventFd();
        MonotonicTime before = MonotonicClock.Now;
        MonotonicTime end = before + span;
        TimeSpan both = TimeSpan.Zero;
        while (before < end)
        {
            _ = DescriptorWait.ForRead(never.Fd, s_step);
            MonotonicTime now = MonotonicClock.Now;
            both += a.HasAddress(vip) && b.HasAddress(vip) ? now - before : TimeSpan.Zero;
            before = now;
        }
        return both;
    }
}
