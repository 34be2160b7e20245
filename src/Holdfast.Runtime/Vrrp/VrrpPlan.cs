using System.Text;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;
using Holdfast.Vrrp.Machine;
using Holdfast.Vrrp.Wire;

namespace Holdfast.Runtime.Vrrp;

/// <summary>What kind of thing a tracker watches.</summary>
public enum TrackedKind : byte
{
    /// <summary>A <c>vrrp_script</c>.</summary>
    Script,

    /// <summary>A <c>track_file</c>.</summary>
    File,

    /// <summary>A <c>vrrp_track_process</c>.</summary>
    Process,

    /// <summary>An interface.</summary>
    Interface,
}

/// <summary>One tracker of one instance, resolved.</summary>
/// <param name="Kind">What is watched.</param>
/// <param name="Index">Index in the model's list of that kind; −1 for an interface.</param>
/// <param name="Name">Its name.</param>
/// <param name="Weight">0: failing is a fault.</param>
/// <param name="Reverse">Turns the sign.</param>
public sealed record TrackerBinding(TrackedKind Kind, int Index, string Name, int Weight, bool Reverse);

/// <summary>What the model says about one instance, in the terms of the machine and of the wire.</summary>
public sealed record VrrpInstancePlan
{
    /// <summary>As configured.</summary>
    public required VrrpInstanceModel Model { get; init; }

    /// <summary>For the machine.</summary>
    public required VrrpConfig Machine { get; init; }

    /// <summary>Constant part of its adverts.</summary>
    public required AdvertTemplate Template { get; init; }

    /// <summary>Addresses in the advert, at most 255.</summary>
    public required IpAddress[] AdvertAddresses { get; init; }

    /// <summary>Peers with their limits; empty for multicast.</summary>
    public required UnicastPeer[] Peers { get; init; }

    /// <summary>Its own trackers and those of its sync group.</summary>
    public required TrackerBinding[] Trackers { get; init; }

    /// <summary>All virtual addresses: announced ones, then excluded ones.</summary>
    public required VirtualAddressModel[] Addresses { get; init; }

    /// <summary>
    /// Kernel lifetime of its addresses, which is renewed with its adverts; null: they stay until they are removed,
    /// since the node has too many or the file says so.
    /// </summary>
    public uint? AddressLifetimeSeconds { get; init; }
}

/// <summary>All instances and sync groups of a node, ready to run.</summary>
/// <param name="Model">As configured.</param>
/// <param name="Instances">In the order of the file.</param>
/// <param name="Groups">For each sync group the indexes of its members.</param>
public sealed record VrrpPlan(KeepalivedModel Model, VrrpInstancePlan[] Instances, int[][] Groups)
{
    /// <summary>Builds the plan of a validated model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="uptime">Time since the host's boot, for <c>vrrp_delay_after_boot</c>.</param>
    /// <param name="isReload">Whether the daemon runs already: what begins then does not wait.</param>
    public static VrrpPlan From(KeepalivedModel model, TimeSpan uptime, bool isReload = false)
    {
        TimeSpan afterBoot = model.Global.DelayAfterBoot - uptime;
        TimeSpan startupDelay = isReload ? TimeSpan.Zero
            : afterBoot > model.Global.StartupDelay ? afterBoot : model.Global.StartupDelay;
        Dictionary<string, int> indexes = [];
        for (int index = 0; index < model.Instances.Length; index++)
        {
            indexes[model.Instances[index].Name] = index;
        }
        int[][] groups = [.. model.SyncGroups.Select(group => group.Members
            .Where(indexes.ContainsKey).Select(name => indexes[name]).ToArray())];
        int addressCount = model.Instances.Sum(static i => i.Addresses.Length + i.ExcludedAddresses.Length);
        VrrpInstancePlan[] instances = new VrrpInstancePlan[model.Instances.Length];
        for (int index = 0; index < instances.Length; index++)
        {
            VrrpInstanceModel instance = model.Instances[index];
            SyncGroupModel? group = model.SyncGroups.FirstOrDefault(g => g.Members.Contains(instance.Name));
            instances[index] = PlanInstance(model, instance, group, addressCount, startupDelay);
        }
        return new VrrpPlan(model, instances, groups);
    }

    private static VrrpInstancePlan PlanInstance(
        KeepalivedModel model, VrrpInstanceModel instance, SyncGroupModel? group, int addressCount,
        TimeSpan startupDelay)
    {
        VrrpConfig machine = MachineConfig(instance, group is not null, addressCount, startupDelay);
        return new()
        {
            Model = instance,
            Machine = machine,
            AddressLifetimeSeconds = addressCount <= model.Global.AddressLifetimeLimit
                ? LifetimeKeeper.SecondsFor(machine) : null,
            Template = Template(instance),
            AdvertAddresses = [.. instance.Addresses.Take(AdvertFormat.AddressesMax)
                .Select(static a => a.Prefix.Address)],
            Peers = [.. instance.UnicastPeers.Select(
                static p => new UnicastPeer(p.Address, p.MinTtl ?? 0, p.MaxTtl ?? 255))],
            Trackers = [.. Trackers(model, instance, group)],
            Addresses = [.. instance.Addresses, .. instance.ExcludedAddresses],
        };
    }

    private static VrrpConfig MachineConfig(
        VrrpInstanceModel instance, bool inGroup, int addressCount, TimeSpan startupDelay) => new()
        {
            Version = instance.Version,
            Priority = instance.Priority,
            AdvertInterval = instance.AdvertInterval,
            DownTimerAdverts = instance.DownTimerAdverts,
            Preempt = !instance.NoPreempt,
            PreemptDelay = instance.PreemptDelay,
            StartupDelay = startupDelay,
            WantsActiveAtStart = instance.InitialState == InitialState.Master,
            AnswerLowerPriority = !instance.LowerPriorityNoAdvert,
            AdvertOnYield = instance.HigherPrioritySendAdvert,
            StepDownWhenLate = instance.TimerExpiredBackup,
            HighestOtherPriority = instance.TimerExpiredPriority ?? new Priority(254),
            HasSinglePeer = instance.UnicastPeers.Length == 1,
            InSyncGroup = inGroup,
            HasAddresses = !instance.Addresses.IsEmpty || !instance.ExcludedAddresses.IsEmpty,
            LingerAfterAdvert = LingerMargin(addressCount),
            LingerMargin = LingerMargin(addressCount),
            Announce = new AnnounceConfig
            {
                Rounds = instance.Garp.MasterRepeat,
                SecondBurstDelay = instance.Garp.MasterDelay,
                RefreshInterval = RefreshOf(instance.Garp),
                RefreshRounds = instance.Garp.MasterRefreshRepeat,
                LowerPriorityRounds = instance.Garp.LowerPriorityRepeat,
                LowerPriorityDelay = instance.Garp.LowerPriorityDelay,
            },
        };

    /// <summary>
    /// A successor that adds its addresses one by one needs longer the more of them move: keepalived takes two
    /// seconds for five thousand. Bounded, so that an ordinary stop ends within <c>child_wait_time</c>.
    /// </summary>
    private static TimeSpan LingerMargin(int addressCount)
        => TimeSpan.FromMilliseconds(Math.Min(100 + (addressCount / 2.0), 3000));

    /// <summary>
    /// <c>garp_extra_if all</c> wants every interface of an instance announced on again and again, as a refresh does.
    /// Without <c>all</c> it concerns macvlans alone.
    /// </summary>
    private static TimeSpan RefreshOf(GarpModel garp)
        => garp is not { ExtraInterfacesAll: true, ExtraInterfacesInterval: { } extra } ? garp.MasterRefresh
            : garp.MasterRefresh > TimeSpan.Zero && garp.MasterRefresh < extra ? garp.MasterRefresh : extra;

    private static AdvertTemplate Template(VrrpInstanceModel instance)
    {
        byte[] password = [];
        WireAuthType auth = WireAuthType.None;
        if (instance is { Version: 2, AuthType: VrrpAuthType.Pass })
        {
            auth = WireAuthType.SimplePassword;
            password = new byte[AdvertFormat.AuthenticationSize];
            byte[] given = Encoding.UTF8.GetBytes(instance.AuthPassword);
            given.AsSpan(0, Math.Min(given.Length, password.Length)).CopyTo(password);
        }
        ChecksumForm form = instance.V3ChecksumAsV2 ? ChecksumForm.MessageOnly
            : instance is { IsUnicast: true, OldUnicastChecksum: OldUnicastChecksum.Always } ? ChecksumForm.OldUnicast
            : ChecksumForm.PseudoHeader;
        return new AdvertTemplate(instance.Vrid, instance.Version, instance.Family, auth, password, form);
    }

    /// <summary>
    /// A group's trackers count for every member. A member's own weighted ones do not, unless the group says so:
    /// members with different priorities would pull the group apart.
    /// </summary>
    private static IEnumerable<TrackerBinding> Trackers(
        KeepalivedModel model, VrrpInstanceModel instance, SyncGroupModel? group)
    {
        IEnumerable<TrackerBinding> own = Bind(model, instance.Trackers);
        if (group is null)
        {
            return own;
        }
        return own.Where(t => t.Weight == 0 || group.TrackingWeight).Concat(Bind(model, group.Trackers));
    }

    private static IEnumerable<TrackerBinding> Bind(KeepalivedModel model, TrackersModel trackers)
    {
        foreach (TrackerReference t in trackers.Scripts)
        {
            yield return Bound(TrackedKind.Script, model.Scripts.FindIndex(s => s.Name == t.Name), t);
        }
        foreach (TrackerReference t in trackers.Files)
        {
            yield return Bound(TrackedKind.File, model.TrackFiles.FindIndex(f => f.Name == t.Name), t);
        }
        foreach (TrackerReference t in trackers.Processes)
        {
            yield return Bound(TrackedKind.Process, model.TrackProcesses.FindIndex(p => p.Name == t.Name), t);
        }
        foreach (TrackerReference t in trackers.Interfaces)
        {
            yield return Bound(TrackedKind.Interface, -1, t);
        }
    }

    private static TrackerBinding Bound(TrackedKind kind, int index, TrackerReference reference)
        => new(kind, index, reference.Name, reference.Weight, reference.Reverse);
}

/// <summary>Search in immutable arrays.</summary>
internal static class ImmutableArraySearch
{
    /// <summary>Index of the first match; −1 when there is none.</summary>
    public static int FindIndex<T>(this System.Collections.Immutable.ImmutableArray<T> items, Predicate<T> match)
    {
        for (int index = 0; index < items.Length; index++)
        {
            if (match(items[index]))
            {
                return index;
            }
        }
        return -1;
    }
}
