using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Linux.Nftables;

/// <summary>Changes of nftables that are done together or not at all.</summary>
/// <remarks>
/// Whatever is added may be there already, as far as the kernel allows: chains and tables may, with the same hook.
/// </remarks>
public sealed class NftTransaction
{
    private const int ElementsPerMessage = 200;
    private const byte CommentKind = 0; // how libnftables marks a comment among the user data

    private readonly ArrayBufferWriter<byte> _batch = new(64 * 1024);
    private readonly byte[] _scratch = new byte[96 * 1024];
    private readonly uint _first;
    private uint _next;
    private int _last;
    private uint _lastSequence;
    private uint _setId;

    internal NftTransaction(uint firstSequence, uint? generation)
    {
        _first = firstSequence;
        _next = firstSequence;
        var w = new NetlinkWriter(_scratch);
        int start = w.BeginMessage((ushort)NFNL.NFNL_MSG_BATCH_BEGIN, (ushort)NLM_F.NLM_F_REQUEST, _next++, Boundary);
        if (generation is { } number)
        {
            NftRule.PutNumber(ref w, NFNL_BATCH.NFNL_BATCH_GENID, number);
        }
        w.EndMessage(start);
        _batch.Write(w.Written);
    }

    /// <summary>Bytes so far.</summary>
    public int Length => _batch.WrittenCount;

    /// <summary>Whether nothing is to be done.</summary>
    public bool IsEmpty => _next == _first + 1;

    /// <summary>Adds a table.</summary>
    public void AddTable(NftFamily family, string table) => Table(NFT_MSG.NFT_MSG_NEWTABLE, family, table);

    /// <summary>Removes a table with all that is in it.</summary>
    public void DeleteTable(NftFamily family, string table) => Table(NFT_MSG.NFT_MSG_DELTABLE, family, table);

    /// <summary>Adds a chain that others go to.</summary>
    public void AddChain(NftFamily family, string table, string chain)
        => Chain(NFT_MSG.NFT_MSG_NEWCHAIN, family, table, chain);

    /// <summary>Removes a chain, which must be empty and not be gone to.</summary>
    public void DeleteChain(NftFamily family, string table, string chain)
        => Chain(NFT_MSG.NFT_MSG_DELCHAIN, family, table, chain);

    /// <summary>Adds a chain that packets come to by themselves.</summary>
    public void AddChain(NftFamily family, string table, NftBaseChain chain)
    {
        NetlinkWriter w = Begin(NFT_MSG.NFT_MSG_NEWCHAIN, family, NLM_F.NLM_F_CREATE, out int start);
        w.PutString(NFTA_CHAIN.NFTA_CHAIN_TABLE, table);
        w.PutString(NFTA_CHAIN.NFTA_CHAIN_NAME, chain.Name);
        int hook = w.BeginNested(NFTA_CHAIN.NFTA_CHAIN_HOOK);
        NftRule.PutNumber(ref w, NFTA_HOOK.NFTA_HOOK_HOOKNUM, chain.Hook switch
        {
            NftHook.Ingress => (uint)NFT_HOOK_NETDEV.NF_NETDEV_INGRESS,
            NftHook.Prerouting => (uint)NF_INET.NF_INET_PRE_ROUTING,
            NftHook.Output => (uint)NF_INET.NF_INET_LOCAL_OUT,
            _ => (uint)NF_INET.NF_INET_POST_ROUTING,
        });
        NftRule.PutNumber(ref w, NFTA_HOOK.NFTA_HOOK_PRIORITY, unchecked((uint)chain.Priority));
        if (chain.Device is { } device)
        {
            w.PutString(NFTA_HOOK.NFTA_HOOK_DEV, device);
        }
        w.EndNested(hook);
        w.PutString(NFTA_CHAIN.NFTA_CHAIN_TYPE, chain.IsNat ? "nat" : "filter");
        End(w, start);
    }

    /// <summary>Removes all rules of a chain.</summary>
    public void FlushChain(NftFamily family, string table, string chain)
    {
        NetlinkWriter w = Begin(NFT_MSG.NFT_MSG_DELRULE, family, default, out int start);
        w.PutString(NFTA_RULE.NFTA_RULE_TABLE, table);
        w.PutString(NFTA_RULE.NFTA_RULE_CHAIN, chain);
        End(w, start);
    }

    /// <summary>Adds a rule at the end of a chain.</summary>
    public void AddRule(NftFamily family, string table, string chain, NftRule rule)
    {
        const NLM_F Append = NLM_F.NLM_F_CREATE | NLM_F.NLM_F_APPEND;
        NetlinkWriter w = Begin(NFT_MSG.NFT_MSG_NEWRULE, family, Append, out int start);
        w.PutString(NFTA_RULE.NFTA_RULE_TABLE, table);
        w.PutString(NFTA_RULE.NFTA_RULE_CHAIN, chain);
        w.PutBytes(NFTA_RULE.NFTA_RULE_EXPRESSIONS, rule.Expressions);
        if (rule.Comment is { } comment)
        {
            byte[] text = Encoding.UTF8.GetBytes(comment);
            w.PutBytes(NFTA_RULE.NFTA_RULE_USERDATA, [CommentKind, (byte)(text.Length + 1), .. text, 0]);
        }
        End(w, start);
    }

    /// <summary>Adds a map.</summary>
    /// <returns>Its number in this transaction, for rules that use it.</returns>
    public uint AddSet(NftFamily family, string table, NftSet set)
    {
        NetlinkWriter w = Begin(NFT_MSG.NFT_MSG_NEWSET, family, NLM_F.NLM_F_CREATE, out int start);
        w.PutString(NFTA_SET.NFTA_SET_TABLE, table);
        w.PutString(NFTA_SET.NFTA_SET_NAME, set.Name);
        NftRule.PutNumber(ref w, NFTA_SET.NFTA_SET_FLAGS, (uint)set.Flags);
        NftRule.PutNumber(ref w, NFTA_SET.NFTA_SET_KEY_TYPE, set.KeyType);
        NftRule.PutNumber(ref w, NFTA_SET.NFTA_SET_KEY_LEN, set.KeyLength);
        NftRule.PutNumber(ref w, NFTA_SET.NFTA_SET_ID, ++_setId);
        switch (set.Kind)
        {
            case NftMapKind.None:
                break;
            case NftMapKind.Counter:
                NftRule.PutNumber(ref w, NFTA_SET.NFTA_SET_OBJ_TYPE, (uint)NFT_OBJECT.NFT_OBJECT_COUNTER);
                break;
            case NftMapKind.Verdict:
                NftRule.PutNumber(ref w, NFTA_SET.NFTA_SET_DATA_TYPE, (uint)NFT_DATA.NFT_DATA_VERDICT);
                break;
            default:
                NftRule.PutNumber(ref w, NFTA_SET.NFTA_SET_DATA_TYPE, (uint)NftType.Number);
                NftRule.PutNumber(ref w, NFTA_SET.NFTA_SET_DATA_LEN, sizeof(uint));
                break;
        }
        if (set.DynamicMax > 0)
        {
            w.PutBigEndian(NFTA_SET.NFTA_SET_TIMEOUT, (ulong)set.Timeout.TotalMilliseconds);
            int description = w.BeginNested(NFTA_SET.NFTA_SET_DESC);
            NftRule.PutNumber(ref w, NFTA_SET_DESC.NFTA_SET_DESC_SIZE, set.DynamicMax);
            w.EndNested(description);
        }
        End(w, start);
        return _setId;
    }

    /// <summary>Removes a map that no rule uses.</summary>
    public void DeleteSet(NftFamily family, string table, string set)
    {
        NetlinkWriter w = Begin(NFT_MSG.NFT_MSG_DELSET, family, default, out int start);
        w.PutString(NFTA_SET.NFTA_SET_TABLE, table);
        w.PutString(NFTA_SET.NFTA_SET_NAME, set);
        End(w, start);
    }

    /// <summary>Adds elements to a map.</summary>
    /// <param name="family">Of the table.</param>
    /// <param name="table">The table.</param>
    /// <param name="set">The map.</param>
    /// <param name="id">Its number in this transaction; 0: it was there before.</param>
    /// <param name="elements">What is added.</param>
    public void AddElements(
        NftFamily family, string table, NftSet set, uint id, IReadOnlyList<NftElement> elements)
        => Elements(NFT_MSG.NFT_MSG_NEWSETELEM, family, table, set, id, elements);

    /// <summary>Removes elements of a map, all of which must be there.</summary>
    public void DeleteElements(NftFamily family, string table, NftSet set, IReadOnlyList<NftElement> elements)
        => Elements(NFT_MSG.NFT_MSG_DELSETELEM, family, table, set, 0, elements);

    /// <summary>Removes all elements of a map.</summary>
    public void FlushSet(NftFamily family, string table, string set)
    {
        NetlinkWriter w = Begin(NFT_MSG.NFT_MSG_DELSETELEM, family, default, out int start);
        w.PutString(NFTA_SET_ELEM_LIST.NFTA_SET_ELEM_LIST_TABLE, table);
        w.PutString(NFTA_SET_ELEM_LIST.NFTA_SET_ELEM_LIST_SET, set);
        End(w, start);
    }

    /// <summary>Adds a counter.</summary>
    public void AddCounter(NftFamily family, string table, string counter)
        => Counter(NFT_MSG.NFT_MSG_NEWOBJ, family, table, counter);

    /// <summary>Removes a counter that nothing uses.</summary>
    public void DeleteCounter(NftFamily family, string table, string counter)
        => Counter(NFT_MSG.NFT_MSG_DELOBJ, family, table, counter);

    internal NetlinkResult Commit(NetlinkSocket socket)
    {
        byte[] batch = new byte[_batch.WrittenCount + 64];
        _batch.WrittenSpan.CopyTo(batch);
        batch[_last + 6] |= (byte)NLM_F.NLM_F_ACK;
        var w = new NetlinkWriter(batch.AsSpan(_batch.WrittenCount));
        int start = w.BeginMessage((ushort)NFNL.NFNL_MSG_BATCH_END, (ushort)NLM_F.NLM_F_REQUEST, _next, Boundary);
        w.EndMessage(start);
        return socket.ExecuteTransaction(batch.AsSpan(0, _batch.WrittenCount + w.Length), _lastSequence);
    }

    private static nfgenmsg Boundary => new()
    {
        res_id = BinaryPrimitives.ReverseEndianness((ushort)NFNL.NFNL_SUBSYS_NFTABLES),
    };

    private void Elements(
        NFT_MSG message, NftFamily family, string table, NftSet set, uint id, IReadOnlyList<NftElement> elements)
    {
        for (int begin = 0; begin < elements.Count; begin += ElementsPerMessage)
        {
            NLM_F flags = message == NFT_MSG.NFT_MSG_NEWSETELEM ? NLM_F.NLM_F_CREATE : default;
            NetlinkWriter w = Begin(message, family, flags, out int start);
            w.PutString(NFTA_SET_ELEM_LIST.NFTA_SET_ELEM_LIST_TABLE, table);
            w.PutString(NFTA_SET_ELEM_LIST.NFTA_SET_ELEM_LIST_SET, set.Name);
            if (id != 0)
            {
                NftRule.PutNumber(ref w, NFTA_SET_ELEM_LIST.NFTA_SET_ELEM_LIST_SET_ID, id);
            }
            int list = w.BeginNested(NFTA_SET_ELEM_LIST.NFTA_SET_ELEM_LIST_ELEMENTS);
            int end = Math.Min(begin + ElementsPerMessage, elements.Count);
            for (int i = begin; i < end; i++)
            {
                PutElement(ref w, set.Kind, elements[i]);
            }
            w.EndNested(list);
            End(w, start);
        }
    }

    private static void PutElement(ref NetlinkWriter w, NftMapKind kind, in NftElement entry)
    {
        int element = w.BeginNested(NFTA_LIST.NFTA_LIST_ELEM);
        int key = w.BeginNested(NFTA_SET_ELEM.NFTA_SET_ELEM_KEY);
        w.PutBytes(NFTA_DATA.NFTA_DATA_VALUE, entry.Key.Span);
        w.EndNested(key);
        if (kind == NftMapKind.Counter)
        {
            if (entry.Name is { } counter)
            {
                w.PutString(NFTA_SET_ELEM.NFTA_SET_ELEM_OBJREF, counter);
            }
        }
        else if (kind != NftMapKind.None)
        {
            int data = w.BeginNested(NFTA_SET_ELEM.NFTA_SET_ELEM_DATA);
            if (kind == NftMapKind.Verdict)
            {
                NftRule.PutVerdict(ref w, (int)NFT_VERDICT.NFT_GOTO, entry.Name);
            }
            else
            {
                w.Put(NFTA_DATA.NFTA_DATA_VALUE, entry.Number);
            }
            w.EndNested(data);
        }
        w.EndNested(element);
    }

    private void Table(NFT_MSG message, NftFamily family, string table)
    {
        NetlinkWriter w = Begin(message, family,
            message == NFT_MSG.NFT_MSG_NEWTABLE ? NLM_F.NLM_F_CREATE : default, out int start);
        w.PutString(NFTA_TABLE.NFTA_TABLE_NAME, table);
        End(w, start);
    }

    private void Chain(NFT_MSG message, NftFamily family, string table, string chain)
    {
        NetlinkWriter w = Begin(message, family,
            message == NFT_MSG.NFT_MSG_NEWCHAIN ? NLM_F.NLM_F_CREATE : default, out int start);
        w.PutString(NFTA_CHAIN.NFTA_CHAIN_TABLE, table);
        w.PutString(NFTA_CHAIN.NFTA_CHAIN_NAME, chain);
        End(w, start);
    }

    private void Counter(NFT_MSG message, NftFamily family, string table, string counter)
    {
        NetlinkWriter w = Begin(message, family,
            message == NFT_MSG.NFT_MSG_NEWOBJ ? NLM_F.NLM_F_CREATE : default, out int start);
        w.PutString(NFTA_OBJ.NFTA_OBJ_TABLE, table);
        w.PutString(NFTA_OBJ.NFTA_OBJ_NAME, counter);
        NftRule.PutNumber(ref w, NFTA_OBJ.NFTA_OBJ_TYPE, (uint)NFT_OBJECT.NFT_OBJECT_COUNTER);
        if (message == NFT_MSG.NFT_MSG_NEWOBJ)
        {
            int data = w.BeginNested(NFTA_OBJ.NFTA_OBJ_DATA);
            w.EndNested(data);
        }
        End(w, start);
    }

    private NetlinkWriter Begin(NFT_MSG message, NftFamily family, NLM_F flags, out int start)
    {
        var w = new NetlinkWriter(_scratch);
        ushort type = (ushort)(((int)NFNL.NFNL_SUBSYS_NFTABLES << 8) | (int)message);
        _lastSequence = _next++;
        start = w.BeginMessage(type, (ushort)(flags | NLM_F.NLM_F_REQUEST), _lastSequence,
            new nfgenmsg { nfgen_family = (byte)family });
        return w;
    }

    private void End(NetlinkWriter writer, int start)
    {
        writer.EndMessage(start);
        _last = _batch.WrittenCount;
        _batch.Write(writer.Written);
    }
}
