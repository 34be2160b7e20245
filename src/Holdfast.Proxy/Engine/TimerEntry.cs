namespace Holdfast.Proxy.Engine;

/// <summary>Something with a deadline. It stands in the wheel of its loop, or in none.</summary>
public abstract class TimerEntry
{
    /// <summary>The value of <see cref="Deadline"/> when there is none.</summary>
    public const long Never = long.MaxValue;

    internal TimerEntry? Next { get; set; }

    internal TimerEntry? Previous { get; set; }

    /// <summary>Where it stands, level × 64 + slot; −1: nowhere.</summary>
    internal int Place { get; set; } = -1;

    /// <summary>When its slot comes: never later than the deadline.</summary>
    internal long Position { get; set; }

    /// <summary>When it is due, in milliseconds of the loop's clock.</summary>
    public long Deadline { get; internal set; } = Never;

    /// <summary>Called on the loop's thread when the deadline has come; the entry has left the wheel.</summary>
    internal abstract void OnDue();
}
