using System.Buffers.Binary;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Linux.Nftables;

/// <summary>A table of nftables that drops what is sent to any address of a set. Needs CAP_NET_ADMIN.</summary>
/// <remarks>
/// Neighbour discovery passes, and so does ARP, which these hooks do not see: the addresses stay resolvable. One
/// table for each family, made when its first address is added, removed by <see cref="Dispose"/>. One thread.
/// </remarks>
/// <param name="name">Name of the tables; a leftover of that name is replaced.</param>
/// <param name="priority">Priority of the chain; smaller is earlier. keepalived's default is −1.</param>
public sealed class AddressDropTable(string name, int priority = -1) : IDisposable
{
    private const string Chain = "input";
    private const string Set = "addresses";
    private const uint SetId = 1;
    private const byte IcmpV6 = 58;
    private const byte NeighborSolicitation = 135;
    private const byte NeighborAdvertisement = 136;

    private readonly NetlinkSocket _socket = NetlinkSocket.Open((int)NetlinkFamily.NETLINK_NETFILTER);
    private readonly byte[] _buffer = new byte[16 * 1024];
    private bool _hasV4;
    private bool _hasV6;

    /// <summary>Drops what is sent to an address from now on.</summary>
    public NetlinkResult Add(IpAddress address)
    {
        ref bool has = ref address.IsV6 ? ref _hasV6 : ref _hasV4;
        if (!has)
        {
            NetlinkResult made = Create(address.Family);
            if (!made.IsSuccess)
            {
                return made;
            }
            has = true;
        }
        return ChangeElement(NFT_MSG.NFT_MSG_NEWSETELEM, NLM_F.NLM_F_CREATE, address);
    }

    /// <summary>Lets an address be reached again.</summary>
    public NetlinkResult Remove(IpAddress address)
        => (address.IsV6 ? _hasV6 : _hasV4) ? ChangeElement(NFT_MSG.NFT_MSG_DELSETELEM, default, address) : default;

    /// <summary>Removes the tables.</summary>
    public void Dispose()
    {
        if (_hasV4)
        {
            Delete(IpFamily.V4);
        }
        if (_hasV6)
        {
            Delete(IpFamily.V6);
        }
        _socket.Dispose();
    }

    private NetlinkResult Create(IpFamily family)
    {
        NFPROTO proto = Proto(family);
        var batch = new NftBatch(_socket, _buffer);
        // Made, deleted and made again: so a leftover is replaced, and the deletion cannot fail.
        WriteTable(ref batch, NFT_MSG.NFT_MSG_NEWTABLE, proto, NLM_F.NLM_F_CREATE);
        WriteTable(ref batch, NFT_MSG.NFT_MSG_DELTABLE, proto, default);
        WriteTable(ref batch, NFT_MSG.NFT_MSG_NEWTABLE, proto, NLM_F.NLM_F_CREATE);
        WriteSet(ref batch, proto, family);
        WriteChain(ref batch, proto);
        if (family == IpFamily.V6)
        {
            WriteIcmpAccept(ref batch, NeighborSolicitation);
            WriteIcmpAccept(ref batch, NeighborAdvertisement);
        }
        WriteDrop(ref batch, proto, family);
        return batch.Commit();
    }

    private void Delete(IpFamily family)
    {
        var batch = new NftBatch(_socket, _buffer);
        WriteTable(ref batch, NFT_MSG.NFT_MSG_DELTABLE, Proto(family), default);
        _ = batch.Commit(); // gone already: that is what was wanted
    }

    private NetlinkResult ChangeElement(NFT_MSG message, NLM_F flags, IpAddress address)
    {
        var batch = new NftBatch(_socket, _buffer);
        batch.Begin(message, Proto(address.Family), flags, out NetlinkWriter w);
        w.PutString(NFTA_SET_ELEM_LIST.NFTA_SET_ELEM_LIST_TABLE, name);
        w.PutString(NFTA_SET_ELEM_LIST.NFTA_SET_ELEM_LIST_SET, Set);
        int list = w.BeginNested(NFTA_SET_ELEM_LIST.NFTA_SET_ELEM_LIST_ELEMENTS);
        int element = w.BeginNested(NFTA_LIST.NFTA_LIST_ELEM);
        int key = w.BeginNested(NFTA_SET_ELEM.NFTA_SET_ELEM_KEY);
        w.PutAddress(NFTA_DATA.NFTA_DATA_VALUE, address);
        w.EndNested(key);
        w.EndNested(element);
        w.EndNested(list);
        batch.End(w);
        return batch.Commit();
    }

    private void WriteTable(ref NftBatch batch, NFT_MSG message, NFPROTO proto, NLM_F flags)
    {
        batch.Begin(message, proto, flags, out NetlinkWriter w);
        w.PutString(NFTA_TABLE.NFTA_TABLE_NAME, name);
        batch.End(w);
    }

    private void WriteSet(ref NftBatch batch, NFPROTO proto, IpFamily family)
    {
        // Key types are those of the nft program, so that it lists the set: 7 ipv4_addr, 8 ipv6_addr.
        batch.Begin(NFT_MSG.NFT_MSG_NEWSET, proto, NLM_F.NLM_F_CREATE, out NetlinkWriter w);
        w.PutString(NFTA_SET.NFTA_SET_TABLE, name);
        w.PutString(NFTA_SET.NFTA_SET_NAME, Set);
        PutNumber(ref w, NFTA_SET.NFTA_SET_KEY_TYPE, family == IpFamily.V6 ? 8u : 7u);
        PutNumber(ref w, NFTA_SET.NFTA_SET_KEY_LEN, family == IpFamily.V6 ? 16u : 4u);
        PutNumber(ref w, NFTA_SET.NFTA_SET_ID, SetId);
        batch.End(w);
    }

    private void WriteChain(ref NftBatch batch, NFPROTO proto)
    {
        batch.Begin(NFT_MSG.NFT_MSG_NEWCHAIN, proto, NLM_F.NLM_F_CREATE, out NetlinkWriter w);
        w.PutString(NFTA_CHAIN.NFTA_CHAIN_TABLE, name);
        w.PutString(NFTA_CHAIN.NFTA_CHAIN_NAME, Chain);
        int hook = w.BeginNested(NFTA_CHAIN.NFTA_CHAIN_HOOK);
        PutNumber(ref w, NFTA_HOOK.NFTA_HOOK_HOOKNUM, (uint)NF_INET.NF_INET_LOCAL_IN);
        PutNumber(ref w, NFTA_HOOK.NFTA_HOOK_PRIORITY, unchecked((uint)priority));
        w.EndNested(hook);
        w.PutString(NFTA_CHAIN.NFTA_CHAIN_TYPE, "filter");
        batch.End(w);
    }

    private void WriteIcmpAccept(ref NftBatch batch, byte type)
    {
        BeginRule(ref batch, NFPROTO.NFPROTO_IPV6, out NetlinkWriter w, out int list);
        int data = BeginExpression(ref w, "meta", out int element);
        PutNumber(ref w, NFTA_META.NFTA_META_KEY, (uint)NFT_META.NFT_META_L4PROTO);
        PutNumber(ref w, NFTA_META.NFTA_META_DREG, (uint)NFT_REG.NFT_REG_1);
        EndExpression(ref w, data, element);
        PutEquals(ref w, IcmpV6);
        PutPayload(ref w, NFT_PAYLOAD.NFT_PAYLOAD_TRANSPORT_HEADER, offset: 0, length: 1);
        PutEquals(ref w, type);
        PutVerdict(ref w, NF_VERDICT.NF_ACCEPT);
        w.EndNested(list);
        batch.End(w);
    }

    private void WriteDrop(ref NftBatch batch, NFPROTO proto, IpFamily family)
    {
        BeginRule(ref batch, proto, out NetlinkWriter w, out int list);
        // The destination stands at 16 in an IPv4 header, at 24 in an IPv6 header.
        PutPayload(ref w, NFT_PAYLOAD.NFT_PAYLOAD_NETWORK_HEADER,
            offset: family == IpFamily.V6 ? 24u : 16u, length: family == IpFamily.V6 ? 16u : 4u);
        int data = BeginExpression(ref w, "lookup", out int element);
        w.PutString(NFTA_LOOKUP.NFTA_LOOKUP_SET, Set);
        PutNumber(ref w, NFTA_LOOKUP.NFTA_LOOKUP_SET_ID, SetId);
        PutNumber(ref w, NFTA_LOOKUP.NFTA_LOOKUP_SREG, (uint)NFT_REG.NFT_REG_1);
        EndExpression(ref w, data, element);
        PutVerdict(ref w, NF_VERDICT.NF_DROP);
        w.EndNested(list);
        batch.End(w);
    }

    private void BeginRule(scoped ref NftBatch batch, NFPROTO proto, out NetlinkWriter w, out int list)
    {
        batch.Begin(NFT_MSG.NFT_MSG_NEWRULE, proto, NLM_F.NLM_F_CREATE | NLM_F.NLM_F_APPEND, out w);
        w.PutString(NFTA_RULE.NFTA_RULE_TABLE, name);
        w.PutString(NFTA_RULE.NFTA_RULE_CHAIN, Chain);
        list = w.BeginNested(NFTA_RULE.NFTA_RULE_EXPRESSIONS);
    }

    private static void PutPayload(ref NetlinkWriter w, NFT_PAYLOAD from, uint offset, uint length)
    {
        int data = BeginExpression(ref w, "payload", out int element);
        PutNumber(ref w, NFTA_PAYLOAD.NFTA_PAYLOAD_DREG, (uint)NFT_REG.NFT_REG_1);
        PutNumber(ref w, NFTA_PAYLOAD.NFTA_PAYLOAD_BASE, (uint)from);
        PutNumber(ref w, NFTA_PAYLOAD.NFTA_PAYLOAD_OFFSET, offset);
        PutNumber(ref w, NFTA_PAYLOAD.NFTA_PAYLOAD_LEN, length);
        EndExpression(ref w, data, element);
    }

    private static void PutEquals(ref NetlinkWriter w, byte value)
    {
        int data = BeginExpression(ref w, "cmp", out int element);
        PutNumber(ref w, NFTA_CMP.NFTA_CMP_SREG, (uint)NFT_REG.NFT_REG_1);
        PutNumber(ref w, NFTA_CMP.NFTA_CMP_OP, (uint)NFT_CMP.NFT_CMP_EQ);
        int nested = w.BeginNested(NFTA_CMP.NFTA_CMP_DATA);
        w.PutBytes(NFTA_DATA.NFTA_DATA_VALUE, [value]);
        w.EndNested(nested);
        EndExpression(ref w, data, element);
    }

    private static void PutVerdict(ref NetlinkWriter w, NF_VERDICT verdict)
    {
        int data = BeginExpression(ref w, "immediate", out int element);
        PutNumber(ref w, NFTA_IMMEDIATE.NFTA_IMMEDIATE_DREG, (uint)NFT_REG.NFT_REG_VERDICT);
        int nested = w.BeginNested(NFTA_IMMEDIATE.NFTA_IMMEDIATE_DATA);
        int inner = w.BeginNested(NFTA_DATA.NFTA_DATA_VERDICT);
        PutNumber(ref w, NFTA_VERDICT.NFTA_VERDICT_CODE, (uint)verdict);
        w.EndNested(inner);
        w.EndNested(nested);
        EndExpression(ref w, data, element);
    }

    private static int BeginExpression(ref NetlinkWriter w, string kind, out int element)
    {
        element = w.BeginNested(NFTA_LIST.NFTA_LIST_ELEM);
        w.PutString(NFTA_EXPR.NFTA_EXPR_NAME, kind);
        return w.BeginNested(NFTA_EXPR.NFTA_EXPR_DATA);
    }

    private static void EndExpression(ref NetlinkWriter w, int data, int element)
    {
        w.EndNested(data);
        w.EndNested(element);
    }

    private static void PutNumber<TAttribute>(ref NetlinkWriter w, TAttribute attribute, uint value)
        where TAttribute : unmanaged, Enum
        => w.Put(attribute, BinaryPrimitives.ReverseEndianness(value));

    private static NFPROTO Proto(IpFamily family)
        => family == IpFamily.V6 ? NFPROTO.NFPROTO_IPV6 : NFPROTO.NFPROTO_IPV4;
}
