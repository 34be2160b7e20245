using Holdfast.Primitives;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Processes;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What is kept for a successor of this process, and how the successor goes on.</summary>
internal sealed partial class VrrpNode
{
    private readonly StateBoard? _board;

    // Announcements of a role younger than this may not all have been sent.
    private static TimeSpan AnnouncedAfter => TimeSpan.FromSeconds(1);

    /// <summary>
    /// Takes over what the process before has left on the board. Call it when links and addresses are known, before
    /// <see cref="Begin"/>, so that the first judgement finds every tracker as it was.
    /// </summary>
    public void Restore(StateBoard board)
    {
        RestoreTrackers(board);
        foreach (VrrpInstance instance in _instances)
        {
            InstanceRecord record = board.Read(instance.Index);
            _router.Restore(instance.Index, record.State, record.OwnFaults);
            instance.HasStarted = record.HasStarted;
            instance.Peers.Restore(record.LastAdvert, record.LastHeardAt);
            instance.Counters.CopyFrom(record.Counters);
            _deadlines.Set(instance.Index, record.State.NextDeadline);
        }
        _router.RestoreGroups();
        for (int group = 0; group < _groupStates.Length; group++)
        {
            _groupStates[group] = board.Group(group);
            // The process before may have been ended between the step of a member and its message.
            Role role = _router.GroupRole(group);
            if (role != Role.Initialize)
            {
                TellGroup(group, StateOf(role, TransitionReason.Started));
            }
        }
    }

    /// <summary>
    /// Goes on after <see cref="Begin"/>: what the instances hold is made whole, what they do not hold any more has
    /// gone, and nothing is sent that would not have been sent without the restart.
    /// </summary>
    public void Resume()
    {
        MonotonicTime now = Now;
        foreach (VrrpInstance instance in _instances)
        {
            Step(instance.Index, VrrpEvent.Of(EventKind.Resumed));
            VrrpState state = _router.State(instance.Index);
            if (state.Addresses == AddressPhase.Absent)
            {
                continue;
            }
            _filter.Install(instance.Index);
            if (state.Addresses == AddressPhase.Lingering)
            {
                _successors.Watch(instance.Index);
                continue;
            }
            bool isComplete = HasAllAddresses(instance);
            if (!isComplete)
            {
                AwaitAddresses(instance);
                _addresses.Install(instance.Index);
            }
            _routes.Install(instance.Index);
            if (!isComplete || now - state.Since < AnnouncedAfter)
            {
                _announcer.Request(instance.Index, instance.Plan.Machine.Announce.Rounds);
            }
        }
    }

    /// <summary>Writes every instance, group and tracker to the board, and lets it count.</summary>
    public void Commit()
    {
        if (_board is null)
        {
            return;
        }
        foreach (VrrpInstance instance in _instances)
        {
            Save(instance.Index);
        }
        for (int group = 0; group < _groupStates.Length; group++)
        {
            _board.SetGroup(group, _groupStates[group]);
        }
        SaveTrackers(_board);
        _board.Commit();
    }

    /// <summary>Writes one instance to the board, so that a successor goes on from here.</summary>
    private void Save(int index)
    {
        // One that leaves after a reload has no place on the board: after a crash its addresses are leftovers.
        if (_board is null || index >= _plan.Instances.Length)
        {
            return; // one that leaves with a reload is not gone on with
        }
        VrrpInstance instance = _instances[index];
        ref InstanceRecord record = ref _board.Draft(index);
        record.State = _router.State(index);
        record.OwnFaults = _router.OwnFaults(index);
        record.HasStarted = instance.HasStarted;
        record.LastAdvert = instance.Peers.Advert;
        record.LastHeardAt = instance.Peers.HeardAt;
        record.SourceAddress = instance.SourceAddress;
        record.SocketInterface = instance.SocketInterface;
        instance.Counters.CopyTo(record.Counters);
        _board.Publish(index);
    }

    private void KeepTracker(in TrackerChangedMessage message)
    {
        if (_board is not null && message.Index < CountOf(message.Tracker))
        {
            int value = message.Tracker == TrackerKind.File ? message.Value : message.IsUp ? 1 : 0;
            _board.SetTracker(message.Tracker, message.Index, value);
        }
    }

    private int CountOf(TrackerKind kind) => kind switch
    {
        TrackerKind.Script => _plan.Model.Scripts.Length,
        TrackerKind.File => _plan.Model.TrackFiles.Length,
        _ => _plan.Model.TrackProcesses.Length,
    };

    private void RestoreTrackers(StateBoard board)
    {
        foreach (TrackerKind kind in Enum.GetValues<TrackerKind>())
        {
            for (int index = 0; index < CountOf(kind); index++)
            {
                if (board.Tracker(kind, index) is { } value)
                {
                    _trackers.Set(kind, index, value);
                }
            }
        }
    }

    private void SaveTrackers(StateBoard board)
    {
        foreach (TrackerKind kind in Enum.GetValues<TrackerKind>())
        {
            for (int index = 0; index < CountOf(kind); index++)
            {
                if (_trackers.Get(kind, index) is { } value)
                {
                    board.SetTracker(kind, index, value);
                }
            }
        }
    }

    private bool HasAllAddresses(VrrpInstance instance)
    {
        for (int position = 0; position < instance.Plan.Addresses.Length; position++)
        {
            int index = instance.AddressInterfaces[position];
            if (index > 0 && !_links.Has(instance.Plan.Addresses[position].Prefix.Address, index))
            {
                return false;
            }
        }
        return true;
    }
}
