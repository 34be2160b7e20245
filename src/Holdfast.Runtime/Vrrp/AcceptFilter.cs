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
            _table.Remove(address.Prefix.Address); // not there after a failed Install: nothing to remove
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
