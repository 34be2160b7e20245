using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Runtime.Vrrp;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Continuity;

/// <summary>What a dead VRRP process has left in the kernel, as its state board tells, and its removal.</summary>
/// <remarks>It shares no code with the process that died but tables and messages: that process may die of the rest.
/// </remarks>
internal sealed class HeldInstances
{
    private readonly RouteNetlink _netlink;
    private readonly RouteKeeper _routes;
    private readonly Dictionary<string, LinkInfo> _links;

    /// <summary>Finds every instance whose addresses are here.</summary>
    internal HeldInstances(VrrpPlan plan, StateBoard board, RouteNetlink netlink, Action<string> warn)
    {
        _netlink = netlink;
        var links = new List<LinkInfo>();
        netlink.DumpLinks(links).ThrowIfFailed("list links");
        _links = links.ToDictionary(static link => link.Name, StringComparer.Ordinal);
        Instances = [.. plan.Instances.Select(static (p, index) => new VrrpInstance(index, p))];
        _routes = new RouteKeeper(netlink, Instances, IndexOf, TableOf, warn, static _ => { });
        foreach (VrrpInstance instance in Instances)
        {
            InstanceRecord record = board.Read(instance.Index);
            if (record.State.Addresses == AddressPhase.Absent)
            {
                continue;
            }
            instance.SourceAddress = record.SourceAddress;
            instance.SocketInterface = record.SocketInterface;
            instance.InterfaceIndex = IndexOf(instance.Plan.Model.Interface);
            Resolve(instance, plan.Model.Global.DefaultInterface);
            Held.Add(instance);
        }
    }

    /// <summary>All instances.</summary>
    internal VrrpInstance[] Instances { get; }

    /// <summary>Those whose addresses are here.</summary>
    internal List<VrrpInstance> Held { get; } = [];

    /// <summary>Takes addresses, routes and rules of one instance out of the kernel.</summary>
    internal void Remove(VrrpInstance instance)
    {
        if (Held.Remove(instance))
        {
            AddressSpec[] addresses = [.. instance.AddressSpecs.Where(static spec => spec.InterfaceIndex > 0)];
            _netlink.DeleteAddresses(addresses, new Errno[addresses.Length]); // gone already is as good
            _routes.Release(instance.Index);
            _routes.Flush();
        }
    }

    /// <summary>Takes all of them out.</summary>
    internal void RemoveAll()
    {
        foreach (VrrpInstance instance in Held.ToArray())
        {
            Remove(instance);
        }
    }

    private int IndexOf(string name) => _links.TryGetValue(name, out LinkInfo? link) ? link.Index : 0;

    private uint TableOf(string name) => _links.TryGetValue(name, out LinkInfo? link) ? link.VrfTable : 0;

    private void Resolve(VrrpInstance instance, string defaultInterface)
    {
        for (int position = 0; position < instance.Plan.Addresses.Length; position++)
        {
            VirtualAddressModel address = instance.Plan.Addresses[position];
            string own = instance.Plan.Model.Interface;
            string name = address.Interface ?? (own.Length > 0 ? own : defaultInterface);
            int index = IndexOf(name);
            instance.AddressInterfaces[position] = index;
            instance.AddressMacs[position] = index > 0 ? _links[name].Mac : default;
            instance.AddressSpecs[position] = AddressKeeper.Spec(address, index);
        }
    }
}
