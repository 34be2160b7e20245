using System.Collections.Immutable;
using Holdfast.Layer4.RealServers.Decapsulation;
using Holdfast.Primitives;

namespace Holdfast.Layer4.RealServers;

/// <summary>What a host needs to be a real server, and what of it is there.</summary>
/// <remarks>
/// Pure. Settings come before addresses: a host that had a virtual address for a moment without arp_ignore would draw
/// the traffic of the director to itself.
/// </remarks>
public sealed record RealServerPlan
{
    private const int Strict = 1;
    private const int Loose = 2;

    /// <summary>Everything that is needed, in the order in which it has to be done.</summary>
    public ImmutableArray<RealServerStep> Steps { get; init; } = [];

    /// <summary>What has to be mended first; nothing is done while there is one.</summary>
    public ImmutableArray<RealServerRemark> Problems { get; init; } = [];

    /// <summary>What nobody but the administrator can decide.</summary>
    public ImmutableArray<RealServerRemark> Notes { get; init; } = [];

    /// <summary>The steps that are not there yet.</summary>
    public IEnumerable<RealServerStep> Missing => Steps.Where(static s => !s.IsPresent);

    /// <summary>Compares what is needed with what is there.</summary>
    public static RealServerPlan For(RealServerRequest request, RealServerFacts facts)
    {
        List<RealServerStep> steps = [];
        IpFamily[] families = [.. request.Addresses.Select(static a => a.Family).Distinct().Order()];
        string[] links = [.. families.Select(request.InterfaceOf).Append(RealServerRequest.Loopback).Distinct()];
        foreach (string link in links.Where(
            l => !facts.Links.ContainsKey(l) && RealServerRequest.KindOf(l) is not null))
        {
            steps.Add(new(RealServerVerb.CreateLink, link, request.Tunnel
                ? "the kernel takes packets out of the director's tunnel there" : "the address goes there"));
        }
        if (families.Contains(IpFamily.V4))
        {
            steps.AddRange(Settings(request, facts));
        }
        foreach (string link in links)
        {
            steps.Add(new(RealServerVerb.LinkUp, link, "an interface that is down takes no packets")
            {
                IsPresent = facts.Links.GetValueOrDefault(link),
            });
        }
        steps.AddRange(request.Decapsulate ? Decapsulation(request, facts) : []);
        steps.AddRange(request.Addresses.Distinct().Select(a => Address(request.InterfaceOf(a.Family), a, facts)));
        return new()
        {
            // That lo is up is worth a line only when it is not.
            Steps = [.. steps.Where(static s => !(s.IsPresent && s.Subject == RealServerRequest.Loopback
                && s.Verb == RealServerVerb.LinkUp))],
            Problems = [.. FindProblems(request, facts)],
            Notes = [.. FindNotes(request, facts)],
        };
    }

    private static string[] EntrancesOf(RealServerRequest request, RealServerFacts facts)
        => request.Entrances.IsEmpty ? [.. facts.Entrances] : [.. request.Entrances.Distinct()];

    private static IEnumerable<RealServerStep> Decapsulation(RealServerRequest request, RealServerFacts facts)
    {
        DecapsulationFacts? now = facts.Decapsulation;
        yield return new(RealServerVerb.SetTunnels, RealServerRequest.Loopback, request.Directors.IsEmpty
            ? "anybody who reaches this host can send packets for its virtual addresses; --from names the directors"
            : "what comes in a tunnel from anybody else is dropped")
        {
            To = request.GuePort,
            Directors = request.Directors,
            IsPresent = now is not null && now.GuePort == request.GuePort
                && now.Sources.ToHashSet().SetEquals(request.Directors),
        };
        foreach (IpAddress address in request.Addresses.Distinct())
        {
            yield return new(RealServerVerb.AcceptTunnel, RealServerRequest.Loopback,
                "what is in a tunnel for another address stays there")
            {
                Prefix = IpPrefix.Host(address),
                IsPresent = now is not null && now.Addresses.Contains(address),
            };
        }
        foreach (string link in EntrancesOf(request, facts))
        {
            yield return new(RealServerVerb.Attach, link, "an XDP program takes packets out of the director's tunnels")
            {
                IsPresent = now is not null && facts.Indices.TryGetValue(link, out int index)
                    && now.Interfaces.Contains(index),
            };
        }
    }

    private static RealServerStep Address(string link, IpAddress address, RealServerFacts facts)
        => new(RealServerVerb.AddAddress, link, address.IsV6
            ? "deprecated, so that this host never speaks from it by itself; no detection of duplicates, for others "
                + "have it, too"
            : "this host takes packets for it; /32, for a longer network on an interface would be all this host")
        {
            Prefix = IpPrefix.Host(address),
            IsPresent = facts.Addresses.Any(a => a.Prefix.Address == address && a.Interface == link),
        };

    /// <summary>IPv4 only: for IPv6 the kernel answers nobody about an address of another interface.</summary>
    private static IEnumerable<RealServerStep> Settings(RealServerRequest request, RealServerFacts facts)
    {
        yield return Setting("all", "arp_ignore", 1, static now => now is 1 or 2 or 8, facts,
            "no answer to ARP for an address of another interface; 'all' holds for every interface");
        yield return Setting("all", "arp_announce", 2, static now => now == 2, facts,
            "ARP requests never name the virtual address as their sender; 'all' holds for every interface");
        string link = request.InterfaceOf(IpFamily.V4);
        yield return Setting(link, "arp_ignore", 1, static now => now is 1 or 2 or 8, facts,
            "covered by 'all'; here, too, in case somebody sets that back");
        yield return Setting(link, "arp_announce", 2, static now => now == 2, facts,
            "covered by 'all'; here, too, in case somebody sets that back");
        if (request.Tunnel)
        {
            int own = facts.Setting($"ipv4/conf/{link}/rp_filter") ?? facts.Setting("ipv4/conf/default/rp_filter") ?? 0;
            bool isStrict = Math.Max(own, facts.Setting("ipv4/conf/all/rp_filter") ?? 0) == Strict;
            yield return Setting(link, "rp_filter", isStrict ? Loose : own, now => !isStrict && now == own, facts,
                "clients come out of the tunnel, but answers do not go into it: strict filtering would drop them");
        }
    }

    private static RealServerStep Setting(
        string link, string setting, int wanted, Func<int, bool> isGood, RealServerFacts facts, string why)
    {
        string path = $"ipv4/conf/{link}/{setting}";
        int? now = facts.Setting(path);
        bool present = now is { } value && isGood(value);
        return new(RealServerVerb.Write, path, why)
        {
            From = now,
            To = present ? now!.Value : wanted,
            IsPresent = present,
        };
    }

    private static IEnumerable<RealServerRemark> FindProblems(RealServerRequest request, RealServerFacts facts)
    {
        if (request.Decapsulate)
        {
            string[] entrances = EntrancesOf(request, facts);
            foreach (string link in entrances.Where(l => !facts.Links.ContainsKey(l)))
            {
                yield return new($"there is no interface {link}");
            }
            if (entrances.Length == 0)
            {
                yield return new("no Ethernet interface is up and has an address, so no tunnel can end here",
                    "name the one towards the director with --interface");
            }
        }
        foreach (IpAddress address in request.Addresses)
        {
            string link = request.InterfaceOf(address.Family);
            if (!facts.Links.ContainsKey(link) && RealServerRequest.KindOf(link) is null)
            {
                yield return new($"there is no interface {link}", "use lo, or a dummy interface, which is made");
            }
            if (address.IsV6)
            {
                int? disabled = facts.Setting($"ipv6/conf/{link}/disable_ipv6")
                    ?? facts.Setting("ipv6/conf/default/disable_ipv6");
                if (disabled != 0)
                {
                    yield return new(disabled is null ? "this kernel does no IPv6"
                        : $"IPv6 is disabled on {link}, so that {address} cannot be added",
                        disabled is null ? null : $"sysctl -w net.ipv6.conf.{link}.disable_ipv6=0");
                }
            }
            foreach (HostAddress other in facts.Addresses.Where(a => a.Prefix.Address == address))
            {
                if (other.Interface != link)
                {
                    yield return new($"{address} is on {other.Interface} already, where this host answers ARP for it",
                        $"ip address del {other.Prefix} dev {other.Interface}; if this host is the director, it needs "
                        + "none of this");
                }
                else if (other.Prefix.Length != address.BitCount)
                {
                    yield return new($"{other.Prefix} is on {link}: with that length the whole network is this host, "
                        + "and its neighbours cannot be reached", $"ip address del {other.Prefix} dev {link}");
                }
            }
        }
    }

    private static IEnumerable<RealServerRemark> FindNotes(RealServerRequest request, RealServerFacts facts)
    {
        if (!request.Addresses.Any(static a => a.IsV4))
        {
            yield break;
        }
        int all = facts.Setting("ipv4/conf/all/rp_filter") ?? 0;
        string[] outside = [.. facts.Links.Where(static l => l.Value).Select(static l => l.Key)
            .Where(l => l != RealServerRequest.Loopback && RealServerRequest.KindOf(l) is null).Order(
                StringComparer.Ordinal)];
        string[] strict = [.. outside.Where(
            l => Math.Max(all, facts.Setting($"ipv4/conf/{l}/rp_filter") ?? 0) == Strict)];
        if (!request.Tunnel && outside.Length > 1 && strict.Length > 0)
        {
            yield return new($"reverse path filtering is strict on {string.Join(", ", strict)}: where the director's "
                + "packets come in by another interface than answers to clients go out, they are dropped",
                $"on the interface towards the director: sysctl -w net.ipv4.conf.{strict[0]}.rp_filter=2");
        }
        foreach (string link in outside.Where(
            l => facts.Setting($"ipv4/conf/{l}/arp_ignore") is >= 3 and not 8))
        {
            yield return new($"arp_ignore on {link} is greater than 2, which wins over 'all' and lets this host answer",
                $"sysctl -w net.ipv4.conf.{link}.arp_ignore=1");
        }
    }
}
