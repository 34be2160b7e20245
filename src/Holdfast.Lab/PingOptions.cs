using Holdfast.Primitives;

namespace Holdfast.Lab;

/// <summary>What a <see cref="PingMeter"/> does.</summary>
public sealed record PingOptions
{
    /// <summary>Whom to ask.</summary>
    public required IpAddress Target { get; init; }

    /// <summary>From one request to the next. Default 1 ms.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>It stops by itself after this time. Default 60 s; memory is taken for all of it at once.</summary>
    public TimeSpan DurationMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A reply that takes longer does not count. Default 100 ms.</summary>
    public TimeSpan ReplyMax { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Priority of the thread in SCHED_RR, 1 to 99, where that is allowed. Default 20.</summary>
    public int RealTimePriority { get; init; } = 20;
}
