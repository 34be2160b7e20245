using System.Collections.Immutable;
using Holdfast.Health.RiseFall;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Scripts;

/// <summary>One <c>vrrp_script</c>, ready to run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Model">When it runs and how it is judged.</param>
/// <param name="Command">
/// What runs; null when it cannot or must not be run: such a check is ignored, which means up, as in the original.
/// </param>
public sealed record PreparedCheck(string Name, RiseFallModel Model, PreparedCommand? Command)
{
    /// <summary>Whether both run the same at the same times.</summary>
    internal bool IsSame(PreparedCheck other)
        => Model == other.Model
            && (Command is { } own ? other.Command is { } its && own.IsSame(its) : other.Command is null);
}

/// <summary>Runs all <c>vrrp_script</c> blocks and tells only changes.</summary>
/// <remarks>The decisions are <see cref="RiseFallMachine"/>'s; this owns processes and the clock.</remarks>
public sealed class CheckScheduler : ITimed
{
    private readonly ScriptRunner _runner;
    private readonly Log _log;
    private readonly Action<int, bool> _changed;
    private Check[] _checks = [];

    /// <summary>A scheduler without checks.</summary>
    /// <param name="runner">Starts the scripts.</param>
    /// <param name="log">Told of every change, in keepalived's words.</param>
    /// <param name="changed">Called with the 0-based index of a check, and whether it is up now.</param>
    public CheckScheduler(ScriptRunner runner, Log log, Action<int, bool> changed)
    {
        _runner = runner;
        _log = log;
        _changed = changed;
    }

    /// <inheritdoc/>
    public MonotonicTime Deadline
    {
        get
        {
            MonotonicTime deadline = MonotonicTime.Never;
            foreach (Check check in _checks)
            {
                deadline = MonotonicTime.Min(deadline, check.State.Deadline);
            }
            return deadline;
        }
    }

    /// <summary>What is known of the check with that index.</summary>
    public CheckHealth HealthOf(int index) => _checks[index].State.Health;

    /// <summary>How each check stands, for people.</summary>
    internal IEnumerable<CheckReport> Reports(MonotonicTime now)
        => _checks.Select(check => CheckReport.Of(check.Prepared, check.State, check.LastStatus, now));

    /// <summary>
    /// Takes over a new list: a check that is unchanged goes on as if nothing had happened, also in another place.
    /// </summary>
    public void Apply(ImmutableArray<PreparedCheck> prepared, MonotonicTime now)
    {
        Dictionary<string, Check> before = _checks.ToDictionary(static c => c.Prepared.Name);
        var checks = new Check[prepared.Length];
        for (int i = 0; i < checks.Length; i++)
        {
            PreparedCheck wanted = prepared[i];
            if (before.Remove(wanted.Name, out Check? old) && old.Prepared.IsSame(wanted))
            {
                checks[i] = old;
            }
            else
            {
                old?.Abandon();
                RiseFallState initial = RiseFallState.Initial(wanted.Model, now);
                checks[i] = new Check(wanted, wanted.Command is not null ? initial
                    : initial with { Health = CheckHealth.Up, NextRun = MonotonicTime.Never });
            }
            checks[i].Index = i;
        }
        foreach (Check gone in before.Values)
        {
            gone.Abandon();
        }
        _checks = checks;
    }

    /// <summary>The check with that index goes on from what another process knew of it. Nothing is told.</summary>
    public void Recall(int index, bool isUp)
    {
        Check check = _checks[index];
        check.State = check.State with { Health = isUp ? CheckHealth.Up : CheckHealth.Down };
    }

    /// <summary>Tells again all that is known, to a VRRP process that was started again.</summary>
    public void TellAll()
    {
        foreach (Check check in _checks)
        {
            if (check.State.Health != CheckHealth.Unknown)
            {
                _changed(check.Index, check.State.Health == CheckHealth.Up);
            }
        }
    }

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now)
    {
        foreach (Check check in _checks)
        {
            if (check.State.Deadline <= now)
            {
                Step(check, CheckEvent.TimePassed, now, default);
            }
        }
    }

    /// <summary>Ends all runs; nothing is told any more.</summary>
    public void Stop()
    {
        foreach (Check check in _checks)
        {
            check.Abandon();
        }
        _checks = [];
    }

    private void Step(Check check, CheckEvent occurred, MonotonicTime now, ExitStatus status)
    {
        (check.State, CheckEffects effects) = RiseFallMachine.Step(check.Prepared.Model, check.State, occurred, now);
        if ((effects & (CheckEffects.ReportUp | CheckEffects.ReportDown)) != 0)
        {
            Report(check, effects, status);
        }
        if ((effects & CheckEffects.Terminate) != 0)
        {
            check.Run?.SendToGroup(Signal.SIGTERM);
        }
        if ((effects & CheckEffects.Kill) != 0)
        {
            _log.Warning($"Script {check.Prepared.Name} did not end on SIGTERM, killing it");
            check.Run?.SendToGroup(Signal.SIGKILL);
        }
        if ((effects & CheckEffects.ReportSkipped) != 0)
        {
            _log.Debug($"Script {check.Prepared.Name} is still running, skipping a run");
        }
        if ((effects & CheckEffects.Start) != 0)
        {
            Start(check, now);
        }
    }

    private void Start(Check check, MonotonicTime now)
    {
        Errno errno = _runner.TryStart(check.Prepared.Command!, [], status => OnEnded(check, status), out check.Run);
        if (errno != Errno.Success)
        {
            _log.Error($"Script {check.Prepared.Name} cannot be started: {errno}");
            Step(check, CheckEvent.Failed, now, new ExitStatus(127, Signal.None));
        }
    }

    private void OnEnded(Check check, ExitStatus status)
    {
        check.Run = null;
        if (check.IsAbandoned)
        {
            return;
        }
        CheckEvent result = status.IsSuccess ? CheckEvent.Succeeded : CheckEvent.Failed;
        if (status != check.LastStatus && check.LastStatus is not null)
        {
            _log.Debug(status.Signal == Signal.None
                ? $"Script `{check.Prepared.Name}` now returning {status.Code}"
                : $"Script `{check.Prepared.Name}` {status}");
        }
        check.LastStatus = status;
        Step(check, result, MonotonicClock.Now, status);
    }

    private void Report(Check check, CheckEffects effects, ExitStatus status)
    {
        bool isUp = (effects & CheckEffects.ReportUp) != 0;
        string name = check.Prepared.Name;
        bool timedOut = (effects & CheckEffects.Terminate) != 0;
        string message = isUp ? $"VRRP_Script({name}) succeeded"
            : timedOut ? $"VRRP_Script({name}) timed out"
            : $"VRRP_Script({name}) failed ({status})";
        _log.Write(LogLevel.Info, message, new LogEvent("check").With("script", name)
            .With("state", isUp ? "up" : "down").With("result", timedOut ? "timed out" : status.ToString()));
        _changed(check.Index, isUp);
    }

    private sealed class Check(PreparedCheck prepared, RiseFallState state)
    {
        internal RunningScript? Run;

        internal PreparedCheck Prepared => prepared;

        internal RiseFallState State { get; set; } = state;

        internal int Index { get; set; }

        internal ExitStatus? LastStatus { get; set; }

        internal bool IsAbandoned { get; private set; }

        internal void Abandon()
        {
            IsAbandoned = true;
            Run?.SendToGroup(Signal.SIGKILL);
        }
    }
}
