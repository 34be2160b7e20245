using System.Runtime;
using Holdfast.Lab;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Bench;

/// <summary>What one round gave.</summary>
/// <param name="Blackout">Longest outage of the pinged address, which is the last one.</param>
/// <param name="LostCount">Pings lost.</param>
/// <param name="AllAnnounced">From the fault to the announcement of the last address.</param>
/// <param name="Spread">From the announcement of the first address to that of the last.</param>
/// <param name="MeterDelayMax">The longest that the meter was late.</param>
internal readonly record struct RoundResult(
    TimeSpan Blackout, int LostCount, TimeSpan AllAnnounced, TimeSpan Spread, TimeSpan MeterDelayMax);

/// <summary>One lab, one fault, one measurement.</summary>
internal static class FailoverRound
{
    private const long NoCollectionBytes = 128L * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs it.</summary>
    /// <param name="which">The case.</param>
    /// <param name="contender">Who plays.</param>
    /// <param name="phase">Where in the interval the fault falls, 0 to 1; the same for all of a round.</param>
    internal static RoundResult Run(FailoverCase which, Contender contender, double phase)
    {
        var directories = new List<string>();
        foreach (string program in (string[])[contender.Active, contender.Backup])
        {
            directories.Add(Path.GetDirectoryName(program)!);
        }
        using var lab = Holdfast.Lab.Lab.Create(new LabOptions { SharedDirectories = directories });
        LabSegment lan = lab.AddSegment();
        LabNode active = lab.AddNode("active");
        _ = lan.Attach(active, "10.1.255.1/16");
        var backups = new List<LabNode>();
        for (int i = 0; i < which.BackupCount; i++)
        {
            backups.Add(lab.AddNode($"backup{i + 1}"));
            _ = lan.Attach(backups[i], $"10.1.255.{i + 2}/16");
        }
        LabLink client = lan.Attach(lab.AddNode("client"), "10.1.255.100/16");
        using var tap = AdvertTap.Open(lan);

        LabProcess daemon = active.StartKeepalived(contender.Active, ConfigText.Write(which, isActive: true, 100),
            detailed: false);
        for (int i = 0; i < backups.Count; i++)
        {
            LabProcess backup = backups[i].StartKeepalived(
                contender.Backup, ConfigText.Write(which, isActive: false, 90 - (i * 10)), detailed: false);
            backup.WaitForLine("Entering BACKUP STATE", Patience);
        }
        tap.WaitForAnnouncements(active, which.AddressCount, Patience);
        // After two further adverts of the last instance every Backup knows the Active.
        for (int i = 0, next = tap.Count; i < 2; i++, next = tap.Count)
        {
            tap.WaitFor(frame => frame.Kind == TapKind.Advert && frame.Node == active
                && frame.Vrid == which.Instances, Patience, next);
        }
        return Measure(which, active, backups, daemon, client, tap, phase);
    }

    private static RoundResult Measure(FailoverCase which, LabNode active, List<LabNode> backups, LabProcess daemon,
        LabLink client, AdvertTap tap, double phase)
    {
        using PingMeter meter = PingMeter.Start(client, ConfigText.Address(which.AddressCount - 1));
        meter.WaitForReply(Patience);
        Pass(TimeSpan.FromMilliseconds(100 + (phase * which.IntervalMilliseconds)));
        // No garbage collection may stop the meter while it measures: the thread that collects is not a real-time one.
        bool quiet = GC.TryStartNoGCRegion(NoCollectionBytes, disallowFullBlockingGC: false);
        int first = tap.Count;
        MonotonicTime fault = MonotonicClock.Now;
        switch (which.Fault)
        {
            case Fault.PlannedStop: daemon.Stop(); break;
            case Fault.NodeDies: active.PowerOff(); break;
            case Fault.LinkDown: client.Segment.SetLink(active, up: false); break;
            default: active.WriteFile(ConfigText.FailFile, ""); break;
        }
        // The Backup with the highest priority is the first.
        TapFrame last = tap.WaitForAnnouncements(backups[0], which.AddressCount, Patience, first);
        TapFrame one = tap.WaitFor(frame => frame.IsAnnouncement && frame.Node == backups[0], Patience, first);
        while (meter.LastResponder != backups[0])
        {
            meter.WaitForReply(Patience);
        }
        Pass(TimeSpan.FromMilliseconds(300)); // what comes late shows here
        if (quiet && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
        {
            GC.EndNoGCRegion();
        }
        PingReport report = meter.Stop(fault - TimeSpan.FromMilliseconds(50));
        return new RoundResult(report.Blackout, report.LostCount, last.Time - fault, last.Time - one.Time,
            report.MeterDelayMax);
    }

    private static void Pass(TimeSpan time)
    {
        using var never = new EventFd();
        _ = DescriptorWait.ForRead(never.Fd, time);
    }
}
