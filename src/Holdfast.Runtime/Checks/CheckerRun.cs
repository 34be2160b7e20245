using Holdfast.Config.Keepalived.Model;
using Holdfast.Health.Checks;
using Holdfast.Linux;
using Holdfast.Primitives;
using Holdfast.Runtime.Checks.Probes;

namespace Holdfast.Runtime.Checks;

/// <summary>One checker at work: its settings, its state, and the probe that it uses.</summary>
internal sealed class CheckerRun
{
    private readonly CheckEngine _engine;
    private CheckModel _model;
    private readonly Probe? _probe;
    private CheckState _state;
    private MonotonicTime _limit = MonotonicTime.Never;
    private MonotonicTime _startedAt;
    private long? _delta;
    private readonly ResultRing _results = new();

    internal CheckerRun(
        CheckEngine engine, string key, CheckerModel checker, in CheckModel model, Probe? probe, in CheckState state,
        long? delta = null)
    {
        _delta = delta;
        _engine = engine;
        Key = key;
        Checker = checker;
        _model = model;
        _probe = probe;
        _state = state;
        Since = MonotonicClock.Now;
        probe?.Attach(this);
        SetProbeLimit();
    }

    /// <summary>Says of two checkers of two configurations whether they are the same.</summary>
    internal string Key { get; }

    /// <summary>The checker as it is configured.</summary>
    internal CheckerModel Checker { get; private set; }

    /// <summary>Position in the list of the engine.</summary>
    internal int Index { get; set; }

    internal CheckId Id { get; set; }

    /// <summary>Weight of the server in the file, which a dynamic script's result is compared with.</summary>
    internal long ConfiguredWeight { get; set; }

    internal bool IsUp => _state.IsUp;

    internal bool HasRun => _state.HasRun;

    /// <summary>What it adds to the weight; 0 until it has said so.</summary>
    internal long WeightDelta => _delta ?? 0;

    internal ProbeResult Last { get; private set; }

    internal MonotonicTime LastAt { get; private set; }

    internal TimeSpan LastTook { get; private set; }

    internal ProbeResult LastFailure { get; private set; }

    internal MonotonicTime LastFailureAt { get; private set; }

    /// <summary>When it wants to be called: the next probe, or the limit of the one under way.</summary>
    internal MonotonicTime Deadline => _probe is null ? MonotonicTime.Never : MonotonicTime.Min(_state.Due, _limit);

    /// <summary>Since when it has been up or down; before its first check, since it is there.</summary>
    internal MonotonicTime Since { get; private set; }

    internal CheckStatus Status => new(Id, _state.IsUp, _state.HasRun, _state.Phase == CheckPhase.Suspended,
        _state.Failures, _state.Due, Last, LastAt, LastTook, LastFailure, LastFailureAt)
    {
        IsRunning = _state.Phase == CheckPhase.Running,
        Since = Since,
        WeightDelta = WeightDelta,
    };

    /// <summary>The last results, the newest first.</summary>
    internal System.Collections.Immutable.ImmutableArray<CheckResult> Results => _results.ToArray();

    internal void OnTime(MonotonicTime now)
    {
        if (_limit <= now)
        {
            _limit = MonotonicTime.Never;
            _probe!.OnLimit(now);
        }
        else if (_state.Due <= now)
        {
            _engine.Statistics.CountStart(now - _state.Due);
            Step(CheckInput.TimePassed, default, now);
        }
    }

    /// <summary>Sets when the probe under way is out of time.</summary>
    internal void SetLimit(MonotonicTime limit)
    {
        _limit = limit;
        _engine.Reschedule(this);
    }

    /// <summary>Takes the result of the probe under way.</summary>
    internal void Finish(ProbeResult result)
    {
        MonotonicTime now = MonotonicClock.Now;
        _limit = MonotonicTime.Never;
        Remember(result, now);
        CheckInput input = result.Outcome switch
        {
            ProbeOutcome.Success => CheckInput.Succeeded,
            ProbeOutcome.Inconclusive => CheckInput.Abandoned,
            _ => CheckInput.Failed,
        };
        Step(input, result, now);
    }

    /// <summary>Takes a result that nobody asked for: what is told instead of probed.</summary>
    internal void Tell(ProbeResult result)
    {
        MonotonicTime now = MonotonicClock.Now;
        _startedAt = now;
        Remember(result, now);
        bool isNews = !_state.HasRun || _state.IsUp != result.IsSuccess;
        Since = _state.IsUp != result.IsSuccess ? now : Since;
        _state = _state with { IsUp = result.IsSuccess, HasRun = true };
        if (isNews)
        {
            Report(result.IsSuccess ? ServerReportKind.Up : ServerReportKind.Down, result, now);
        }
    }

    /// <summary>Sets what it adds to the weight, and tells a change.</summary>
    internal void SetDelta(long delta, ProbeResult result)
    {
        if ((_delta ?? 0) != delta)
        {
            _delta = delta;
            _engine.Report(new ServerReport(Id, ServerReportKind.Weight, result, delta, MonotonicClock.Now));
        }
        _delta = delta;
    }

    internal void SetSuspended(bool isSuspended, MonotonicTime now)
        => Step(isSuspended ? CheckInput.Suspend : CheckInput.Resume, default, now);

    /// <summary>Goes on with the settings of another configuration that ask the same; the probe under way, too.
    /// </summary>
    /// <param name="checker">The checker there.</param>
    /// <param name="model">Its timing.</param>
    /// <param name="fraction">Part of the new delay to wait, 0 to 1, where the old wait was longer than that.</param>
    /// <param name="now">The present.</param>
    /// <param name="factory">Has what was read anew with the configuration.</param>
    internal void Adopt(
        CheckerModel checker, in CheckModel model, double fraction, MonotonicTime now, ProbeFactory factory)
    {
        Checker = checker;
        if (model != _model)
        {
            _model = model;
            _state = CheckMachine.Adopt(model, _state, now, fraction);
        }
        SetProbeLimit();
        if (_probe is not null)
        {
            factory.Renew(_probe);
        }
    }

    /// <summary>Ends it for good.</summary>
    internal void Abandon()
    {
        _probe?.Cancel();
        (_probe as IDisposable)?.Dispose();
    }

    private void SetProbeLimit()
    {
        if (_probe is not null)
        {
            _probe.Timeout = ProbeFactory.LimitOf(Checker);
        }
    }

    private void Remember(ProbeResult result, MonotonicTime now)
    {
        Last = result;
        LastAt = now;
        LastTook = now - _startedAt;
        _results.Add(result, _state.Step, now, LastTook);
        if (!result.IsSuccess)
        {
            LastFailure = result;
            LastFailureAt = now;
        }
        _engine.CountResult(result);
    }

    private void Step(CheckInput input, ProbeResult result, MonotonicTime now)
    {
        bool wasUp = _state.IsUp;
        CheckOutput output = CheckMachine.Step(_model, ref _state, input, now);
        Since = _state.IsUp != wasUp ? now : Since;
        if ((output & CheckOutput.Cancel) != 0)
        {
            _limit = MonotonicTime.Never;
            _probe?.Cancel();
        }
        if ((output & CheckOutput.ReportUp) != 0)
        {
            Report(ServerReportKind.Up, result, now);
        }
        if ((output & CheckOutput.ReportDown) != 0)
        {
            Report(ServerReportKind.Down, result, now);
            if (Checker is MiscCheckModel)
            {
                // A script that says no weight when it succeeds again means that of the file.
                SetDelta(0, result);
            }
        }
        if ((output & CheckOutput.NoteFailure) != 0 && Checker.Timing.LogAllFailures)
        {
            Report(ServerReportKind.Failure, result, now);
        }
        _engine.Reschedule(this);
        if ((output & CheckOutput.Start) != 0)
        {
            _startedAt = now;
            _probe!.Start(_state.Step, now);
        }
    }

    private void Report(ServerReportKind kind, ProbeResult result, MonotonicTime now)
        => _engine.Report(new ServerReport(Id, kind, result, 0, now));
}
