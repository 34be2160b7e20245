using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp;

/// <summary>
/// The table by which an address chooses a server, as IPVS's schedulers sh and dh do it: the servers take the slots in
/// turn, each as many as its weight, and a multiplicative hash of the address says the slot. So this director and a
/// kernel with IPVS choose the same server.
/// </summary>
/// <remarks>Pure.</remarks>
public static class AddressTable
{
    /// <summary>Slots: IPVS's default.</summary>
    public const int Size = 1 << Bits;

    private const int Bits = 8;
    private const uint Factor = 0x61C88647;

    /// <summary>Fills a table.</summary>
    /// <param name="weights">Of the servers, in an order that all directors share; IPVS has the last added first. A
    /// draining one keeps a slot in each turn.</param>
    /// <param name="slots">Each gets the place of a server in the list; all <see cref="MaglevTable.NoServer"/> when
    /// there is none.</param>
    public static void Fill(ReadOnlySpan<uint> weights, Span<ushort> slots)
    {
        int place = 0;
        uint taken = 0;
        for (int slot = 0; slot < slots.Length; slot++)
        {
            slots[slot] = weights.IsEmpty ? MaglevTable.NoServer : (ushort)place;
            if (!weights.IsEmpty && ++taken >= weights[place])
            {
                place = (place + 1) % weights.Length;
                taken = 0;
            }
        }
    }

    /// <summary>What the program chooses.</summary>
    /// <param name="slots">A filled table of <see cref="Size"/> slots.</param>
    /// <param name="address">The client; for dh, the virtual address.</param>
    /// <param name="port">The client's port where the service hashes that, too; otherwise 0.</param>
    /// <param name="isUsable">Whether a place takes new connections; while it does not, others are tried.</param>
    /// <returns>A place, or <see cref="MaglevTable.NoServer"/> when none takes any.</returns>
    public static ushort Choose(ReadOnlySpan<ushort> slots, IpAddress address, ushort port, Predicate<ushort> isUsable)
    {
        int slot = (int)(unchecked((Fold(address) + port) * Factor) >> (32 - Bits));
        if (isUsable(slots[slot]))
        {
            return slots[slot];
        }
        for (int i = 0; i < Size; i++)
        {
            ushort place = slots[((2 * slot) + i) % Size];
            if (isUsable(place))
            {
                return place;
            }
        }
        return MaglevTable.NoServer;
    }

    /// <summary>An address as one word: IPv6 the sum without carry of its four.</summary>
    internal static uint Fold(IpAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = address.CopyTo(bytes);
        uint folded = 0;
        for (int i = 0; i < length; i += sizeof(uint))
        {
            folded ^= BinaryPrimitives.ReadUInt32BigEndian(bytes[i..]);
        }
        return folded;
    }
}
