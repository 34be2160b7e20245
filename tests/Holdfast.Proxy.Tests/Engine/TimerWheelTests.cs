using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Tests.Engine;

/// <summary>The wheel beside a list that is searched.</summary>
public sealed class TimerWheelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Entries_SetMovedRemoved_AreCalledInTimeAndOrder(int seed)
    {
        Random random = new(seed);
        long now = random.NextInt64(1_000_000_000);
        TimerWheel wheel = new(now);
        List<Entry> due = [];
        Entry[] entries = [.. Enumerable.Range(0, 200).Select(_ => new Entry(due))];
        for (int round = 0; round < 3000; round++)
        {
            Entry entry = entries[random.Next(entries.Length)];
            switch (random.Next(5))
            {
                case 0:
                    wheel.Remove(entry);
                    entry.Wanted = TimerEntry.Never;
                    break;
                case 1:
                    wheel.Set(entry, TimerEntry.Never);
                    entry.Wanted = TimerEntry.Never;
                    break;
                default:
                    entry.Wanted = now + random.Next(1, 1 << random.Next(1, 28));
                    wheel.Set(entry, entry.Wanted);
                    break;
            }
            if (random.Next(3) == 0)
            {
                long first = entries.Min(static one => one.Wanted);
                Assert.True(wheel.NextDue <= first, "the loop would sleep too long");
                now += random.Next(1 << random.Next(1, 24));
                due.Clear();
                long[] wanted = [.. entries.Where(one => one.Wanted <= now).Select(static one => one.Wanted).Order()];
                wheel.Advance(now);
                Assert.Equal(wanted, due.Select(static one => one.Called));
                Assert.Equal(now, wheel.Now);
            }
        }
    }

    [Fact]
    public void Entry_MovedLaterAgainAndAgain_IsCalledOnceAtTheEnd()
    {
        TimerWheel wheel = new(0);
        List<Entry> due = [];
        Entry entry = new(due);
        for (long now = 0; now < 100_000; now += 10)
        {
            wheel.Set(entry, now + 1000);
            wheel.Advance(now);
        }

        Assert.Empty(due);
        wheel.Advance(101_000);
        Assert.Single(due);
        Assert.Equal(0, wheel.Count);
        Assert.Equal(TimerEntry.Never, wheel.NextDue);
    }

    [Fact]
    public void Entry_SetAgainWhileCalled_IsCalledAgainLater()
    {
        TimerWheel wheel = new(0);
        int calls = 0;
        Again entry = new(wheel, () => calls++);
        wheel.Set(entry, 10);
        wheel.Advance(1000);

        Assert.InRange(calls, 90, 100);
    }

    private sealed class Entry(List<Entry> due) : TimerEntry
    {
        internal long Wanted { get; set; } = Never;

        internal long Called { get; private set; }

        internal override void OnDue()
        {
            Called = Wanted;
            Wanted = Never;
            due.Add(this);
        }
    }

    private sealed class Again(TimerWheel wheel, Action onDue) : TimerEntry
    {
        internal override void OnDue()
        {
            onDue();
            wheel.Set(this, wheel.Now + 10);
        }
    }
}
