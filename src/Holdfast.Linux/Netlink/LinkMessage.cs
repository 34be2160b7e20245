using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>The fields of RTM_NEWLINK that <see cref="LinkInfo"/> has, read without allocating known names.</summary>
internal struct LinkMessage
{
    internal int Index;
    internal string Name;
    internal LinkFlags Flags;
    internal OperationalState State;
    internal uint Mtu;
    internal MacAddress Mac;
    internal ushort HardwareType;
    internal int MasterIndex;
    internal int ParentIndex;
    internal string? Kind;
    internal uint VrfTable;

    /// <summary>Reads a message.</summary>
    /// <returns>False for what is not about an interface as such (bridge ports have a family of their own).</returns>
    internal static bool TryRead(ReadOnlySpan<byte> body, NameTable names, out LinkMessage link)
    {
        NetlinkReader reader = NetlinkReader.After(body, out ifinfomsg header);
        link = new()
        {
            Index = header.ifi_index,
            Name = "",
            Flags = (LinkFlags)header.ifi_flags,
            HardwareType = header.ifi_type,
        };
        if (header.ifi_family != (byte)AF.AF_UNSPEC || header.ifi_index == 0)
        {
            return false;
        }
        while (reader.MoveNext())
        {
            switch ((IFLA)reader.Type)
            {
                case IFLA.IFLA_IFNAME: link.Name = names.Intern(reader.ReadUtf8()); break;
                case IFLA.IFLA_MTU: link.Mtu = reader.Read<uint>(); break;
                case IFLA.IFLA_ADDRESS: link.Mac = reader.ReadMac(); break;
                case IFLA.IFLA_OPERSTATE: link.State = (OperationalState)reader.Read<byte>(); break;
                case IFLA.IFLA_MASTER: link.MasterIndex = reader.Read<int>(); break;
                case IFLA.IFLA_LINK: link.ParentIndex = reader.Read<int>(); break;
                case IFLA.IFLA_LINKINFO: link.ReadLinkInfo(reader.Nested(), names); break;
                default: break;
            }
        }
        return link.Name.Length != 0;
    }

    /// <summary>Whether nothing differs from what is known.</summary>
    internal readonly bool Matches(LinkInfo known)
        => known.Flags == Flags && known.State == State && known.Mtu == Mtu && known.Mac == Mac
            && known.MasterIndex == MasterIndex && known.ParentIndex == ParentIndex
            && known.HardwareType == HardwareType && known.VrfTable == VrfTable && ReferenceEquals(known.Kind, Kind)
            && string.Equals(known.Name, Name, StringComparison.Ordinal);

    /// <summary>The same as a lasting object.</summary>
    internal readonly LinkInfo ToInfo() => new()
    {
        Index = Index,
        Name = Name,
        Flags = Flags,
        State = State,
        Mtu = Mtu,
        Mac = Mac,
        HardwareType = HardwareType,
        MasterIndex = MasterIndex,
        ParentIndex = ParentIndex,
        Kind = Kind,
        VrfTable = VrfTable,
    };

    private void ReadLinkInfo(NetlinkReader reader, NameTable names)
    {
        while (reader.MoveNext())
        {
            switch ((IFLA_INFO)reader.Type)
            {
                // The kernel writes the kind before the data whose meaning it decides.
                case IFLA_INFO.IFLA_INFO_KIND: Kind = names.Intern(reader.ReadUtf8()); break;
                case IFLA_INFO.IFLA_INFO_DATA when Kind == "vrf": VrfTable = ReadVrfTable(reader.Nested()); break;
                default: break;
            }
        }
    }

    private static uint ReadVrfTable(NetlinkReader reader)
    {
        while (reader.MoveNext())
        {
            if ((IFLA_VRF)reader.Type == IFLA_VRF.IFLA_VRF_TABLE)
            {
                return reader.Read<uint>();
            }
        }
        return 0;
    }
}
