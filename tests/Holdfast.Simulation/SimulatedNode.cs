using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Sync;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Simulation;

/// <summary>
/// A whole node of a <see cref="SimulatedSite"/>: the real router with its sync groups, a set of addresses for the
/// kernel, and reloads by the code of the product.
/// </summary>
public sealed class SimulatedNode : IVrrpEffects
{
    private readonly SimulatedSite _site;
    private readonly IpAddress _address;
    private readonly HashSet<int> _kernel = [];
    private HashSet<int>[] _announced = [];
    private int[][] _addresses = [];
    private InstanceIdentity[] _identities = [];
    private int _generation;

    internal SimulatedNode(SimulatedSite site, int number, NodePlan plan)
    {
        _site = site;
        _address = IpAddress.V4(10, 0, 0, (byte)(number + 1));
        Number = number;
        Plan = plan;
        Router = Build(plan, []);
        Adopt(plan, []);
        for (int index = 0; index < plan.Instances.Length; index++)
        {
            Step(index, VrrpEvent.Of(EventKind.Startup));
        }
    }

    /// <summary>Position in the site.</summary>
    public int Number { get; }

    /// <summary>Its configuration.</summary>
    public NodePlan Plan { get; private set; }

    /// <summary>Its router; instances beyond those of the plan are leaving.</summary>
    public VrrpRouter Router { get; private set; }

    /// <summary>The addresses that are in its kernel.</summary>
    public IReadOnlySet<int> Kernel => _kernel;

    /// <summary>Every change of role: when, of whom, and which.</summary>
    public List<(MonotonicTime At, InstanceIdentity Who, Effect Change)> Changes { get; } = [];

    /// <summary>Every advert with priority 0.</summary>
    public List<(MonotonicTime At, InstanceIdentity Who)> Resignations { get; } = [];

    /// <summary>Addresses that left the kernel for a moment although they were there before and after.</summary>
    public List<int> Interrupted { get; } = [];

    /// <summary>The addresses that must be in the kernel by the states of the instances.</summary>
    public HashSet<int> Wanted()
    {
        HashSet<int> wanted = [];
        for (int index = 0; index < Router.Count; index++)
        {
            if (Router.State(index).Addresses != AddressPhase.Absent)
            {
                wanted.UnionWith(_addresses[index]);
            }
        }
        return wanted;
    }

    /// <summary>Takes another configuration, as the product does.</summary>
    public void Reload(NodePlan plan)
    {
        VrrpRouter before = Router;
        NodePlan planBefore = Plan;
        int[][] addressesBefore = _addresses;
        InstanceIdentity[] identitiesBefore = _identities;
        HashSet<int>[] announcedBefore = _announced;
        HashSet<int> kernelBefore = [.. _kernel];
        HashSet<int> removed = [];
        ReloadMap map = ReloadMap.Of(
            before, [.. planBefore.Instances.Select(static i => i.Identity)],
            [.. plan.Instances.Select(static i => i.Identity)],
            [.. planBefore.Groups.Select(static g => g.Name)], [.. plan.Groups.Select(static g => g.Name)]);
        VrrpConfig[] leaving = [.. map.Leaving.Select(before.Config)];
        Router = Build(plan, leaving);
        Plan = plan;
        Adopt(plan, [.. map.Leaving.Select(i => (identitiesBefore[i], addressesBefore[i]))]);
        for (int index = 0; index < map.Count; index++)
        {
            if (map.SourceOf(index) is >= 0 and int source)
            {
                _announced[index] = announcedBefore[source];
            }
        }
        RouterReload.Restore(before, Router, map, _site.Now);
        RouterReload.Settle(before, Router, map, _site.Now, this);
        (int[] install, int[] gone) = RouterReload.MoveAddresses(
            before, Router, map, i => addressesBefore[i], i => _addresses[i], static a => a);
        foreach (int index in install)
        {
            _kernel.UnionWith(_addresses[index]);
        }
        foreach (int address in gone)
        {
            _ = _kernel.Remove(address) && removed.Add(address);
        }
        for (int index = 0; index < plan.Instances.Length; index++)
        {
            if (map.Sources[index] < 0)
            {
                Step(index, VrrpEvent.Of(EventKind.Startup));
            }
        }
        Interrupted.AddRange(removed.Where(a => kernelBefore.Contains(a) && Wanted().Contains(a)));
        Schedule();
    }

    /// <inheritdoc/>
    public void Perform(int instance, in Effect effect, in VrrpState state)
    {
        InstanceIdentity who = _identities[instance];
        switch (effect.Kind)
        {
            case EffectKind.SendAdvert:
                if (effect.Priority.IsResignation)
                {
                    Resignations.Add((_site.Now, who));
                }
                var advert = new Advert(
                    who.Vrid, effect.Priority, effect.Interval, _address, (byte)who.Version, 1);
                _site.Send(this, to => to.Receive(who, advert));
                break;
            case EffectKind.InstallAddresses:
                _kernel.UnionWith(_addresses[instance]);
                break;
            case EffectKind.ReleaseAddresses:
                _kernel.ExceptWith(_addresses[instance].Where(a => !IsHeldByAnother(instance, a)));
                break;
            case EffectKind.AnnounceAddresses:
                int[] announced = _addresses[instance];
                _site.Send(this, to => to.Hear(announced));
                break;
            case EffectKind.WatchSuccessor:
                _announced[instance] = [];
                break;
            case EffectKind.RoleChanged:
                Changes.Add((_site.Now, who, effect));
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void GroupChanged(int group, Role role)
    {
    }

    private static VrrpRouter Build(NodePlan plan, VrrpConfig[] leaving)
        => new([.. plan.Instances.Select(static i => i.Config), .. leaving],
            [.. plan.Groups.Select(static g => g.Members)]);

    private void Adopt(NodePlan plan, (InstanceIdentity Identity, int[] Addresses)[] leaving)
    {
        _identities = [.. plan.Instances.Select(static i => i.Identity), .. leaving.Select(static l => l.Identity)];
        _addresses = [.. plan.Instances.Select(static i => i.Addresses), .. leaving.Select(static l => l.Addresses)];
        _announced = [.. _addresses.Select(static _ => new HashSet<int>())];
        _generation++;
    }

    private bool IsHeldByAnother(int instance, int address)
    {
        for (int other = 0; other < Router.Count; other++)
        {
            if (other != instance && Router.State(other).Addresses != AddressPhase.Absent
                && _addresses[other].Contains(address))
            {
                return true;
            }
        }
        return false;
    }

    private void Receive(InstanceIdentity from, Advert advert)
    {
        for (int index = 0; index < Router.Count; index++)
        {
            InstanceIdentity own = _identities[index];
            bool hears = own.Vrid == from.Vrid && own.Interface == from.Interface && own.Version == from.Version
                && (own.Version == 3 || advert.Interval == Router.Config(index).AdvertInterval);
            if (hears)
            {
                Step(index, VrrpEvent.Received(advert, _address));
            }
        }
    }

    private void Hear(int[] addresses)
    {
        for (int index = 0; index < Router.Count; index++)
        {
            if (Router.State(index).Addresses == AddressPhase.Lingering)
            {
                _announced[index].UnionWith(addresses);
                if (_announced[index].IsSupersetOf(_addresses[index]))
                {
                    Step(index, VrrpEvent.Of(EventKind.SuccessorAnnounced));
                }
            }
        }
    }

    private void Step(int index, in VrrpEvent e)
    {
        Router.Step(index, e, _site.Now, this);
        Schedule();
    }

    private void Schedule()
    {
        int generation = _generation;
        for (int index = 0; index < Router.Count; index++)
        {
            MonotonicTime deadline = Router.State(index).NextDeadline;
            if (!deadline.IsNever)
            {
                int one = index;
                _site.At(deadline, (Number, generation, index), () =>
                {
                    if (generation == _generation && Router.State(one).NextDeadline <= _site.Now)
                    {
                        Step(one, VrrpEvent.Of(EventKind.DeadlineReached));
                    }
                });
            }
        }
    }
}
