using System.Globalization;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Runtime.Tests.Supervision;

/// <summary>The formats of reload_time_file are precisely those of keepalived.conf(5).</summary>
public sealed class ReloadTimeTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 4, 12, 30, 0, TimeSpan.Zero);

    // Two hours east of Greenwich, without summer time.
    private static readonly TimeZoneInfo s_east = TimeZoneInfo.CreateCustomTimeZone(
        "east", TimeSpan.FromHours(2), "east", "east");

    [Theory]
    [InlineData("12:30:01Z", "2026-03-04 12:30:01", true)]
    [InlineData("12:30:00Z", "2026-03-05 12:30:00", true)]
    [InlineData("14:30:01", "2026-03-04 12:30:01", true)]
    [InlineData("01:00:00", "2026-03-04 23:00:00", true)]
    [InlineData("26-03-05 00:00:00", "2026-03-04 22:00:00", false)]
    [InlineData("2026-03-05 00:00:00Z", "2026-03-05 00:00:00", false)]
    public void Line_InAFormat_IsTheNextSuchTime(string line, string utc, bool isDaily)
    {
        Assert.Null(ReloadTime.TryRead(line, s_now, s_east, out ReloadTime time));
        Assert.Equal(utc, time.When.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        Assert.Equal(isDaily, time.IsDaily);
    }

    [Theory]
    [InlineData("2026-03-04 12:30:00Z")]
    [InlineData("25-01-01 00:00:00")]
    [InlineData("")]
    [InlineData("12:30")]
    [InlineData(" 12:30:01")]
    [InlineData("12:30:01 ")]
    [InlineData("24:00:00")]
    [InlineData("2026-3-5 00:00:00")]
    [InlineData("2026-03-05  00:00:00")]
    public void Line_InThePastOrOtherwise_IsNone(string line)
        => Assert.NotNull(ReloadTime.TryRead(line, s_now, s_east, out _));
}
