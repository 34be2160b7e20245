using Holdfast.Primitives;
using Holdfast.Runtime.Logging;

namespace Holdfast.Runtime.Tests.Logging;

public sealed class RepeatFilterTests
{
    private readonly RepeatFilter _filter = new();

    [Fact]
    public void Admits_EqualMessages_AFewThenCounted()
    {
        int admitted = Enumerable.Range(0, 46).Count(i => Admits("the same", i * 0.01));

        Assert.Equal(RepeatFilter.FreeInWindow, admitted);
        Assert.Equal(At(60), _filter.Deadline);
        Assert.Empty(_filter.TakeDue(At(59), all: false));
        Assert.Equal(
            [(LogLevel.Warning, "the same", 46 - RepeatFilter.FreeInWindow, TimeSpan.FromSeconds(60))],
            _filter.TakeDue(At(60), all: false));
        Assert.True(_filter.Deadline.IsNever);
    }

    [Fact]
    public void Admits_AfterTheWindow_BeginsAgain()
    {
        for (int i = 0; i < RepeatFilter.FreeInWindow; i++)
        {
            Assert.True(Admits("rare", 0));
        }

        Assert.True(Admits("rare", 61));
    }

    [Fact]
    public void Admits_DifferentMessages_AreAllLetThroughInBoundedMemory()
    {
        for (int i = 0; i < 10_000; i++)
        {
            Assert.True(Admits($"message {i}", i * 0.001));
        }

        Assert.Empty(_filter.TakeDue(At(1000), all: true));
    }

    [Fact]
    public void TakeDue_All_GivesWhatIsNotDueYet()
    {
        for (int i = 0; i < 10; i++)
        {
            Admits("flood", 0);
        }

        (LogLevel _, string text, int count, TimeSpan time) = Assert.Single(_filter.TakeDue(At(3), all: true));
        Assert.Equal(("flood", 10 - RepeatFilter.FreeInWindow, TimeSpan.FromSeconds(3)), (text, count, time));
    }

    private static MonotonicTime At(double seconds) => MonotonicTime.Zero + TimeSpan.FromSeconds(seconds);

    private bool Admits(string text, double seconds) => _filter.Admits(LogLevel.Warning, text, At(seconds));
}
