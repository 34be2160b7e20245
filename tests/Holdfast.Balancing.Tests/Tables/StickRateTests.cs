using Holdfast.Balancing.Tables;

namespace Holdfast.Balancing.Tests.Tables;

public sealed class StickRateTests
{
    [Theory]
    [InlineData(0, 10)]
    [InlineData(999, 10)]
    [InlineData(1000, 10)]
    [InlineData(1250, 7)]
    [InlineData(1500, 5)]
    [InlineData(1999, 0)]
    [InlineData(2001, 0)]
    [InlineData(9000, 0)]
    public void Rate_TenEventsAtOnce_FadeInTheSecondPeriod(int after, long expected)
    {
        long[] words = new long[2];
        for (int count = 0; count < 10; count++)
        {
            StickRate.Add(words, 1000, 50_000, 1);
        }
        Assert.Equal(expected, StickRate.Read(words, 1000, 50_000 + after));
    }

    [Fact]
    public void Rate_OneEvent_StaysUntilItIsTwoPeriodsOld()
    {
        long[] words = new long[2];
        StickRate.Add(words, 1000, 50_000, 1);

        Assert.Equal(1, StickRate.Read(words, 1000, 51_900));
        Assert.Equal(0, StickRate.Read(words, 1000, 52_001));
    }

    [Fact]
    public void Rate_Steady_IsTheRate()
    {
        long[] words = new long[2];
        for (int step = 0; step < 10_000; step++)
        {
            StickRate.Add(words, 1000, 50_000 + (step * 10), 1);
            if (step > 200)
            {
                Assert.InRange(StickRate.Read(words, 1000, 50_000 + (step * 10)), 99, 101);
            }
        }
    }

    [Fact]
    public void Rate_Set_StaysForAPeriod()
    {
        long[] words = new long[2];
        StickRate.Set(words, 50_000, 40);

        Assert.Equal(40, StickRate.Read(words, 1000, 50_900));
        Assert.Equal(20, StickRate.Read(words, 1000, 51_500));
    }

    [Fact]
    public void Rate_Overflow_StopsAtTheTop()
    {
        long[] words = new long[2];
        StickRate.Add(words, 1000, 50_000, long.MaxValue / 2);
        StickRate.Add(words, 1000, 50_001, 5);

        Assert.Equal(uint.MaxValue, StickRate.Read(words, 1000, 50_002));
    }
}
