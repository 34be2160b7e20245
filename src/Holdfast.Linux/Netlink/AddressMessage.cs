using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>Writes one kind of request for one kind of entry.</summary>
internal interface IRequestEncoder<TSpec>
{
    /// <summary>Writes one whole message.</summary>
    static abstract void Write(ref NetlinkWriter writer, in TSpec spec, RTM type, NLM_F flags, uint sequence);
}

/// <summary>RTM_NEWADDR and RTM_DELADDR: between the wire and <see cref="AddressSpec"/>.</summary>
internal readonly struct AddressMessage : IRequestEncoder<AddressSpec>
{
    private const uint Forever = uint.MaxValue;

    public static void Write(ref NetlinkWriter writer, in AddressSpec spec, RTM type, NLM_F flags, uint sequence)
    {
        bool v4 = spec.Prefix.Address.IsV4;
        int message = writer.BeginMessage(type, flags, sequence, new ifaddrmsg
        {
            ifa_family = (byte)(v4 ? AF.AF_INET : AF.AF_INET6),
            ifa_prefixlen = spec.Prefix.Length,
            ifa_flags = (byte)spec.Flags,
            ifa_scope = spec.Scope,
            ifa_index = (uint)spec.InterfaceIndex,
        });
        writer.PutAddress(IFA.IFA_LOCAL, spec.Prefix.Address);
        if (v4 || !spec.Peer.IsNone)
        {
            writer.PutAddress(IFA.IFA_ADDRESS, spec.Peer.IsNone ? spec.Prefix.Address : spec.Peer);
        }
        if (type == RTM.RTM_NEWADDR)
        {
            WriteDetails(ref writer, spec, v4);
        }
        writer.EndMessage(message);
    }

    /// <summary>Reads a message; labels equal to a name in <paramref name="names"/> are not allocated again.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> body, NameTable names, out AddressSpec spec)
    {
        spec = default;
        NetlinkReader reader = NetlinkReader.After(body, out ifaddrmsg header);
        if (header.ifa_family is not ((byte)AF.AF_INET or (byte)AF.AF_INET6))
        {
            return false;
        }
        IpAddress local = default, address = default, broadcast = default;
        string? label = null;
        uint flags = header.ifa_flags, valid = Forever, preferred = Forever;
        byte protocol = 0;
        while (reader.MoveNext())
        {
            switch ((IFA)reader.Type)
            {
                case IFA.IFA_LOCAL: local = reader.ReadAddress(); break;
                case IFA.IFA_ADDRESS: address = reader.ReadAddress(); break;
                case IFA.IFA_BROADCAST: broadcast = reader.ReadAddress(); break;
                case IFA.IFA_LABEL: label = names.Intern(reader.ReadUtf8()); break;
                case IFA.IFA_FLAGS: flags = reader.Read<uint>(); break;
                case IFA.IFA_PROTO: protocol = reader.Read<byte>(); break;
                case IFA.IFA_CACHEINFO:
                    ifa_cacheinfo info = reader.Read<ifa_cacheinfo>();
                    (valid, preferred) = (info.ifa_valid, info.ifa_prefered);
                    break;
                default: break;
            }
        }
        IpAddress own = local.IsNone ? address : local;
        spec = new()
        {
            Prefix = new(own, header.ifa_prefixlen),
            InterfaceIndex = (int)header.ifa_index,
            Peer = address == own ? default : address,
            Broadcast = broadcast,
            Label = label,
            Scope = header.ifa_scope,
            Flags = (AddressFlags)flags,
            Protocol = protocol,
            ValidLifetimeSeconds = valid == Forever ? null : valid,
            PreferredLifetimeSeconds = preferred == Forever ? null : preferred,
        };
        return !own.IsNone;
    }

    private static void WriteDetails(ref NetlinkWriter writer, in AddressSpec spec, bool v4)
    {
        writer.Put(IFA.IFA_FLAGS, (uint)spec.Flags);
        if (v4 && !spec.Broadcast.IsNone)
        {
            writer.PutAddress(IFA.IFA_BROADCAST, spec.Broadcast);
        }
        if (v4 && spec.Label is { } label)
        {
            writer.PutString(IFA.IFA_LABEL, label);
        }
        if (spec.Protocol != 0)
        {
            writer.Put(IFA.IFA_PROTO, spec.Protocol);
        }
        if (spec.ValidLifetimeSeconds is not null || spec.PreferredLifetimeSeconds is not null)
        {
            uint valid = spec.ValidLifetimeSeconds ?? Forever;
            writer.Put(IFA.IFA_CACHEINFO, new ifa_cacheinfo
            {
                ifa_valid = valid,
                // The kernel refuses a preferred lifetime that is longer than the valid one.
                ifa_prefered = Math.Min(spec.PreferredLifetimeSeconds ?? Forever, valid),
            });
        }
    }
}
