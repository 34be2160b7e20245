using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Processes;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Sync;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// The running node: turns what the kernel and the supervisor say into events, gives them to the machines, and
/// carries out their effects. One thread; nothing is allocated while nothing changes.
/// </summary>
/// <remarks>
/// One turn of the loop: (1) what has arrived is read, adverts before all else when the node is late; (2) deadlines
/// that are due; (3) address changes of the turn in one batch; (4) announcements. Adverts go out within (1) and (2), so
/// that a thousand addresses of one instance never delay the advert of another.
/// </remarks>
internal sealed partial class VrrpNode : IAdvertReceiver, IVrrpEffects, IDisposable
{
    private readonly EpollLoop _loop;
    private readonly ChildChannel _supervisor;
    private readonly Action<string> _warn;
    private readonly VrrpPlan _plan;
    private readonly VrrpInstance[] _instances;
    private readonly VrrpRouter _router;
    private readonly DeadlineHeap _deadlines;
    private readonly TrackerBoard _trackers;
    private readonly AnnouncePacing _pacing;
    private readonly Announcer _announcer;
    private readonly AddressKeeper _addresses;
    private readonly LifetimeKeeper _lifetimes;
    private readonly RouteKeeper _routes;
    private readonly AcceptFilter _filter;
    private readonly AddressOwners _owners;
    private readonly SuccessorWatch _successors;
    private readonly Dictionary<AdvertChannelKey, AdvertChannel> _channels = [];
    private readonly LinkBoard _links;
    private readonly int[] _groupOf;
    private readonly InstanceState[] _groupStates;
    private int _ended;

    public VrrpNode(
        VrrpPlan plan, EpollLoop loop, RouteNetlink netlink, ChildChannel supervisor, Action<string> warn,
        StateBoard? board = null, VrrpInstancePlan[]? leaving = null)
    {
        VrrpInstancePlan[] all = [.. plan.Instances, .. leaving ?? []];
        _plan = plan;
        _board = board;
        _loop = loop;
        _supervisor = supervisor;
        _warn = warn;
        _instances = [.. all.Select((p, index) => new VrrpInstance(index, p)
        {
            IsLeaving = index >= plan.Instances.Length,
        })];
        _router = new VrrpRouter([.. all.Select(static p => p.Machine)], plan.Groups);
        _groupOf = _router.GroupOf;
        _trackGroupIsBroken = new bool[_instances.Length];
        _groupStates = new InstanceState[plan.Groups.Length];
        _deadlines = new DeadlineHeap(_instances.Length);
        _links = new LinkBoard(
            plan.Model.InterfaceDelays, VirtualAddresses(_instances), OnInterfaceChanged, OnVirtualAddressChanged);
        _trackers = new TrackerBoard(plan);
        _pacing = new AnnouncePacing(plan.Model);
        _announcer = new Announcer(_instances, _pacing);
        _addresses = new AddressKeeper(netlink, _instances, IsHeldByAnother, warn, AddressRefused);
        _restoreReport = new RestoreReport(_instances.Length, warn);
        _lifetimes = new LifetimeKeeper(netlink, _instances, _links.HasVirtual);
        _routes = new RouteKeeper(
            netlink, _instances, _links.IndexOf, _links.TableOf, warn, entry => _restores.Request(entry, Now));
        _filter = new AcceptFilter(_instances, warn);
        _owners = new AddressOwners(_instances);
        _successors = new SuccessorWatch(
            loop, _instances, _owners, index =>
            {
                _instances[index].SuccessorSeen = true;
                Step(index, VrrpEvent.Of(EventKind.SuccessorAnnounced));
            });
    }

    private static MonotonicTime Now => MonotonicClock.Now;

    /// <summary>When the node must be given its turn at the latest.</summary>
    public MonotonicTime NextDeadline
        => MonotonicTime.Min(
            MonotonicTime.Min(MonotonicTime.Min(_deadlines.Earliest, _announcer.NextDeadline), _links.NextDeadline),
            MonotonicTime.Min(_restores.NextDeadline, _restoreReport.NextDeadline));

    /// <summary>Whether every instance has ended after <see cref="Stop"/>.</summary>
    public bool HasEnded => _ended == _instances.Length;

    /// <summary>Whether every instance that had addresses at <see cref="Stop"/> saw its successor take them.</summary>
    public bool EndedInOrder { get; private set; } = true;

    /// <summary>The configured instances, for status; those that leave are not among them.</summary>
    public ReadOnlySpan<VrrpInstance> Instances => _instances.AsSpan(0, _plan.Instances.Length);

    /// <summary>Plan, for status.</summary>
    public VrrpPlan Plan => _plan;

    /// <summary>Router, for status.</summary>
    public VrrpRouter Router => _router;

    /// <summary>Trackers, for status.</summary>
    public TrackerBoard Trackers => _trackers;

    /// <summary>Handles every deadline that is due.</summary>
    public void RunDeadlines()
    {
        HearWhenLate();
        _links.RunDeadlines(Now);
        // Two readings of the clock at most differ by what the steps took: a busy node cannot stay here for ever,
        // since every step moves its deadline into the future.
        while (_deadlines.Earliest <= Now)
        {
            Step(_deadlines.EarliestIndex, VrrpEvent.Of(EventKind.DeadlineReached));
            HearWhenLate();
        }
    }

    /// <summary>Carries out what the turn has gathered.</summary>
    public void EndTurn()
    {
        RestoreDue();
        _addresses.Flush();
        _lifetimes.Flush(Now);
        _routes.Flush();
        ForgetLeft();
        if (_announcer.NextDeadline <= Now)
        {
            _announcer.Flush(Now);
        }
    }

    /// <summary>Every instance hands over; <see cref="HasEnded"/> tells when all have.</summary>
    public void Stop()
    {
        OpenWatches();
        foreach (VrrpInstance instance in _instances)
        {
            Step(instance.Index, VrrpEvent.Of(EventKind.Shutdown));
        }
    }

    /// <summary>Every instance is told to have stopped, and nothing else is done: what the kernel has stays.</summary>
    public void Abandon()
    {
        foreach (VrrpInstance instance in Instances)
        {
            VrrpState state = _router.State(instance.Index);
            if (state.Addresses != AddressPhase.Absent)
            {
                _lifetimes.KeepForever(instance);
            }
            _supervisor.TrySend(new InstanceStateChangedMessage(
                instance.Index, StateOf(state.Role, state.Reason), InstanceState.Stopped, state.EffectivePriority,
                (ushort)state.Reason, IpAddress.None));
        }
    }

    /// <summary>Every instance resigns and lets go at once.</summary>
    public void StopNow()
    {
        foreach (VrrpInstance instance in _instances)
        {
            Step(instance.Index, VrrpEvent.Of(EventKind.ShutdownNow));
        }
    }

    /// <inheritdoc/>
    public void OnPacket(VrrpInstance first, in ReceivedPacket packet)
    {
        VrrpInstance instance = Addressee(first, packet.Source);
        ref readonly VrrpState state = ref _router.State(instance.Index);
        if (packet.Source == instance.SourceAddress)
        {
            instance.Counters.Count(ReceiveVerdict.OwnPacket);
            return;
        }
        ReceiveVerdict verdict = ReceiveChecks.Check(
            instance.Policy, packet, state.EffectivePriority.IsOwner, out Advert advert);
        instance.Counters.Count(verdict);
        if (verdict > ReceiveVerdict.Accepted && instance.Reports.IsNew(verdict))
        {
            _warn($"({instance.Name}) {VerdictText.Of(verdict)} from {packet.Source}");
        }
        if (verdict > ReceiveVerdict.AcceptedAddressListDiffers)
        {
            instance.Peers.Drop(verdict, packet.Source, Now);
            Save(instance.Index);
            return;
        }
        NoteStranger(instance, packet.Source);
        if (advert.Priority.IsResignation)
        {
            instance.Counters.PriorityZeroReceived++;
        }
        instance.SuccessorSeen |= state.Addresses == AddressPhase.Lingering && !advert.Priority.IsResignation;
        instance.Peers.Hear(advert, verdict, packet, instance.Policy, Now);
        Step(instance.Index, VrrpEvent.Received(advert, instance.SourceAddress));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _successors.Dispose();
        _announcer.Dispose();
        _filter.Dispose();
        foreach (AdvertChannel channel in _channels.Values)
        {
            channel.Dispose();
        }
        _channels.Clear();
    }

    private void Step(int index, in VrrpEvent e)
    {
        _router.Step(index, e, Now, this);
        UpdateDeadlines(index);
    }

    /// <summary>A step of one member of a sync group may have moved all of them.</summary>
    private void UpdateDeadlines(int index)
    {
        _deadlines.Set(index, _router.State(index).NextDeadline);
        Save(index);
        int group = _groupOf[index];
        if (group >= 0)
        {
            foreach (int member in _plan.Groups[group])
            {
                _deadlines.Set(member, _router.State(member).NextDeadline);
                if (member != index)
                {
                    Save(member);
                }
            }
        }
    }

    /// <summary>
    /// Unicast instances with one VRID and different peers share a socket: the source tells them apart.
    /// </summary>
    private static VrrpInstance Addressee(VrrpInstance first, IpAddress source)
    {
        if (first.NextOfVrid is null)
        {
            return first;
        }
        // One that leaves with a reload has nothing more to learn where another one has its VRID.
        while (first is { IsLeaving: true, NextOfVrid: { } next })
        {
            first = next;
        }
        for (VrrpInstance? one = first; one is not null; one = one.NextOfVrid)
        {
            foreach (UnicastPeer peer in one.Plan.Peers)
            {
                if (peer.Address == source)
                {
                    return one;
                }
            }
        }
        return first;
    }

    private void OpenWatches()
    {
        foreach (VrrpInstance instance in _instances)
        {
            if (_router.State(instance.Index).Role == Role.Active)
            {
                _successors.Listen(instance.Index);
            }
        }
    }
}
