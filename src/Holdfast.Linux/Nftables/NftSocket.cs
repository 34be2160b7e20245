using System.Buffers.Binary;
using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Linux.Nftables;

/// <summary>A counter with a name.</summary>
/// <param name="Packets">Packets that were counted.</param>
/// <param name="Bytes">Their bytes, from the IP header on.</param>
public readonly record struct NftCount(ulong Packets, ulong Bytes);

/// <summary>An element that packets have put into a map.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Number">What it gives.</param>
/// <param name="Timeout">How long it stays after the last packet.</param>
/// <param name="Expires">How long it still stays.</param>
public readonly record struct NftSeenElement(byte[] Key, uint Number, TimeSpan Timeout, TimeSpan Expires);

/// <summary>The kernel's nftables, over netlink. Needs CAP_NET_ADMIN.</summary>
/// <remarks>Belongs to the network namespace of the thread that opens it. One thread at a time.</remarks>
public sealed class NftSocket : IDisposable
{
    private const int SequencesPerTransaction = 1 << 20;

    private readonly NetlinkSocket _socket;
    private readonly byte[] _request = new byte[1024];

    private NftSocket(NetlinkSocket socket) => _socket = socket;

    /// <summary>Opens it; the kernel loads its module when it has one.</summary>
    /// <param name="socket">Null unless it worked.</param>
    /// <returns>EOPNOTSUPP or EPROTONOSUPPORT: the kernel has no nftables. EPERM: no privilege.</returns>
    public static NetlinkResult TryOpen(out NftSocket? socket)
    {
        socket = null;
        NetlinkSocket netlink;
        try
        {
            netlink = NetlinkSocket.Open((int)NetlinkFamily.NETLINK_NETFILTER);
        }
        catch (LinuxException exception)
        {
            return new(exception.Errno, exception.Message);
        }
        var opened = new NftSocket(netlink);
        NetlinkResult result = opened.ReadGeneration(out _);
        if (result.IsSuccess)
        {
            socket = opened;
            return result;
        }
        opened.Dispose();
        return result.Errno == Errno.EINVAL ? new(Errno.EOPNOTSUPP, result.Text) : result;
    }

    /// <summary>Begins a transaction.</summary>
    /// <param name="generation">What <see cref="ReadGeneration"/> said before reading; null: whatever has changed.
    /// </param>
    public NftTransaction Begin(uint? generation = null)
        => new(_socket.TakeSequence(SequencesPerTransaction), generation);

    /// <summary>Carries a transaction out.</summary>
    /// <returns>ERESTART: something has changed since the generation was read. EMSGSIZE: it is too large.</returns>
    public NetlinkResult Commit(NftTransaction transaction)
        => transaction.IsEmpty ? default : transaction.Commit(_socket);

    /// <summary>Number of the ruleset, which changes with each transaction, whoever makes it.</summary>
    public NetlinkResult ReadGeneration(out uint generation)
    {
        NetlinkWriter w = Begin(NFT_MSG.NFT_MSG_GETGEN, 0, NLM_F.NLM_F_ACK, out int start);
        w.EndMessage(start);
        GenerationVisitor visitor = default;
        NetlinkResult result = _socket.Dump(_request.AsSpan(0, w.Length), ref visitor);
        generation = visitor.Generation;
        return result;
    }

    /// <summary>Comments of the rules of a table, with their chains, in order.</summary>
    /// <returns>Success as well when there is no such table.</returns>
    public NetlinkResult ReadComments(NftFamily family, string table, out List<(string Chain, string Comment)> comments)
    {
        NetlinkWriter w = Begin(NFT_MSG.NFT_MSG_GETRULE, family, NLM_F.NLM_F_DUMP, out int start);
        w.PutString(NFTA_RULE.NFTA_RULE_TABLE, table);
        w.EndMessage(start);
        CommentVisitor visitor = new(comments = [], table);
        return NoTable(_socket.Dump(_request.AsSpan(0, w.Length), ref visitor));
    }

    /// <summary>Names of the chains of a table.</summary>
    public NetlinkResult ReadChains(NftFamily family, string table, out List<string> chains)
    {
        NetlinkWriter w = Begin(NFT_MSG.NFT_MSG_GETCHAIN, family, NLM_F.NLM_F_DUMP, out int start);
        w.EndMessage(start);
        ChainVisitor visitor = new(chains = [], table);
        return NoTable(_socket.Dump(_request.AsSpan(0, w.Length), ref visitor));
    }

    /// <summary>All counters of a table.</summary>
    public NetlinkResult ReadCounters(NftFamily family, string table, Dictionary<string, NftCount> into)
    {
        NetlinkWriter w = Begin(NFT_MSG.NFT_MSG_GETOBJ, family, NLM_F.NLM_F_DUMP, out int start);
        w.PutString(NFTA_OBJ.NFTA_OBJ_TABLE, table);
        NftRule.PutNumber(ref w, NFTA_OBJ.NFTA_OBJ_TYPE, (uint)NFT_OBJECT.NFT_OBJECT_COUNTER);
        w.EndMessage(start);
        CounterVisitor visitor = new(into);
        return NoTable(_socket.Dump(_request.AsSpan(0, w.Length), ref visitor));
    }

    /// <summary>One counter.</summary>
    /// <returns>ENOENT: there is none of this name.</returns>
    public NetlinkResult ReadCounter(NftFamily family, string table, string counter, Dictionary<string, NftCount> into)
        => Counter(NFT_MSG.NFT_MSG_GETOBJ, family, table, counter, into);

    /// <summary>Sets a counter to zero.</summary>
    public NetlinkResult ResetCounter(NftFamily family, string table, string counter)
        => Counter(NFT_MSG.NFT_MSG_GETOBJ_RESET, family, table, counter, []);

    private NetlinkResult Counter(
        NFT_MSG message, NftFamily family, string table, string counter, Dictionary<string, NftCount> into)
    {
        NetlinkWriter w = Begin(message, family, NLM_F.NLM_F_ACK, out int start);
        w.PutString(NFTA_OBJ.NFTA_OBJ_TABLE, table);
        w.PutString(NFTA_OBJ.NFTA_OBJ_NAME, counter);
        NftRule.PutNumber(ref w, NFTA_OBJ.NFTA_OBJ_TYPE, (uint)NFT_OBJECT.NFT_OBJECT_COUNTER);
        w.EndMessage(start);
        CounterVisitor visitor = new(into);
        return _socket.Dump(_request.AsSpan(0, w.Length), ref visitor);
    }

    /// <summary>Elements of a map of numbers.</summary>
    /// <returns>ENOENT: no such map.</returns>
    public NetlinkResult ReadElements(NftFamily family, string table, string set, out List<NftSeenElement> elements)
    {
        NetlinkWriter w = Begin(NFT_MSG.NFT_MSG_GETSETELEM, family, NLM_F.NLM_F_DUMP, out int start);
        w.PutString(NFTA_SET_ELEM_LIST.NFTA_SET_ELEM_LIST_TABLE, table);
        w.PutString(NFTA_SET_ELEM_LIST.NFTA_SET_ELEM_LIST_SET, set);
        w.EndMessage(start);
        ElementVisitor visitor = new(elements = []);
        return _socket.Dump(_request.AsSpan(0, w.Length), ref visitor);
    }

    /// <summary>Closes the socket; what is in the kernel stays.</summary>
    public void Dispose() => _socket.Dispose();

    private NetlinkWriter Begin(NFT_MSG message, NftFamily family, NLM_F flags, out int start)
    {
        var w = new NetlinkWriter(_request);
        ushort type = (ushort)(((int)NFNL.NFNL_SUBSYS_NFTABLES << 8) | (int)message);
        start = w.BeginMessage(type, (ushort)(flags | NLM_F.NLM_F_REQUEST), 0,
            new nfgenmsg { nfgen_family = (byte)family });
        return w;
    }

    private static NetlinkResult NoTable(NetlinkResult result) => result.Errno == Errno.ENOENT ? default : result;

    private static uint Number(in NetlinkReader reader) => BinaryPrimitives.ReverseEndianness(reader.Read<uint>());

    private struct GenerationVisitor : INetlinkVisitor
    {
        internal uint Generation;

        public void Restart() => Generation = 0;

        public void Visit(ushort type, ReadOnlySpan<byte> body)
        {
            NetlinkReader reader = NetlinkReader.After<nfgenmsg>(body, out _);
            while (reader.MoveNext())
            {
                Generation = (NFTA_GEN)reader.Type == NFTA_GEN.NFTA_GEN_ID ? Number(reader) : Generation;
            }
        }
    }

    private readonly struct CommentVisitor(List<(string Chain, string Comment)> into, string table) : INetlinkVisitor
    {
        public void Restart() => into.Clear();

        public void Visit(ushort type, ReadOnlySpan<byte> body)
        {
            NetlinkReader reader = NetlinkReader.After<nfgenmsg>(body, out _);
            string chain = "";
            string? comment = null;
            bool isOurs = false;
            while (reader.MoveNext())
            {
                switch ((NFTA_RULE)reader.Type)
                {
                    case NFTA_RULE.NFTA_RULE_TABLE:
                        isOurs = reader.ReadString() == table;
                        break;
                    case NFTA_RULE.NFTA_RULE_CHAIN:
                        chain = reader.ReadString();
                        break;
                    case NFTA_RULE.NFTA_RULE_USERDATA when reader.Value is [0, var length, ..]
                        && length > 0 && reader.Value.Length >= length + 2:
                        comment = Encoding.UTF8.GetString(reader.Value.Slice(2, length - 1));
                        break;
                    default:
                        break;
                }
            }
            if (isOurs && comment is not null)
            {
                into.Add((chain, comment));
            }
        }
    }

    private readonly struct ChainVisitor(List<string> into, string table) : INetlinkVisitor
    {
        public void Restart() => into.Clear();

        public void Visit(ushort type, ReadOnlySpan<byte> body)
        {
            NetlinkReader reader = NetlinkReader.After<nfgenmsg>(body, out _);
            string? chain = null;
            bool isOurs = false;
            while (reader.MoveNext())
            {
                isOurs |= (NFTA_CHAIN)reader.Type == NFTA_CHAIN.NFTA_CHAIN_TABLE && reader.ReadString() == table;
                chain = (NFTA_CHAIN)reader.Type == NFTA_CHAIN.NFTA_CHAIN_NAME ? reader.ReadString() : chain;
            }
            if (isOurs && chain is not null)
            {
                into.Add(chain);
            }
        }
    }

    private readonly struct CounterVisitor(Dictionary<string, NftCount> into) : INetlinkVisitor
    {
        // Two dumps go into one dictionary, and what is read again overwrites.
        public void Restart()
        {
        }

        public void Visit(ushort type, ReadOnlySpan<byte> body)
        {
            NetlinkReader reader = NetlinkReader.After<nfgenmsg>(body, out _);
            string name = "";
            NftCount count = default;
            while (reader.MoveNext())
            {
                if ((NFTA_OBJ)reader.Type == NFTA_OBJ.NFTA_OBJ_NAME)
                {
                    name = reader.ReadString();
                }
                else if ((NFTA_OBJ)reader.Type == NFTA_OBJ.NFTA_OBJ_DATA)
                {
                    NetlinkReader data = reader.Nested();
                    while (data.MoveNext())
                    {
                        count = (NFTA_COUNTER)data.Type switch
                        {
                            NFTA_COUNTER.NFTA_COUNTER_BYTES => count with { Bytes = data.ReadUInt64BigEndian() },
                            NFTA_COUNTER.NFTA_COUNTER_PACKETS => count with { Packets = data.ReadUInt64BigEndian() },
                            _ => count,
                        };
                    }
                }
            }
            into[name] = count;
        }
    }

    private readonly struct ElementVisitor(List<NftSeenElement> into) : INetlinkVisitor
    {
        public void Restart() => into.Clear();

        public void Visit(ushort type, ReadOnlySpan<byte> body)
        {
            NetlinkReader reader = NetlinkReader.After<nfgenmsg>(body, out _);
            while (reader.MoveNext())
            {
                if ((NFTA_SET_ELEM_LIST)reader.Type == NFTA_SET_ELEM_LIST.NFTA_SET_ELEM_LIST_ELEMENTS)
                {
                    NetlinkReader list = reader.Nested();
                    while (list.MoveNext())
                    {
                        into.Add(Read(list.Nested()));
                    }
                }
            }
        }

        private static NftSeenElement Read(NetlinkReader reader)
        {
            NftSeenElement element = new([], 0, default, default);
            while (reader.MoveNext())
            {
                element = (NFTA_SET_ELEM)reader.Type switch
                {
                    NFTA_SET_ELEM.NFTA_SET_ELEM_KEY => element with { Key = Data(reader).ToArray() },
                    NFTA_SET_ELEM.NFTA_SET_ELEM_DATA when Data(reader) is { Length: >= 4 } data =>
                        element with { Number = BitConverter.ToUInt32(data) },
                    NFTA_SET_ELEM.NFTA_SET_ELEM_TIMEOUT =>
                        element with { Timeout = TimeSpan.FromMilliseconds(reader.ReadUInt64BigEndian()) },
                    NFTA_SET_ELEM.NFTA_SET_ELEM_EXPIRATION =>
                        element with { Expires = TimeSpan.FromMilliseconds(reader.ReadUInt64BigEndian()) },
                    _ => element,
                };
            }
            return element;
        }

        private static ReadOnlySpan<byte> Data(NetlinkReader reader)
        {
            NetlinkReader data = reader.Nested();
            return data.MoveNext() ? data.Value : default;
        }
    }
}
