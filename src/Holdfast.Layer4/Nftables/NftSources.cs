using Holdfast.Layer4.Model;
using Holdfast.Linux.Nftables;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Nftables;

/// <summary>Which connections get an address of this host as their source: of masqueraded servers. Pure.</summary>
/// <remarks>
/// A set for each virtual port, and a rule that asks for the port and then the set: nft of Debian 12 fails at keys with
/// the port of a tracked connection. The key has the server, too, so that what another table has sent elsewhere stays
/// as it is.
/// </remarks>
internal static class NftSources
{
    private const string Table = NftBase.Table;

    /// <summary>Writes what differs from what the kernel has.</summary>
    internal static void Write(NftTransaction t, NftState state)
    {
        Dictionary<Place, HashSet<Source>> before = Of(state.Before.Values);
        Dictionary<Place, HashSet<Source>> after = Of(state.Services.Values);
        bool isOther = !before.Keys.ToHashSet().SetEquals(after.Keys);
        if (isOther)
        {
            t.FlushChain(NftFamily.Inet, Table, NftBase.SourcesChain);
        }
        foreach (Place gone in before.Keys.Where(place => !after.ContainsKey(place)))
        {
            t.DeleteSet(NftFamily.Inet, Table, SetOf(gone).Name);
        }
        foreach ((Place place, HashSet<Source> wanted) in after.OrderBy(static p => (p.Key.IsV6, p.Key.Port)))
        {
            NftSet set = SetOf(place);
            if (!before.TryGetValue(place, out HashSet<Source>? seen))
            {
                _ = t.AddSet(NftFamily.Inet, Table, set);
                seen = [];
            }
            t.DeleteElements(NftFamily.Inet, Table, set, Elements(seen.Except(wanted)));
            t.AddElements(NftFamily.Inet, Table, set, 0, Elements(wanted.Except(seen)));
            if (isOther)
            {
                t.AddRule(NftFamily.Inet, Table, NftBase.SourcesChain, Masquerade(place));
            }
        }
    }

    private static Dictionary<Place, HashSet<Source>> Of(IEnumerable<NftService> services) => services
        .Where(static service => !service.IsDirect)
        .SelectMany(static service => service.Servers.Where(static server => server.Spec.IsMasqueraded)
            .Select(server => (Place: new Place(service.IsV6, service.Key.Port),
                Source: new Source(service.Key.Protocol, service.Key.Address, server.Spec.Key))))
        .GroupBy(static pair => pair.Place, static pair => pair.Source)
        .ToDictionary(static group => group.Key, static group => group.ToHashSet());

    private static NftSet SetOf(Place place)
    {
        NftType address = NftBase.Address(place.IsV6);
        string port = place.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new($"sources{(place.IsV6 ? '6' : '4')}-{port}",
            [NftType.Protocol, address, address, NftType.Port], NftMapKind.None);
    }

    private static NftElement[] Elements(IEnumerable<Source> sources) => [.. sources.Select(static source =>
        new NftElement((byte[])
        [
            (byte)source.Protocol, 0, 0, 0, .. NftBase.Bytes(source.Address), .. NftBase.Bytes(source.Server.Address),
            .. NftBase.Bytes(source.Server.Port),
        ]))];

    private static NftRule Masquerade(Place place)
    {
        int step = place.IsV6 ? 4 : 1;
        return NftBase.OfFamily(place.IsV6).Translated(isReply: false)
            .TrackedPort(isDestination: true, isReply: false, 0).Equal(0, NftBase.Bytes(place.Port).AsSpan(0, 2))
            .Protocol(0)
            .TrackedAddress(NftBase.Family(place.IsV6), isDestination: true, isReply: false, 1)
            .Payload(NftHeader.Network, NftBase.Offset(place.IsV6, isSource: false), NftBase.Size(place.IsV6), 1 + step)
            .Payload(NftHeader.Transport, 2, 2, 1 + (2 * step))
            .Contained(SetOf(place).Name, 0)
            .Masquerade();
    }

    private readonly record struct Place(bool IsV6, ushort Port);

    private readonly record struct Source(ServiceProtocol Protocol, IpAddress Address, RealServerKey Server);
}
