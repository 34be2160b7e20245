using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Linux.Nftables;

// What a rule does with a packet, and its maps.
public sealed partial class NftRule
{
    /// <summary>Looks a key up, and puts what the map gives into a register; goes on when there is something.</summary>
    /// <param name="set">The map.</param>
    /// <param name="from">Register in which the key begins.</param>
    /// <param name="to">Register for what it gives.</param>
    /// <param name="id">Of a map that is made in the same transaction; 0: it is there already.</param>
    public NftRule Lookup(string set, int from, int to, uint id = 0)
        => Lookup(set, from, (uint)NFT_REG.NFT_REG32_00 + (uint)to, id);

    /// <summary>Looks a key up, and goes where the map says.</summary>
    /// <param name="set">The map.</param>
    /// <param name="from">Register in which the key begins.</param>
    /// <param name="id">Of a map that is made in the same transaction; 0: it is there already.</param>
    public NftRule GoToEntry(string set, int from, uint id = 0)
        => Lookup(set, from, (uint)NFT_REG.NFT_REG_VERDICT, id);

    /// <summary>Goes on when a key is in a set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="from">Register in which the key begins.</param>
    public NftRule Contained(string set, int from) => Add("lookup", (set, from), static (ref w, s) =>
    {
        w.PutString(NFTA_LOOKUP.NFTA_LOOKUP_SET, s.set);
        PutNumber(ref w, NFTA_LOOKUP.NFTA_LOOKUP_SREG, Register(s.from));
    });

    /// <summary>Puts a key into a set, or has the one that is there stay longer.</summary>
    /// <param name="set">The set; it must be there, or in the same transaction before.</param>
    /// <param name="key">Register in which the key begins.</param>
    public NftRule Remember(string set, int key)
        => Dynamic(NFT_DYNSET_OP.NFT_DYNSET_OP_UPDATE, set, key, null, null);

    /// <summary>Puts an element into a map, or has the one that is there stay longer.</summary>
    /// <param name="set">The map; it must be there, or in the same transaction before.</param>
    /// <param name="key">Register in which the key begins.</param>
    /// <param name="data">Register with what a new element gives; the element that is there keeps its own.</param>
    /// <param name="timeout">For how long; null: as the map says.</param>
    public NftRule Remember(string set, int key, int data, TimeSpan? timeout = null)
        => Dynamic(NFT_DYNSET_OP.NFT_DYNSET_OP_UPDATE, set, key, data, timeout);

    /// <summary>Removes an element from a map, if it is there.</summary>
    /// <param name="set">The map.</param>
    /// <param name="key">Register in which the key begins.</param>
    /// <param name="data">Any register: the kernel wants one.</param>
    public NftRule Forget(string set, int key, int data)
        => Dynamic(NFT_DYNSET_OP.NFT_DYNSET_OP_DELETE, set, key, data, null);

    /// <summary>Counts in a counter with a name.</summary>
    public NftRule CountIn(string counter) => Add("objref", counter, static (ref w, s) =>
    {
        PutNumber(ref w, NFTA_OBJREF.NFTA_OBJREF_IMM_TYPE, (uint)NFT_OBJECT.NFT_OBJECT_COUNTER);
        w.PutString(NFTA_OBJREF.NFTA_OBJREF_IMM_NAME, s);
    });

    /// <summary>Counts in the counter that a map gives for a key; goes on when there is one.</summary>
    public NftRule CountInEntry(string set, int from) => Add("objref", (set, from), static (ref w, s) =>
    {
        PutNumber(ref w, NFTA_OBJREF.NFTA_OBJREF_SET_SREG, Register(s.from));
        w.PutString(NFTA_OBJREF.NFTA_OBJREF_SET_NAME, s.set);
    });

    /// <summary>Counts in the rule itself.</summary>
    public NftRule Count() => Add("counter", 0, static (ref _, _) => { });

    /// <summary>Drops the packet.</summary>
    public NftRule Drop() => Verdict((int)NF_VERDICT.NF_DROP, null);

    /// <summary>Goes back to the chain that jumped here; ends a chain that packets come to by themselves.</summary>
    public NftRule Return() => Verdict((int)NFT_VERDICT.NFT_RETURN, null);

    /// <summary>Goes to another chain and does not come back.</summary>
    public NftRule GoTo(string chain) => Verdict((int)NFT_VERDICT.NFT_GOTO, chain);

    /// <summary>Gives the connection another destination.</summary>
    /// <param name="family">Of the address.</param>
    /// <param name="address">Register with the address.</param>
    /// <param name="port">Register with the port.</param>
    public NftRule TranslateDestination(IpFamily family, int address, int port)
        => Add("nat", (family, address, port), static (ref w, s) =>
        {
            PutNumber(ref w, NFTA_NAT.NFTA_NAT_TYPE, (uint)NFT_NAT.NFT_NAT_DNAT);
            PutNumber(ref w, NFTA_NAT.NFTA_NAT_FAMILY, (uint)ProtoOf(s.family));
            PutNumber(ref w, NFTA_NAT.NFTA_NAT_REG_ADDR_MIN, Register(s.address));
            PutNumber(ref w, NFTA_NAT.NFTA_NAT_REG_PROTO_MIN, Register(s.port));
        });

    /// <summary>Gives the connection the address of the interface by which it leaves as its source.</summary>
    public NftRule Masquerade() => Add("masq", 0, static (ref _, _) => { });

    /// <summary>
    /// Sends the packet to a neighbour by an interface: its TTL goes down by one, and the kernel finds the Ethernet
    /// address. In a netdev table.
    /// </summary>
    /// <param name="family">Of the address.</param>
    /// <param name="device">Register with the index of the interface.</param>
    /// <param name="address">Register with the neighbour's address.</param>
    public NftRule Forward(IpFamily family, int device, int address)
        => Add("fwd", (family, device, address), static (ref w, s) =>
        {
            PutNumber(ref w, NFTA_FWD.NFTA_FWD_SREG_DEV, Register(s.device));
            PutNumber(ref w, NFTA_FWD.NFTA_FWD_SREG_ADDR, Register(s.address));
            PutNumber(ref w, NFTA_FWD.NFTA_FWD_NFPROTO, (uint)ProtoOf(s.family));
        });

    private NftRule Lookup(string set, int from, uint to, uint id)
        => Add("lookup", (set, from, to, id), static (ref w, s) =>
        {
            w.PutString(NFTA_LOOKUP.NFTA_LOOKUP_SET, s.set);
            PutNumber(ref w, NFTA_LOOKUP.NFTA_LOOKUP_SREG, Register(s.from));
            PutNumber(ref w, NFTA_LOOKUP.NFTA_LOOKUP_DREG, s.to);
            if (s.id != 0)
            {
                PutNumber(ref w, NFTA_LOOKUP.NFTA_LOOKUP_SET_ID, s.id);
            }
        });

    private NftRule Dynamic(NFT_DYNSET_OP operation, string set, int key, int? data, TimeSpan? timeout)
        => Add("dynset", (operation, set, key, data, timeout), static (ref w, s) =>
        {
            w.PutString(NFTA_DYNSET.NFTA_DYNSET_SET_NAME, s.set);
            PutNumber(ref w, NFTA_DYNSET.NFTA_DYNSET_OP, (uint)s.operation);
            PutNumber(ref w, NFTA_DYNSET.NFTA_DYNSET_SREG_KEY, Register(s.key));
            if (s.data is { } data)
            {
                PutNumber(ref w, NFTA_DYNSET.NFTA_DYNSET_SREG_DATA, Register(data));
            }
            if (s.timeout is { } time)
            {
                w.PutBigEndian(NFTA_DYNSET.NFTA_DYNSET_TIMEOUT, (ulong)time.TotalMilliseconds);
            }
        });

    private NftRule Verdict(int code, string? chain) => Add("immediate", (code, chain), static (ref w, s) =>
    {
        PutNumber(ref w, NFTA_IMMEDIATE.NFTA_IMMEDIATE_DREG, (uint)NFT_REG.NFT_REG_VERDICT);
        int nested = w.BeginNested(NFTA_IMMEDIATE.NFTA_IMMEDIATE_DATA);
        PutVerdict(ref w, s.code, s.chain);
        w.EndNested(nested);
    });

    internal static void PutVerdict(ref NetlinkWriter w, int code, string? chain)
    {
        int inner = w.BeginNested(NFTA_DATA.NFTA_DATA_VERDICT);
        PutNumber(ref w, NFTA_VERDICT.NFTA_VERDICT_CODE, unchecked((uint)code));
        if (chain is not null)
        {
            w.PutString(NFTA_VERDICT.NFTA_VERDICT_CHAIN, chain);
        }
        w.EndNested(inner);
    }
}
