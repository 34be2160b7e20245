using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>Reads RTM_NEWROUTE and RTM_DELROUTE.</summary>
internal static class RouteDecoder
{
    // rta_expires counts in USER_HZ, which is 100 on every architecture that we run on.
    private const int UserHz = 100;

    internal static bool TryRead(ReadOnlySpan<byte> body, out RouteSpec? spec)
    {
        spec = null;
        NetlinkReader reader = NetlinkReader.After(body, out rtmsg header);
        IpFamily family = Family(header.rtm_family);
        if (family == IpFamily.None || (header.rtm_flags & (uint)RTM_F.RTM_F_CLONED) != 0)
        {
            return false;
        }
        RouteSpec route = new()
        {
            Destination = new(Zero(family), header.rtm_dst_len),
            Type = header.rtm_type,
            Table = header.rtm_table,
            Scope = header.rtm_scope,
            Protocol = header.rtm_protocol,
            Tos = header.rtm_tos,
            OnLink = (header.rtm_flags & (uint)RTNH_F.RTNH_F_ONLINK) != 0,
        };
        LWTUNNEL_ENCAP encapsulation = LWTUNNEL_ENCAP.LWTUNNEL_ENCAP_NONE;
        ReadOnlySpan<byte> encapsulated = default;
        while (reader.MoveNext())
        {
            switch ((RTA)reader.Type)
            {
                // The kernel writes the type after what it is the type of.
                case RTA.RTA_ENCAP_TYPE: encapsulation = (LWTUNNEL_ENCAP)reader.Read<ushort>(); continue;
                case RTA.RTA_ENCAP: encapsulated = reader.Value; continue;
                default: break;
            }
            route = (RTA)reader.Type switch
            {
                RTA.RTA_DST => route with { Destination = new(reader.ReadAddress(), header.rtm_dst_len) },
                RTA.RTA_SRC => route with { Source = new(reader.ReadAddress(), header.rtm_src_len) },
                RTA.RTA_OIF => route with { InterfaceIndex = reader.Read<int>() },
                RTA.RTA_GATEWAY => route with { Gateway = reader.ReadAddress() },
                RTA.RTA_VIA => route with { Gateway = Via(reader.Value) },
                RTA.RTA_PREFSRC => route with { PreferredSource = reader.ReadAddress() },
                RTA.RTA_PRIORITY => route with { Metric = reader.Read<uint>() },
                RTA.RTA_TABLE => route with { Table = reader.Read<uint>() },
                RTA.RTA_FLOW => route with { Realms = reader.Read<uint>() },
                RTA.RTA_PREF => route with { Preference = reader.Read<byte>() },
                RTA.RTA_TTL_PROPAGATE => route with { PropagateTimeToLive = reader.Read<byte>() != 0 },
                RTA.RTA_METRICS => ReadMetrics(route, reader.Nested()),
                RTA.RTA_MULTIPATH => route with { NextHops = ReadNextHops(reader.Value) },
                RTA.RTA_CACHEINFO when reader.Read<rta_cacheinfo>().rta_expires is > 0 and var ticks
                    => route with { ExpiresSeconds = (uint)((ticks + UserHz - 1) / UserHz) },
                _ => route,
            };
        }
        spec = route with { Encapsulation = EncapsulationCodec.Read(encapsulation, encapsulated) };
        return true;
    }

    internal static IpFamily Family(byte family) => (AF)family switch
    {
        AF.AF_INET => IpFamily.V4,
        AF.AF_INET6 => IpFamily.V6,
        _ => IpFamily.None,
    };

    internal static IpAddress Zero(IpFamily family) => new(family, 0, 0);

    private static IpAddress Via(ReadOnlySpan<byte> value)
        => value.Length is 2 + 4 or 2 + 16 ? IpAddress.FromBytes(value[2..]) : default;

    private static RouteSpec ReadMetrics(RouteSpec route, NetlinkReader reader)
    {
        var metrics = ImmutableSortedDictionary.CreateBuilder<ushort, uint>();
        uint locked = 0;
        string? algorithm = null;
        while (reader.MoveNext())
        {
            switch ((RTAX)reader.Type)
            {
                case RTAX.RTAX_LOCK: locked = reader.Read<uint>(); break;
                case RTAX.RTAX_CC_ALGO: algorithm = reader.ReadString(); break;
                default: metrics[reader.Type] = reader.Read<uint>(); break;
            }
        }
        return route with
        {
            Metrics = metrics.ToImmutable(),
            LockedMetrics = locked,
            CongestionControl = algorithm,
        };
    }

    private static ImmutableArray<NextHopSpec> ReadNextHops(ReadOnlySpan<byte> value)
    {
        ImmutableArray<NextHopSpec>.Builder hops = ImmutableArray.CreateBuilder<NextHopSpec>();
        int headerSize = Unsafe.SizeOf<rtnexthop>();
        while (value.Length >= headerSize)
        {
            rtnexthop header = MemoryMarshal.Read<rtnexthop>(value);
            if (header.rtnh_len < headerSize || header.rtnh_len > value.Length)
            {
                break;
            }
            IpAddress gateway = default;
            uint? realms = null;
            NetlinkReader reader = new(value[headerSize..header.rtnh_len]);
            LWTUNNEL_ENCAP encapsulation = LWTUNNEL_ENCAP.LWTUNNEL_ENCAP_NONE;
            ReadOnlySpan<byte> encapsulated = default;
            while (reader.MoveNext())
            {
                switch ((RTA)reader.Type)
                {
                    case RTA.RTA_ENCAP_TYPE: encapsulation = (LWTUNNEL_ENCAP)reader.Read<ushort>(); continue;
                    case RTA.RTA_ENCAP: encapsulated = reader.Value; continue;
                    case RTA.RTA_FLOW: realms = reader.Read<uint>(); continue;
                    default: break;
                }
                gateway = (RTA)reader.Type switch
                {
                    RTA.RTA_GATEWAY => reader.ReadAddress(),
                    RTA.RTA_VIA => Via(reader.Value),
                    _ => gateway,
                };
            }
            hops.Add(new(gateway, header.rtnh_ifindex, header.rtnh_hops + 1,
                (header.rtnh_flags & (byte)RTNH_F.RTNH_F_ONLINK) != 0,
                EncapsulationCodec.Read(encapsulation, encapsulated), realms));
            int aligned = (header.rtnh_len + 3) & ~3;
            value = aligned >= value.Length ? default : value[aligned..];
        }
        return hops.ToImmutable();
    }
}
