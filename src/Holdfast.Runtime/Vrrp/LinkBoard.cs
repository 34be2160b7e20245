using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// The interfaces and addresses of this namespace as VRRP sees them: which name has which index, what counts as up
/// after <c>interface_up_down_delays</c>, and which address an advert is sent from.
/// </summary>
/// <param name="delays">Interfaces whose changes must last before they count.</param>
/// <param name="virtualAddresses">Our virtual addresses, which are never a source.</param>
/// <param name="changed">Told the name of an interface about which anything changed.</param>
/// <param name="virtualChanged">Told the interface of a virtual address that came (true) or went.</param>
internal sealed class LinkBoard(
    ImmutableArray<InterfaceDelayModel> delays,
    HashSet<IpAddress> virtualAddresses,
    Action<string> changed,
    Action<int, IpAddress, bool> virtualChanged)
{
    private readonly Dictionary<int, LinkInfo> _links = [];
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    // Virtual addresses come and go by the thousand, so they are not in the lists.
    private readonly Dictionary<int, List<IpPrefix>> _addresses = [];
    private readonly Dictionary<(int Interface, IpAddress Address), IpPrefix> _virtual = [];
    private readonly Dictionary<string, bool> _counted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MonotonicTime> _pending = new(StringComparer.Ordinal);

    /// <summary>When a delayed change counts.</summary>
    public MonotonicTime NextDeadline { get; private set; } = MonotonicTime.Never;

    /// <summary>Index of an interface; 0 when there is none of that name.</summary>
    public int IndexOf(string name) => _indexes.GetValueOrDefault(name);

    /// <summary>Routing table of a VRF; 0 when there is none of that name.</summary>
    public uint TableOf(string name) => Link(IndexOf(name))?.VrfTable ?? 0;

    /// <summary>An interface by index; null when there is none.</summary>
    public LinkInfo? Link(int index) => _links.GetValueOrDefault(index);

    /// <summary>Whether an interface counts as up.</summary>
    public bool IsUp(string name) => _counted.GetValueOrDefault(name);

    /// <summary>The address that adverts of a family are sent from; none when the interface has none.</summary>
    /// <remarks>The first that is not virtual; for IPv6 a link-local one (RFC 9568 §5.1.2.1).</remarks>
    public IpAddress SourceOf(int index, IpFamily family)
    {
        foreach (IpPrefix prefix in _addresses.GetValueOrDefault(index) ?? [])
        {
            IpAddress address = prefix.Address;
            if (address.Family == family && (family == IpFamily.V4 || address.IsLinkLocalV6))
            {
                return address;
            }
        }
        return IpAddress.None;
    }

    /// <summary>Whether any interface, or the given one, has an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="index">Interface; 0: any.</param>
    public bool Has(IpAddress address, int index)
    {
        if (index == 0)
        {
            return _links.Keys.Any(on => Has(address, on));
        }
        return _virtual.ContainsKey((index, address))
            || (_addresses.TryGetValue(index, out List<IpPrefix>? list) && list.Exists(p => p.Address == address));
    }

    /// <summary>Whether an interface has a virtual address. Never allocates.</summary>
    public bool HasVirtual(IpAddress address, int index) => _virtual.ContainsKey((index, address));

    /// <summary>All interfaces with an address that is one of the virtual ones: leftovers at start.</summary>
    public IEnumerable<(int Interface, IpPrefix Prefix)> Leftovers()
        => _virtual.Select(static found => (found.Key.Interface, found.Value));

    /// <summary>Takes over all that was known before a reload.</summary>
    public void TakeOver(LinkBoard before)
    {
        foreach ((int index, LinkInfo link) in before._links)
        {
            _links[index] = link;
            _indexes[link.Name] = index;
            _counted[link.Name] = before._counted.GetValueOrDefault(link.Name);
        }
        foreach ((int index, List<IpPrefix> prefixes) in before._addresses)
        {
            prefixes.ForEach(prefix => Keep(index, prefix, isThere: true));
        }
        foreach (((int index, _), IpPrefix prefix) in before._virtual)
        {
            Keep(index, prefix, isThere: true);
        }
        foreach ((string name, MonotonicTime due) in before._pending)
        {
            _pending[name] = due;
            NextDeadline = MonotonicTime.Min(NextDeadline, due);
        }
    }

    /// <summary>An interface appeared or changed.</summary>
    public void SetLink(LinkInfo link, MonotonicTime now)
    {
        if (_links.TryGetValue(link.Index, out LinkInfo? before) && before.Name != link.Name)
        {
            _indexes.Remove(before.Name);
            Count(before.Name, isUp: false, now);
        }
        _links[link.Index] = link;
        _indexes[link.Name] = link.Index;
        Count(link.Name, link.IsUsable, now);
        changed(link.Name);
    }

    /// <summary>An interface is gone.</summary>
    public void RemoveLink(int index, MonotonicTime now)
    {
        if (_links.Remove(index, out LinkInfo? link))
        {
            _addresses.Remove(index);
            ForgetVirtual(index);
            _indexes.Remove(link.Name);
            _counted[link.Name] = false;
            _pending.Remove(link.Name);
            RunDeadlines(now);
            changed(link.Name);
        }
    }

    /// <summary>An address appeared or went.</summary>
    public void SetAddress(int index, IpPrefix prefix, bool isThere)
    {
        if (!Keep(index, prefix, isThere))
        {
            return;
        }
        if (virtualAddresses.Contains(prefix.Address))
        {
            virtualChanged(index, prefix.Address, isThere);
        }
        else if (_links.TryGetValue(index, out LinkInfo? link))
        {
            changed(link.Name);
        }
    }

    /// <summary>Lets delayed changes count that have lasted long enough.</summary>
    public void RunDeadlines(MonotonicTime now)
    {
        if (NextDeadline > now)
        {
            return;
        }
        NextDeadline = MonotonicTime.Never;
        foreach ((string name, MonotonicTime due) in _pending.ToArray())
        {
            if (due > now)
            {
                NextDeadline = MonotonicTime.Min(NextDeadline, due);
                continue;
            }
            _pending.Remove(name);
            _counted[name] = !_counted.GetValueOrDefault(name);
            changed(name);
        }
    }

    private void ForgetVirtual(int index)
    {
        foreach ((int Interface, IpAddress Address) key in _virtual.Keys.Where(k => k.Interface == index).ToArray())
        {
            _virtual.Remove(key);
        }
    }

    /// <summary>Notes an address as there or not.</summary>
    /// <returns>Whether that is news.</returns>
    private bool Keep(int index, IpPrefix prefix, bool isThere)
    {
        if (virtualAddresses.Contains(prefix.Address))
        {
            return isThere ? _virtual.TryAdd((index, prefix.Address), prefix)
                : _virtual.Remove((index, prefix.Address));
        }
        if (!_addresses.TryGetValue(index, out List<IpPrefix>? list))
        {
            _addresses[index] = list = [];
        }
        if (!isThere)
        {
            return list.Remove(prefix);
        }
        if (list.Contains(prefix))
        {
            return false;
        }
        list.Add(prefix);
        return true;
    }

    private void Count(string name, bool isUp, MonotonicTime now)
    {
        bool first = !_counted.TryGetValue(name, out bool counted);
        TimeSpan delay = first ? TimeSpan.Zero : DelayOf(name, isUp);
        if (counted == isUp)
        {
            _pending.Remove(name); // it came back before it counted
            _counted[name] = isUp;
        }
        else if (delay == TimeSpan.Zero)
        {
            _pending.Remove(name);
            _counted[name] = isUp;
        }
        else if (_pending.TryAdd(name, now + delay))
        {
            NextDeadline = MonotonicTime.Min(NextDeadline, now + delay);
        }
    }

    private TimeSpan DelayOf(string name, bool isUp)
    {
        foreach (InterfaceDelayModel delay in delays)
        {
            if (delay.Interface == name)
            {
                return isUp ? delay.Up : delay.Down;
            }
        }
        return TimeSpan.Zero;
    }
}
