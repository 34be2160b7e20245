using Holdfast.Primitives;

namespace Holdfast.Runtime.Vrrp;

/// <summary>Which instances have a virtual address: found in one step, however many thousand there are.</summary>
internal sealed class AddressOwners
{
    private readonly Dictionary<IpAddress, (int Instance, int Position)[]> _owners = [];

    public AddressOwners(VrrpInstance[] instances)
    {
        foreach (VrrpInstance instance in instances)
        {
            for (int position = 0; position < instance.Plan.Addresses.Length; position++)
            {
                IpAddress address = instance.Plan.Addresses[position].Prefix.Address;
                _owners[address] = [.. Of(address), (instance.Index, position)];
            }
        }
    }

    /// <summary>Index of each instance that has the address, and the address's position there; usually one.</summary>
    public ReadOnlySpan<(int Instance, int Position)> Of(IpAddress address)
        => _owners.TryGetValue(address, out (int Instance, int Position)[]? found) ? found : [];
}
