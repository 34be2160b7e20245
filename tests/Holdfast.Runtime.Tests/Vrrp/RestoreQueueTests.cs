using Holdfast.Primitives;
using Holdfast.Runtime.Vrrp;

namespace Holdfast.Runtime.Tests.Vrrp;

public sealed class RestoreQueueTests
{
    private static readonly RestoredEntry s_entry = new(0, RestoredKind.Route, 3);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private MonotonicTime _now = new(1_000_000_000);

    [Fact]
    public void Entry_TakenAwayAgainAndAgain_FiveTimesAtOnceThenOnceASecond()
    {
        var queue = new RestoreQueue();
        List<MonotonicTime> restored = [];
        MonotonicTime start = _now;
        while (_now < start + (s_second * 3.5))
        {
            queue.Request(s_entry, _now);
            if (queue.TryTake(_now, out _))
            {
                restored.Add(_now);
            }
            _now += TimeSpan.FromMilliseconds(10);
        }

        Assert.Equal(8, restored.Count);
        Assert.True(restored[4] - start < TimeSpan.FromMilliseconds(50));
        Assert.Equal([1.0, 2.0, 3.0], restored.Skip(5).Select(time => Math.Round((time - start).TotalSeconds, 1)));
    }

    [Fact]
    public void Request_BeyondTheLimit_IsDelayedAndNotLost()
    {
        var queue = new RestoreQueue();
        for (int i = 0; i < 5; i++)
        {
            queue.Request(s_entry, _now);
            Assert.True(queue.TryTake(_now, out _));
        }
        Assert.True(queue.Request(s_entry, _now));
        Assert.False(queue.Request(s_entry, _now));
        Assert.False(queue.TryTake(_now, out _));

        Assert.Equal(_now + s_second, queue.NextDeadline);
        Assert.True(queue.TryTake(queue.NextDeadline, out RestoredEntry taken));
        Assert.Equal(s_entry, taken);
        Assert.True(queue.NextDeadline.IsNever);
    }

    [Fact]
    public void Entries_ManyAtOnce_DoNotWaitForOneAnother()
    {
        var queue = new RestoreQueue();
        for (int i = 0; i < 20; i++)
        {
            queue.Request(new RestoredEntry(0, RestoredKind.Address, i), _now);
        }
        int count = 0;
        while (queue.TryTake(_now, out _))
        {
            count++;
        }

        Assert.Equal(20, count);
    }
}
