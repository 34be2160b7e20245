using System.Globalization;
using Holdfast.Lab;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Bench;

/// <summary>What happens when every process of the Active is killed, or stands still for a while (v3, 1 s).</summary>
internal static class CrashRows
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan OverlapMax = TimeSpan.FromSeconds(10);
    private static readonly IpAddress Vip = ConfigText.Address(0);

    /// <summary>All rows; the figures of each round, the original's beside ours.</summary>
    internal static IReadOnlyList<ResourceRow> Measure(BenchOptions options)
    {
        string? link = options.HasHoldfast
            ? Path.Combine(Path.GetDirectoryName(options.Holdfast)!, "keepalived") : null;
        return
        [
            Row("kill -9 of every process: blackout, and how long two hosts hold the address", Killed),
            Row("freeze of 2 s: transitions; adverts and announcements before the state is decided",
                (program, _) => Frozen(program, 2)),
            Row("freeze of 10 s: transitions; adverts and announcements before the state is decided",
                (program, _) => Frozen(program, 10)),
        ];

        ResourceRow Row(string title, Func<string, double, string> round)
        {
            List<string> original = [], ours = [];
            for (int i = 0; i < options.Rounds; i++)
            {
                double phase = (i + 0.5) / options.Rounds;
                original.Add(round(options.Keepalived, phase));
                if (link is not null)
                {
                    ours.Add(round(link, phase));
                }
                Console.Error.WriteLine($"{title}: keepalived {original[^1]}; Holdfast {ours.LastOrDefault()}");
            }
            return new ResourceRow(title, string.Join(", ", original), link is null ? null : string.Join(", ", ours));
        }
    }

    private static string Killed(string program, double phase)
    {
        using var pair = new Pair(program);
        using PingMeter meter = PingMeter.Start(pair.Client, Vip);
        meter.WaitForReply(Patience);
        Pass(TimeSpan.FromSeconds(phase));
        MonotonicTime fault = MonotonicClock.Now;
        int first = pair.Tap.Count;
        pair.Active.KillProcesses();
        MonotonicTime taken = pair.Tap.WaitForAnnouncements(pair.Backup, 1, Patience, first).Time;
        while (pair.Active.HasAddress(Vip) && MonotonicClock.Now - taken < OverlapMax)
        {
            Pass(TimeSpan.FromMilliseconds(5));
        }
        TimeSpan overlap = MonotonicClock.Now - taken;
        PingReport report = meter.Stop(fault);
        return string.Create(CultureInfo.InvariantCulture, $"{report.Blackout.TotalMilliseconds:F0} ms / ")
            + (overlap >= OverlapMax ? "for ever"
                : string.Create(CultureInfo.InvariantCulture, $"{overlap.TotalSeconds:F2} s"));
    }

    private static string Frozen(string program, int seconds)
    {
        using var pair = new Pair(program);
        int states = pair.StateCount;
        pair.Active.Freeze();
        Pass(TimeSpan.FromSeconds(seconds));
        bool replaced = pair.StateCount > states;
        int first = pair.Tap.Count;
        MonotonicTime thawed = MonotonicClock.Now;
        pair.Active.Thaw();
        Pass(TimeSpan.FromSeconds(2)); // less than the Active-down time of one that has stepped back
        int sent = replaced ? pair.Tap.Frames.Skip(first).Count(frame => frame.Node == pair.Active
            && (frame.IsAnnouncement || (frame.Kind == TapKind.Advert && frame.Priority > 0))
            && frame.Time - thawed < TimeSpan.FromSeconds(2)) : 0;
        return $"{pair.StateCount - states} / {sent}";
    }

    private static void Pass(TimeSpan time)
    {
        using var never = new EventFd();
        _ = DescriptorWait.ForRead(never.Fd, time);
    }

    /// <summary>An Active, a Backup, and a client that has seen two adverts.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly Holdfast.Lab.Lab _lab;
        private readonly LabProcess _first;
        private readonly LabProcess _second;

        internal Pair(string program)
        {
            _lab = Holdfast.Lab.Lab.Create(new LabOptions { SharedDirectories = [Path.GetDirectoryName(program)!] });
            LabSegment lan = _lab.AddSegment();
            Active = _lab.AddNode("active");
            Backup = _lab.AddNode("backup");
            _ = lan.Attach(Active, "10.1.255.1/16");
            _ = lan.Attach(Backup, "10.1.255.2/16");
            Client = lan.Attach(_lab.AddNode("client"), "10.1.255.100/16");
            Tap = AdvertTap.Open(lan);
            var which = new FailoverCase("", "", Fault.NodeDies, 3, 1000, 1, 1, 1, "");
            _first = Active.StartKeepalived(program, ConfigText.Write(which, isActive: true, 200), detailed: false);
            _second = Backup.StartKeepalived(program, ConfigText.Write(which, isActive: false, 100), detailed: false);
            _second.WaitForLine("Entering BACKUP STATE", Patience);
            Tap.WaitForAnnouncements(Active, 1, Patience);
            for (int i = 0, next = Tap.Count; i < 2; i++, next = Tap.Count)
            {
                Tap.WaitForAdvert(Active, Patience, next);
            }
        }

        internal LabNode Active { get; }

        internal LabNode Backup { get; }

        internal LabLink Client { get; }

        internal AdvertTap Tap { get; }

        /// <summary>How many states both have entered.</summary>
        internal int StateCount => _first.Lines.Concat(_second.Lines).Count(
            static line => line.Text.Contains("Entering ", StringComparison.Ordinal));

        public void Dispose()
        {
            Tap.Dispose();
            _lab.Dispose();
        }
    }
}
