using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Simulation;

/// <summary>
/// One router of a <see cref="SimulatedLan"/>: the machine, a drifting clock, and a record of its effects.
/// </summary>
public sealed class SimulatedRouter(SimulatedLan lan, int index, VrrpConfig config, double driftPpm)
{
    private VrrpState _state = VrrpState.New(config);
    private VrrpState _stateBefore = VrrpState.New(config);
    private EffectBuffer _effects = new();
    private readonly Queue<VrrpEvent> _unheard = new();

    /// <summary>Its source address; a higher index is a higher address.</summary>
    public IpAddress Address { get; } = IpAddress.V4(10, 0, 0, (byte)(index + 1));

    /// <summary>Its configuration.</summary>
    public VrrpConfig Config => config;

    /// <summary>Position in the list of routers.</summary>
    public int Index => index;

    /// <summary>Which part of a partitioned segment it is in.</summary>
    public int Part { get; set; }

    /// <summary>Whether its process lives.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Whether all its processes are stopped: what arrives waits, and no timer runs.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>Number of starts, so that nothing reaches a later life.</summary>
    public int Incarnation { get; private set; }

    /// <summary>Whether the addresses are on it.</summary>
    public bool HoldsAddresses { get; private set; }

    /// <summary>Its state.</summary>
    public VrrpState State => _state;

    /// <summary>Its role.</summary>
    public Role Role => _state.Role;

    /// <summary>How long it waits for a silent Active now.</summary>
    public TimeSpan ActiveDownInterval => VrrpTimers.ActiveDown(config, _state);

    /// <summary>Every change of role since the beginning.</summary>
    public List<(MonotonicTime At, Effect Change)> Changes { get; } = [];

    /// <summary>How many adverts it sent.</summary>
    public int AdvertsSent { get; private set; }

    private MonotonicTime LocalNow => ToLocal(lan.Now);

    /// <summary>Starts a new life.</summary>
    public void Boot()
    {
        IsRunning = true;
        Incarnation++;
        HoldsAddresses = false;
        _unheard.Clear();
        _state = VrrpState.New(config);
        Step(VrrpEvent.Of(EventKind.Startup));
    }

    /// <summary>Ends at once with everything it had.</summary>
    public void Crash()
    {
        IsRunning = false;
        IsFrozen = false;
        HoldsAddresses = false;
    }

    /// <summary>
    /// The process is killed and its successor goes on after a while. The addresses stay; what arrives meanwhile is
    /// lost.
    /// </summary>
    /// <param name="gap">How long nobody is there.</param>
    /// <param name="isStale">Whether the last step had not been kept yet.</param>
    public void CrashAndResume(TimeSpan gap, bool isStale)
    {
        IsRunning = false;
        Incarnation++;
        if (isStale)
        {
            _state = _stateBefore;
        }
        lan.At(lan.Now + gap, () =>
        {
            lan.MarkFault();
            IsRunning = true;
            // As the shell does: what the state does not know of goes, what it holds is made whole.
            HoldsAddresses = _state.Addresses == AddressPhase.Held
                || (HoldsAddresses && _state.Addresses != AddressPhase.Absent);
            Step(VrrpEvent.Of(EventKind.Resumed));
        });
    }

    /// <summary>Stops it where it is; the addresses stay on it.</summary>
    public void Freeze() => IsFrozen = true;

    /// <summary>Lets it go on. As the real loop does, it hears all that has waited before it acts.</summary>
    public void Thaw()
    {
        IsFrozen = false;
        while (_unheard.TryDequeue(out VrrpEvent e))
        {
            Step(e);
        }
        if (_state.NextDeadline <= LocalNow)
        {
            Step(VrrpEvent.Of(EventKind.DeadlineReached));
        }
    }

    /// <summary>A frame from another router.</summary>
    internal void Receive(in VrrpEvent e)
    {
        if (IsFrozen)
        {
            _unheard.Enqueue(e);
            return;
        }
        Step(e);
    }

    /// <summary>A planned stop.</summary>
    public void Stop() => Step(VrrpEvent.Of(EventKind.Shutdown));

    /// <summary>Gives the machine an event, carries out its effects and arranges the next deadline.</summary>
    public void Step(in VrrpEvent e)
    {
        _effects.Clear();
        _stateBefore = _state;
        VrrpMachine.Step(config, ref _state, e, LocalNow, ref _effects);
        foreach (Effect effect in _effects.Effects.ToArray())
        {
            Perform(effect);
        }
        MonotonicTime deadline = _state.NextDeadline;
        if (IsRunning && !deadline.IsNever)
        {
            int incarnation = Incarnation;
            lan.At(ToGlobal(deadline), () => Wake(incarnation, deadline)); // at once, when it has passed
        }
    }

    private void Wake(int incarnation, MonotonicTime deadline)
    {
        // Only the deadline that is still the next one counts; all others were arranged by older states.
        if (IsRunning && !IsFrozen && incarnation == Incarnation && _state.NextDeadline == deadline)
        {
            Step(VrrpEvent.Of(EventKind.DeadlineReached));
        }
    }

    private void Perform(Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.SendAdvert:
                AdvertsSent++;
                Vrrp.Wire.Advert advert = lan.AdvertOf(this, effect);
                lan.Broadcast(this, to => to.Receive(VrrpEvent.Received(advert, to.Address)));
                break;
            case EffectKind.InstallAddresses:
                HoldsAddresses = true;
                break;
            case EffectKind.ReleaseAddresses:
                HoldsAddresses = false;
                break;
            case EffectKind.AnnounceAddresses:
                lan.Broadcast(this, static to => to.Receive(VrrpEvent.Of(EventKind.SuccessorAnnounced)));
                break;
            case EffectKind.RoleChanged:
                Changes.Add((lan.Now, effect));
                break;
            case EffectKind.Ended:
                IsRunning = false;
                break;
            default:
                break;
        }
    }

    // A clock of its own start and rate, so that nothing can depend on two clocks agreeing.
    private MonotonicTime ToLocal(MonotonicTime global)
        => new((long)(global.Nanoseconds * (1 + (driftPpm * 1e-6))) + (index * 7_000_000_000L));

    private MonotonicTime ToGlobal(MonotonicTime local)
        => new((long)Math.Ceiling((local.Nanoseconds - (index * 7_000_000_000L)) / (1 + (driftPpm * 1e-6))) + 1);
}
