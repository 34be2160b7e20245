using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Vrrp.Sync;

/// <summary>Carries out what the machines decide. The shell and the simulator implement it.</summary>
public interface IVrrpEffects
{
    /// <summary>Carries out one effect of one instance.</summary>
    /// <param name="instance">Index of the instance.</param>
    /// <param name="effect">What to do.</param>
    /// <param name="state">The state after the step.</param>
    void Perform(int instance, in Effect effect, in VrrpState state);

    /// <summary>All members of a sync group have arrived at a common role.</summary>
    /// <param name="group">Index of the group.</param>
    /// <param name="role">Fault when one member is in fault, Active when all are, else Backup.</param>
    void GroupChanged(int group, Role role);
}

/// <summary>All instances of a node, and the sync groups that make some of them move together.</summary>
/// <remarks>
/// Rules of a group: a member whose timer expires becomes Active only when all others want to, too, and then all
/// do; the first that leaves Active takes all along; one fault puts all in fault.
/// One writer; nothing is allocated after construction.
/// </remarks>
/// <param name="configs">The instances.</param>
/// <param name="groups">For each group the indexes of its members; an instance is in at most one group.</param>
public sealed class VrrpRouter(VrrpConfig[] configs, int[][] groups)
{
    private readonly VrrpState[] _states = [.. configs.Select(VrrpState.New)];
    private readonly FaultCauses[] _ownFaults = new FaultCauses[configs.Length];
    private readonly int[] _groupOf = IndexGroups(configs.Length, groups);
    private readonly Role[] _groupRoles = new Role[groups.Length];
    private EffectBuffer _effects = new();

    /// <summary>How many instances there are.</summary>
    public int Count => configs.Length;

    /// <summary>State of an instance, for reading.</summary>
    public ref readonly VrrpState State(int instance) => ref _states[instance];

    /// <summary>For each instance the index of its group; −1 for none.</summary>
    public int[] GroupOf => _groupOf;

    /// <summary>Role of a group.</summary>
    public Role GroupRole(int group) => _groupRoles[group];

    /// <summary>Configuration of an instance.</summary>
    public VrrpConfig Config(int instance) => configs[instance];

    /// <summary>Indexes of the members of a group.</summary>
    public int[] Members(int group) => groups[group];

    /// <summary>Puts back the role of a group, so that only another one is told.</summary>
    public void RestoreGroup(int group, Role role) => _groupRoles[group] = role;

    /// <summary>
    /// Puts back a state that was saved: after a restart of the process, or a reload that changed nothing.
    /// </summary>
    public void Restore(int instance, in VrrpState state, FaultCauses ownFaults)
    {
        _states[instance] = state;
        _ownFaults[instance] = ownFaults;
    }

    /// <summary>After all states were put back: groups are in the role that follows, and nobody is told.</summary>
    public void RestoreGroups()
    {
        for (int group = 0; group < groups.Length; group++)
        {
            _groupRoles[group] = RoleOf(groups[group]);
        }
    }

    /// <summary>The causes of fault of the instance itself, without those of its group.</summary>
    public FaultCauses OwnFaults(int instance) => _ownFaults[instance];

    /// <summary>Gives an event to an instance, and what follows from it to the members of its group.</summary>
    public void Step<TEffects>(int instance, in VrrpEvent e, MonotonicTime now, TEffects effects)
        where TEffects : IVrrpEffects
    {
        if (e.Kind == EventKind.FaultsChanged)
        {
            ChangeFaults(instance, e.Faults, now, effects);
        }
        else
        {
            StepOne(instance, e, now, effects);
        }
        int group = _groupOf[instance];
        if (group >= 0)
        {
            UpdateGroupRole(group, effects);
        }
    }

    private void StepOne<TEffects>(int instance, in VrrpEvent e, MonotonicTime now, TEffects effects)
        where TEffects : IVrrpEffects
    {
        // A step may lead to steps of other members, which use the same buffer: so the group moves are gathered
        // first and made after the effects of this step are done.
        _effects.Clear();
        VrrpMachine.Step(configs[instance], ref _states[instance], e, now, ref _effects);
        bool ask = false;
        bool leftActive = false;
        bool heardLower = false;
        foreach (ref readonly Effect effect in _effects.Effects)
        {
            ask |= effect.Kind == EffectKind.AskGroup;
            heardLower |= effect.Kind == EffectKind.LowerPriorityHeard;
            leftActive |= effect.Kind == EffectKind.RoleChanged && effect is { From: Role.Active, To: Role.Backup };
            if (effect.Kind != EffectKind.AskGroup)
            {
                effects.Perform(instance, effect, _states[instance]);
            }
        }
        int group = _groupOf[instance];
        if (group < 0)
        {
            return;
        }
        if (ask && AllWantActive(groups[group]))
        {
            Move(groups[group], EventKind.GroupBecomesActive, now, effects);
        }
        if (leftActive && e.Kind is not (EventKind.GroupBecomesBackup or EventKind.GroupResigns))
        {
            Move(groups[group], EventKind.GroupBecomesBackup, now, effects);
        }
        if (heardLower)
        {
            AnnounceOthers(groups[group], instance, effects);
        }
    }

    /// <summary>After a reload: a fault counts for the members that a group has now, and for no other.</summary>
    internal void AlignFaults<TEffects>(MonotonicTime now, TEffects effects)
        where TEffects : IVrrpEffects
    {
        for (int instance = 0; instance < configs.Length; instance++)
        {
            FaultCauses all = AllFaults(instance);
            if (all != _states[instance].Faults)
            {
                StepOne(instance, VrrpEvent.FaultsAre(all), now, effects);
            }
        }
        for (int group = 0; group < groups.Length; group++)
        {
            UpdateGroupRole(group, effects);
        }
    }

    /// <summary>
    /// After a reload that gave a group other members: when one of them follows another router, all do. One that has
    /// just begun does not count, since it becomes Active with the others when its timer expires.
    /// </summary>
    internal void AlignGroup<TEffects>(int group, MonotonicTime now, TEffects effects)
        where TEffects : IVrrpEffects
    {
        bool follows = false;
        foreach (int member in groups[group])
        {
            ref readonly VrrpState state = ref _states[member];
            follows |= state.Role == Role.Backup && !state.ActiveAddress.IsNone
                && state is { ActiveResigned: false, LowerPriorityHeard: false, WantsActive: false };
        }
        if (follows)
        {
            Move(groups[group], EventKind.GroupResigns, now, effects);
        }
        UpdateGroupRole(group, effects);
    }

    private FaultCauses AllFaults(int instance)
    {
        FaultCauses all = _ownFaults[instance];
        if (_groupOf[instance] < 0)
        {
            return all;
        }
        foreach (int other in groups[_groupOf[instance]])
        {
            if (other != instance && _ownFaults[other] != FaultCauses.None)
            {
                all |= FaultCauses.SyncGroup;
            }
        }
        return all;
    }

    private bool AllWantActive(int[] members)
    {
        foreach (int member in members)
        {
            ref readonly VrrpState state = ref _states[member];
            if (!state.WantsActive && state.Role != Role.Active)
            {
                return false;
            }
        }
        return true;
    }

    private void Move<TEffects>(int[] members, EventKind kind, MonotonicTime now, TEffects effects)
        where TEffects : IVrrpEffects
    {
        foreach (int member in members)
        {
            StepOne(member, VrrpEvent.Of(kind), now, effects);
        }
    }

    /// <summary>Hosts that believed the other router in one network did so in the networks of the group, too.</summary>
    private void AnnounceOthers<TEffects>(int[] members, int instance, TEffects effects)
        where TEffects : IVrrpEffects
    {
        foreach (int member in members)
        {
            int rounds = configs[member].Announce.LowerPriorityRounds;
            if (member != instance && _states[member].Role == Role.Active && rounds > 0)
            {
                effects.Perform(
                    member, new Effect { Kind = EffectKind.AnnounceAddresses, Rounds = rounds }, _states[member]);
            }
        }
    }

    private void ChangeFaults<TEffects>(int instance, FaultCauses causes, MonotonicTime now, TEffects effects)
        where TEffects : IVrrpEffects
    {
        _ownFaults[instance] = causes;
        int group = _groupOf[instance];
        if (group < 0)
        {
            StepOne(instance, VrrpEvent.FaultsAre(causes), now, effects);
            return;
        }
        foreach (int member in groups[group])
        {
            FaultCauses all = AllFaults(member);
            if (all != _states[member].Faults)
            {
                StepOne(member, VrrpEvent.FaultsAre(all), now, effects);
            }
        }
    }

    private void UpdateGroupRole<TEffects>(int group, TEffects effects)
        where TEffects : IVrrpEffects
    {
        Role role = RoleOf(groups[group]);
        if (role != _groupRoles[group])
        {
            _groupRoles[group] = role;
            effects.GroupChanged(group, role);
        }
    }

    private Role RoleOf(int[] members)
    {
        Role role = Role.Active;
        foreach (int member in members)
        {
            Role one = _states[member].Role;
            role = one == Role.Fault || role == Role.Fault ? Role.Fault
                : one == Role.Initialize || role == Role.Initialize ? Role.Initialize
                : one == Role.Backup ? Role.Backup : role;
        }
        return role;
    }

    private static int[] IndexGroups(int count, int[][] groups)
    {
        int[] groupOf = new int[count];
        Array.Fill(groupOf, -1);
        for (int group = 0; group < groups.Length; group++)
        {
            foreach (int member in groups[group])
            {
                Invariant.Check(groupOf[member] < 0);
                groupOf[member] = group;
            }
        }
        return groupOf;
    }
}
