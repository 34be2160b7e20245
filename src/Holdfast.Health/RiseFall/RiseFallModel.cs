using Holdfast.Primitives;

namespace Holdfast.Health.RiseFall;

/// <summary>How a periodic check is run and judged (keepalived.conf(5) <c>vrrp_script</c>).</summary>
/// <param name="Interval">Time from start to start. Default 1 s.</param>
/// <param name="Timeout">A run that lasts longer has failed. Default: the interval.</param>
/// <param name="Rise">Successes in a row until down becomes up. At least 1.</param>
/// <param name="Fall">Failures in a row until up becomes down. At least 1.</param>
/// <param name="InitFail">Whether it counts as down until it has succeeded.</param>
public sealed record RiseFallModel(TimeSpan Interval, TimeSpan Timeout, int Rise, int Fall, bool InitFail)
{
    /// <summary>How long a run may go on after SIGTERM before SIGKILL: keepalived's 2 s.</summary>
    public static TimeSpan KillDelay => TimeSpan.FromSeconds(2);
}

/// <summary>What a check is known to be.</summary>
public enum CheckHealth : byte
{
    /// <summary>No run has ended yet.</summary>
    Unknown,

    /// <summary>Up.</summary>
    Up,

    /// <summary>Down.</summary>
    Down,
}

/// <summary>Where the run of a check stands.</summary>
public enum RunPhase : byte
{
    /// <summary>None is active.</summary>
    Idle,

    /// <summary>It runs within its time.</summary>
    Running,

    /// <summary>Its time was up and it was told to end.</summary>
    Terminating,

    /// <summary>It was killed.</summary>
    Killed,
}

/// <summary>State of one check. Start with <see cref="Initial"/>.</summary>
/// <param name="Health">What is known.</param>
/// <param name="Phase">Where the run stands.</param>
/// <param name="InARow">Results in a row that speak against <paramref name="Health"/>.</param>
/// <param name="NextRun">When the next run is due.</param>
/// <param name="PhaseEnd">When the phase of the run ends by itself; never while idle.</param>
public readonly record struct RiseFallState(
    CheckHealth Health, RunPhase Phase, int InARow, MonotonicTime NextRun, MonotonicTime PhaseEnd)
{
    /// <summary>A check whose first run is due at <paramref name="now"/>.</summary>
    public static RiseFallState Initial(RiseFallModel model, MonotonicTime now)
        => new(model.InitFail ? CheckHealth.Down : CheckHealth.Unknown, RunPhase.Idle, 0, now, MonotonicTime.Never);

    /// <summary>When <see cref="CheckEvent.TimePassed"/> is due.</summary>
    public MonotonicTime Deadline => MonotonicTime.Min(NextRun, PhaseEnd);
}

/// <summary>What happened to a check.</summary>
public enum CheckEvent : byte
{
    /// <summary>The deadline has come.</summary>
    TimePassed,

    /// <summary>The run ended with success.</summary>
    Succeeded,

    /// <summary>The run ended otherwise, or could not be started.</summary>
    Failed,
}

/// <summary>What must be done, in the order of the bits.</summary>
[Flags]
public enum CheckEffects : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Tell that the check is up now.</summary>
    ReportUp = 1,

    /// <summary>Tell that the check is down now.</summary>
    ReportDown = 2,

    /// <summary>Send SIGTERM to the process group of the run.</summary>
    Terminate = 4,

    /// <summary>Send SIGKILL to it.</summary>
    Kill = 8,

    /// <summary>Start a run.</summary>
    Start = 16,

    /// <summary>Log that a run was due while the last one was still active.</summary>
    ReportSkipped = 32,
}
