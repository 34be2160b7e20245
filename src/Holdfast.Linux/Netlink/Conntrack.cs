using System.Buffers.Binary;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;

namespace Holdfast.Linux.Netlink;

/// <summary>One direction of a tracked connection.</summary>
/// <param name="Source">Where its packets come from.</param>
/// <param name="SourcePort">And from which port.</param>
/// <param name="Destination">Where they go.</param>
/// <param name="DestinationPort">And to which port.</param>
public readonly record struct ConntrackDirection(
    IpAddress Source, ushort SourcePort, IpAddress Destination, ushort DestinationPort);

/// <summary>A connection as the kernel tracks it.</summary>
/// <param name="Protocol">Number of the transport protocol.</param>
/// <param name="Original">As the client sends.</param>
/// <param name="Reply">As the answers are expected.</param>
/// <param name="TcpState">State of TCP: 3 established; 0 for others.</param>
/// <param name="Expires">How long it stays without a packet.</param>
/// <param name="Zone">Its zone; 0: the usual one.</param>
public readonly record struct TrackedConnection(
    byte Protocol, ConntrackDirection Original, ConntrackDirection Reply, byte TcpState, TimeSpan Expires, ushort Zone)
{
    /// <summary>IPVS's word for the state: ESTABLISHED, SYN_RECV, FIN_WAIT, TIME_WAIT, CLOSE, UDP.</summary>
    public string StateName => Protocol == 17 ? "UDP" : (TCP_CONNTRACK)TcpState switch
    {
        TCP_CONNTRACK.TCP_CONNTRACK_SYN_SENT or TCP_CONNTRACK.TCP_CONNTRACK_SYN_RECV => "SYN_RECV",
        TCP_CONNTRACK.TCP_CONNTRACK_ESTABLISHED => "ESTABLISHED",
        TCP_CONNTRACK.TCP_CONNTRACK_FIN_WAIT => "FIN_WAIT",
        TCP_CONNTRACK.TCP_CONNTRACK_CLOSE_WAIT => "CLOSE_WAIT",
        TCP_CONNTRACK.TCP_CONNTRACK_LAST_ACK => "LAST_ACK",
        TCP_CONNTRACK.TCP_CONNTRACK_TIME_WAIT => "TIME_WAIT",
        TCP_CONNTRACK.TCP_CONNTRACK_CLOSE => "CLOSE",
        _ => "NONE",
    };
}

/// <summary>The kernel's connection tracking, over netlink. Needs CAP_NET_ADMIN.</summary>
/// <remarks>Belongs to the network namespace of the thread that opens it. One thread at a time.</remarks>
public sealed class Conntrack : IDisposable
{
    private readonly NetlinkSocket _socket = NetlinkSocket.Open((int)NetlinkFamily.NETLINK_NETFILTER);
    private readonly byte[] _request = new byte[512];

    /// <summary>Gives every connection whose destination is translated, or may be, to a visitor.</summary>
    /// <param name="family">Of the addresses.</param>
    /// <param name="visit">May be called again for the same connection when the table changes meanwhile.</param>
    /// <returns>EINVAL or EOPNOTSUPP: the kernel does not tell.</returns>
    public NetlinkResult Read(IpFamily family, Action<TrackedConnection> visit)
    {
        NetlinkWriter w = Begin(IPCTNL_MSG.IPCTNL_MSG_CT_GET, family, NLM_F.NLM_F_DUMP, 0, out int start);
        w.EndMessage(start);
        Visitor visitor = new(visit);
        return _socket.Dump(_request.AsSpan(0, w.Length), ref visitor);
    }

    /// <summary>Forgets a connection: its next packet is the first of a new one.</summary>
    /// <returns>Success as well when it has gone.</returns>
    public NetlinkResult Delete(in TrackedConnection connection)
    {
        NetlinkWriter w = Begin(IPCTNL_MSG.IPCTNL_MSG_CT_DELETE, connection.Original.Source.Family,
            NLM_F.NLM_F_ACK, _socket.TakeSequence(), out int start);
        PutDirection(ref w, connection.Protocol, connection.Original);
        if (connection.Zone != 0)
        {
            w.PutBigEndian(CTA.CTA_ZONE, connection.Zone);
        }
        w.EndMessage(start);
        NetlinkResult result = _socket.Execute(w.Written);
        return result.Errno == Errno.ENOENT ? default : result;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();

    private NetlinkWriter Begin(IPCTNL_MSG message, IpFamily family, NLM_F flags, uint sequence, out int start)
    {
        var w = new NetlinkWriter(_request);
        ushort type = (ushort)(((int)NFNL.NFNL_SUBSYS_CTNETLINK << 8) | (int)message);
        start = w.BeginMessage(type, (ushort)(flags | NLM_F.NLM_F_REQUEST), sequence,
            new nfgenmsg { nfgen_family = (byte)Holdfast.Linux.Nftables.NftRule.ProtoOf(family) });
        return w;
    }

    private static void PutDirection(ref NetlinkWriter w, byte protocol, in ConntrackDirection direction)
    {
        bool isV6 = direction.Source.IsV6;
        int tuple = w.BeginNested(CTA.CTA_TUPLE_ORIG);
        int address = w.BeginNested(CTA_TUPLE.CTA_TUPLE_IP);
        w.PutAddress(isV6 ? CTA_IP.CTA_IP_V6_SRC : CTA_IP.CTA_IP_V4_SRC, direction.Source);
        w.PutAddress(isV6 ? CTA_IP.CTA_IP_V6_DST : CTA_IP.CTA_IP_V4_DST, direction.Destination);
        w.EndNested(address);
        int transport = w.BeginNested(CTA_TUPLE.CTA_TUPLE_PROTO);
        w.PutBytes(CTA_PROTO.CTA_PROTO_NUM, [protocol]);
        w.PutBigEndian(CTA_PROTO.CTA_PROTO_SRC_PORT, direction.SourcePort);
        w.PutBigEndian(CTA_PROTO.CTA_PROTO_DST_PORT, direction.DestinationPort);
        w.EndNested(transport);
        w.EndNested(tuple);
    }

    private readonly struct Visitor(Action<TrackedConnection> visit) : INetlinkVisitor
    {
        public void Restart()
        {
            // The caller knows that it may hear of a connection twice.
        }

        public void Visit(ushort type, ReadOnlySpan<byte> body)
        {
            NetlinkReader reader = NetlinkReader.After<nfgenmsg>(body, out _);
            TrackedConnection found = default;
            while (reader.MoveNext())
            {
                switch ((CTA)reader.Type)
                {
                    case CTA.CTA_TUPLE_ORIG:
                        found = found with { Original = ReadDirection(reader.Nested(), out byte protocol) };
                        found = found with { Protocol = protocol };
                        break;
                    case CTA.CTA_TUPLE_REPLY:
                        found = found with { Reply = ReadDirection(reader.Nested(), out _) };
                        break;
                    case CTA.CTA_PROTOINFO:
                        found = found with { TcpState = ReadTcpState(reader.Nested()) };
                        break;
                    case CTA.CTA_TIMEOUT:
                        uint seconds = BinaryPrimitives.ReverseEndianness(reader.Read<uint>());
                        found = found with { Expires = TimeSpan.FromSeconds(seconds) };
                        break;
                    case CTA.CTA_ZONE:
                        found = found with { Zone = Port(reader) };
                        break;
                    default:
                        break;
                }
            }
            if (found.Original.DestinationPort != 0)
            {
                visit(found);
            }
        }

        private static ConntrackDirection ReadDirection(NetlinkReader reader, out byte protocol)
        {
            protocol = 0;
            ConntrackDirection direction = default;
            while (reader.MoveNext())
            {
                NetlinkReader inner = reader.Nested();
                bool isAddress = (CTA_TUPLE)reader.Type == CTA_TUPLE.CTA_TUPLE_IP;
                bool isTransport = (CTA_TUPLE)reader.Type == CTA_TUPLE.CTA_TUPLE_PROTO;
                while ((isAddress || isTransport) && inner.MoveNext())
                {
                    if (isTransport && (CTA_PROTO)inner.Type == CTA_PROTO.CTA_PROTO_NUM)
                    {
                        protocol = inner.Read<byte>();
                    }
                    direction = isAddress ? WithAddress(direction, inner) : WithPort(direction, inner);
                }
            }
            return direction;
        }

        private static ConntrackDirection WithAddress(in ConntrackDirection direction, in NetlinkReader reader)
            => (CTA_IP)reader.Type switch
            {
                CTA_IP.CTA_IP_V4_SRC or CTA_IP.CTA_IP_V6_SRC => direction with { Source = reader.ReadAddress() },
                CTA_IP.CTA_IP_V4_DST or CTA_IP.CTA_IP_V6_DST => direction with { Destination = reader.ReadAddress() },
                _ => direction,
            };

        private static ConntrackDirection WithPort(in ConntrackDirection direction, in NetlinkReader reader)
            => (CTA_PROTO)reader.Type switch
            {
                CTA_PROTO.CTA_PROTO_SRC_PORT => direction with { SourcePort = Port(reader) },
                CTA_PROTO.CTA_PROTO_DST_PORT => direction with { DestinationPort = Port(reader) },
                _ => direction,
            };

        private static byte ReadTcpState(NetlinkReader reader)
        {
            byte state = 0;
            while (reader.MoveNext())
            {
                NetlinkReader inner = reader.Nested();
                bool isTcp = (CTA_PROTOINFO)reader.Type == CTA_PROTOINFO.CTA_PROTOINFO_TCP;
                while (isTcp && inner.MoveNext())
                {
                    state = (CTA_PROTOINFO_TCP)inner.Type == CTA_PROTOINFO_TCP.CTA_PROTOINFO_TCP_STATE
                        ? inner.Read<byte>() : state;
                }
            }
            return state;
        }

        private static ushort Port(in NetlinkReader reader)
            => BinaryPrimitives.ReverseEndianness(reader.Read<ushort>());
    }
}
