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
                case IFLA.IFLA_LINKINFO: link.Kind = ReadKind(reader.Nested(), names); break;
                default: break;
            }
        }
        return link.Name.Length != 0;
    }

    /// <summary>Whether nothing differs from what is known.</summary>
    internal readonly bool Matches(LinkInfo known)
        => known.Flags == Flags && known.State == State && known.Mtu == Mtu && known.Mac == Mac
            && known.MasterIndex == MasterIndex && known.ParentIndex == ParentIndex
            && known.HardwareType == HardwareType && ReferenceEquals(known.Kind, Kind)
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
    };

    private static string? ReadKind(NetlinkReader reader, NameTable names)
    {
        while (reader.MoveNext())
        {
            if ((IFLA_INFO)reader.Type == IFLA_INFO.IFLA_INFO_KIND)
            {
                return names.Intern(reader.ReadUtf8());
            }
        }
        return null;
    }
}
