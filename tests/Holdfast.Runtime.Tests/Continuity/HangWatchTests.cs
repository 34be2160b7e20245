using Holdfast.Primitives;
using Holdfast.Runtime.Continuity;

namespace Holdfast.Runtime.Tests.Continuity;

/// <summary>A process that does not move is told from a host that does not.</summary>
public sealed class HangWatchTests
{
    private static readonly MonotonicTime s_begin = new(1_000_000_000_000);

    [Fact]
    public void Process_ThatMoves_NeverHangs()
    {
        var bench = new Bench();
        for (int turn = 0; turn < 100; turn++)
        {
            bench.Say(TimeSpan.FromSeconds(1));
            Assert.Null(bench.Watch(TimeSpan.FromSeconds(1)));
        }
    }

    [Theory]
    [InlineData(1000, 1000)]
    [InlineData(100, 150)]
    [InlineData(10, 50)]
    public void Process_ThatStops_HangsALimitAfterItsDeadline(int interval, int limit)
    {
        var bench = new Bench(interval);
        bench.Say(TimeSpan.FromMilliseconds(interval));
        TimeSpan? hung = bench.Watch(TimeSpan.FromSeconds(10));
        Assert.InRange(
            hung!.Value.TotalMilliseconds, interval + limit, interval + limit + (limit * 0.05) + 51);
    }

    [Fact]
    public void Host_ThatWasPaused_IsNoHang()
    {
        var bench = new Bench();
        bench.Say(TimeSpan.FromSeconds(1));
        Assert.Null(bench.Watch(TimeSpan.FromSeconds(0.5)));
        bench.Pause(TimeSpan.FromSeconds(10));
        // The watcher comes first; the watched has a whole limit from now.
        Assert.Null(bench.Watch(TimeSpan.FromSeconds(0.9)));
        bench.Say(TimeSpan.FromSeconds(1));
        Assert.Null(bench.Watch(TimeSpan.FromSeconds(1.9)));
    }

    [Fact]
    public void Host_ThatWasPausedJustBeforeTheVerdict_IsNoHang()
    {
        var bench = new Bench();
        bench.Say(TimeSpan.FromSeconds(1));
        Assert.Null(bench.Watch(TimeSpan.FromSeconds(1.9)));
        bench.Pause(TimeSpan.FromSeconds(0.102)); // it ends 2 ms after the watcher is due
        bench.WatchOnce();
        bench.Say(TimeSpan.FromSeconds(1));
        Assert.Null(bench.Watch(TimeSpan.FromSeconds(1.9)));
    }

    [Fact]
    public void Process_WithoutADeadline_IsLeftAlone()
    {
        var bench = new Bench();
        bench.SayNever();
        Assert.Null(bench.Watch(TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Process_ThatIsNotReady_GetsHalfAMinute()
    {
        var bench = new Bench { IsReady = false };
        Assert.InRange(bench.Watch(TimeSpan.FromMinutes(5))!.Value.TotalSeconds, 30, 30.1);
    }

    [Fact]
    public void Process_ThatIsReadyAndSaysNothing_IsLeftAlone()
        => Assert.Null(new Bench().Watch(TimeSpan.FromHours(1)));

    private sealed class Bench
    {
        private readonly HangWatch _watch = new();
        private MonotonicTime _now = s_begin;
        private MonotonicTime _progressAt;
        private MonotonicTime _nextWakeAt;

        internal Bench(int intervalMilliseconds = 1000)
        {
            _watch.SetInterval(TimeSpan.FromMilliseconds(intervalMilliseconds));
            _watch.Begin(_now);
        }

        internal bool IsReady { get; init; } = true;

        internal void Say(TimeSpan wait) => (_progressAt, _nextWakeAt) = (_now, _now + wait);

        internal void SayNever() => (_progressAt, _nextWakeAt) = (_now, MonotonicTime.Never);

        internal void Pause(TimeSpan span) => _now += span;

        /// <summary>Lets time pass with a watcher that is on time.</summary>
        /// <returns>After how long it called a hang; null: it did not.</returns>
        internal TimeSpan? Watch(TimeSpan span)
        {
            MonotonicTime begin = _now;
            while (_watch.Deadline <= begin + span)
            {
                if (WatchOnce())
                {
                    return _now - begin;
                }
            }
            _now = begin + span;
            return null;
        }

        internal bool WatchOnce()
        {
            _now = MonotonicTime.Max(_now, _watch.Deadline);
            return _watch.IsHung(_now, IsReady, _progressAt, _nextWakeAt);
        }
    }
}
