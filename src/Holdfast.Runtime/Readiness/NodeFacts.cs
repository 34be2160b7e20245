using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Scripts;

namespace Holdfast.Runtime.Readiness;

/// <summary>What the kernel and the file system say at one moment about this node.</summary>
internal sealed class NodeFacts
{
    /// <summary>Interfaces by name.</summary>
    internal Dictionary<string, LinkInfo> Links { get; init; } = [];

    /// <summary>Names of interfaces by index.</summary>
    internal Dictionary<int, string> Names { get; init; } = [];

    /// <summary>Where each address is, and with which prefix length.</summary>
    internal Dictionary<IpAddress, List<(int Interface, IpPrefix Prefix)>> Addresses { get; init; } = [];

    /// <summary>Interfaces on which IPv6 is disabled.</summary>
    internal HashSet<string> WithoutIpv6 { get; init; } = [];

    /// <summary>Whether addresses may be added and removed.</summary>
    internal bool MayChangeAddresses { get; init; } = true;

    /// <summary>Listening sockets.</summary>
    internal ListeningSockets Sockets { get; init; } = new();

    /// <summary>For each command that cannot be run, by its place in the file, why.</summary>
    internal Dictionary<SourceSpan, string> UnusableCommands { get; init; } = [];

    /// <summary>Asks for everything that a model needs.</summary>
    /// <param name="netlink">Of the daemon's network namespace.</param>
    /// <param name="model">What is configured.</param>
    /// <param name="facts">The answer; null when the kernel did not give its tables.</param>
    internal static bool TryRead(RouteNetlink netlink, KeepalivedModel model, out NodeFacts? facts)
    {
        facts = null;
        List<LinkInfo> links = [];
        List<AddressSpec> addresses = [];
        if (!netlink.DumpLinks(links).IsSuccess || !netlink.DumpAddresses(addresses).IsSuccess)
        {
            return false;
        }
        LocalService[] services = [.. model.Instances.SelectMany(LocalService.Of)];
        facts = new NodeFacts
        {
            Links = links.ToDictionary(static l => l.Name),
            Names = links.ToDictionary(static l => l.Index, static l => l.Name),
            Addresses = addresses.GroupBy(static a => a.Prefix.Address)
                .ToDictionary(static g => g.Key, static g => g.Select(static a => (a.InterfaceIndex, a.Prefix)).ToList()),
            WithoutIpv6 = [.. links.Select(static l => l.Name).Where(IsWithoutIpv6)],
            MayChangeAddresses = MayChange(netlink),
            Sockets = ListeningSockets.Read(
                services.Any(static s => !s.IsUdp), services.Any(static s => s.IsUdp)),
            UnusableCommands = Unusable(model),
        };
        return true;
    }

    private static bool IsWithoutIpv6(string name)
        => InterfaceInfo.TryReadSetting(IpFamily.V6, name, "disable_ipv6", out int value) == Errno.Success && value != 0;

    /// <summary>
    /// Asks the kernel to remove an address that cannot be there, from an interface that cannot be: it looks at the
    /// capability first, in the right user namespace, as no list of capabilities would tell.
    /// </summary>
    private static bool MayChange(RouteNetlink netlink)
        => netlink.DeleteAddress(new AddressSpec
        {
            Prefix = new IpPrefix(IpAddress.V4(192, 0, 2, 0), 32), // documentation only (RFC 5737)
            InterfaceIndex = int.MaxValue,
        }).Errno is not (Errno.EPERM or Errno.EACCES);

    private static Dictionary<SourceSpan, string> Unusable(KeepalivedModel model)
    {
        Dictionary<SourceSpan, string> unusable = [];
        foreach (ScriptCommand command in Commands(model))
        {
            if (!CommandPreparation.TryPrepare(command, model.Global, out _, out string? problem))
            {
                unusable[command.Span] = problem ?? "it cannot be run";
            }
        }
        return unusable;
    }

    /// <summary>All commands, at most as many as one check may look at.</summary>
    private static IEnumerable<ScriptCommand> Commands(KeepalivedModel model)
    {
        const int commandsMax = 512;
        IEnumerable<ScriptCommand?> all = model.Scripts.Select(static s => (ScriptCommand?)s.Command)
            .Concat(model.Instances.SelectMany(static i => OfNotify(i.Notify)))
            .Concat(model.SyncGroups.SelectMany(static g => OfNotify(g.Notify)));
        return all.OfType<ScriptCommand>().Take(commandsMax);
    }

    /// <summary>The notify scripts that a failover runs.</summary>
    internal static IEnumerable<ScriptCommand?> OfNotify(NotifyModel notify)
        => [notify.Master, notify.Backup, notify.Fault, notify.Any];
}
