using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Linux.Nftables;

/// <summary>Where in a packet something is read.</summary>
public enum NftHeader : byte
{
    /// <summary>The Ethernet header.</summary>
    Link = 0,

    /// <summary>The IP header.</summary>
    Network = 1,

    /// <summary>The transport header.</summary>
    Transport = 2,
}

/// <summary>One rule: expressions, one after the other, until one does not hold.</summary>
/// <remarks>Registers have four bytes each and are numbered 0 to 15; longer values fill those that follow.</remarks>
public sealed partial class NftRule
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    private delegate void Attributes<TState>(ref NetlinkWriter writer, TState state);

    /// <summary>What the nft program shows as comment; at most 250 bytes. Null: none.</summary>
    public string? Comment { get; init; }

    internal ReadOnlySpan<byte> Expressions => _bytes.AsSpan(0, _length);

    /// <summary>Reads bytes of the packet into a register.</summary>
    public NftRule Payload(NftHeader header, int offset, int length, int register)
        => Add("payload", (register, header, offset, length), static (ref w, s) =>
        {
            PutNumber(ref w, NFTA_PAYLOAD.NFTA_PAYLOAD_DREG, Register(s.register));
            PutNumber(ref w, NFTA_PAYLOAD.NFTA_PAYLOAD_BASE, (uint)s.header);
            PutNumber(ref w, NFTA_PAYLOAD.NFTA_PAYLOAD_OFFSET, (uint)s.offset);
            PutNumber(ref w, NFTA_PAYLOAD.NFTA_PAYLOAD_LEN, (uint)s.length);
        });

    /// <summary>Reads the transport protocol into a register.</summary>
    public NftRule Protocol(int register) => Meta(NFT_META.NFT_META_L4PROTO, register);

    /// <summary>Reads the type of the packet, as Ethernet numbers it and without VLAN tags, into a register.</summary>
    public NftRule EtherType(int register) => Meta(NFT_META.NFT_META_PROTOCOL, register);

    /// <summary>Goes on with packets of one family only.</summary>
    public NftRule OfFamily(IpFamily family)
        => Meta(NFT_META.NFT_META_NFPROTO, 0).Equal(0, [(byte)ProtoOf(family)]);

    /// <summary>Goes on when a register has this value.</summary>
    public NftRule Equal(int register, ReadOnlySpan<byte> value)
        => Compare(register, NFT_CMP.NFT_CMP_EQ, value.ToArray());

    /// <summary>Goes on when a register has another value.</summary>
    public NftRule NotEqual(int register, ReadOnlySpan<byte> value)
        => Compare(register, NFT_CMP.NFT_CMP_NEQ, value.ToArray());

    /// <summary>Keeps the bits of a mask in a register.</summary>
    public NftRule Mask(int register, ReadOnlySpan<byte> mask)
        => Add("bitwise", (register, mask: mask.ToArray()), static (ref w, s) =>
        {
            PutNumber(ref w, NFTA_BITWISE.NFTA_BITWISE_SREG, Register(s.register));
            PutNumber(ref w, NFTA_BITWISE.NFTA_BITWISE_DREG, Register(s.register));
            PutNumber(ref w, NFTA_BITWISE.NFTA_BITWISE_LEN, (uint)s.mask.Length);
            PutData(ref w, NFTA_BITWISE.NFTA_BITWISE_MASK, s.mask);
            PutData(ref w, NFTA_BITWISE.NFTA_BITWISE_XOR, new byte[s.mask.Length]);
        });

    /// <summary>Takes a register as the mark of the packet, and reads the mark back.</summary>
    /// <remarks>The nft program of Debian 12 fails to list a rule that looks up what it has looked up; with a mark
    /// between the two, it does not.</remarks>
    public NftRule ThroughMark(int register) => SetMark(register).Meta(NFT_META.NFT_META_MARK, register);

    /// <summary>Takes a register as the mark of the packet.</summary>
    public NftRule SetMark(int register) => Add("meta", register, static (ref w, s) =>
    {
        PutNumber(ref w, NFTA_META.NFTA_META_KEY, (uint)NFT_META.NFT_META_MARK);
        PutNumber(ref w, NFTA_META.NFTA_META_SREG, Register(s));
    });

    /// <summary>Goes on when the destination is an address of this host, or when it is not.</summary>
    public NftRule DestinationIsLocal(bool isLocal)
    {
        _ = Add("fib", 0, static (ref w, _) =>
        {
            PutNumber(ref w, NFTA_FIB.NFTA_FIB_DREG, Register(0));
            PutNumber(ref w, NFTA_FIB.NFTA_FIB_RESULT, (uint)NFT_FIB_RESULT.NFT_FIB_RESULT_ADDRTYPE);
            PutNumber(ref w, NFTA_FIB.NFTA_FIB_FLAGS, (uint)NFTA_FIB_F.NFTA_FIB_F_DADDR);
        });
        byte[] local = BitConverter.GetBytes((uint)RTN.RTN_LOCAL);
        return isLocal ? Equal(0, local) : NotEqual(0, local);
    }

    /// <summary>Goes on with packets whose destination connection tracking translates, of one direction.</summary>
    /// <param name="isReply">Of the answers.</param>
    public NftRule Translated(bool isReply)
    {
        byte[] status = BitConverter.GetBytes((uint)IPS.IPS_DST_NAT);
        return Tracked(NFT_CT.NFT_CT_STATUS, null, 0).Mask(0, status).NotEqual(0, new byte[4])
            .Tracked(NFT_CT.NFT_CT_DIRECTION, null, 0).Equal(0, [isReply ? (byte)1 : (byte)0]);
    }

    /// <summary>Reads an address of a tracked connection into a register.</summary>
    public NftRule TrackedAddress(IpFamily family, bool isDestination, bool isReply, int register)
        => Tracked((family, isDestination) switch
        {
            (IpFamily.V6, true) => NFT_CT.NFT_CT_DST_IP6,
            (IpFamily.V6, false) => NFT_CT.NFT_CT_SRC_IP6,
            (_, true) => NFT_CT.NFT_CT_DST_IP,
            _ => NFT_CT.NFT_CT_SRC_IP,
        }, isReply, register);

    /// <summary>Reads a port of a tracked connection into a register.</summary>
    public NftRule TrackedPort(bool isDestination, bool isReply, int register)
        => Tracked(isDestination ? NFT_CT.NFT_CT_PROTO_DST : NFT_CT.NFT_CT_PROTO_SRC, isReply, register);

    /// <summary>Puts the next number of a counter that begins again at the modulus into a register.</summary>
    public NftRule NextNumber(uint modulus, int register)
        => Add("numgen", (modulus, register), static (ref w, s) =>
        {
            PutNumber(ref w, NFTA_NG.NFTA_NG_DREG, Register(s.register));
            PutNumber(ref w, NFTA_NG.NFTA_NG_MODULUS, s.modulus);
            PutNumber(ref w, NFTA_NG.NFTA_NG_TYPE, (uint)NFT_NG.NFT_NG_INCREMENTAL);
        });

    /// <summary>Hashes registers (jhash) to a number below the modulus.</summary>
    public NftRule Hash(int from, int length, uint modulus, uint seed, int register)
        => Add("hash", (from, length, modulus, seed, register), static (ref w, s) =>
        {
            PutNumber(ref w, NFTA_HASH.NFTA_HASH_SREG, Register(s.from));
            PutNumber(ref w, NFTA_HASH.NFTA_HASH_DREG, Register(s.register));
            PutNumber(ref w, NFTA_HASH.NFTA_HASH_LEN, (uint)s.length);
            PutNumber(ref w, NFTA_HASH.NFTA_HASH_MODULUS, s.modulus);
            PutNumber(ref w, NFTA_HASH.NFTA_HASH_SEED, s.seed);
        });

    /// <summary>Puts a value into registers.</summary>
    public NftRule Value(int register, ReadOnlySpan<byte> value)
        => Add("immediate", (register, value: value.ToArray()), static (ref w, s) =>
        {
            PutNumber(ref w, NFTA_IMMEDIATE.NFTA_IMMEDIATE_DREG, Register(s.register));
            PutData(ref w, NFTA_IMMEDIATE.NFTA_IMMEDIATE_DATA, s.value);
        });

    /// <summary>Puts a number into a register.</summary>
    public NftRule Value(int register, uint number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        MemoryMarshal.Write(bytes, number);
        return Value(register, bytes);
    }

    /// <summary>Adds an expression.</summary>
    private NftRule Add<TState>(string kind, TState state, Attributes<TState> attributes)
    {
        if (_bytes.Length - _length < 600)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }
        var w = new NetlinkWriter(_bytes.AsSpan(_length));
        int element = w.BeginNested(NFTA_LIST.NFTA_LIST_ELEM);
        w.PutString(NFTA_EXPR.NFTA_EXPR_NAME, kind);
        int data = w.BeginNested(NFTA_EXPR.NFTA_EXPR_DATA);
        attributes(ref w, state);
        w.EndNested(data);
        w.EndNested(element);
        _length += w.Length;
        return this;
    }

    private NftRule Meta(NFT_META key, int register) => Add("meta", (key, register), static (ref w, s) =>
    {
        PutNumber(ref w, NFTA_META.NFTA_META_KEY, (uint)s.key);
        PutNumber(ref w, NFTA_META.NFTA_META_DREG, Register(s.register));
    });

    private NftRule Compare(int register, NFT_CMP comparison, byte[] value)
        => Add("cmp", (register, comparison, value), static (ref w, s) =>
        {
            PutNumber(ref w, NFTA_CMP.NFTA_CMP_SREG, Register(s.register));
            PutNumber(ref w, NFTA_CMP.NFTA_CMP_OP, (uint)s.comparison);
            PutData(ref w, NFTA_CMP.NFTA_CMP_DATA, s.value);
        });

    private NftRule Tracked(NFT_CT key, bool? isReply, int register)
        => Add("ct", (key, isReply, register), static (ref w, s) =>
        {
            PutNumber(ref w, NFTA_CT.NFTA_CT_KEY, (uint)s.key);
            PutNumber(ref w, NFTA_CT.NFTA_CT_DREG, Register(s.register));
            if (s.isReply is { } reply)
            {
                w.PutBytes(NFTA_CT.NFTA_CT_DIRECTION, [reply ? (byte)1 : (byte)0]);
            }
        });

    internal static NFPROTO ProtoOf(IpFamily family)
        => family == IpFamily.V6 ? NFPROTO.NFPROTO_IPV6 : NFPROTO.NFPROTO_IPV4;

    internal static void PutNumber<TAttribute>(ref NetlinkWriter w, TAttribute attribute, uint value)
        where TAttribute : unmanaged, Enum
        => w.Put(attribute, BinaryPrimitives.ReverseEndianness(value));

    private static void PutData<TAttribute>(ref NetlinkWriter w, TAttribute attribute, byte[] value)
        where TAttribute : unmanaged, Enum
    {
        int nested = w.BeginNested(attribute);
        w.PutBytes(NFTA_DATA.NFTA_DATA_VALUE, value);
        w.EndNested(nested);
    }

    private static uint Register(int register) => (uint)NFT_REG.NFT_REG32_00 + (uint)register;
}
