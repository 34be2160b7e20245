using Holdfast.Primitives;

namespace Holdfast.Health.Checks;

/// <summary>Decides when a checker of a real server probes, and when it counts as up or down.</summary>
/// <remarks>
/// Up is lost after 1 + Retries failures in a row; down ends with one whole success. A check of several steps has
/// succeeded when the last step has, and starts again at the first step when it goes down. The next probe is a delay
/// after the end of the last one, so a slow server is never probed twice at once; but a late start does not count, so
/// that checks which a busy moment has pushed together part again. The table of all states and events is
/// docs/health-machine.md. Steps allocate nothing.
/// </remarks>
public static class CheckMachine
{
    private static readonly TimeSpan s_abandonedDelay = TimeSpan.FromSeconds(1);

    /// <summary>One step.</summary>
    public static CheckOutput Step(in CheckModel model, ref CheckState state, CheckInput input, MonotonicTime now)
        => (state.Phase, input) switch
        {
            (CheckPhase.Waiting, CheckInput.TimePassed) when state.Due <= now => Start(ref state, now),
            (CheckPhase.Running, CheckInput.Succeeded) => OnSuccess(model, ref state, now),
            (CheckPhase.Running, CheckInput.Failed) => OnFailure(model, ref state, now),
            (CheckPhase.Running, CheckInput.Abandoned) => Abandon(model, ref state, now),
            (CheckPhase.Waiting or CheckPhase.Running, CheckInput.Suspend) => Suspend(ref state),
            (CheckPhase.Suspended, CheckInput.Resume) => Resume(ref state, now),
            _ => CheckOutput.None,
        };

    /// <summary>Goes on with other settings: what is known stays known.</summary>
    /// <param name="model">The settings from now on.</param>
    /// <param name="state">The state by the settings before.</param>
    /// <param name="now">The present.</param>
    /// <param name="fraction">
    /// Part of the new delay to wait, 0 to 1, where the old settings would wait longer than the new ones do; drawn at
    /// random by the caller, so that checks whose delay became short do not all come at once.
    /// </param>
    /// <returns>The state to go on with.</returns>
    public static CheckState Adopt(in CheckModel model, in CheckState state, MonotonicTime now, double fraction)
    {
        bool isRetry = state.Failures > 0;
        TimeSpan delay = isRetry ? model.DelayBeforeRetry
            : state.HasRun || state.Step > 0 ? model.DelayLoop : model.Warmup;
        return state.Phase == CheckPhase.Waiting && state.Due > now + delay
            ? state with { Due = now + (isRetry ? delay : delay * fraction) } : state;
    }

    private static CheckOutput Start(ref CheckState state, MonotonicTime now)
    {
        state = state with { Phase = CheckPhase.Running, Due = MonotonicTime.Never, Late = now - state.Due };
        return CheckOutput.Start;
    }

    private static CheckOutput Abandon(in CheckModel model, ref CheckState state, MonotonicTime now)
    {
        state = Wait(state, now, model.DelayLoop < s_abandonedDelay ? model.DelayLoop : s_abandonedDelay);
        return CheckOutput.None;
    }

    private static CheckOutput Suspend(ref CheckState state)
    {
        bool isRunning = state.Phase == CheckPhase.Running;
        state = state with { Phase = CheckPhase.Suspended, Due = MonotonicTime.Never, Late = default };
        return isRunning ? CheckOutput.Cancel : CheckOutput.None;
    }

    private static CheckOutput Resume(ref CheckState state, MonotonicTime now)
    {
        state = state with { Phase = CheckPhase.Waiting, Due = now };
        return CheckOutput.None;
    }

    private static CheckOutput OnSuccess(in CheckModel model, ref CheckState state, MonotonicTime now)
    {
        bool isSettled = state.IsUp && state.HasRun;
        if (state.Step + 1 < model.Steps)
        {
            TimeSpan delay = model.FastRecovery && !isSettled ? TimeSpan.Zero : model.DelayLoop;
            state = Wait(state, now, delay) with { Failures = 0, Step = state.Step + 1 };
            return CheckOutput.None;
        }
        state = Wait(state, now, model.DelayLoop) with { IsUp = true, HasRun = true, Failures = 0, Step = 0 };
        return isSettled ? CheckOutput.None : CheckOutput.ReportUp;
    }

    private static CheckOutput OnFailure(in CheckModel model, ref CheckState state, MonotonicTime now)
    {
        if (state.IsUp && state.Failures < model.Retries)
        {
            state = Wait(state, now, model.DelayBeforeRetry) with { Failures = state.Failures + 1 };
            return CheckOutput.NoteFailure;
        }
        bool isNews = state.IsUp || !state.HasRun;
        state = Wait(state, now, model.DelayLoop) with { IsUp = false, HasRun = true, Failures = 0, Step = 0 };
        return isNews ? CheckOutput.ReportDown : CheckOutput.NoteFailure;
    }

    private static CheckState Wait(CheckState state, MonotonicTime now, TimeSpan delay)
    {
        // After a pause of the host the lateness is more than the delay, and there is nothing to make up for.
        TimeSpan left = state.Late < delay ? delay - state.Late : delay;
        return state with { Phase = CheckPhase.Waiting, Due = now + left, Late = default };
    }
}
