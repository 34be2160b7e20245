using System.Globalization;
using System.Text;
using Holdfast.Balancing.Servers;
using Holdfast.Health.Servers;
using Holdfast.Primitives;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Checks;

/// <summary>
/// Puts together what is known of one server, from its check, its agent, its traffic or the server that it tracks, and
/// tells traffic and log. Lives on the loop that checks.
/// </summary>
internal sealed partial class ServerWatch
{
    private static readonly ServerCheckModel s_none = new();

    private readonly HealthLog _log;
    private readonly ServerCheckModel _model;
    private readonly List<ServerWatch> _followers = [];
    private ServerCheckState _state;
    private bool _isAgentDown;
    private AdministrativeStates _will;

    internal ServerWatch(Server server, HealthLog log)
    {
        Server = server;
        _log = log;
        _model = server.Options.Check ?? s_none;
        _state = ServerCheckMachine.Begin(_model, MonotonicTime.Zero);
        _will = server.Balanced.Administrative;
        if (server.Options is { Check: not null, Recalled: { } known })
        {
            _state.Health = Math.Clamp(known.Counter, 0, _model.Rise + _model.Fall - 1);
            _state.IsWithoutNewWork = known.State == ServerState.Stopping;
        }
        if ((_will & AdministrativeStates.AnyMaintenance) != 0)
        {
            _ = ServerCheckMachine.Step(_model, ref _state, ServerCheckInput.Suspend, MonotonicTime.Zero);
        }
    }

    internal Server Server { get; }

    /// <summary>The server whose state this one has; null: its own.</summary>
    internal ServerWatch? Tracked { get; private set; }

    /// <summary>The health check's runner and timer; null: there is none.</summary>
    internal IHealthTimer? Timer { get; set; }

    /// <summary>Asks its agent; null: it has none.</summary>
    internal IAgentTimer? Agent { get; set; }

    /// <summary>Whether an operator does not want it checked, in maintenance and out of it.</summary>
    internal bool IsUnchecked { get; set; }

    internal ServerCheckModel Model => _model;

    internal ref ServerCheckState State => ref _state;

    internal ServerHealth Health => Server.Health;

    /// <summary>Whether the check says that it is up, whatever others say.</summary>
    internal bool IsUp => ServerCheckMachine.IsUp(_model, _state);

    internal void Track(ServerWatch other)
    {
        Tracked = other;
        other._followers.Insert(0, this); // told in the original's order: the last one first
        if (other.Effective != AdministrativeStates.None)
        {
            Adopt(AdministrativeStates.None, MonotonicTime.Zero, isSilent: true);
        }
    }

    /// <summary>A check has ended.</summary>
    internal void OnChecked(CheckResult result, MonotonicTime now)
    {
        int before = _state.Health;
        CheckStatus last = Health.LastCheck.Status;
        _ = ServerCheckMachine.Step(_model, ref _state, result.Verdict switch
        {
            CheckVerdict.Passed => ServerCheckInput.Succeeded,
            CheckVerdict.PassedConditionally => ServerCheckInput.SucceededWithoutNewWork,
            _ => ServerCheckInput.Failed,
        }, now);
        NoteCheck(result, before);
        bool isLogged = Server.Backend.Options.LogsChecks && (last != result.Status || before != _state.Health);
        Report("Health", result, isLogged, _state.Health, _model.Rise, _model.Fall);
        Apply(isLogged ? "" : result.Reason(), now);
    }

    /// <summary>The agent has answered, or not.</summary>
    /// <param name="result">What it was.</param>
    /// <param name="answer">Its line, when there was one.</param>
    /// <param name="now">The present.</param>
    internal void OnAgent(CheckResult result, ReadOnlySpan<byte> answer, MonotonicTime now)
    {
        CheckStatus last = Health.LastAgent.Status;
        bool wasDown = _isAgentDown;
        // Only an answer counts: whether the server can be reached is the check's concern.
        _isAgentDown = result.Status switch
        {
            CheckStatus.L7Status => true,
            CheckStatus.L7Ok => false,
            _ => _isAgentDown,
        };
        Health.SetAgent(result);
        bool isLogged = Server.Backend.Options.LogsChecks && result.Verdict != CheckVerdict.None
            && (last != result.Status || wasDown != _isAgentDown);
        Report("Agent", result, isLogged, _isAgentDown ? 0 : 1, 1, 1);
        if (!answer.IsEmpty)
        {
            Obey(AgentReport.Parse(answer), now);
        }
        Apply(isLogged ? "" : result.Reason(), now);
    }

    /// <summary>Traffic has had too many errors in a row.</summary>
    internal void OnErrors(string info, MonotonicTime now)
    {
        int before = _state.Health;
        ErrorReaction reaction = Server.Options.Health.Observer.Reaction;
        if (_state.IsSuspended || Server.Options.Check is null)
        {
            return;
        }
        _ = ErrorObserver.React(_model, reaction, ref _state, now);
        Timer?.OnMoved();
        if (reaction == ErrorReaction.FastInterval)
        {
            return;
        }
        var result = new CheckResult(CheckStatus.Analyzed, 0, info, -1);
        CheckStatus last = Health.LastCheck.Status;
        NoteCheck(result, before);
        bool isLogged = Server.Backend.Options.LogsChecks && (last != result.Status || before != _state.Health);
        Report("Health", result, isLogged, _state.Health, _model.Rise, _model.Fall);
        Apply(isLogged ? "" : result.Reason(), now);
    }

    private void NoteCheck(CheckResult result, int before)
    {
        Health.SetCheck(result, _state.Health);
        if (result.Verdict == CheckVerdict.Failed && before > 0)
        {
            Health.CountFailure();
        }
    }

    private void Obey(AgentReport report, MonotonicTime now)
    {
        if (report.Will != AgentWill.None)
        {
            SetWill(report.Will switch
            {
                AgentWill.Drain => _will | AdministrativeStates.Drain,
                AgentWill.Maintenance => _will | AdministrativeStates.Maintenance,
                _ => AdministrativeStates.None,
            }, now);
        }
        if (!report.Weight.IsEmpty)
        {
            ServerPool pool = Server.Backend.Pool;
            string text = Encoding.ASCII.GetString(report.Weight);
            if (WeightArgument.Read(text, Server.Balanced.Settings.Weight, pool.Settings.HasDynamicWeights,
                out int weight) is null)
            {
                _ = pool.SetWeight(Server.Balanced, weight, now);
            }
        }
        if (report.MaxConnections is { } limit)
        {
            Server.Backend.Pool.SetMaxConnections(Server.Balanced, limit);
        }
    }

    private ServerCondition Condition()
    {
        if (IsInMaintenance(Effective))
        {
            return ServerCondition.Maintenance;
        }
        if (Tracked is { } other)
        {
            return other.Health.Condition;
        }
        return _isAgentDown || !IsUp ? ServerCondition.Down
            : _state.IsWithoutNewWork ? ServerCondition.Stopping : ServerCondition.Up;
    }

    /// <summary>Takes over what follows, if it has changed; maintenance is another matter.</summary>
    /// <param name="reason">Why, for the log; empty: it was logged already.</param>
    /// <param name="at">The present.</param>
    /// <param name="done">What traffic has followed already; null: it is to follow.</param>
    private void Apply(string reason, MonotonicTime at, TrafficChange? done = null)
    {
        ServerCondition old = Health.Condition;
        ServerCondition next = Condition();
        if (old == next || next == ServerCondition.Maintenance)
        {
            return;
        }
        TrafficChange change = done ?? TrafficChange.Of(Server, () => Server.SetState(next switch
        {
            ServerCondition.Up => ServerState.Running,
            ServerCondition.Stopping => ServerState.Stopping,
            _ => ServerState.Stopped,
        }));
        Health.Enter(Server, next, at);
        _log.Changed(Server, old, next, Tracked is null ? reason : Via, change);
        Follow(at);
    }

    private void Follow(MonotonicTime at)
    {
        foreach (ServerWatch follower in _followers)
        {
            follower.Apply("", at);
        }
    }

    private void Report(string what, CheckResult result, bool isLogged, int health, int rise, int fall)
    {
        if (!isLogged)
        {
            return;
        }
        string verdict = result.Verdict switch
        {
            CheckVerdict.Passed => "succeeded",
            CheckVerdict.PassedConditionally => "conditionally succeeded",
            _ => "failed",
        };
        string status = health >= rise
            ? string.Create(CultureInfo.InvariantCulture, $"{health - rise + 1}/{fall} UP")
            : string.Create(CultureInfo.InvariantCulture, $"{health}/{rise} DOWN");
        string backup = Server.Balanced.Settings.IsBackup ? "backup " : "";
        _log.Send(Server, HealthLog.Notice, $"{what} check for {backup}server {HealthLog.NameOf(Server)} {verdict}"
            + $"{result.Reason()}, status: {status}.");
    }
}

/// <summary>When a server is checked: asked when something else has moved the time.</summary>
internal interface IHealthTimer
{
    /// <summary>Maintenance has begun or ended.</summary>
    /// <param name="isCancelled">Whether a check runs that is to be dropped.</param>
    void OnSuspended(bool isCancelled);

    /// <summary>The next check may come sooner.</summary>
    void OnMoved();
}
