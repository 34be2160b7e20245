using System.Globalization;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Primitives;
using Holdfast.Runtime.Checks;

namespace Holdfast.CheckBench;

/// <summary>Runs our engine alone in this process on a configuration, for a time.</summary>
internal static class EngineRun
{
    private const int WarmupSeconds = 4;

    public static int Run(string file, int seconds)
    {
        KeepalivedParseResult parsed = KeepalivedParser.Parse("bench.conf",
            MemoryConfigFiles.Of("bench.conf", File.ReadAllText(file)),
            new KeepalivedParseOptions { AcceptLoss = true });
        using var loop = new EpollLoop();
        int downs = 0;
        using var engine = new CheckEngine(loop, new CheckEngineOptions(),
            report => downs += report.Kind == ServerReportKind.Down ? 1 : 0);
        MonotonicTime begin = MonotonicClock.Now;
        engine.Apply(parsed.Model, begin);
        RunUntil(begin + TimeSpan.FromSeconds(WarmupSeconds));
        engine.Statistics.Clear();
        GC.Collect();
        long before = GC.GetAllocatedBytesForCurrentThread();
        RunUntil(begin + TimeSpan.FromSeconds(WarmupSeconds + seconds));
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        CheckStatistics s = engine.Statistics;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  inside: {s.Started} started, {s.Failed} failed, {s.Abandoned} abandoned, {downs} down; late p50 "
            + $"{s.Lateness(0.5).TotalMilliseconds} ms, p99 {s.Lateness(0.99).TotalMilliseconds} ms, max "
            + $"{s.LatenessMax.TotalMilliseconds:F1} ms; {bytes} bytes allocated"));
        return 0;

        void RunUntil(MonotonicTime end)
        {
            MonotonicTime now = MonotonicClock.Now;
            while (now < end)
            {
                loop.RunOnce(MonotonicTime.Min(engine.Deadline, end));
                now = MonotonicClock.Now;
                engine.OnTime(now);
            }
        }
    }
}
