using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>RTM_NEWROUTE and RTM_DELROUTE from a <see cref="RouteSpec"/>.</summary>
internal readonly struct RouteMessage : IRequestEncoder<RouteSpec>
{
    public static void Write(ref NetlinkWriter writer, in RouteSpec spec, RTM type, NLM_F flags, uint sequence)
    {
        IpFamily family = spec.Destination.Address.Family;
        int message = writer.BeginMessage(type, flags, sequence, new rtmsg
        {
            rtm_family = (byte)(family == IpFamily.V4 ? AF.AF_INET : AF.AF_INET6),
            rtm_dst_len = spec.Destination.Length,
            rtm_src_len = spec.Source?.Length ?? 0,
            rtm_tos = spec.Tos,
            rtm_table = spec.Table <= byte.MaxValue ? (byte)spec.Table : (byte)RT_TABLE.RT_TABLE_UNSPEC,
            rtm_protocol = spec.Protocol,
            rtm_scope = spec.Scope ?? DefaultScope(spec, type),
            rtm_type = spec.Type,
            rtm_flags = spec.OnLink ? (uint)RTNH_F.RTNH_F_ONLINK : 0,
        });
        if (spec.Destination.Length > 0)
        {
            writer.PutAddress(RTA.RTA_DST, spec.Destination.Network.Address);
        }
        if (spec.Source is { } source)
        {
            writer.PutAddress(RTA.RTA_SRC, source.Address);
        }
        writer.Put(RTA.RTA_TABLE, spec.Table);
        WritePath(ref writer, family, spec.Gateway, spec.InterfaceIndex);
        if (!spec.PreferredSource.IsNone)
        {
            writer.PutAddress(RTA.RTA_PREFSRC, spec.PreferredSource);
        }
        PutIfGiven(ref writer, RTA.RTA_PRIORITY, spec.Metric);
        PutIfGiven(ref writer, RTA.RTA_FLOW, spec.Realms);
        PutIfGiven(ref writer, RTA.RTA_PREF, spec.Preference);
        PutIfGiven(ref writer, RTA.RTA_EXPIRES, spec.ExpiresSeconds);
        PutIfGiven<byte>(ref writer, RTA.RTA_TTL_PROPAGATE,
            spec.PropagateTimeToLive is { } propagate ? (byte)(propagate ? 1 : 0) : null);
        EncapsulationCodec.Write(ref writer, spec.Encapsulation);
        WriteMetrics(ref writer, spec);
        WriteNextHops(ref writer, family, spec);
        writer.EndMessage(message);
    }

    private static byte DefaultScope(RouteSpec spec, RTM type)
        => (byte)(type == RTM.RTM_DELROUTE ? RT_SCOPE.RT_SCOPE_NOWHERE // any scope is deleted
            : (RTN)spec.Type == RTN.RTN_LOCAL ? RT_SCOPE.RT_SCOPE_HOST
            : (RTN)spec.Type == RTN.RTN_UNICAST && spec.Gateway.IsNone && spec.NextHops.IsEmpty
                ? RT_SCOPE.RT_SCOPE_LINK : RT_SCOPE.RT_SCOPE_UNIVERSE);

    private static void PutIfGiven<T>(ref NetlinkWriter writer, RTA attribute, T? value)
        where T : unmanaged
    {
        if (value is { } given)
        {
            writer.Put(attribute, given);
        }
    }

    private static void WritePath(ref NetlinkWriter writer, IpFamily family, IpAddress gateway, int interfaceIndex)
    {
        if (interfaceIndex != 0)
        {
            writer.Put(RTA.RTA_OIF, interfaceIndex);
        }
        WriteGateway(ref writer, family, gateway);
    }

    private static void WriteGateway(ref NetlinkWriter writer, IpFamily family, IpAddress gateway)
    {
        if (gateway.Family == family)
        {
            writer.PutAddress(RTA.RTA_GATEWAY, gateway);
        }
        else if (!gateway.IsNone)
        {
            // struct rtvia: the family in two bytes, then the address.
            Span<byte> via = stackalloc byte[sizeof(ushort) + 16];
            MemoryMarshal.Write(via, (ushort)(gateway.IsV4 ? AF.AF_INET : AF.AF_INET6));
            int size = gateway.CopyTo(via[sizeof(ushort)..]);
            writer.PutBytes(RTA.RTA_VIA, via[..(sizeof(ushort) + size)]);
        }
    }

    private static void WriteMetrics(ref NetlinkWriter writer, RouteSpec spec)
    {
        if (spec.Metrics.IsEmpty && spec.LockedMetrics == 0 && spec.CongestionControl is null)
        {
            return;
        }
        int nested = writer.BeginNested(RTA.RTA_METRICS);
        if (spec.LockedMetrics != 0)
        {
            writer.Put(RTAX.RTAX_LOCK, spec.LockedMetrics);
        }
        foreach ((ushort number, uint value) in spec.Metrics)
        {
            writer.Put((RTAX)number, value);
        }
        if (spec.CongestionControl is { } algorithm)
        {
            writer.PutString(RTAX.RTAX_CC_ALGO, algorithm);
        }
        writer.EndNested(nested);
    }

    private static void WriteNextHops(ref NetlinkWriter writer, IpFamily family, RouteSpec spec)
    {
        if (spec.NextHops.IsEmpty)
        {
            return;
        }
        int nested = writer.BeginNested(RTA.RTA_MULTIPATH);
        foreach (NextHopSpec hop in spec.NextHops)
        {
            int start = writer.PutStruct(new rtnexthop
            {
                rtnh_ifindex = hop.InterfaceIndex,
                rtnh_hops = (byte)(Math.Clamp(hop.Weight, 1, 256) - 1),
                rtnh_flags = hop.OnLink ? (byte)RTNH_F.RTNH_F_ONLINK : (byte)0,
            });
            WriteGateway(ref writer, family, hop.Gateway);
            PutIfGiven(ref writer, RTA.RTA_FLOW, hop.Realms);
            EncapsulationCodec.Write(ref writer, hop.Encapsulation);
            writer.Patch(start, (ushort)(writer.Length - start));
        }
        writer.EndNested(nested);
    }
}
