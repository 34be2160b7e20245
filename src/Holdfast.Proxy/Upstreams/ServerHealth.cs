using Holdfast.Balancing.Servers;
using Holdfast.Health.Servers;
using Holdfast.Primitives;

namespace Holdfast.Proxy.Upstreams;

/// <summary>What follows from checks, agent, tracked server and the operator's will together.</summary>
public enum ServerCondition : byte
{
    /// <summary>Up.</summary>
    Up,

    /// <summary>Up, but it wants no new work (NOLB).</summary>
    Stopping,

    /// <summary>Down.</summary>
    Down,

    /// <summary>In maintenance.</summary>
    Maintenance,
}

/// <summary>The health of a server as every thread may read it; one loop writes it.</summary>
public sealed class ServerHealth
{
    private readonly ErrorObserverModel _observer;
    private volatile CheckResult _lastCheck = CheckResult.None;
    private volatile CheckResult _lastAgent = CheckResult.None;
    private volatile Action<string>? _onTooManyErrors;
    private volatile Action<HealthOrder>? _onOrder;
    private volatile ServerCondition _condition;
    private volatile bool _isAgentAsked;
    private volatile bool _isChecked;
    private volatile int _counter;
    private int _errors;
    private long _failedChecks;
    private long _downs;
    private long _changedAt;
    private long _downTicks;

    internal ServerHealth(Server server)
    {
        _observer = server.Options.Health.Observer;
        ServerCheckModel model = server.Options.Check ?? new ServerCheckModel();
        Rise = model.Rise;
        Fall = model.Fall;
        _counter = server.IsDynamic ? 0 : server.Options.Recalled?.Counter ?? model.Rise;
        _isChecked = server.Options.Check is not null && !server.IsDynamic;
        _isAgentAsked = server.Options.Health.Agent is not null && !server.IsDynamic;
        BalancedServer balanced = server.Balanced;
        _condition = (balanced.Administrative & AdministrativeStates.AnyMaintenance) != 0 ? ServerCondition.Maintenance
            : balanced.State switch
            {
                ServerState.Stopped => ServerCondition.Down,
                ServerState.Stopping => ServerCondition.Stopping,
                _ => ServerCondition.Up,
            };
    }

    /// <summary>Raised on the loop that checks when the condition has changed: from, to.</summary>
    public event Action<Server, ServerCondition, ServerCondition>? Changed;

    /// <summary>What follows for traffic.</summary>
    public ServerCondition Condition => _condition;

    /// <summary>The last result of the check; <see cref="CheckResult.None"/> before the first.</summary>
    public CheckResult LastCheck => _lastCheck;

    /// <summary>The last result of the agent; <see cref="CheckResult.None"/> before the first.</summary>
    public CheckResult LastAgent => _lastAgent;

    /// <summary>The check's counter, 0 to rise + fall − 1; up from <see cref="Rise"/> on.</summary>
    public int Counter => _counter;

    /// <summary>Checks that failed while the server was not wholly down: <c>chkfail</c>.</summary>
    public long FailedChecks => Volatile.Read(ref _failedChecks);

    /// <summary>How often it went down: <c>chkdown</c>.</summary>
    public long Downs => Volatile.Read(ref _downs);

    /// <summary>When <see cref="Condition"/> has changed; zero: not since the start.</summary>
    public MonotonicTime ChangedAt => new(Volatile.Read(ref _changedAt));

    /// <summary>How long it was down, the present time included.</summary>
    public TimeSpan DownTime(MonotonicTime now) => TimeSpan.FromTicks(Volatile.Read(ref _downTicks))
        + (_condition is ServerCondition.Down or ServerCondition.Maintenance && ChangedAt != MonotonicTime.Zero
            ? now - ChangedAt : TimeSpan.Zero);

    /// <summary>Successes that bring the server back.</summary>
    public int Rise { get; }

    /// <summary>Failures that take it out.</summary>
    public int Fall { get; }

    /// <summary>Whether it is checked when it is not in maintenance.</summary>
    public bool IsChecked
    {
        get => _isChecked;
        internal set => _isChecked = value;
    }

    /// <summary>Whether its agent is asked: there is one, and nobody has switched it off.</summary>
    public bool IsAgentAsked
    {
        get => _isAgentAsked;
        internal set => _isAgentAsked = value;
    }

    /// <summary>Whether traffic is observed at all: <see cref="Observe"/> does nothing otherwise.</summary>
    public bool IsObserved => _observer.Layer != ObservedLayer.None;

    /// <summary>"UP", "UP 2/3", "DOWN 1/2", "NOLB", "MAINT": as statistics and <c>send-state</c> write it.</summary>
    public string Text
    {
        get
        {
            int counter = _counter;
            return _condition switch
            {
                ServerCondition.Maintenance => "MAINT",
                ServerCondition.Stopping => counter == Rise + Fall - 1 ? "NOLB" : $"NOLB {counter - Rise + 1}/{Fall}",
                ServerCondition.Down => counter is > 0 && counter < Rise ? $"DOWN {counter}/{Rise}" : "DOWN",
                _ => counter == Rise + Fall - 1 ? "UP" : $"UP {counter - Rise + 1}/{Fall}",
            };
        }
    }

    /// <summary>
    /// Tells what traffic has shown (<c>observe</c>). May be called on any thread, for each connection and response:
    /// it costs a comparison while nothing is observed, and a read while all is well.
    /// </summary>
    public void Observe(ObservedResult result)
    {
        switch (ErrorObserver.IsError(_observer.Layer, result))
        {
            case true when Interlocked.Increment(ref _errors) is var count && count >= _observer.ErrorLimit:
                Volatile.Write(ref _errors, 0);
                _onTooManyErrors?.Invoke(
                    $"Detected {count} consecutive errors, last one was: {ErrorObserver.TextOf(result)}");
                break;
            case false when Volatile.Read(ref _errors) != 0:
                Volatile.Write(ref _errors, 0);
                break;
            default:
                break;
        }
    }

    /// <summary>Who is told, on any thread, of too many errors of traffic, and of what operators want of its checks.
    /// </summary>
    internal void Watch(Action<string> onTooManyErrors, Action<HealthOrder> onOrder)
    {
        _onTooManyErrors = onTooManyErrors;
        _onOrder = onOrder;
    }

    /// <summary>An operator wants something of its checks.</summary>
    internal void Tell(HealthOrder order) => _onOrder?.Invoke(order);

    internal void SetCheck(CheckResult result, int counter)
    {
        _lastCheck = result;
        _counter = counter;
    }

    internal void SetCounter(int counter) => _counter = counter;

    internal void SetAgent(CheckResult result) => _lastAgent = result;

    internal void CountFailure() => Volatile.Write(ref _failedChecks, _failedChecks + 1);

    internal void Enter(Server server, ServerCondition condition, MonotonicTime now)
    {
        ServerCondition old = _condition;
        Volatile.Write(ref _downTicks, DownTime(now).Ticks);
        Volatile.Write(ref _changedAt, now.Nanoseconds);
        Volatile.Write(ref _downs, _downs + (condition == ServerCondition.Down ? 1 : 0));
        _condition = condition;
        Changed?.Invoke(server, old, condition);
    }
}
