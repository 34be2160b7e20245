using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp.Sync;

/// <summary>
/// How two directors name a link that both are on: by an address that one has there, which is of a network that the
/// other has there, too. Names and numbers of interfaces may differ.
/// </summary>
/// <param name="read">Reads this host's addresses.</param>
internal sealed class SyncLinks(Func<IReadOnlyList<AddressSpec>> read)
{
    private static readonly TimeSpan s_freshness = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(int Index, IpFamily Family), IpAddress> _own = [];
    private List<AddressSpec> _networks = [];
    private MonotonicTime? _until;

    /// <summary>Those of the network namespace of a socket.</summary>
    internal static SyncLinks Of(RouteNetlink route) => new(() =>
    {
        List<AddressSpec> addresses = [];
        route.DumpAddresses(addresses, IpFamily.None).ThrowIfFailed("xdp plane: list the addresses");
        return addresses;
    });

    /// <summary>An address of this host on a link; null: it has none of the family that is of a network.</summary>
    internal IpAddress? AddressOn(int interfaceIndex, IpFamily family, MonotonicTime now)
    {
        Refresh(now);
        return _own.TryGetValue((interfaceIndex, family), out IpAddress address) ? address : null;
    }

    /// <summary>The interface on the link on which somebody has an address; 0: on none of ours.</summary>
    internal int InterfaceOf(IpAddress address, MonotonicTime now)
    {
        Refresh(now);
        AddressSpec? nearest = null;
        foreach (AddressSpec entry in _networks)
        {
            if (entry.Prefix.Contains(address)
                && (nearest is null || entry.Prefix.Length > nearest.Value.Prefix.Length))
            {
                nearest = entry;
            }
        }
        return nearest?.InterfaceIndex ?? 0;
    }

    private void Refresh(MonotonicTime now)
    {
        if (_until is { } until && now < until)
        {
            return;
        }
        _until = now + s_freshness;
        // The network fe80:: is on every link.
        _networks = [.. read().Where(static entry => entry.Prefix.Length < entry.Prefix.Address.BitCount
            && !entry.Prefix.Address.IsLinkLocalV6)];
        _own.Clear();
        foreach (AddressSpec entry in _networks)
        {
            _ = _own.TryAdd((entry.InterfaceIndex, entry.Prefix.Address.Family), entry.Prefix.Address);
        }
    }
}
