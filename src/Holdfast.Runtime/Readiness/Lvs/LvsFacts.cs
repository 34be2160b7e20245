using System.Collections.Immutable;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Readiness.Lvs;

/// <summary>Where packets to an address go.</summary>
/// <param name="Interface">Name of the interface; empty when there is none.</param>
/// <param name="Gateway">Next router; none: the address is on the link.</param>
/// <param name="IsLocal">Whether the address is this host's.</param>
public sealed record LvsRoute(string Interface, IpAddress Gateway, bool IsLocal);

/// <summary>What the kernel says at one moment about what LVS needs on a director.</summary>
public sealed record LvsFacts
{
    private const byte Unicast = 1;
    private const byte Local = 2;

    /// <summary>The most addresses for which a route is asked: each costs a system call.</summary>
    private const int RoutesMax = 1024;

    private static readonly string[] s_ipvsSettings =
    [
        "backup_only", "conn_reuse_mode", "conntrack", "expire_nodest_conn", "expire_quiescent_template", "sloppy_tcp",
    ];

    /// <summary>For each virtual address and real server that was asked about; null: there is no route.</summary>
    public IReadOnlyDictionary<IpAddress, LvsRoute?> Routes { get; init; } = new Dictionary<IpAddress, LvsRoute?>();

    /// <summary>Addresses of this host with their prefixes and interfaces.</summary>
    public ImmutableArray<(IpPrefix Prefix, string Interface)> Addresses { get; init; } = [];

    /// <summary>Names of interfaces.</summary>
    public IReadOnlySet<string> Links { get; init; } = new HashSet<string>();

    /// <summary>Numbers below /proc/sys/net, by path; those that do not exist are missing.</summary>
    public IReadOnlyDictionary<string, int> Settings { get; init; } = new Dictionary<string, int>();

    /// <summary>Whether the kernel's helper for FTP is loaded.</summary>
    public bool HasFtpHelper { get; init; }

    /// <summary>A setting; null: the kernel does not have it.</summary>
    public int? Setting(string path) => Settings.TryGetValue(path, out int value) ? value : null;

    /// <summary>A setting of the kernel's IPVS; null while that is not loaded.</summary>
    public int? Ipvs(string name) => Setting($"ipv4/vs/{name}");

    /// <summary>Asks the kernel, in the network namespace of the calling thread.</summary>
    /// <param name="netlink">Of that namespace.</param>
    /// <param name="services">What is to be judged.</param>
    /// <param name="facts">The answer; null when the kernel did not give its tables.</param>
    public static bool TryRead(RouteNetlink netlink, ImmutableArray<LvsService> services, out LvsFacts? facts)
    {
        facts = null;
        List<LinkInfo> links = [];
        List<AddressSpec> addresses = [];
        if (!netlink.DumpLinks(links).IsSuccess || !netlink.DumpAddresses(addresses).IsSuccess)
        {
            return false;
        }
        Dictionary<int, string> names = links.ToDictionary(static l => l.Index, static l => l.Name);
        Dictionary<IpAddress, LvsRoute?> routes = [];
        foreach (IpAddress address in services.SelectMany(
            static s => s.Servers.Select(static r => r.Address).Concat(s.Addresses)).Distinct().Take(RoutesMax))
        {
            routes[address] = RouteTo(netlink, address, names);
        }
        facts = new()
        {
            Routes = routes,
            Addresses = [.. addresses.Select(
                a => (a.Prefix, names.GetValueOrDefault(a.InterfaceIndex) ?? ""))],
            Links = names.Values.ToHashSet(),
            Settings = ReadSettings(routes.Values.OfType<LvsRoute>().Select(static r => r.Interface)
                .Append("all").Append("tunl0").Distinct()),
            HasFtpHelper = Directory.Exists("/sys/module/ip_vs_ftp"),
        };
        return true;
    }

    private static LvsRoute? RouteTo(RouteNetlink netlink, IpAddress address, Dictionary<int, string> names)
    {
        if (!netlink.FindRoute(address, out RouteSpec? route).IsSuccess || route is null
            || route.Type is not (Unicast or Local))
        {
            return null;
        }
        NextHopSpec? first = route.NextHops.IsEmpty ? null : route.NextHops[0];
        return new(names.GetValueOrDefault(first?.InterfaceIndex ?? route.InterfaceIndex) ?? "",
            first?.Gateway ?? route.Gateway, route.Type == Local);
    }

    private static Dictionary<string, int> ReadSettings(IEnumerable<string> interfaces)
    {
        Dictionary<string, int> settings = [];
        foreach (string name in interfaces.Where(static n => n.Length > 0))
        {
            Read($"ipv4/conf/{name}/forwarding");
            Read($"ipv6/conf/{name}/forwarding");
            Read($"ipv4/conf/{name}/rp_filter");
        }
        foreach (string name in s_ipvsSettings)
        {
            Read($"ipv4/vs/{name}");
        }
        return settings;

        void Read(string path)
        {
            if (InterfaceInfo.TryReadSysctl(path, out int value) == Errno.Success)
            {
                settings[path] = value;
            }
        }
    }
}
