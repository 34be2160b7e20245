using Holdfast.Layer4.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Ipvs;

/// <summary>IPVS_CMD_ATTR_DEST: between the wire and the model.</summary>
internal static class ServerCodec
{
    internal static void WriteKey(ref NetlinkWriter writer, RealServerKey key)
    {
        int server = writer.BeginNested(IPVS_CMD_ATTR.IPVS_CMD_ATTR_DEST);
        PutKey(ref writer, key);
        writer.EndNested(server);
    }

    internal static void Write(ref NetlinkWriter writer, RealServerSpec spec)
    {
        int server = writer.BeginNested(IPVS_CMD_ATTR.IPVS_CMD_ATTR_DEST);
        PutKey(ref writer, spec.Key);
        writer.Put(IPVS_DEST_ATTR.IPVS_DEST_ATTR_FWD_METHOD, (uint)spec.Forwarding);
        writer.Put(IPVS_DEST_ATTR.IPVS_DEST_ATTR_WEIGHT, spec.Weight);
        writer.Put(IPVS_DEST_ATTR.IPVS_DEST_ATTR_U_THRESH, spec.UpperThreshold);
        writer.Put(IPVS_DEST_ATTR.IPVS_DEST_ATTR_L_THRESH, spec.LowerThreshold);
        // Older kernels refuse attributes that they do not know, so only what means something is sent.
        if (spec.Forwarding == ForwardingMethod.Tunnel && spec.TunnelKind != TunnelKind.Ipip)
        {
            writer.Put(IPVS_DEST_ATTR.IPVS_DEST_ATTR_TUN_TYPE, (byte)spec.TunnelKind);
            if (spec.TunnelKind == TunnelKind.Gue)
            {
                writer.PutBigEndian(IPVS_DEST_ATTR.IPVS_DEST_ATTR_TUN_PORT, spec.TunnelPort);
            }
            writer.Put(IPVS_DEST_ATTR.IPVS_DEST_ATTR_TUN_FLAGS, (ushort)spec.TunnelChecksum);
        }
        writer.EndNested(server);
    }

    internal static ObservedServer Read(NetlinkReader reader, IpFamily serviceFamily)
    {
        IpFamily family = serviceFamily;
        ReadOnlySpan<byte> address = default;
        ushort port = 0;
        RealServerSpec spec = new() { Key = default };
        ObservedServer found = new(spec, default, 0, 0, 0);
        while (reader.MoveNext())
        {
            uint number = reader.Read<uint>();
            switch ((IPVS_DEST_ATTR)reader.Type)
            {
                case IPVS_DEST_ATTR.IPVS_DEST_ATTR_ADDR: address = reader.Value; break;
                case IPVS_DEST_ATTR.IPVS_DEST_ATTR_PORT: port = ServiceCodec.ReadPort(reader); break;
                case IPVS_DEST_ATTR.IPVS_DEST_ATTR_ADDR_FAMILY:
                    family = ServiceCodec.FamilyOf(reader.Read<ushort>());
                    break;
                case IPVS_DEST_ATTR.IPVS_DEST_ATTR_ACTIVE_CONNS:
                    found = found with { ActiveConnections = number };
                    break;
                case IPVS_DEST_ATTR.IPVS_DEST_ATTR_INACT_CONNS:
                    found = found with { InactiveConnections = number };
                    break;
                case IPVS_DEST_ATTR.IPVS_DEST_ATTR_PERSIST_CONNS:
                    found = found with { PersistentConnections = number };
                    break;
                case IPVS_DEST_ATTR.IPVS_DEST_ATTR_STATS64:
                    found = found with { Counters = CounterCodec.Read64(reader.Nested()) };
                    break;
                case IPVS_DEST_ATTR.IPVS_DEST_ATTR_STATS when found.Counters == default:
                    found = found with { Counters = CounterCodec.Read32(reader.Nested()) };
                    break;
                default:
                    spec = ReadSetting(spec, reader, number);
                    break;
            }
        }
        return found with
        {
            Spec = Settle(spec) with { Key = new(ServiceCodec.ReadAddress(address, family), port) },
        };
    }

    private static RealServerSpec ReadSetting(RealServerSpec spec, in NetlinkReader reader, uint number)
        => (IPVS_DEST_ATTR)reader.Type switch
        {
            IPVS_DEST_ATTR.IPVS_DEST_ATTR_FWD_METHOD =>
                spec with { Forwarding = (ForwardingMethod)(number & (uint)IP_VS_CONN_F.IP_VS_CONN_F_FWD_MASK) },
            IPVS_DEST_ATTR.IPVS_DEST_ATTR_WEIGHT => spec with { Weight = number },
            IPVS_DEST_ATTR.IPVS_DEST_ATTR_U_THRESH => spec with { UpperThreshold = number },
            IPVS_DEST_ATTR.IPVS_DEST_ATTR_L_THRESH => spec with { LowerThreshold = number },
            IPVS_DEST_ATTR.IPVS_DEST_ATTR_TUN_TYPE => spec with { TunnelKind = (TunnelKind)reader.Read<byte>() },
            IPVS_DEST_ATTR.IPVS_DEST_ATTR_TUN_PORT => spec with { TunnelPort = ServiceCodec.ReadPort(reader) },
            IPVS_DEST_ATTR.IPVS_DEST_ATTR_TUN_FLAGS =>
                spec with { TunnelChecksum = (TunnelChecksum)reader.Read<ushort>() },
            _ => spec,
        };

    // The kernel keeps a tunnel's settings when the method becomes another; there they mean nothing.
    private static RealServerSpec Settle(RealServerSpec spec) => spec.Forwarding == ForwardingMethod.Tunnel
        ? spec : spec with { TunnelKind = default, TunnelPort = 0, TunnelChecksum = default };

    private static void PutKey(ref NetlinkWriter writer, RealServerKey key)
    {
        Span<byte> address = stackalloc byte[ServiceCodec.AddressSize];
        address.Clear();
        key.Address.CopyTo(address);
        writer.PutBytes(IPVS_DEST_ATTR.IPVS_DEST_ATTR_ADDR, address);
        writer.PutBigEndian(IPVS_DEST_ATTR.IPVS_DEST_ATTR_PORT, key.Port);
        writer.Put(IPVS_DEST_ATTR.IPVS_DEST_ATTR_ADDR_FAMILY, ServiceCodec.NumberOf(key.Address.Family));
    }
}
