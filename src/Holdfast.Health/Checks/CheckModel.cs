using Holdfast.Primitives;

namespace Holdfast.Health.Checks;

/// <summary>When a checker of a real server runs and how its results are judged (keepalived.conf(5)).</summary>
/// <param name="DelayLoop"><c>delay_loop</c>: from the end of a check to the begin of the next. Default 60 s.</param>
/// <param name="Retries"><c>retry</c>: failures that do not count yet while it is up. Default 1.</param>
/// <param name="DelayBeforeRetry"><c>delay_before_retry</c>: the delay after such a failure. Default 1 s.</param>
/// <param name="Warmup"><c>warmup</c>: the first check comes at a random time up to this.</param>
/// <param name="Alpha"><c>alpha</c>: it counts as down until it has succeeded.</param>
/// <param name="Steps">How many probes make one check: the URLs of an HTTP check, otherwise 1.</param>
/// <param name="FastRecovery"><c>fast_recovery</c>: no delay between steps until it is up.</param>
public readonly record struct CheckModel(
    TimeSpan DelayLoop, int Retries, TimeSpan DelayBeforeRetry, TimeSpan Warmup, bool Alpha, int Steps = 1,
    bool FastRecovery = false);

/// <summary>Where a checker stands.</summary>
public enum CheckPhase : byte
{
    /// <summary>The next probe is due at <see cref="CheckState.Due"/>.</summary>
    Waiting,

    /// <summary>A probe is under way.</summary>
    Running,

    /// <summary><c>ha_suspend</c>: the address is not here, so nothing is probed.</summary>
    Suspended,
}

/// <summary>State of one checker. Start with <see cref="Initial"/>.</summary>
/// <param name="Phase">Where it stands.</param>
/// <param name="IsUp">Whether it counts as up.</param>
/// <param name="HasRun">Whether a check has ended: until then a result is told even if it changes nothing.</param>
/// <param name="Failures">Failures in a row that have not counted.</param>
/// <param name="Step">0-based index of the next probe of the check.</param>
/// <param name="Due">When <see cref="CheckInput.TimePassed"/> is due; never while running or suspended.</param>
/// <param name="Late">How late the probe under way was started; taken off the next delay.</param>
public readonly record struct CheckState(
    CheckPhase Phase, bool IsUp, bool HasRun, int Failures, int Step, MonotonicTime Due, TimeSpan Late = default)
{
    /// <summary>A checker that has not run yet.</summary>
    /// <param name="model">Its settings.</param>
    /// <param name="now">The present.</param>
    /// <param name="warmupFraction">Part of the warm-up to wait, 0 to 1, drawn at random by the caller.</param>
    public static CheckState Initial(in CheckModel model, MonotonicTime now, double warmupFraction)
        => new(CheckPhase.Waiting, !model.Alpha, HasRun: false, 0, 0, now + (model.Warmup * warmupFraction));
}

/// <summary>What happened to a checker.</summary>
public enum CheckInput : byte
{
    /// <summary><see cref="CheckState.Due"/> has come.</summary>
    TimePassed,

    /// <summary>The probe had the right result.</summary>
    Succeeded,

    /// <summary>The probe had none or a wrong one.</summary>
    Failed,

    /// <summary>The probe could not be made, for want of our own resources: nothing is known.</summary>
    Abandoned,

    /// <summary>The address of the service has left this node.</summary>
    Suspend,

    /// <summary>The address of the service is here.</summary>
    Resume,
}

/// <summary>What must be done, in the order of the bits.</summary>
[Flags]
public enum CheckOutput : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>End the probe that is under way; its result does not matter.</summary>
    Cancel = 1,

    /// <summary>Tell that it is up.</summary>
    ReportUp = 2,

    /// <summary>Tell that it is down.</summary>
    ReportDown = 4,

    /// <summary>A failure that changes nothing: log it when all failures are logged.</summary>
    NoteFailure = 8,

    /// <summary>Start the probe of <see cref="CheckState.Step"/>.</summary>
    Start = 16,
}
