using Holdfast.Primitives;

namespace Holdfast.Health.RiseFall;

/// <summary>Decides when a check runs, when a run is ended, and when the check counts as up or down.</summary>
/// <remarks>
/// <code>
/// phase        event        →  phase         effect
/// Idle         run is due      Running       Start
/// Running      run is due      Running       ReportSkipped
/// Running      time is up      Terminating   Terminate; counts as a failure now
/// Terminating  2 s later       Killed        Kill
/// any          ended           Idle          (a late end is not counted a second time)
///
/// health       result       →  health, when so many came in a row
/// Unknown      success         Up   1        the first result decides alone, as in keepalived
/// Unknown      failure         Down 1
/// Up           failure         Down Fall
/// Down         success         Up   Rise
/// </code>
/// Missed runs are not made up for: after a pause of the host, the next run is one interval from now.
/// </remarks>
public static class RiseFallMachine
{
    /// <summary>One step.</summary>
    public static (RiseFallState State, CheckEffects Effects) Step(
        RiseFallModel model, RiseFallState state, CheckEvent occurred, MonotonicTime now)
        => occurred switch
        {
            CheckEvent.TimePassed => OnTime(model, state, now),
            CheckEvent.Succeeded => OnEnded(model, state, succeeded: true),
            _ => OnEnded(model, state, succeeded: false),
        };

    private static (RiseFallState State, CheckEffects Effects) OnTime(
        RiseFallModel model, RiseFallState state, MonotonicTime now)
    {
        CheckEffects effects = CheckEffects.None;
        if (state.PhaseEnd <= now)
        {
            (state, effects) = EndPhase(model, state, now);
        }
        if (state.NextRun > now)
        {
            return (state, effects);
        }
        MonotonicTime next = state.NextRun + model.Interval;
        state = state with { NextRun = next > now ? next : now + model.Interval };
        return state.Phase == RunPhase.Idle
            ? (state with { Phase = RunPhase.Running, PhaseEnd = now + model.Timeout }, effects | CheckEffects.Start)
            : (state, effects | CheckEffects.ReportSkipped);
    }

    private static (RiseFallState State, CheckEffects Effects) EndPhase(
        RiseFallModel model, RiseFallState state, MonotonicTime now)
    {
        if (state.Phase == RunPhase.Running)
        {
            (state, CheckEffects report) = Judge(model, state, succeeded: false);
            state = state with { Phase = RunPhase.Terminating, PhaseEnd = now + RiseFallModel.KillDelay };
            return (state, report | CheckEffects.Terminate);
        }
        return (state with { Phase = RunPhase.Killed, PhaseEnd = MonotonicTime.Never }, CheckEffects.Kill);
    }

    private static (RiseFallState State, CheckEffects Effects) OnEnded(
        RiseFallModel model, RiseFallState state, bool succeeded)
    {
        RunPhase phase = state.Phase;
        state = state with { Phase = RunPhase.Idle, PhaseEnd = MonotonicTime.Never };
        return phase == RunPhase.Running ? Judge(model, state, succeeded) : (state, CheckEffects.None);
    }

    private static (RiseFallState State, CheckEffects Effects) Judge(
        RiseFallModel model, RiseFallState state, bool succeeded)
    {
        CheckHealth result = succeeded ? CheckHealth.Up : CheckHealth.Down;
        if (state.Health == result)
        {
            return (state with { InARow = 0 }, CheckEffects.None);
        }
        int needed = state.Health == CheckHealth.Unknown ? 1 : succeeded ? model.Rise : model.Fall;
        return state.InARow + 1 < needed
            ? (state with { InARow = state.InARow + 1 }, CheckEffects.None)
            : (state with { Health = result, InARow = 0 },
                succeeded ? CheckEffects.ReportUp : CheckEffects.ReportDown);
    }
}
