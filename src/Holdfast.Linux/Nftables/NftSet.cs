using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Nftables;

/// <summary>Types of parts of keys and of data, as the nft program numbers them, so that it can list them.</summary>
public enum NftType : byte
{
    /// <summary>An IPv4 address.</summary>
    V4Address = 7,

    /// <summary>An IPv6 address.</summary>
    V6Address = 8,

    /// <summary>A transport protocol: one byte.</summary>
    Protocol = 12,

    /// <summary>A port, in network order.</summary>
    Port = 13,

    /// <summary>A number of 32 bits, in the order of this machine.</summary>
    Number = 19,
}

/// <summary>What a map gives.</summary>
public enum NftMapKind : byte
{
    /// <summary>Nothing: it is a set, and says only what is in it.</summary>
    None,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A verdict.</summary>
    Verdict,

    /// <summary>A counter.</summary>
    Counter,
}

/// <summary>A map or set of nftables.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">Parts of its key; each begins at a multiple of four bytes.</param>
/// <param name="Kind">What it gives.</param>
public sealed record NftSet(string Name, IReadOnlyList<NftType> Key, NftMapKind Kind)
{
    /// <summary>Most elements of a map that packets fill; 0: packets do not fill it.</summary>
    public uint DynamicMax { get; init; }

    /// <summary>How long an element stays that packets have put in, unless they say otherwise.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>Whether it belongs to one rule, and goes with it.</summary>
    public bool IsAnonymous { get; init; }

    internal uint KeyType => Key.Aggregate(0u, static (type, part) => (type << 6) | (uint)part);

    internal uint KeyLength => (uint)Key.Sum(static part => part == NftType.V6Address ? 16 : 4);

    internal NFT_SET_FLAGS Flags => (Kind switch
        {
            NftMapKind.None => 0,
            NftMapKind.Counter => NFT_SET_FLAGS.NFT_SET_OBJECT,
            _ => NFT_SET_FLAGS.NFT_SET_MAP,
        })
        | (IsAnonymous ? NFT_SET_FLAGS.NFT_SET_ANONYMOUS | NFT_SET_FLAGS.NFT_SET_CONSTANT : 0)
        | (DynamicMax > 0 ? NFT_SET_FLAGS.NFT_SET_EVAL | NFT_SET_FLAGS.NFT_SET_TIMEOUT : 0);
}

/// <summary>An element of a map.</summary>
/// <param name="Key">As the map wants it.</param>
/// <param name="Number">What it gives, in a map of numbers.</param>
/// <param name="Name">The chain that is gone to, or the counter; in the other maps.</param>
public readonly record struct NftElement(ReadOnlyMemory<byte> Key, uint Number = 0, string? Name = null);

/// <summary>Which kind of table.</summary>
public enum NftFamily : byte
{
    /// <summary>IPv4 and IPv6 (inet).</summary>
    Inet = 1,

    /// <summary>Frames of interfaces (netdev).</summary>
    Netdev = 5,
}

/// <summary>Where a chain begins.</summary>
public enum NftHook : byte
{
    /// <summary>Frames that come in on an interface; in a netdev table.</summary>
    Ingress,

    /// <summary>Packets that come in, before they are routed.</summary>
    Prerouting,

    /// <summary>Packets of this host.</summary>
    Output,

    /// <summary>Packets that leave.</summary>
    Postrouting,
}

/// <summary>A chain that packets come to by themselves.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hook">Where.</param>
/// <param name="Priority">Smaller is earlier.</param>
/// <param name="IsNat">Whether it decides on address translation: it sees the first packet of a connection.</param>
/// <param name="Device">Name of the interface; for Ingress.</param>
public sealed record NftBaseChain(string Name, NftHook Hook, int Priority, bool IsNat = false, string? Device = null);
