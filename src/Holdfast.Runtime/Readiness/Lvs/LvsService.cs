using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Readiness.Lvs;

/// <summary>A real server, as far as the host matters for it.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Method">How packets reach it.</param>
/// <param name="StaysWhenDown">Whether it stays in the table with weight 0 when its checks fail.</param>
/// <param name="Span">Where it stands.</param>
public sealed record LvsServer(IpAddress Address, ForwardingMethod Method, bool StaysWhenDown, SourceSpan Span)
{
    /// <summary>Whether its answers come back here whatever its routes are. Defaults to no.</summary>
    public bool IsMasqueraded { get; init; }
}

/// <summary>A virtual service, as far as the host matters for it, whatever file it comes from.</summary>
/// <param name="Name">As messages name it.</param>
/// <param name="Addresses">Its virtual addresses; none for a mark. At most <see cref="AddressesMax"/>.</param>
/// <param name="Servers">Its real servers, a sorry server included.</param>
/// <param name="Span">Where it stands.</param>
public sealed record LvsService(
    string Name, ImmutableArray<IpAddress> Addresses, ImmutableArray<LvsServer> Servers, SourceSpan Span)
{
    /// <summary>So many addresses of a range are looked at: what is wrong with all is wrong with these.</summary>
    public const int AddressesMax = 16;

    /// <summary>Whether clients stay with their server for a time.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>Whether it is FTP, whose data connections belong to it, too: TCP port 21.</summary>
    public bool IsFtp { get; init; }

    /// <summary>The virtual servers of a keepalived.conf.</summary>
    public static ImmutableArray<LvsService> Of(KeepalivedModel model)
        => [.. model.VirtualServers.Select(service => new LvsService(
            service.Name, [.. AddressesOf(service, model)], [.. ServersOf(service)], service.Span)
        {
            IsPersistent = service.Persistence > TimeSpan.Zero,
            IsFtp = service.Protocol == ServiceProtocol.Tcp && service.Target.Port == FtpPort,
        })];

    internal const int FtpPort = 21;

    private static IEnumerable<LvsServer> ServersOf(VirtualServerModel service)
    {
        IEnumerable<LvsServer> servers = service.RealServers.Select(static s => new LvsServer(
            s.Address, s.Forwarding.Method, s.InhibitOnFailure && !s.Checkers.IsEmpty, s.Span)
        {
            IsMasqueraded = s.Forwarding.IsMasqueraded,
        });
        return service.SorryServer is not { } sorry ? servers
            : servers.Append(new(sorry.Address, sorry.Forwarding.Method, false, sorry.Span)
            {
                IsMasqueraded = sorry.Forwarding.IsMasqueraded,
            });
    }

    private static IEnumerable<IpAddress> AddressesOf(VirtualServerModel service, KeepalivedModel model)
    {
        if (service.Target.Group is not { } name)
        {
            return service.Target.Address.IsNone ? [] : [service.Target.Address];
        }
        IEnumerable<GroupEntryModel> entries = model.VirtualServerGroups.FirstOrDefault(g => g.Name == name)?.Entries
            ?? Enumerable.Empty<GroupEntryModel>();
        return entries.Where(static e => !e.IsMark).SelectMany(static e => Enumerable
                .Range(0, (int)Math.Min(e.Count, AddressesMax)).Select(i => Next(e.First, i)))
            .Take(AddressesMax);
    }

    private static IpAddress Next(IpAddress first, int offset)
        => first.IsV4 ? IpAddress.V4((uint)(first.High >> 32) + (uint)offset)
            : first with { Low = first.Low + (ulong)offset };

    /// <inheritdoc/>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{Name} with {Servers.Length} real servers");
}
