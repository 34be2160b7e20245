using Holdfast.Primitives;

namespace Holdfast.Health.Servers;

/// <summary>What has happened to the check of a server.</summary>
public enum ServerCheckInput
{
    /// <summary>Time has passed.</summary>
    TimePassed,

    /// <summary>The check that was running has succeeded.</summary>
    Succeeded,

    /// <summary>It has failed, or took too long.</summary>
    Failed,

    /// <summary>It answers, but wants no new work (disable-on-404).</summary>
    SucceededWithoutNewWork,

    /// <summary>Maintenance begins: no checks.</summary>
    Suspend,

    /// <summary>Maintenance ends.</summary>
    Resume,
}

/// <summary>What the check's owner has to do.</summary>
public enum ServerCheckOutput
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Begin a check.</summary>
    Start,

    /// <summary>Drop the check that is running.</summary>
    Cancel,

    /// <summary>The server has come up.</summary>
    WentUp,

    /// <summary>The server has gone down.</summary>
    WentDown,

    /// <summary>The server gets no new work from now on, what sticks to it still does.</summary>
    WentWithoutNewWork,

    /// <summary>The server gets new work again.</summary>
    WentWithNewWork,
}

/// <summary>The check of one server, made by <see cref="ServerCheckMachine.Begin"/>.</summary>
public record struct ServerCheckState
{
    /// <summary>0 to rise + fall − 1; the server is up from rise on.</summary>
    public int Health { get; set; }

    /// <summary>When the next check is due; never while one is running or checks are suspended.</summary>
    public MonotonicTime Due { get; set; }

    /// <summary>Whether a check is running.</summary>
    public bool IsRunning { get; set; }

    /// <summary>Whether there has been a result.</summary>
    public bool HasResult { get; set; }

    /// <summary>Whether checks are suspended.</summary>
    public bool IsSuspended { get; set; }

    /// <summary>Whether the server wants no new work.</summary>
    public bool IsWithoutNewWork { get; set; }
}

/// <summary>Decides when a server of a proxy is checked, and whether it is up: HAProxy's health counter.</summary>
/// <remarks>
/// A counter from 0 to rise + fall − 1. It begins at rise: up, but one failure from down. While up, a success takes it
/// to the top, a failure one lower, and below rise the server is down and the counter 0. While down, a success takes
/// it one higher, and at rise the server is up and the counter at the top; a failure takes it to 0. So a server that
/// was just started goes down at its first failure. Steps allocate nothing.
/// </remarks>
public static class ServerCheckMachine
{
    /// <summary>A server that was never checked: up.</summary>
    /// <param name="model">How it is checked.</param>
    /// <param name="due">When the first check is due.</param>
    public static ServerCheckState Begin(ServerCheckModel model, MonotonicTime due)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new() { Health = model.Rise, Due = due };
    }

    /// <summary>Whether the server is up.</summary>
    public static bool IsUp(ServerCheckModel model, in ServerCheckState state)
    {
        ArgumentNullException.ThrowIfNull(model);
        return state.Health >= model.Rise;
    }

    /// <summary>The time from one check to the next.</summary>
    public static TimeSpan Delay(ServerCheckModel model, in ServerCheckState state)
    {
        ArgumentNullException.ThrowIfNull(model);
        int top = model.Rise + model.Fall - 1;
        return !state.HasResult || (state.Health > 0 && state.Health < top)
            ? model.FastInterval ?? model.Interval
            : state.Health == 0 ? model.DownInterval ?? model.Interval : model.Interval;
    }

    /// <summary>One step.</summary>
    public static ServerCheckOutput Step(
        ServerCheckModel model, ref ServerCheckState state, ServerCheckInput input, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(model);
        return (input, state.IsSuspended, state.IsRunning) switch
        {
            (ServerCheckInput.TimePassed, false, false) when state.Due <= now => Start(ref state),
            (ServerCheckInput.Succeeded, false, true) => OnSuccess(model, ref state, now, isWithoutNewWork: false),
            (ServerCheckInput.SucceededWithoutNewWork, false, true)
                => OnSuccess(model, ref state, now, isWithoutNewWork: true),
            (ServerCheckInput.Failed, false, true) => OnFailure(model, ref state, now),
            (ServerCheckInput.Suspend, false, _) => Suspend(ref state),
            (ServerCheckInput.Resume, true, _) => Resume(model, ref state, now),
            _ => ServerCheckOutput.None,
        };
    }

    private static ServerCheckOutput Start(ref ServerCheckState state)
    {
        state.IsRunning = true;
        state.Due = MonotonicTime.Never;
        return ServerCheckOutput.Start;
    }

    private static ServerCheckOutput OnSuccess(
        ServerCheckModel model, ref ServerCheckState state, MonotonicTime now, bool isWithoutNewWork)
    {
        bool wasUp = IsUp(model, state);
        bool wasWithout = state.IsWithoutNewWork;
        int top = model.Rise + model.Fall - 1;
        state.Health = wasUp || state.Health + 1 >= model.Rise ? top : state.Health + 1;
        bool isUp = IsUp(model, state);
        state.IsWithoutNewWork = isUp && isWithoutNewWork;
        Finish(model, ref state, now);
        return (wasUp, isUp) switch
        {
            (false, true) => ServerCheckOutput.WentUp,
            (true, true) when state.IsWithoutNewWork && !wasWithout => ServerCheckOutput.WentWithoutNewWork,
            (true, true) when !state.IsWithoutNewWork && wasWithout => ServerCheckOutput.WentWithNewWork,
            _ => ServerCheckOutput.None,
        };
    }

    private static ServerCheckOutput OnFailure(
        ServerCheckModel model, ref ServerCheckState state, MonotonicTime now)
    {
        bool wasUp = IsUp(model, state);
        state.Health = state.Health > model.Rise ? state.Health - 1 : 0;
        bool isUp = IsUp(model, state);
        state.IsWithoutNewWork &= isUp;
        Finish(model, ref state, now);
        return wasUp && !isUp ? ServerCheckOutput.WentDown : ServerCheckOutput.None;
    }

    private static void Finish(ServerCheckModel model, ref ServerCheckState state, MonotonicTime now)
    {
        state.IsRunning = false;
        state.HasResult = true;
        state.Due = now + Delay(model, state);
    }

    private static ServerCheckOutput Suspend(ref ServerCheckState state)
    {
        bool wasRunning = state.IsRunning;
        state.IsSuspended = true;
        state.IsRunning = false;
        state.Due = MonotonicTime.Never;
        return wasRunning ? ServerCheckOutput.Cancel : ServerCheckOutput.None;
    }

    /// <summary>After maintenance a server is up and one failure from down, as after a start.</summary>
    private static ServerCheckOutput Resume(ServerCheckModel model, ref ServerCheckState state, MonotonicTime now)
    {
        bool wasUp = IsUp(model, state);
        state.IsSuspended = false;
        state.HasResult = false;
        state.IsWithoutNewWork = false;
        state.Health = model.Rise;
        state.Due = now;
        return wasUp ? ServerCheckOutput.None : ServerCheckOutput.WentUp;
    }
}
