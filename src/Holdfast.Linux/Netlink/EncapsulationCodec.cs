using System.Buffers.Binary;
using System.Collections.Immutable;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>RTA_ENCAP_TYPE and RTA_ENCAP, of a route or of one next hop.</summary>
internal static class EncapsulationCodec
{
    // A label stack entry of RFC 3032: the label in the upper 20 bits, then 3 of class, the bottom mark and the TTL.
    private const int LabelShift = 12;
    private const uint BottomOfStack = 1 << 8;

    /// <summary>Writes both attributes; nothing for null.</summary>
    internal static void Write(ref NetlinkWriter writer, RouteEncapsulation? encapsulation)
    {
        switch (encapsulation)
        {
            case MplsEncapsulation mpls:
                WriteMpls(ref writer, mpls);
                break;
            case IpEncapsulation ip:
                WriteIp(ref writer, ip);
                break;
            case LocatorEncapsulation ila:
                int nested = Begin(ref writer, LWTUNNEL_ENCAP.LWTUNNEL_ENCAP_ILA);
                writer.PutBigEndian(ILA_ATTR.ILA_ATTR_LOCATOR, ila.Locator);
                writer.EndNested(nested);
                break;
            default:
                break;
        }
    }

    /// <summary>Reads RTA_ENCAP.</summary>
    /// <returns>Null for a type that is not known here.</returns>
    internal static RouteEncapsulation? Read(LWTUNNEL_ENCAP type, ReadOnlySpan<byte> value) => type switch
    {
        LWTUNNEL_ENCAP.LWTUNNEL_ENCAP_MPLS => ReadMpls(new(value)),
        LWTUNNEL_ENCAP.LWTUNNEL_ENCAP_IP => ReadIp(new(value), IpFamily.V4),
        LWTUNNEL_ENCAP.LWTUNNEL_ENCAP_IP6 => ReadIp(new(value), IpFamily.V6),
        LWTUNNEL_ENCAP.LWTUNNEL_ENCAP_ILA => ReadLocator(new(value)),
        _ => null,
    };

    private static int Begin(ref NetlinkWriter writer, LWTUNNEL_ENCAP type)
    {
        writer.Put(RTA.RTA_ENCAP_TYPE, (ushort)type);
        return writer.BeginNested(RTA.RTA_ENCAP);
    }

    private static void WriteMpls(ref NetlinkWriter writer, MplsEncapsulation mpls)
    {
        int nested = Begin(ref writer, LWTUNNEL_ENCAP.LWTUNNEL_ENCAP_MPLS);
        var stack = new byte[mpls.Labels.Length * sizeof(uint)];
        for (int i = 0; i < mpls.Labels.Length; i++)
        {
            uint entry = (mpls.Labels[i] << LabelShift) | (i == mpls.Labels.Length - 1 ? BottomOfStack : 0);
            BinaryPrimitives.WriteUInt32BigEndian(stack.AsSpan(i * sizeof(uint)), entry);
        }
        writer.PutBytes(MPLS_IPTUNNEL.MPLS_IPTUNNEL_DST, stack);
        if (mpls.TimeToLive != 0)
        {
            writer.Put(MPLS_IPTUNNEL.MPLS_IPTUNNEL_TTL, mpls.TimeToLive);
        }
        writer.EndNested(nested);
    }

    private static void WriteIp(ref NetlinkWriter writer, IpEncapsulation ip)
    {
        int nested = Begin(ref writer,
            ip.Family == IpFamily.V6 ? LWTUNNEL_ENCAP.LWTUNNEL_ENCAP_IP6 : LWTUNNEL_ENCAP.LWTUNNEL_ENCAP_IP);
        writer.PutBigEndian(LWTUNNEL_IP.LWTUNNEL_IP_ID, ip.Id);
        if (!ip.Destination.IsNone)
        {
            writer.PutAddress(LWTUNNEL_IP.LWTUNNEL_IP_DST, ip.Destination);
        }
        if (!ip.Source.IsNone)
        {
            writer.PutAddress(LWTUNNEL_IP.LWTUNNEL_IP_SRC, ip.Source);
        }
        if (ip.HopLimit != 0)
        {
            writer.Put(LWTUNNEL_IP.LWTUNNEL_IP_TTL, ip.HopLimit);
        }
        if (ip.TrafficClass != 0)
        {
            writer.Put(LWTUNNEL_IP.LWTUNNEL_IP_TOS, ip.TrafficClass);
        }
        if (ip.Flags != 0)
        {
            writer.Put(LWTUNNEL_IP.LWTUNNEL_IP_FLAGS, ip.Flags);
        }
        writer.EndNested(nested);
    }

    private static MplsEncapsulation ReadMpls(NetlinkReader reader)
    {
        ImmutableArray<uint>.Builder labels = ImmutableArray.CreateBuilder<uint>();
        byte timeToLive = 0;
        while (reader.MoveNext())
        {
            if ((MPLS_IPTUNNEL)reader.Type == MPLS_IPTUNNEL.MPLS_IPTUNNEL_TTL)
            {
                timeToLive = reader.Read<byte>();
            }
            else if ((MPLS_IPTUNNEL)reader.Type == MPLS_IPTUNNEL.MPLS_IPTUNNEL_DST)
            {
                for (ReadOnlySpan<byte> rest = reader.Value; rest.Length >= sizeof(uint); rest = rest[sizeof(uint)..])
                {
                    labels.Add(BinaryPrimitives.ReadUInt32BigEndian(rest) >> LabelShift);
                }
            }
        }
        return new(labels.ToImmutable(), timeToLive);
    }

    private static IpEncapsulation ReadIp(NetlinkReader reader, IpFamily family)
    {
        IpEncapsulation ip = new(family, 0, default);
        while (reader.MoveNext())
        {
            ip = (LWTUNNEL_IP)reader.Type switch
            {
                LWTUNNEL_IP.LWTUNNEL_IP_ID => ip with { Id = reader.ReadUInt64BigEndian() },
                LWTUNNEL_IP.LWTUNNEL_IP_DST => ip with { Destination = Given(reader.ReadAddress()) },
                LWTUNNEL_IP.LWTUNNEL_IP_SRC => ip with { Source = Given(reader.ReadAddress()) },
                LWTUNNEL_IP.LWTUNNEL_IP_TTL => ip with { HopLimit = reader.Read<byte>() },
                LWTUNNEL_IP.LWTUNNEL_IP_TOS => ip with { TrafficClass = reader.Read<byte>() },
                LWTUNNEL_IP.LWTUNNEL_IP_FLAGS => ip with { Flags = reader.Read<ushort>() },
                _ => ip,
            };
        }
        return ip;
    }

    // The kernel reports what was not given as zeros.
    private static IpAddress Given(IpAddress address) => address.IsUnspecified ? default : address;

    private static LocatorEncapsulation? ReadLocator(NetlinkReader reader)
    {
        while (reader.MoveNext())
        {
            if ((ILA_ATTR)reader.Type == ILA_ATTR.ILA_ATTR_LOCATOR)
            {
                return new(reader.ReadUInt64BigEndian());
            }
        }
        return null;
    }
}
