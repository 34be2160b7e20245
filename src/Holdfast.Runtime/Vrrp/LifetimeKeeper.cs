using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// Renews the kernel lifetimes of the virtual addresses that this node holds: when every process of ours has died, the
/// kernel itself takes them out, at the earliest when any Backup has taken over.
/// </summary>
/// <remarks>
/// Renewed right after adverts, all of a turn in one system call, so that what remains after an advert is never less
/// than the longest Active-down time; with short intervals every half lifetime, since the kernel counts seconds. The
/// kernel may be 20 ms early and a second late (ADDRCONF_TIMER_FUZZ and rounding). Never allocates once its largest
/// batch has been seen.
/// </remarks>
/// <param name="netlink">Where to.</param>
/// <param name="instances">All instances.</param>
/// <param name="isThere">
/// Whether an interface has an address: one that somebody took away is not renewed, but restored.
/// </param>
internal sealed class LifetimeKeeper(
    RouteNetlink netlink, VrrpInstance[] instances, Func<IpAddress, int, bool> isThere)
{
    private readonly bool[] _due = new bool[instances.Length];
    private readonly MonotonicTime[] _renewedAt = new MonotonicTime[instances.Length];
    private readonly MonotonicTime[] _installedAt = new MonotonicTime[instances.Length];
    private AddressSpec[] _batch = new AddressSpec[16];
    private Errno[] _results = new Errno[16];
    private int _count;
    private bool _hasWork;

    /// <summary>The lifetime of an instance's addresses: its longest Active-down time in whole seconds.</summary>
    public static uint SecondsFor(VrrpConfig config)
        => (uint)Math.Max(1, Math.Ceiling(VrrpTimers.LongestActiveDown(config).TotalSeconds));

    /// <summary>The addresses of an instance are about to be installed with a whole lifetime.</summary>
    public void Installed(int instance, MonotonicTime now)
    {
        _renewedAt[instance] = now;
        _installedAt[instance] = now;
        _due[instance] = false;
    }

    /// <summary>An instance that holds its addresses has sent an advert.</summary>
    public void AdvertSent(int instance, MonotonicTime now)
    {
        VrrpInstancePlan plan = instances[instance].Plan;
        if (plan.AddressLifetimeSeconds is not { } seconds)
        {
            return;
        }
        var whole = TimeSpan.FromSeconds(seconds);
        TimeSpan left = _renewedAt[instance] + whole - now;
        TimeSpan cover = VrrpTimers.LongestActiveDown(plan.Machine);
        if (left < cover || left < whole / 2)
        {
            _due[instance] = true;
            _hasWork = true;
        }
    }

    /// <summary>The addresses of an instance go.</summary>
    public void Released(int instance) => _due[instance] = false;

    /// <summary>Renews what is due.</summary>
    public void Flush(MonotonicTime now)
    {
        if (!_hasWork)
        {
            return;
        }
        _hasWork = false;
        _count = 0;
        foreach (VrrpInstance instance in instances)
        {
            if (_due[instance.Index])
            {
                _due[instance.Index] = false;
                _renewedAt[instance.Index] = now;
                Gather(instance, now - _installedAt[instance.Index], forever: false);
            }
        }
        Send();
    }

    /// <summary>Lets the addresses of an instance stay when nobody renews them any more.</summary>
    /// <param name="instance">Whose.</param>
    /// <param name="family">Those of one family; none: all.</param>
    public void KeepForever(VrrpInstance instance, IpFamily family = IpFamily.None)
    {
        if (instance.Plan.AddressLifetimeSeconds is not null)
        {
            _count = 0;
            Gather(instance, TimeSpan.Zero, forever: true, family);
            Send();
        }
    }

    private void Gather(VrrpInstance instance, TimeSpan age, bool forever, IpFamily family = IpFamily.None)
    {
        for (int position = 0; position < instance.AddressSpecs.Length; position++)
        {
            AddressSpec spec = instance.AddressSpecs[position];
            if (spec.ValidLifetimeSeconds is not null && spec.InterfaceIndex > 0
                && (family == IpFamily.None || spec.Prefix.Address.Family == family)
                && isThere(spec.Prefix.Address, spec.InterfaceIndex))
            {
                VirtualAddressModel model = instance.Plan.Addresses[position];
                Add(forever ? spec with { ValidLifetimeSeconds = null } : Aged(spec, model, age));
            }
        }
    }

    /// <summary>A preferred lifetime that the user gave runs from the installation, not from each renewal.</summary>
    private static AddressSpec Aged(in AddressSpec spec, VirtualAddressModel model, TimeSpan age)
        => model.PreferredLifetimeSeconds is > 0 and { } preferred
            ? spec with { PreferredLifetimeSeconds = (uint)Math.Max(0, preferred - age.TotalSeconds) } : spec;

    private void Add(in AddressSpec spec)
    {
        if (_count == _batch.Length)
        {
            Array.Resize(ref _batch, _count * 2);
            Array.Resize(ref _results, _count * 2);
        }
        _batch[_count++] = spec;
    }

    /// <summary>What fails (the interface is just going) is told by the monitor.</summary>
    private void Send()
    {
        if (_count > 0)
        {
            _ = netlink.AddAddresses(_batch.AsSpan(0, _count), _results, AddMode.Replace);
        }
    }
}
