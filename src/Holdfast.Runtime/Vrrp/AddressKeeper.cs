using System.Buffers.Binary;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// Puts virtual addresses into the kernel and takes them out: gathered over one turn of the loop, then in as few
/// system calls as the kernel allows. Both directions are idempotent.
/// </summary>
/// <param name="netlink">Where to.</param>
/// <param name="instances">All instances.</param>
/// <param name="isElsewhere">Whether another instance has that address of an instance, so that it must stay.</param>
/// <param name="warn">Told what the kernel refuses.</param>
/// <param name="refused">Told each address that the kernel did not take.</param>
internal sealed class AddressKeeper(
    RouteNetlink netlink, VrrpInstance[] instances, Func<VrrpInstance, int, bool> isElsewhere, Action<string> warn,
    Action<VrrpInstance, int> refused)
{
    /// <summary>Marks entries as ours (IFA_PROTO, and RTPROT_KEEPALIVED for routes and rules).</summary>
    public const byte Marker = 18;

    private readonly bool[] _install = new bool[instances.Length];
    private readonly bool[] _release = new bool[instances.Length];
    private readonly List<(int Instance, int Position)> _single = [];
    private AddressSpec[] _batch = new AddressSpec[64];
    private Errno[] _results = new Errno[64];
    private (VrrpInstance Instance, int Position)[] _origins = new (VrrpInstance, int)[64];
    private int _count;

    /// <summary>Whether <see cref="Flush"/> has something to do.</summary>
    public bool HasWork { get; private set; }

    /// <summary>Asks for all addresses of an instance; a release of the same turn is forgotten.</summary>
    public void Install(int instance)
    {
        _install[instance] = true;
        _release[instance] = false;
        HasWork = true;
    }

    /// <summary>Asks for the removal of all addresses of an instance.</summary>
    public void Release(int instance)
    {
        _release[instance] = true;
        _install[instance] = false;
        HasWork = true;
    }

    /// <summary>Asks for one address of an instance.</summary>
    public void InstallOne(int instance, int position)
    {
        _single.Add((instance, position));
        HasWork = true;
    }

    /// <summary>Carries out what was asked for: removals first, since an address may move between instances.</summary>
    public void Flush()
    {
        if (!HasWork)
        {
            return;
        }
        HasWork = false;
        Gather(_release);
        if (_count > 0)
        {
            netlink.DeleteAddresses(_batch.AsSpan(0, _count), _results);
            ReportFailures("remove", Errno.EADDRNOTAVAIL, Errno.ENODEV);
        }
        Gather(_install);
        foreach ((int instance, int position) in _single)
        {
            Add(instances[instance], position);
        }
        _single.Clear();
        if (_count > 0)
        {
            netlink.AddAddresses(_batch.AsSpan(0, _count), _results, AddMode.Replace);
            ReportFailures("add", Errno.EEXIST, Errno.EEXIST);
            for (int index = 0; index < _count; index++)
            {
                if (_results[index] is not (Errno.Success or Errno.EEXIST))
                {
                    refused(_origins[index].Instance, _origins[index].Position);
                }
            }
        }
    }

    /// <summary>Removes addresses that are no longer wanted, at once: those that a reload took away.</summary>
    public void RemoveNow(ReadOnlySpan<AddressSpec> addresses)
    {
        if (!addresses.IsEmpty)
        {
            netlink.DeleteAddresses(addresses, new Errno[addresses.Length]);
        }
    }

    /// <summary>The kernel's form of one configured address.</summary>
    /// <param name="address">As configured.</param>
    /// <param name="interfaceIndex">Where it goes.</param>
    /// <param name="lifetimeSeconds">After how long the kernel takes it out; null: never.</param>
    public static AddressSpec Spec(VirtualAddressModel address, int interfaceIndex, uint? lifetimeSeconds = null)
    {
        bool v6 = address.Prefix.Address.IsV6;
        AddressFlags flags = AddressFlags.None;
        flags |= v6 && !address.DuplicateAddressDetection ? AddressFlags.NoDad : 0;
        flags |= address.Home ? AddressFlags.HomeAddress : 0;
        flags |= address.ManageTemporary ? AddressFlags.ManageTemporary : 0;
        flags |= address.NoPrefixRoute ? AddressFlags.NoPrefixRoute : 0;
        flags |= address.AutoJoin ? AddressFlags.MulticastAutoJoin : 0;
        // A host address is deprecated by default, so that it is not chosen as a source (keepalived.conf(5)).
        uint? preferred = address.PreferredLifetimeSeconds ?? (v6 && address.Prefix.Length == 128 ? 0 : null);
        return new AddressSpec
        {
            Prefix = address.Peer is { } peer ? new IpPrefix(address.Prefix.Address, peer.Length) : address.Prefix,
            Peer = address.Peer?.Address ?? IpAddress.None,
            InterfaceIndex = interfaceIndex,
            Broadcast = Broadcast(address),
            Label = address.Label,
            Scope = address.Scope,
            Flags = flags,
            Protocol = Marker,
            ValidLifetimeSeconds = lifetimeSeconds,
            PreferredLifetimeSeconds = preferred,
        };
    }

    private static IpAddress Broadcast(VirtualAddressModel address)
    {
        if (address.BroadcastRule is null || !address.Prefix.Address.IsV4)
        {
            return address.Broadcast;
        }
        Span<byte> bytes = stackalloc byte[4];
        address.Prefix.Address.CopyTo(bytes);
        uint value = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        uint host = address.Prefix.Length >= 32 ? 0 : uint.MaxValue >> address.Prefix.Length;
        return IpAddress.V4(address.BroadcastRule == '+' ? value | host : value & ~host);
    }

    private void Gather(bool[] wanted)
    {
        _count = 0;
        foreach (VrrpInstance instance in instances)
        {
            if (!wanted[instance.Index])
            {
                continue;
            }
            wanted[instance.Index] = false;
            for (int position = 0; position < instance.Plan.Addresses.Length; position++)
            {
                if (instance.AddressInterfaces[position] > 0
                    && !(wanted == _release && isElsewhere(instance, position)))
                {
                    Add(instance, position);
                }
            }
        }
    }

    private void Add(VrrpInstance instance, int position)
    {
        if (_count == _batch.Length)
        {
            Array.Resize(ref _batch, _count * 2);
            Array.Resize(ref _results, _count * 2);
            Array.Resize(ref _origins, _count * 2);
        }
        _origins[_count] = (instance, position);
        _batch[_count++] = instance.AddressSpecs[position];
    }

    private void ReportFailures(string verb, Errno expected, Errno alsoExpected)
    {
        for (int index = 0; index < _count; index++)
        {
            Errno errno = _results[index];
            if (errno != Errno.Success && errno != expected && errno != alsoExpected)
            {
                warn($"cannot {verb} {_batch[index].Prefix} on interface {_batch[index].InterfaceIndex}: {errno}");
                return;
            }
        }
    }
}
