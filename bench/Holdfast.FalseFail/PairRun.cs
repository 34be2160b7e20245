using Holdfast.Lab;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.FalseFail;

/// <summary>What one run of a pair gave.</summary>
/// <param name="Gaps">Times between the Active's adverts on the wire.</param>
/// <param name="Takeovers">How often the Backup became Active though the other was alive.</param>
/// <param name="Steal">CPU time that the hypervisor gave to others.</param>
internal sealed record PairResult(TimeSpan[] Gaps, int Takeovers, TimeSpan Steal);

/// <summary>A healthy pair under load, watched for a while from a third namespace.</summary>
internal static class PairRun
{
    private const int BusyPerProcessor = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static PairResult Run(FalseFailCase which, string program, TimeSpan length)
    {
        using var lab = Lab.Lab.Create(new LabOptions { SharedDirectories = [Path.GetDirectoryName(program)!] });
        LabSegment lan = lab.AddSegment();
        LabNode active = lab.AddNode("active");
        LabNode backup = lab.AddNode("backup");
        LabNode load = lab.AddNode("load"); // its processes end with the lab, however this program ends
        _ = lan.Attach(active, "10.1.255.1/16");
        _ = lan.Attach(backup, "10.1.255.2/16");
        using var tap = AdvertTap.Open(lan);
        active.StartKeepalived(program, which.Config(isActive: true), detailed: false);
        _ = tap.WaitForAdvert(active, Patience);
        LabProcess daemon = backup.StartKeepalived(program, which.Config(isActive: false), detailed: false);
        daemon.WaitForLine("Entering BACKUP STATE", Patience);
        for (int i = 0; i < BusyPerProcessor * Environment.ProcessorCount; i++)
        {
            _ = load.Start("/bin/sh", ["-c", "while :; do :; done"]);
        }
        Pass(TimeSpan.FromSeconds(1)); // the scheduler has to get used to them
        TimeSpan steal = CpuTimes.Steal;
        int firstFrame = tap.Count;
        int firstLine = daemon.Lines.Count;
        Pass(length);
        int lastFrame = tap.Count;
        steal = CpuTimes.Steal - steal;
        load.KillAll();
        int takeovers = daemon.LinesFrom(firstLine).Count(
            line => line.Text.Contains("Entering MASTER STATE", StringComparison.Ordinal));
        return new PairResult(Gaps(tap, active, firstFrame, lastFrame), takeovers, steal);
    }

    private static TimeSpan[] Gaps(AdvertTap tap, LabNode active, int first, int last)
    {
        var gaps = new List<TimeSpan>();
        MonotonicTime? before = null;
        foreach (TapFrame frame in tap.Frames.Take(last).Skip(first))
        {
            if (frame.Kind == TapKind.Advert && frame.Node == active)
            {
                if (before is { } time)
                {
                    gaps.Add(frame.Time - time);
                }
                before = frame.Time;
            }
        }
        return [.. gaps];
    }

    private static void Pass(TimeSpan time)
    {
        using var never = new EventFd();
        _ = DescriptorWait.ForRead(never.Fd, time);
    }
}
