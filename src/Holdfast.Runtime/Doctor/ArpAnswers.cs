using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Doctor;

/// <summary>Who answered ARP on one interface. Judges only; it asks nobody.</summary>
internal sealed class ArpAnswers
{
    private readonly Dictionary<IpAddress, SortedSet<ulong>> _macs = [];

    /// <summary>Takes an answer.</summary>
    internal void Add(IpAddress address, MacAddress mac)
    {
        if (!_macs.TryGetValue(address, out SortedSet<ulong>? all))
        {
            _macs[address] = all = [];
        }
        all.Add(mac.Value);
    }

    /// <summary>Whether an address was answered for.</summary>
    internal bool Has(IpAddress address) => _macs.ContainsKey(address);

    /// <summary>Real servers that answer for a virtual address, and others that do.</summary>
    /// <param name="address">The virtual address.</param>
    /// <param name="servers">The real servers of direct routing and tunnels.</param>
    /// <param name="isHere">Whether this host has the address, so that nobody else should answer.</param>
    internal IEnumerable<DoctorFinding> Judge(IpAddress address, ImmutableArray<IpAddress> servers, bool isHere)
    {
        ulong[] macs = [.. _macs.GetValueOrDefault(address) ?? []];
        foreach (ulong mac in macs)
        {
            IpAddress server = servers.FirstOrDefault(
                s => s != address && _macs.TryGetValue(s, out SortedSet<ulong>? own) && own.Contains(mac));
            string name = new MacAddress(mac).ToString();
            if (!server.IsNone && (isHere || macs.Length > 1))
            {
                yield return DoctorFinding.Bad("arp_answered",
                    $"the real server {server} ({name}) answers ARP for the virtual address {address}: clients reach "
                    + "it past the director", $"on {server}: holdfast realserver {address} --apply");
            }
            else if (!server.IsNone)
            {
                yield return DoctorFinding.Note("arp_answered",
                    $"the real server {server} ({name}) answers ARP for the virtual address {address}; right only if "
                    + "it is the Active director, too", $"on {server}, if not: holdfast realserver {address} --apply");
            }
            else if (isHere)
            {
                yield return DoctorFinding.Bad("arp_answered",
                    $"{name} answers ARP for the virtual address {address}, which this host has: two hosts answer",
                    "find the host by its hardware address: ip neighbour, or the switch's table");
            }
        }
    }
}
