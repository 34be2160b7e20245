using Holdfast.Health.Servers;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;

namespace Holdfast.Proxy.Checks;

/// <summary>Decides when the check of a server runs; <see cref="ServerWatch"/> what follows from results.</summary>
internal sealed class HealthChecker<TTransport> : TimerEntry, IHealthTimer
    where TTransport : struct, ITransport
{
    private readonly EventLoop<TTransport> _loop;
    private readonly ServerWatch _watch;
    private readonly CheckJitter _jitter;
    private readonly ICheckRunner _runner;

    /// <summary>Begins to check.</summary>
    /// <param name="loop">The loop that checks.</param>
    /// <param name="watch">What is known of the server.</param>
    /// <param name="delayMilliseconds">Until the first check: they are spread.</param>
    /// <param name="jitter">Chance in intervals.</param>
    /// <param name="runner">Makes the runner, whose results come here.</param>
    internal HealthChecker(
        EventLoop<TTransport> loop, ServerWatch watch, long delayMilliseconds, CheckJitter jitter,
        Func<Action<CheckResult>, ICheckRunner> runner)
    {
        _loop = loop;
        _watch = watch;
        _jitter = jitter;
        _runner = runner(OnDone);
        watch.Timer = this;
        if (!watch.State.IsSuspended)
        {
            watch.State.Due = Now + TimeSpan.FromMilliseconds(delayMilliseconds);
        }
        Arm();
    }

    private MonotonicTime Now => new(_loop.State.Now * LoopClock.NanosecondsPerMillisecond);

    public void OnMoved() => Arm();

    public void OnSuspended(bool isCancelled)
    {
        if (isCancelled)
        {
            _runner.Cancel();
        }
        Arm();
    }

    internal override void OnDue()
    {
        if (ServerCheckMachine.Step(_watch.Model, ref _watch.State, ServerCheckInput.TimePassed, Now)
            == ServerCheckOutput.Start)
        {
            _runner.Start(_watch.IsUp);
        }
        else
        {
            Arm();
        }
    }

    private void OnDone(CheckResult result)
    {
        _watch.OnChecked(result, Now);
        if (!_watch.State.IsSuspended && !_watch.State.IsRunning)
        {
            _watch.State.Due = _jitter.Spread(Now, _watch.State.Due);
        }
        Arm();
    }

    private void Arm() => LoopClock.Arm(_loop.State, this, _watch.State.Due);
}

/// <summary>Asks the agent of a server, again and again, while operators want that.</summary>
internal sealed class AgentChecker<TTransport> : TimerEntry, IAgentTimer
    where TTransport : struct, ITransport
{
    private readonly EventLoop<TTransport> _loop;
    private readonly ServerWatch _watch;
    private readonly CheckJitter _jitter;
    private readonly Func<CheckTarget> _targetOf;
    private ProxyCheckSession _session;
    private CheckRunner<TTransport> _runner;
    private Options.AgentOptions _agent;
    private bool _isOver;

    internal AgentChecker(
        EventLoop<TTransport> loop, ServerWatch watch, Func<CheckTarget> targetOf, long delayMilliseconds,
        CheckJitter jitter)
    {
        _loop = loop;
        _watch = watch;
        _jitter = jitter;
        _targetOf = targetOf;
        _agent = watch.Server.Options.Health.Agent!;
        (_session, _runner) = Make();
        LoopClock.Arm(loop.State, this, Now + TimeSpan.FromMilliseconds(delayMilliseconds));
    }

    private MonotonicTime Now => new(_loop.State.Now * LoopClock.NanosecondsPerMillisecond);

    public void Stop()
    {
        _isOver = true;
        _runner.Cancel();
        _loop.State.Timers.Remove(this);
    }

    internal override void OnDue()
    {
        if (!_watch.Health.IsAgentAsked)
        {
            Again();
            return;
        }
        if (_watch.Server.Options.Health.Agent is { } now && now.Program != _agent.Program)
        {
            _agent = now; // another question than before
            (_session, _runner) = Make();
        }
        _runner.Start(isServerUp: true);
    }

    private (ProxyCheckSession, CheckRunner<TTransport>) Make()
    {
        var session = new ProxyCheckSession(_agent.Program, _watch.Server);
        return (session, new CheckRunner<TTransport>(_loop, _targetOf, session, _agent.Program.Script, OnDone));
    }

    private void Again() => LoopClock.Arm(_loop.State, this, _jitter.Spread(Now, Now + _agent.Interval));

    private void OnDone(CheckResult result)
    {
        if (_isOver)
        {
            return;
        }
        if (!_watch.Health.IsAgentAsked)
        {
            Again();
            return;
        }
        bool isAnswer = result.Status is CheckStatus.Checked or CheckStatus.L7Ok or CheckStatus.L7Status;
        _watch.OnAgent(result, isAnswer ? _session.Received : [], Now);
        Again();
    }
}

/// <summary>The timer of a server's agent.</summary>
internal interface IAgentTimer
{
    /// <summary>Ends it.</summary>
    void Stop();
}

/// <summary>Chance in intervals, so that servers that begin together do not stay together.</summary>
/// <param name="percent"><c>spread-checks</c>, 0 to 50.</param>
internal sealed class CheckJitter(int percent)
{
    private const int Scale = 1 << 16;

    private readonly Random _random = new();

    /// <summary>Moves a time by up to that part of what is left until it.</summary>
    internal MonotonicTime Spread(MonotonicTime now, MonotonicTime due)
    {
        if (percent == 0 || due.IsNever)
        {
            return due;
        }
        long most = (due - now).Ticks / 100 * percent;
        return due + TimeSpan.FromTicks(most * _random.Next(-Scale, Scale + 1) / Scale);
    }
}

/// <summary>Times of machines on the clock of a loop.</summary>
internal static class LoopClock
{
    internal const long NanosecondsPerMillisecond = 1_000_000;

    internal static void Arm(LoopState loop, TimerEntry entry, MonotonicTime due)
        => loop.Timers.Set(entry, due.IsNever ? TimerEntry.Never
            : (due.Nanoseconds + NanosecondsPerMillisecond - 1) / NanosecondsPerMillisecond);
}
