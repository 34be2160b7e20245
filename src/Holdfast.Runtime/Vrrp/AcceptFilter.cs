using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Nftables;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// <c>no_accept</c>: an Active that does not own its addresses routes packets through, but does not answer what is
/// sent to the addresses themselves (Accept_Mode false, RFC 9568 §6.1).
/// </summary>
internal sealed class AcceptFilter(VrrpInstance[] instances, Action<string> warn) : IDisposable
{
    private const string TableName = "holdfast_vrrp";
    private readonly HashSet<IpAddress> _dropped = [];
    private AddressDropTable? _table;

    /// <summary>The addresses of an instance come: drop what is sent to them if that is configured.</summary>
    public void Install(int instance)
    {
        if (!Drops(instance))
        {
            return;
        }
        try
        {
            _table ??= new AddressDropTable(TableName);
        }
        catch (LinuxException e)
        {
            warn($"({instances[instance].Name}) no_accept cannot be kept: {e.Message}");
            return;
        }
        foreach (VirtualAddressModel address in instances[instance].Plan.Addresses)
        {
            if (!_dropped.Add(address.Prefix.Address))
            {
                continue;
            }
            NetlinkResult result = _table.Add(address.Prefix.Address);
            if (!result.IsSuccess)
            {
                warn($"({instances[instance].Name}) no_accept cannot be kept for {address.Prefix}: {result}");
                return;
            }
        }
    }

    /// <summary>The addresses of an instance go.</summary>
    public void Release(int instance)
    {
        if (_table is null || !Drops(instance))
        {
            return;
        }
        foreach (VirtualAddressModel address in instances[instance].Plan.Addresses)
        {
            _dropped.Remove(address.Prefix.Address);
            _table.Remove(address.Prefix.Address); // not there after a failed Install: nothing to remove
        }
    }

    /// <summary>Takes the filter over as it is from the one before a reload.</summary>
    public void TakeOver(AcceptFilter before)
    {
        (_table, before._table) = (before._table, null);
        _dropped.UnionWith(before._dropped);
    }

    /// <summary>The addresses for which an instance wants the filter.</summary>
    public IEnumerable<IpAddress> Dropped(int instance)
        => Drops(instance) ? instances[instance].Plan.Addresses.Select(static a => a.Prefix.Address) : [];

    /// <summary>Ends the filter for every other address.</summary>
    public void KeepOnly(HashSet<IpAddress> wanted)
    {
        foreach (IpAddress address in _dropped.Except(wanted).ToArray())
        {
            _table?.Remove(address);
            _dropped.Remove(address);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _table?.Dispose();

    private bool Drops(int instance)
    {
        VrrpInstanceModel model = instances[instance].Plan.Model;
        return !model.Accept && model.Priority != Priority.Owner;
    }
}
