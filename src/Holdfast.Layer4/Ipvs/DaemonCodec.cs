using Holdfast.Layer4.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Ipvs;

/// <summary>IPVS_CMD_ATTR_DAEMON: between the wire and the model.</summary>
internal static class DaemonCodec
{
    internal static void Write(ref NetlinkWriter writer, SyncDaemonSpec spec)
    {
        int daemon = writer.BeginNested(IPVS_CMD_ATTR.IPVS_CMD_ATTR_DAEMON);
        writer.Put(IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_STATE, (uint)spec.Role);
        writer.PutString(IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_MCAST_IFN, spec.Interface);
        writer.Put(IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_SYNC_ID, spec.SyncId);
        // What is left out, the kernel chooses; kernels before 4.3 know only the three above.
        if (spec.LengthMax != 0)
        {
            writer.Put(IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_SYNC_MAXLEN, spec.LengthMax);
        }
        if (!spec.Group.IsNone)
        {
            writer.PutAddress(
                spec.Group.IsV6
                    ? IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_MCAST_GROUP6 : IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_MCAST_GROUP,
                spec.Group);
        }
        if (spec.Port != 0)
        {
            // In host byte order, unlike every other port of this family.
            writer.Put(IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_MCAST_PORT, spec.Port);
        }
        if (spec.Ttl != 0)
        {
            writer.Put(IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_MCAST_TTL, spec.Ttl);
        }
        writer.EndNested(daemon);
    }

    internal static void WriteRole(ref NetlinkWriter writer, SyncRole role)
    {
        int daemon = writer.BeginNested(IPVS_CMD_ATTR.IPVS_CMD_ATTR_DAEMON);
        writer.Put(IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_STATE, (uint)role);
        writer.PutString(IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_MCAST_IFN, "");
        writer.Put(IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_SYNC_ID, 0u);
        writer.EndNested(daemon);
    }

    internal static SyncDaemonSpec Read(NetlinkReader reader)
    {
        SyncDaemonSpec spec = new() { Role = default, Interface = "" };
        while (reader.MoveNext())
        {
            spec = (IPVS_DAEMON_ATTR)reader.Type switch
            {
                IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_STATE => spec with { Role = (SyncRole)reader.Read<uint>() },
                IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_MCAST_IFN => spec with { Interface = reader.ReadString() },
                IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_SYNC_ID => spec with { SyncId = reader.Read<uint>() },
                IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_SYNC_MAXLEN => spec with { LengthMax = reader.Read<ushort>() },
                IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_MCAST_GROUP or IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_MCAST_GROUP6 =>
                    spec with { Group = reader.ReadAddress() },
                IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_MCAST_PORT => spec with { Port = reader.Read<ushort>() },
                IPVS_DAEMON_ATTR.IPVS_DAEMON_ATTR_MCAST_TTL => spec with { Ttl = reader.Read<byte>() },
                _ => spec,
            };
        }
        return spec;
    }
}
