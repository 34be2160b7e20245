namespace Holdfast.Vrrp.Machine;

/// <summary>The intervals of RFC 9568 §6.1 (version 3) and RFC 3768 §6.1 (version 2).</summary>
public static class VrrpTimers
{
    private static readonly TimeSpan s_meetingGapMin = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The least time between two answers to adverts that must not stay unanswered: 1 ms, which is short beside any
    /// skew and bounds what a flood of forged adverts can make us send.
    /// </summary>
    public static TimeSpan AnswerGap { get; } = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// The least time between two announcements against adverts of lower priority: half an interval, so that each
    /// advert of one misled router is met, and at least 500 ms.
    /// </summary>
    public static TimeSpan MeetingGap(VrrpConfig config)
        => new(Math.Max(config.AdvertInterval.Ticks / 2, s_meetingGapMin.Ticks));

    /// <summary>
    /// Skew_Time: the higher the priority, the sooner. (256 − priority)/256 of a second or an interval.
    /// </summary>
    public static TimeSpan Skew(VrrpConfig config, in VrrpState state)
    {
        TimeSpan unit = config.Version == 2 ? TimeSpan.FromSeconds(1) : state.ActiveInterval;
        return new(unit.Ticks * (256 - state.EffectivePriority.Value) / 256);
    }

    /// <summary>Active_Down_Interval: so long may the Active be silent.</summary>
    public static TimeSpan ActiveDown(VrrpConfig config, in VrrpState state)
        => (state.ActiveInterval * config.DownTimerAdverts) + Skew(config, state);

    /// <summary>
    /// How late the advert of an Active must be for the highest of the other routers to have taken over: the advert
    /// before was heard, so that one interval of the Active-down time had passed when the advert was due.
    /// </summary>
    public static TimeSpan TooLate(VrrpConfig config)
    {
        TimeSpan unit = config.Version == 2 ? TimeSpan.FromSeconds(1) : config.AdvertInterval;
        return (config.AdvertInterval * (config.DownTimerAdverts - 1))
            + new TimeSpan(unit.Ticks * (256 - config.HighestOtherPriority.Value) / 256);
    }

    /// <summary>
    /// The longest Active_Down_Interval that any Backup of this router can have: its skew is less than one interval.
    /// </summary>
    public static TimeSpan LongestActiveDown(VrrpConfig config)
        => config.AdvertInterval * (config.DownTimerAdverts + 1);

    /// <summary>The longest skew that any Backup can have: priority 1.</summary>
    public static TimeSpan LongestSkew(VrrpConfig config)
    {
        TimeSpan unit = config.Version == 2 ? TimeSpan.FromSeconds(1) : config.AdvertInterval;
        return new(unit.Ticks * 255 / 256);
    }
}
