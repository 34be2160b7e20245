using Holdfast.Layer4.RealServers.Decapsulation;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Layer4.RealServers;

/// <summary>An address as this host has it.</summary>
/// <param name="Prefix">Address and prefix length.</param>
/// <param name="Interface">Where it is.</param>
/// <param name="Mark">Who added it (IFA_PROTO); 0: not said, as before Linux 5.18.</param>
public readonly record struct HostAddress(IpPrefix Prefix, string Interface, byte Mark);

/// <summary>What the kernel says at one moment about what a real server needs.</summary>
public sealed record RealServerFacts
{
    private const ushort Ethernet = 1; // ARPHRD_ETHER

    /// <summary>Interfaces by name, with whether they are up.</summary>
    public IReadOnlyDictionary<string, bool> Links { get; init; } = new Dictionary<string, bool>();

    /// <summary>Every address.</summary>
    public IReadOnlyList<HostAddress> Addresses { get; init; } = [];

    /// <summary>Numbers below /proc/sys/net, by path; those that do not exist are missing.</summary>
    public IReadOnlyDictionary<string, int> Settings { get; init; } = new Dictionary<string, int>();

    /// <summary>Ethernet interfaces that are up, with an address, and with no master.</summary>
    public IReadOnlyList<string> Entrances { get; init; } = [];

    /// <summary>Indices of the interfaces, by name.</summary>
    public IReadOnlyDictionary<string, int> Indices { get; init; } = new Dictionary<string, int>();

    /// <summary>What our decapsulation program does; null: there is none.</summary>
    public DecapsulationFacts? Decapsulation { get; init; }

    /// <summary>A setting; null: the kernel does not have it.</summary>
    public int? Setting(string path) => Settings.TryGetValue(path, out int value) ? value : null;

    /// <summary>Asks the kernel, in the network namespace of the calling thread.</summary>
    /// <param name="netlink">Of that namespace.</param>
    /// <param name="facts">The answer; empty when the kernel did not give its tables.</param>
    public static NetlinkResult Read(RouteNetlink netlink, out RealServerFacts facts)
    {
        facts = new();
        List<LinkInfo> links = [];
        NetlinkResult result = netlink.DumpLinks(links);
        if (!result.IsSuccess)
        {
            return result;
        }
        List<AddressSpec> addresses = [];
        result = netlink.DumpAddresses(addresses);
        if (!result.IsSuccess)
        {
            return result;
        }
        Dictionary<int, string> names = links.ToDictionary(static l => l.Index, static l => l.Name);
        Dictionary<string, int> settings = [];
        foreach (string name in links.Select(static l => l.Name).Append("all").Append("default"))
        {
            foreach (string setting in new[] { "arp_ignore", "arp_announce", "rp_filter" })
            {
                ReadInto(settings, $"ipv4/conf/{name}/{setting}");
            }
            ReadInto(settings, $"ipv6/conf/{name}/disable_ipv6");
        }
        facts = new()
        {
            Links = links.ToDictionary(static l => l.Name, static l => (l.Flags & LinkFlags.Up) != 0),
            Addresses = [.. addresses.Where(a => names.ContainsKey(a.InterfaceIndex))
                .Select(a => new HostAddress(a.Prefix, names[a.InterfaceIndex], a.Protocol))],
            Settings = settings,
            Entrances = [.. links.Where(l => l.HardwareType == Ethernet && (l.Flags & LinkFlags.Up) != 0
                && l.MasterIndex == 0 && addresses.Any(a => a.InterfaceIndex == l.Index
                    && !a.Prefix.Address.IsLinkLocalV6)).Select(static l => l.Name)],
            Indices = links.ToDictionary(static l => l.Name, static l => l.Index),
            Decapsulation = Decapsulator.Read(Decapsulator.FindPinDirectory(mayMount: false)),
        };
        return result;
    }

    private static void ReadInto(Dictionary<string, int> settings, string path)
    {
        if (InterfaceInfo.TryReadSysctl(path, out int value) == Errno.Success)
        {
            settings[path] = value;
        }
    }
}
