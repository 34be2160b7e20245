using Holdfast.Balancing.Servers;
using Holdfast.Health.Servers;
using Holdfast.Primitives;
using Holdfast.Proxy.Logs;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Checks;

/// <content>The operator's will, or the agent's: maintenance and drain, which tracking servers take over.</content>
internal sealed partial class ServerWatch
{
    /// <summary>Its own will and that of the server that it tracks.</summary>
    private AdministrativeStates Effective => _will | (Tracked?.Effective ?? AdministrativeStates.None);

    private string Via => Tracked is { } other ? $" via {HealthLog.NameOf(other.Server)}" : "";

    /// <summary>An operator wants something. Traffic has followed already: what is left are checks and the log.
    /// </summary>
    internal void Obey(HealthOrder order, MonotonicTime now)
    {
        if (order.Will is { } will)
        {
            SetWill(will, now, order.Change);
        }
        if (order.State is { } state)
        {
            _state.Health = state == ServerState.Stopped ? 0 : _model.Rise + _model.Fall - 1;
            _state.IsWithoutNewWork = state == ServerState.Stopping;
            Health.SetCounter(_state.Health);
            Apply("", now, order.Change);
        }
        if (order.IsAgentDown is { } isAgentDown)
        {
            _isAgentDown = isAgentDown;
            Apply("", now);
        }
        if (order.IsChecked is { } wanted)
        {
            IsUnchecked = !wanted;
        }
        if (order.IsChecked is { } isChecked && isChecked == _state.IsSuspended
            && !(isChecked && IsInMaintenance(Effective)))
        {
            int health = _state.Health;
            ServerCheckOutput output = ServerCheckMachine.Step(
                _model, ref _state, isChecked ? ServerCheckInput.Resume : ServerCheckInput.Suspend, now);
            _state.Health = health; // what was known stays known
            Timer?.OnSuspended(output == ServerCheckOutput.Cancel);
        }
    }

    /// <summary>The will has changed.</summary>
    /// <param name="will">What it is now.</param>
    /// <param name="now">The present.</param>
    /// <param name="done">What traffic has followed already; null: it is to follow.</param>
    private void SetWill(AdministrativeStates will, MonotonicTime now, TrafficChange? done = null)
    {
        AdministrativeStates old = Effective;
        _will = will;
        Adopt(old, now, isSilent: false, done);
    }

    /// <summary>It is removed.</summary>
    internal void Leave()
    {
        _ = ServerCheckMachine.Step(_model, ref _state, ServerCheckInput.Suspend, MonotonicTime.Zero);
        Timer?.OnSuspended(isCancelled: true);
        Agent?.Stop();
        Tracked?._followers.Remove(this);
    }

    private static bool IsInMaintenance(AdministrativeStates states)
        => (states & AdministrativeStates.AnyMaintenance) != 0;

    private void Adopt(AdministrativeStates old, MonotonicTime now, bool isSilent, TrafficChange? done = null)
    {
        AdministrativeStates next = Effective;
        if (old == next)
        {
            return;
        }
        ServerCondition condition = Health.Condition;
        bool was = IsInMaintenance(old);
        bool isNow = IsInMaintenance(next);
        if (was != isNow)
        {
            ServerCheckOutput output = ServerCheckMachine.Step(
                _model, ref _state, isNow ? ServerCheckInput.Suspend : ServerCheckInput.Resume, now);
            if (!isNow && IsUnchecked)
            {
                int health = _state.Health;
                _ = ServerCheckMachine.Step(_model, ref _state, ServerCheckInput.Suspend, now);
                _state.Health = health; // it is up, and stays so
            }
            Health.SetCounter(_state.Health);
            Timer?.OnSuspended(output == ServerCheckOutput.Cancel);
        }
        // What traffic knows already may have changed once more since: that is left alone.
        TrafficChange change = done is not null && next == _will
            ? done : Server.Backend.SetAdministrative(Server, next, now);
        if (was != isNow)
        {
            // After maintenance it is up again, one failure from down.
            Health.Enter(Server, isNow ? ServerCondition.Maintenance : ServerCondition.Up, now);
        }
        if (!isSilent)
        {
            Say(old, next, condition, change);
            _log.SayIfNoneLeft(Server, change);
        }
        foreach (ServerWatch follower in _followers)
        {
            follower.Adopt(follower._will | old, now, isSilent);
        }
        Apply("", now);
    }

    private void Say(
        AdministrativeStates old, AdministrativeStates next, ServerCondition condition, TrafficChange change)
    {
        bool drains = (next & AdministrativeStates.Drain) != 0;
        bool isOwn = Tracked is null;
        switch (IsInMaintenance(old), IsInMaintenance(next))
        {
            case (false, true):
                int level = change.WasUsable ? HealthLog.Alert : HealthLog.Notice;
                _log.Write(Server, level, condition == ServerCondition.Down
                    ? $" was DOWN and now enters maintenance{Via}."
                    : $" is going DOWN for maintenance{Via}. {HealthLog.Left(Server, change.After)}");
                break;
            case (true, false):
                _log.Write(Server, HealthLog.Notice,
                    $" is UP/{(drains ? "DRAIN" : "READY")} (leaving {(isOwn ? "forced " : "")}maintenance).");
                if (drains)
                {
                    _log.Write(Server, HealthLog.Notice, isOwn ? " remains in forced drain mode."
                        : $" is leaving forced drain but remains in drain mode{Via}.");
                }
                break;
            case (false, false) when drains:
                _log.Write(Server, HealthLog.Notice, $" enters drain state{Via}. "
                    + (condition == ServerCondition.Down ? HealthLog.Left(Server, change.After)
                        : HealthLog.Online(Server, change.After)));
                break;
            case (false, false):
                string word = condition == ServerCondition.Down ? "DOWN" : "UP";
                _log.Write(Server, HealthLog.Notice, $" is {word} (leaving forced drain).");
                break;
            default:
                break; // in maintenance, a drain is not seen
        }
    }
}
