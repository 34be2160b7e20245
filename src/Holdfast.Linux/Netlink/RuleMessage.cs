using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>RTM_NEWRULE and RTM_DELRULE: between the wire and <see cref="RuleSpec"/>.</summary>
internal readonly struct RuleMessage : IRequestEncoder<RuleSpec>
{
    public static void Write(ref NetlinkWriter writer, in RuleSpec spec, RTM type, NLM_F flags, uint sequence)
    {
        int message = writer.BeginMessage(type, flags, sequence, new fib_rule_hdr
        {
            family = (byte)(spec.Family == IpFamily.V4 ? AF.AF_INET : AF.AF_INET6),
            dst_len = spec.Destination?.Length ?? 0,
            src_len = spec.Source?.Length ?? 0,
            tos = spec.Tos,
            action = spec.Action,
            flags = spec.Invert ? (uint)FIB_RULE.FIB_RULE_INVERT : 0,
        });
        if (spec.Source is { Length: > 0 } source)
        {
            writer.PutAddress(FRA.FRA_SRC, source.Address);
        }
        if (spec.Destination is { Length: > 0 } destination)
        {
            writer.PutAddress(FRA.FRA_DST, destination.Address);
        }
        Put(ref writer, FRA.FRA_TABLE, spec.Table);
        Put(ref writer, FRA.FRA_GOTO, spec.GotoPriority);
        Put(ref writer, FRA.FRA_PRIORITY, spec.Priority);
        Put(ref writer, FRA.FRA_FWMARK, spec.FirewallMark);
        Put(ref writer, FRA.FRA_FWMASK, spec.FirewallMask);
        Put(ref writer, FRA.FRA_FLOW, spec.Realms);
        Put(ref writer, FRA.FRA_SUPPRESS_PREFIXLEN, spec.SuppressPrefixLength);
        Put(ref writer, FRA.FRA_SUPPRESS_IFGROUP, spec.SuppressInterfaceGroup);
        Put(ref writer, FRA.FRA_IP_PROTO, spec.IpProtocol);
        if (spec.InputInterface is { } input)
        {
            writer.PutString(FRA.FRA_IIFNAME, input);
        }
        if (spec.OutputInterface is { } output)
        {
            writer.PutString(FRA.FRA_OIFNAME, output);
        }
        WriteRanges(ref writer, spec);
        writer.Put(FRA.FRA_PROTOCOL, spec.Protocol);
        writer.EndMessage(message);
    }

    internal static bool TryRead(ReadOnlySpan<byte> body, out RuleSpec? spec)
    {
        spec = null;
        NetlinkReader reader = NetlinkReader.After(body, out fib_rule_hdr header);
        IpFamily family = RouteDecoder.Family(header.family);
        if (family == IpFamily.None)
        {
            return false;
        }
        RuleSpec rule = new()
        {
            Family = family,
            Action = header.action,
            Tos = header.tos,
            Invert = (header.flags & (uint)FIB_RULE.FIB_RULE_INVERT) != 0,
            Protocol = 0,
        };
        while (reader.MoveNext())
        {
            rule = Read(rule, header, reader);
        }
        // The kernel always names a table, 0 when the action has none, and priority 0 by leaving it out.
        spec = rule with { Table = rule.Table is 0 ? null : rule.Table, Priority = rule.Priority ?? 0 };
        return true;
    }

    /// <summary>Whether a message is about a rule of this protocol; does not allocate.</summary>
    internal static bool IsOf(byte protocol, ReadOnlySpan<byte> body)
    {
        NetlinkReader reader = NetlinkReader.After(body, out fib_rule_hdr _);
        while (reader.MoveNext())
        {
            if ((FRA)reader.Type == FRA.FRA_PROTOCOL)
            {
                return reader.Read<byte>() == protocol;
            }
        }
        return protocol == 0;
    }

    private static RuleSpec Read(RuleSpec rule, in fib_rule_hdr header, in NetlinkReader reader)
    {
        uint number = reader.Read<uint>();
        return (FRA)reader.Type switch
        {
            FRA.FRA_SRC => rule with { Source = new(reader.ReadAddress(), header.src_len) },
            FRA.FRA_DST => rule with { Destination = new(reader.ReadAddress(), header.dst_len) },
            FRA.FRA_TABLE => rule with { Table = number },
            FRA.FRA_GOTO => rule with { GotoPriority = number },
            FRA.FRA_PRIORITY => rule with { Priority = number },
            FRA.FRA_FWMARK => rule with { FirewallMark = number },
            // A mark without a mask comes back with all bits.
            FRA.FRA_FWMASK => rule with { FirewallMask = number == uint.MaxValue ? null : number },
            FRA.FRA_FLOW => rule with { Realms = number },
            // Without suppression the kernel says -1.
            FRA.FRA_SUPPRESS_PREFIXLEN => rule with { SuppressPrefixLength = number == uint.MaxValue ? null : number },
            FRA.FRA_SUPPRESS_IFGROUP => rule with { SuppressInterfaceGroup = number == uint.MaxValue ? null : number },
            FRA.FRA_IP_PROTO => rule with { IpProtocol = reader.Read<byte>() },
            FRA.FRA_IIFNAME => rule with { InputInterface = reader.ReadString() },
            FRA.FRA_OIFNAME => rule with { OutputInterface = reader.ReadString() },
            FRA.FRA_SPORT_RANGE => rule with { SourcePorts = ReadPorts(reader) },
            FRA.FRA_DPORT_RANGE => rule with { DestinationPorts = ReadPorts(reader) },
            FRA.FRA_UID_RANGE => rule with { UserIds = ReadUserIds(reader) },
            FRA.FRA_TUN_ID => rule with { TunnelId = reader.ReadUInt64BigEndian() },
            FRA.FRA_L3MDEV => rule with { L3MasterDevice = reader.Read<byte>() != 0 },
            FRA.FRA_PROTOCOL => rule with { Protocol = reader.Read<byte>() },
            _ => rule,
        };
    }

    private static (ushort First, ushort Last) ReadPorts(in NetlinkReader reader)
    {
        fib_rule_port_range range = reader.Read<fib_rule_port_range>();
        return (range.start, range.end);
    }

    private static (uint First, uint Last)? ReadUserIds(in NetlinkReader reader)
    {
        fib_rule_uid_range range = reader.Read<fib_rule_uid_range>();
        return (range.start, range.end) == (0, uint.MaxValue) ? null : (range.start, range.end);
    }

    private static void WriteRanges(ref NetlinkWriter writer, RuleSpec spec)
    {
        if (spec.SourcePorts is { } source)
        {
            writer.Put(FRA.FRA_SPORT_RANGE, new fib_rule_port_range { start = source.First, end = source.Last });
        }
        if (spec.DestinationPorts is { } destination)
        {
            writer.Put(FRA.FRA_DPORT_RANGE,
                new fib_rule_port_range { start = destination.First, end = destination.Last });
        }
        if (spec.UserIds is { } users)
        {
            writer.Put(FRA.FRA_UID_RANGE, new fib_rule_uid_range { start = users.First, end = users.Last });
        }
        if (spec.TunnelId is { } tunnel)
        {
            writer.PutBigEndian(FRA.FRA_TUN_ID, tunnel);
        }
        if (spec.L3MasterDevice)
        {
            writer.Put(FRA.FRA_L3MDEV, (byte)1);
        }
    }

    private static void Put<T>(ref NetlinkWriter writer, FRA attribute, T? value)
        where T : unmanaged
    {
        if (value is { } given)
        {
            writer.Put(attribute, given);
        }
    }
}
