using System.Buffers.Binary;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Ipvs;

/// <summary>IPVS_CMD_ATTR_SERVICE: between the wire and the model.</summary>
internal static class ServiceCodec
{
    /// <summary>A union of both families: an IPv4 address stands in the first four of its bytes.</summary>
    internal const int AddressSize = 16;

    internal static void WriteKey(ref NetlinkWriter writer, VirtualServiceKey key)
    {
        int service = writer.BeginNested(IPVS_CMD_ATTR.IPVS_CMD_ATTR_SERVICE);
        PutKey(ref writer, key);
        writer.EndNested(service);
    }

    internal static void Write(ref NetlinkWriter writer, VirtualServiceSpec spec)
    {
        int service = writer.BeginNested(IPVS_CMD_ATTR.IPVS_CMD_ATTR_SERVICE);
        PutKey(ref writer, spec.Key);
        writer.PutString(IPVS_SVC_ATTR.IPVS_SVC_ATTR_SCHED_NAME, spec.Scheduler);
        if (spec.PersistenceEngine.Length > 0)
        {
            writer.PutString(IPVS_SVC_ATTR.IPVS_SVC_ATTR_PE_NAME, spec.PersistenceEngine);
        }
        // With all bits in the mask, an edit clears the flags that are no longer wanted.
        writer.Put(IPVS_SVC_ATTR.IPVS_SVC_ATTR_FLAGS,
            new ip_vs_flags { flags = (uint)spec.Flags, mask = uint.MaxValue });
        writer.Put(IPVS_SVC_ATTR.IPVS_SVC_ATTR_TIMEOUT, spec.PersistenceSeconds);
        uint mask = spec.Netmask ?? VirtualServiceSpec.HostMask(spec.Key.Family);
        if (spec.Key.Family == IpFamily.V6)
        {
            writer.Put(IPVS_SVC_ATTR.IPVS_SVC_ATTR_NETMASK, mask);
        }
        else
        {
            writer.Put(IPVS_SVC_ATTR.IPVS_SVC_ATTR_NETMASK, BinaryPrimitives.ReverseEndianness(mask));
        }
        writer.EndNested(service);
    }

    internal static ObservedService Read(NetlinkReader reader)
    {
        IpFamily family = IpFamily.V4;
        ServiceProtocol protocol = ServiceProtocol.Any;
        ReadOnlySpan<byte> address = default;
        ushort port = 0;
        uint mark = 0, seconds = 0, mask = 0;
        string scheduler = "", engine = "";
        ServiceFlags flags = ServiceFlags.None;
        TrafficCounters counters = default;
        while (reader.MoveNext())
        {
            switch ((IPVS_SVC_ATTR)reader.Type)
            {
                case IPVS_SVC_ATTR.IPVS_SVC_ATTR_AF: family = FamilyOf(reader.Read<ushort>()); break;
                case IPVS_SVC_ATTR.IPVS_SVC_ATTR_PROTOCOL: protocol = (ServiceProtocol)reader.Read<ushort>(); break;
                case IPVS_SVC_ATTR.IPVS_SVC_ATTR_ADDR: address = reader.Value; break;
                case IPVS_SVC_ATTR.IPVS_SVC_ATTR_PORT: port = ReadPort(reader); break;
                case IPVS_SVC_ATTR.IPVS_SVC_ATTR_FWMARK: mark = reader.Read<uint>(); break;
                case IPVS_SVC_ATTR.IPVS_SVC_ATTR_SCHED_NAME: scheduler = reader.ReadString(); break;
                case IPVS_SVC_ATTR.IPVS_SVC_ATTR_PE_NAME: engine = reader.ReadString(); break;
                case IPVS_SVC_ATTR.IPVS_SVC_ATTR_FLAGS: flags = (ServiceFlags)reader.Read<ip_vs_flags>().flags; break;
                case IPVS_SVC_ATTR.IPVS_SVC_ATTR_TIMEOUT: seconds = reader.Read<uint>(); break;
                case IPVS_SVC_ATTR.IPVS_SVC_ATTR_NETMASK: mask = reader.Read<uint>(); break;
                case IPVS_SVC_ATTR.IPVS_SVC_ATTR_STATS64: counters = CounterCodec.Read64(reader.Nested()); break;
                case IPVS_SVC_ATTR.IPVS_SVC_ATTR_STATS when counters == default:
                    counters = CounterCodec.Read32(reader.Nested());
                    break;
                default: break;
            }
        }
        mask = family == IpFamily.V6 ? mask : BinaryPrimitives.ReverseEndianness(mask);
        VirtualServiceKey key = mark != 0
            ? VirtualServiceKey.Mark(mark, family) : VirtualServiceKey.At(protocol, ReadAddress(address, family), port);
        return new(
            new()
            {
                Key = key,
                Scheduler = scheduler,
                PersistenceEngine = engine,
                Flags = flags & ~ServiceFlags.Hashed,
                PersistenceSeconds = seconds,
                Netmask = mask == VirtualServiceSpec.HostMask(family) ? null : mask,
            },
            counters);
    }

    internal static IpAddress ReadAddress(ReadOnlySpan<byte> bytes, IpFamily family)
    {
        int size = family == IpFamily.V6 ? AddressSize : 4;
        return bytes.Length < size ? IpAddress.None : IpAddress.FromBytes(bytes[..size]);
    }

    internal static ushort ReadPort(NetlinkReader reader)
        => BinaryPrimitives.ReverseEndianness(reader.Read<ushort>());

    internal static IpFamily FamilyOf(ushort number) => (AF)number == AF.AF_INET6 ? IpFamily.V6 : IpFamily.V4;

    internal static ushort NumberOf(IpFamily family) => (ushort)(family == IpFamily.V6 ? AF.AF_INET6 : AF.AF_INET);

    private static void PutKey(ref NetlinkWriter writer, VirtualServiceKey key)
    {
        writer.Put(IPVS_SVC_ATTR.IPVS_SVC_ATTR_AF, NumberOf(key.Family));
        if (key.IsMark)
        {
            writer.Put(IPVS_SVC_ATTR.IPVS_SVC_ATTR_FWMARK, key.FirewallMark);
            return;
        }
        writer.Put(IPVS_SVC_ATTR.IPVS_SVC_ATTR_PROTOCOL, (ushort)key.Protocol);
        Span<byte> address = stackalloc byte[AddressSize];
        address.Clear();
        key.Address.CopyTo(address);
        writer.PutBytes(IPVS_SVC_ATTR.IPVS_SVC_ATTR_ADDR, address);
        writer.PutBigEndian(IPVS_SVC_ATTR.IPVS_SVC_ATTR_PORT, key.Port);
    }
}
