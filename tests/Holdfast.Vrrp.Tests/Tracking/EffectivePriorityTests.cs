using Holdfast.Primitives;
using Holdfast.Vrrp.Tracking;

namespace Holdfast.Vrrp.Tests.Tracking;

public sealed class EffectivePriorityTests
{
    [Theory]
    [InlineData(20, false, true, 20)]
    [InlineData(20, false, false, 0)]
    [InlineData(-20, false, true, 0)]
    [InlineData(-20, false, false, -20)]
    [InlineData(20, true, true, -20)]
    [InlineData(-20, true, false, 20)]
    public void Vote_Weighted_Contributes(int weight, bool reverse, bool isUp, int expected)
    {
        var vote = new TrackerVote(weight, reverse, isUp);

        Assert.Equal(expected, vote.Contribution);
        Assert.False(vote.IsFault);
    }

    [Theory]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    public void Vote_WeightZero_IsFaultWhenDownOrReversedUp(bool reverse, bool isUp, bool isFault)
        => Assert.Equal(isFault, new TrackerVote(0, reverse, isUp).IsFault);

    [Theory]
    [InlineData(100, 20, 120)]
    [InlineData(100, -253, 1)]
    [InlineData(200, 253, 254)]
    [InlineData(255, -100, 255)]
    public void Of_Sum_IsClippedAndTheOwnerNeverMoves(byte configured, int sum, byte expected)
        => Assert.Equal(new Priority(expected), EffectivePriority.Of(new Priority(configured), sum));
}
