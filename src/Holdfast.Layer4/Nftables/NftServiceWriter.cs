using System.Collections.Immutable;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Nftables;

namespace Holdfast.Layer4.Nftables;

/// <summary>Writes one service: its chains, maps and counters. Pure: it fills a transaction.</summary>
/// <remarks>
/// What remembers clients and counts stays while the service stays; rules and tables of schedulers are made anew.
/// </remarks>
internal sealed class NftServiceWriter(NftTransaction t, ConnectionTimeouts timeouts)
{
    // Numbers of registers: a key of 20 bytes at most, then what a map gave.
    private const int Key = 0;
    private const int Found = 8;

    private const uint HashSeed = 0x686F6C64;
    private const uint ConnectionsMax = 262144;
    private const uint ClientsMax = 65536;
    private const byte Fin = 1;
    private const byte Syn = 2;
    private const byte Rst = 4;
    private const byte Ack = 16;
    private const string Table = NftBase.Table;

    private static readonly TimeSpan s_halfOpen = TimeSpan.FromSeconds(60);

    /// <summary>Removes a service.</summary>
    internal void Remove(NftService service)
    {
        NftFamily family = NftBase.FamilyOf(service);
        Clear(service);
        WriteTraffic(service, null, areAdded: false);
        t.DeleteElements(family, Table, NftBase.ServicesSet(service.IsV6), [EntryOf(service)]);
        t.DeleteChain(family, Table, service.Name);
        foreach (NftServer server in service.Servers)
        {
            Remove(service, server);
        }
        foreach (NftSet set in SetsOf(service))
        {
            t.DeleteSet(family, Table, set.Name);
        }
    }

    /// <summary>Makes a service what it should be.</summary>
    /// <param name="service">How.</param>
    /// <param name="before">As it is in the same table; null: it is not.</param>
    internal void Write(NftService service, NftService? before)
    {
        NftFamily family = NftBase.FamilyOf(service);
        ImmutableArray<NftServer> old = before?.Servers ?? [];
        if (before is not null)
        {
            Clear(before);
            WriteTraffic(before, service, areAdded: false);
            foreach (NftServer gone in NftState.GoneServers(before, service))
            {
                Remove(before, gone);
            }
        }
        WriteSets(service, before);
        if (before is null)
        {
            t.AddChain(family, Table, service.Name);
        }
        foreach (NftServer server in service.Servers)
        {
            if (!old.Any(o => o.Spec.Key == server.Spec.Key))
            {
                Add(service, server);
            }
            WriteServer(service, server);
        }
        WriteTraffic(before, service, areAdded: true);
        if (service.IsDirect)
        {
            t.AddElements(family, Table, ServersSet(service), 0,
                [.. service.Servers.Select(s => new NftElement(Bytes(s.Number), Name: service.ChainOf(s)))]);
        }
        WriteRules(service);
        if (before is null)
        {
            t.AddElements(family, Table, NftBase.ServicesSet(service.IsV6), 0, [EntryOf(service)]);
        }
    }

    // Takes the rules away, and with them all that holds chains and maps.
    private void Clear(NftService service)
    {
        NftFamily family = NftBase.FamilyOf(service);
        t.FlushChain(family, Table, service.Name);
        if (service.IsDirect)
        {
            t.FlushSet(family, Table, service.ServersSet);
        }
        foreach (NftServer server in service.Servers)
        {
            t.FlushChain(family, Table, service.ChainOf(server));
            if (service.IsDirect)
            {
                t.FlushChain(family, Table, service.NewChainOf(server));
            }
        }
    }

    private void Add(NftService service, NftServer server)
    {
        NftFamily family = NftBase.FamilyOf(service);
        t.AddCounter(family, Table, service.NewCounterOf(server));
        t.AddCounter(family, Table, service.InCounterOf(server));
        t.AddChain(family, Table, service.ChainOf(server));
        if (service.IsDirect)
        {
            t.AddChain(family, Table, service.NewChainOf(server));
            return;
        }
        t.AddCounter(family, Table, service.OutCounterOf(server));
    }

    // Which server counts for an address may change when another goes.
    private void WriteTraffic(NftService? before, NftService? after, bool areAdded)
    {
        NftElement[] old = before is null ? [] : [.. Requests(before)];
        NftElement[] wanted = after is null ? [] : [.. Requests(after)];
        NftElement[] changed = areAdded ? [.. wanted.Where(w => !old.Any(o => o.Name == w.Name))]
            : [.. old.Where(o => !wanted.Any(w => w.Name == o.Name))];
        foreach (bool isReply in (bool[])[false, true])
        {
            NftSet set = NftBase.TrafficSet((before ?? after)!.IsV6, isReply);
            NftElement[] elements = [.. changed.Select(e => isReply ? e with { Name = $"{e.Name![..^2]}out" } : e)];
            if (areAdded)
            {
                t.AddElements(NftFamily.Inet, Table, set, 0, elements);
            }
            else
            {
                t.DeleteElements(NftFamily.Inet, Table, set, elements);
            }
        }

        static IEnumerable<NftElement> Requests(NftService service) => service.Counting.Select(server =>
            new NftElement(NftBase.TrafficKeyOf(service, server), Name: service.InCounterOf(server)));
    }

    private void Remove(NftService service, NftServer server)
    {
        NftFamily family = NftBase.FamilyOf(service);
        if (service.IsDirect)
        {
            // This one goes to the other.
            t.DeleteChain(family, Table, service.NewChainOf(server));
        }
        else
        {
            t.DeleteCounter(family, Table, service.OutCounterOf(server));
        }
        t.DeleteChain(family, Table, service.ChainOf(server));
        t.DeleteCounter(family, Table, service.NewCounterOf(server));
        t.DeleteCounter(family, Table, service.InCounterOf(server));
    }

    private void WriteSets(NftService service, NftService? before)
    {
        NftFamily family = NftBase.FamilyOf(service);
        NftSet[] old = before is null ? [] : [.. SetsOf(before)];
        NftSet[] wanted = [.. SetsOf(service)];
        // One with other timeouts forgets its clients.
        foreach (NftSet set in old.Where(o => !wanted.Any(w => IsSame(o, w))))
        {
            t.DeleteSet(family, Table, set.Name);
        }
        foreach (NftSet set in wanted.Where(w => !old.Any(o => IsSame(o, w))))
        {
            _ = t.AddSet(family, Table, set);
        }

        static bool IsSame(NftSet a, NftSet b) => (a.Name, a.Timeout) == (b.Name, b.Timeout);
    }

    private void WriteServer(NftService service, NftServer server)
    {
        string chain = service.ChainOf(server);
        string comment = NftComments.Of(server);
        if (!service.IsDirect)
        {
            NftRule translate = Persist(service, server, new NftRule { Comment = comment })
                .CountIn(service.NewCounterOf(server))
                .Protocol(Key).Equal(Key, [(byte)service.Key.Protocol])
                .Value(Key, NftBase.Bytes(server.Spec.Key.Address))
                .Value(Found, NftBase.Bytes(server.Spec.Key.Port).AsSpan(0, 2))
                .TranslateDestination(service.Key.Family, Key, Found);
            t.AddRule(NftFamily.Inet, Table, chain, translate);
            return;
        }
        // The entry may be that of a server that is gone, which an update would not change.
        t.AddRule(NftFamily.Netdev, Table, service.NewChainOf(server),
            Persist(service, server, new NftRule()).CountIn(service.NewCounterOf(server)));
        t.AddRule(NftFamily.Netdev, Table, service.NewChainOf(server),
            Flow(service).Value(Found, 0).Forget(service.ConnectionsSet, Key, Found).GoTo(chain));

        var first = new NftRule { Comment = comment };
        t.AddRule(NftFamily.Netdev, Table, chain, first.CountIn(service.InCounterOf(server)));
        if (service.IsTcp)
        {
            WriteForward(service, server, HasFlag(Fin | Rst), Seconds(timeouts.TcpFinSeconds));
            WriteForward(service, server, HasFlag(Syn), s_halfOpen);
        }
        WriteForward(service, server, new NftRule(),
            Seconds(service.IsTcp ? timeouts.TcpSeconds : timeouts.UdpSeconds));
        // Nobody can be remembered any more: what is new has no chance before something is forgotten.
        t.AddRule(NftFamily.Netdev, Table, chain, new NftRule().Count().Drop());
    }

    private void WriteForward(NftService service, NftServer server, NftRule rule, TimeSpan timeout)
    {
        rule = Flow(service, rule).Value(Found, server.Number)
            .Remember(service.ConnectionsSet, Key, Found, timeout);
        rule = server.Path switch
        {
            { IsLocal: true } => rule.Value(Found, 0).SetMark(Found).Return(),
            { InterfaceIndex: 0 } => rule.Drop(),
            { InterfaceIndex: var index } => rule.Value(Found, (uint)index)
                .Value(Key, NftBase.Bytes(server.Spec.Key.Address)).Forward(service.Key.Family, Found, Key),
        };
        t.AddRule(NftFamily.Netdev, Table, service.ChainOf(server), rule);
    }

    private void WriteRules(NftService service)
    {
        NftFamily family = NftBase.FamilyOf(service);
        var first = new NftRule { Comment = NftComments.Of(service) };
        if (service.IsClosed)
        {
            t.AddRule(family, Table, service.Name, first.Return());
            return;
        }
        t.AddRule(family, Table, service.Name, first.DestinationIsLocal(false).Return());
        if (service.IsDirect)
        {
            // One that a VLAN tag was taken from belongs to another interface, which sees it later.
            t.AddRule(family, Table, service.Name, new NftRule().Payload(NftHeader.Link, 12, 2, Key)
                .NotEqual(Key, NftBase.EtherType(service.IsV6)).Return());
            t.AddRule(family, Table, service.Name,
                Flow(service).Lookup(service.ConnectionsSet, Key, Found).ThroughMark(Found)
                    .GoToEntry(service.ServersSet, Found));
        }
        if (service.IsTcp)
        {
            t.AddRule(family, Table, service.Name, service.TakesMiddle ? HasFlag(Rst).Return()
                : Flags(Fin | Syn | Rst | Ack).NotEqual(Key, [Syn]).Return());
        }
        if (service.Spec.IsPersistent)
        {
            foreach (NftServer server in service.Servers)
            {
                t.AddRule(family, Table, service.Name, Client(service, new NftRule())
                    .Contained(service.ClientsOf(server), Key).GoTo(service.BeginOf(server)));
            }
        }
        WriteScheduler(service, family);
        t.AddRule(family, Table, service.Name, new NftRule().Count().Drop());
    }

    // The map goes with its rule, so that no packet sees a new map with the old rule.
    private void WriteScheduler(NftService service, NftFamily family)
    {
        int[] slots = NftSlots.Build(service);
        if (slots.Length == 0)
        {
            return;
        }
        var map = new NftSet("__map%d", [NftType.Number], NftMapKind.Verdict) { IsAnonymous = true };
        uint id = t.AddSet(family, Table, map);
        t.AddElements(family, Table, map, id, [.. slots.Select(
            (server, i) => new NftElement(Bytes((uint)i), Name: service.BeginOf(service.Servers[server])))]);
        uint size = (uint)slots.Length;
        NftRule rule = service.Spec.Scheduler switch
        {
            "mh" or "sh" when (service.Spec.Flags & ServiceFlags.Scheduler2) != 0 => Flow(service)
                .Hash(Key, NftBase.Size(service.IsV6) + sizeof(uint), size, HashSeed, Found),
            "mh" or "sh" => Source(service, new NftRule())
                .Hash(Key, NftBase.Size(service.IsV6), size, HashSeed, Found),
            _ => new NftRule().NextNumber(size, Found),
        };
        t.AddRule(family, Table, service.Name, rule.GoToEntry(map.Name, Found, id));
    }

    private static NftRule Persist(NftService service, NftServer server, NftRule rule)
        => !service.Spec.IsPersistent ? rule
            : Client(service, rule).Remember(service.ClientsOf(server), Key);

    private static NftRule Client(NftService service, NftRule rule)
    {
        rule = Source(service, rule);
        if (service.Spec.Netmask is not { } mask)
        {
            return rule;
        }
        byte[] bits = new byte[NftBase.Size(service.IsV6)];
        int length = service.IsV6 ? (int)Math.Min(mask, 128) : System.Numerics.BitOperations.PopCount(mask);
        for (int bit = 0; bit < length; bit++)
        {
            bits[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }
        return rule.Mask(Key, bits);
    }

    private static NftRule Source(NftService service, NftRule rule) => rule.Payload(
        NftHeader.Network, NftBase.Offset(service.IsV6, isSource: true), NftBase.Size(service.IsV6), Key);

    private static NftRule Flow(NftService service, NftRule? rule = null)
        => Source(service, rule ?? new NftRule()).Payload(NftHeader.Transport, 0, 2, Key + (service.IsV6 ? 4 : 1));

    private static NftRule Flags(byte mask)
        => new NftRule().Protocol(Key).Equal(Key, [(byte)ServiceProtocol.Tcp])
            .Payload(NftHeader.Transport, 13, 1, Key).Mask(Key, [mask]);

    private static NftRule HasFlag(byte flags) => Flags(flags).NotEqual(Key, [0]);

    private static NftElement EntryOf(NftService service) => new(NftBase.KeyOf(service), Name: service.Name);

    private static IEnumerable<NftSet> SetsOf(NftService service)
    {
        if (service.IsDirect)
        {
            yield return ServersSet(service);
            yield return new(service.ConnectionsSet, [NftBase.Address(service.IsV6), NftType.Port], NftMapKind.Number)
            {
                DynamicMax = ConnectionsMax,
                Timeout = s_halfOpen,
            };
        }
        foreach (NftServer server in service.Spec.IsPersistent ? service.Servers : [])
        {
            yield return new(service.ClientsOf(server), [NftBase.Address(service.IsV6)], NftMapKind.None)
            {
                DynamicMax = ClientsMax,
                Timeout = Seconds(service.Spec.PersistenceSeconds),
            };
        }
    }

    private static NftSet ServersSet(NftService service)
        => new(service.ServersSet, [NftType.Number], NftMapKind.Verdict);

    private static byte[] Bytes(uint number) => BitConverter.GetBytes(number);

    private static TimeSpan Seconds(uint seconds) => TimeSpan.FromSeconds(seconds);
}
