using Holdfast.Primitives;

namespace Holdfast.Vrrp.Machine;

/// <summary>What the shell must do.</summary>
public enum EffectKind : byte
{
    /// <summary>Send an advert with <see cref="Effect.Priority"/> and <see cref="Effect.Interval"/>.</summary>
    SendAdvert,

    /// <summary>Put addresses, routes and rules into the kernel (idempotent).</summary>
    InstallAddresses,

    /// <summary>Take them out (idempotent).</summary>
    ReleaseAddresses,

    /// <summary>Send <see cref="Effect.Rounds"/> rounds of gratuitous ARP and unsolicited NA.</summary>
    AnnounceAddresses,

    /// <summary>
    /// Watch for the successor's announcements; reported by <see cref="EventKind.SuccessorAnnounced"/>.
    /// </summary>
    WatchSuccessor,

    /// <summary>The role changed: log, notify.</summary>
    RoleChanged,

    /// <summary>An Active heard a lower priority: <c>notify_master_rx_lower_pri</c>.</summary>
    LowerPriorityHeard,

    /// <summary>The member of a sync group would become Active: ask the group.</summary>
    AskGroup,

    /// <summary>Announce the own source address, so that a unicast Active reaches us at once.</summary>
    AnnounceSource,

    /// <summary>The instance has ended and its addresses are gone.</summary>
    Ended,
}

/// <summary>One effect with its data. A value.</summary>
public readonly record struct Effect
{
    /// <summary>What to do.</summary>
    public required EffectKind Kind { get; init; }

    /// <summary>For <see cref="EffectKind.SendAdvert"/>.</summary>
    public Priority Priority { get; init; }

    /// <summary>For <see cref="EffectKind.SendAdvert"/>: what the interval field says.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>For <see cref="EffectKind.AnnounceAddresses"/>.</summary>
    public int Rounds { get; init; }

    /// <summary>For <see cref="EffectKind.RoleChanged"/>.</summary>
    public Role From { get; init; }

    /// <summary>For <see cref="EffectKind.RoleChanged"/>.</summary>
    public Role To { get; init; }

    /// <summary>For <see cref="EffectKind.RoleChanged"/>.</summary>
    public TransitionReason Reason { get; init; }
}

/// <summary>Effects of one step, in order. Reused: it allocates only until it has seen its largest step.</summary>
public struct EffectBuffer
{
    private Effect[] _effects;
    private int _count;

    /// <summary>A buffer with room for one ordinary step.</summary>
    public EffectBuffer() => _effects = new Effect[16];

    /// <summary>The effects, in the order in which they must be carried out.</summary>
    public readonly ReadOnlySpan<Effect> Effects => _effects.AsSpan(0, _count);

    /// <summary>Forgets all effects and keeps the memory.</summary>
    public void Clear() => _count = 0;

    /// <summary>Appends an effect without data.</summary>
    public void Add(EffectKind kind) => Add(new Effect { Kind = kind });

    /// <summary>Appends an effect.</summary>
    public void Add(in Effect effect)
    {
        if (_count == _effects.Length)
        {
            Array.Resize(ref _effects, _count * 2);
        }
        _effects[_count++] = effect;
    }
}
