using Holdfast.Config.Keepalived.Model;
using Holdfast.Health.Services;
using Holdfast.Layer4.Model;
using Holdfast.Primitives;
using ConfigFlags = Holdfast.Config.Keepalived.Model.ServiceFlags;
using ConfigMethod = Holdfast.Config.Keepalived.Model.ForwardingMethod;
using ConfigProtocol = Holdfast.Config.Keepalived.Model.ServiceProtocol;
using PlaneChecksum = Holdfast.Layer4.Model.TunnelChecksum;
using PlaneFlags = Holdfast.Layer4.Model.ServiceFlags;
using PlaneMethod = Holdfast.Layer4.Model.ForwardingMethod;
using PlaneProtocol = Holdfast.Layer4.Model.ServiceProtocol;
using PlaneTunnel = Holdfast.Layer4.Model.TunnelKind;

namespace Holdfast.Runtime.Checks.Process;

/// <summary>What a virtual server is in the plane: a group is one service for each of its addresses.</summary>
internal static class ServicePools
{
    /// <summary>The services of a virtual server, in the order of its group.</summary>
    internal static IEnumerable<VirtualServiceKey> KeysOf(KeepalivedModel model, VirtualServerModel service)
    {
        ServiceTarget target = service.Target;
        if (target.Group is null)
        {
            return target.Mark != 0 ? [VirtualServiceKey.Mark(target.Mark, service.Family)]
                : [VirtualServiceKey.At(ProtocolOf(service), target.Address, (ushort)target.Port)];
        }
        return EntriesOf(model, service).SelectMany(entry => KeysOf(service, entry));
    }

    /// <summary>The lines of the group of a virtual server; none without a group.</summary>
    internal static IEnumerable<GroupEntryModel> EntriesOf(KeepalivedModel model, VirtualServerModel service)
        => model.VirtualServerGroups.FirstOrDefault(g => g.Name == service.Target.Group)?.Entries ?? [];

    /// <summary>One service of a virtual server with the entries that it has now.</summary>
    internal static PoolSpec PoolOf(VirtualServerModel service, VirtualServiceKey key, ServiceTable table)
    {
        var servers = new Dictionary<RealServerKey, RealServerSpec>();
        List<RealServerKey> absent = [];
        for (int i = 0; i < service.RealServers.Length; i++)
        {
            if (table.Servers[i] is { } weight)
            {
                RealServerSpec server = ServerOf(service.RealServers[i], key, weight);
                servers.TryAdd(server.Key, server);
            }
            else
            {
                absent.Add(KeyOf(service.RealServers[i], key));
            }
        }
        if (service.SorryServer is { } unused && table.SorryServer is null)
        {
            absent.Add(KeyOf(unused, key));
        }
        if (service.SorryServer is { } sorry && table.SorryServer is { } sorryWeight)
        {
            var spec = new RealServerSpec
            {
                Key = new(sorry.Address, PortOf(sorry.Port, key)),
                Weight = (uint)sorryWeight,
            };
            spec = With(spec, sorry.Forwarding);
            // It may be one of the real servers, too: whichever gets traffic counts.
            if (!servers.TryAdd(spec.Key, spec) && sorryWeight > 0)
            {
                servers[spec.Key] = spec;
            }
        }
        return new PoolSpec(SpecOf(service, key), [.. servers.Values]) { Absent = [.. absent] };
    }

    /// <summary>What a real server is known by in one service.</summary>
    internal static RealServerKey KeyOf(RealServerModel server, VirtualServiceKey service)
        => new(server.Address, PortOf(server.Port, service));

    /// <summary>What the sorry server is known by in one service.</summary>
    internal static RealServerKey KeyOf(SorryServerModel server, VirtualServiceKey service)
        => new(server.Address, PortOf(server.Port, service));

    /// <summary>The address that lies so far behind another.</summary>
    internal static IpAddress Advance(IpAddress first, long count)
    {
        if (first.IsV4)
        {
            return IpAddress.V4((uint)(first.High >> 32) + (uint)count);
        }
        UInt128 sum = new UInt128(first.High, first.Low) + (ulong)count;
        return first with { High = (ulong)(sum >> 64), Low = (ulong)sum };
    }

    private static IEnumerable<VirtualServiceKey> KeysOf(VirtualServerModel service, GroupEntryModel entry)
    {
        if (entry.IsMark)
        {
            yield return VirtualServiceKey.Mark(
                entry.Mark, entry.MarkFamily == IpFamily.None ? service.Family : entry.MarkFamily);
            yield break;
        }
        for (long i = 0; i < entry.Count; i++)
        {
            yield return VirtualServiceKey.At(
                ProtocolOf(service), Advance(entry.First, i), (ushort)entry.Port);
        }
    }

    private static VirtualServiceSpec SpecOf(VirtualServerModel service, VirtualServiceKey key)
    {
        bool isPersistent = service.Persistence > TimeSpan.Zero;
        int hostPrefix = service.Family == IpFamily.V6 ? 128 : 32;
        bool groups = isPersistent && key.Family == service.Family && service.PersistencePrefix < hostPrefix;
        return new VirtualServiceSpec
        {
            Key = key,
            Scheduler = service.Scheduler,
            Flags = FlagsOf(service.Flags) | (isPersistent ? PlaneFlags.Persistent : 0),
            PersistenceSeconds = isPersistent ? (uint)service.Persistence.TotalSeconds : 0,
            Netmask = !groups ? null : MaskOf(service.Family, service.PersistencePrefix),
            PersistenceEngine = service.PersistenceEngine ?? "",
        };
    }

    private static uint MaskOf(IpFamily family, int prefix)
        => family == IpFamily.V6 ? (uint)prefix : prefix == 0 ? 0 : uint.MaxValue << (32 - prefix);

    private static PlaneFlags FlagsOf(ConfigFlags flags)
        => (flags.HasFlag(ConfigFlags.OnePacket) ? PlaneFlags.OnePacket : 0)
            | (flags.HasFlag(ConfigFlags.Flag1) ? PlaneFlags.Scheduler1 : 0)
            | (flags.HasFlag(ConfigFlags.Flag2) ? PlaneFlags.Scheduler2 : 0)
            | (flags.HasFlag(ConfigFlags.Flag3) ? PlaneFlags.Scheduler3 : 0);

    private static RealServerSpec ServerOf(RealServerModel server, VirtualServiceKey key, long weight)
        => With(new RealServerSpec
        {
            Key = KeyOf(server, key),
            Weight = (uint)weight,
            UpperThreshold = (uint)server.UpperThreshold,
            LowerThreshold = (uint)server.LowerThreshold,
        }, server.Forwarding);

    private static RealServerSpec With(RealServerSpec server, ForwardingModel forwarding) => server with
    {
        Forwarding = forwarding.Method switch
        {
            ConfigMethod.Direct => PlaneMethod.DirectRouting,
            ConfigMethod.Tunnel => PlaneMethod.Tunnel,
            _ => PlaneMethod.Nat,
        },
        IsMasqueraded = forwarding.IsMasqueraded,
        TunnelKind = forwarding.Method == ConfigMethod.Tunnel ? (PlaneTunnel)forwarding.Tunnel : default,
        TunnelPort = forwarding.Method == ConfigMethod.Tunnel ? (ushort)forwarding.TunnelPort : default,
        TunnelChecksum = forwarding.Method == ConfigMethod.Tunnel ? (PlaneChecksum)forwarding.Checksum : default,
    };

    private static ushort PortOf(int port, VirtualServiceKey service) => port == 0 ? service.Port : (ushort)port;

    private static PlaneProtocol ProtocolOf(VirtualServerModel service) => service.Protocol switch
    {
        ConfigProtocol.Tcp => PlaneProtocol.Tcp,
        ConfigProtocol.Sctp => PlaneProtocol.Sctp,
        _ => PlaneProtocol.Udp,
    };
}
