using System.Numerics;
using Holdfast.Primitives;

namespace Holdfast.Layer4.Xdp;

/// <summary>A server as the Maglev table sees it.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Weight">The last weight that was not 0: a draining server keeps its place.</param>
public readonly record struct MaglevServer(IpAddress Address, ushort Port, uint Weight);

/// <summary>
/// The table by which a hash of the client chooses a server (Eisenbud and others, "Maglev: a fast and reliable software
/// network load balancer", 3.4), with the hash, the keys and the treatment of weights of IPVS's scheduler mh, so that
/// this director and a kernel with IPVS choose the same server for every client.
/// </summary>
/// <remarks>Pure. Building takes time in proportion to the size: about a millisecond for 65537 slots.</remarks>
public static class MaglevTable
{
    /// <summary>Slots where nothing else is said: IPVS's default.</summary>
    public const int DefaultSize = 4093;

    /// <summary>What a slot holds when there is no server.</summary>
    public const ushort NoServer = 0xFFFF;

    private const uint TriesMax = 256;
    private const ulong OffsetKey = 2654435761;
    private const ulong SkipKey = 2654446892;

    /// <summary>The sizes that IPVS offers, and 65537; all are prime.</summary>
    public static IReadOnlyList<int> Sizes { get; }
        = [251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 65537, 131071];

    /// <summary>Fills a table.</summary>
    /// <param name="servers">
    /// The servers in an order that all directors share; it decides who takes a slot first. IPVS has the last added
    /// first.
    /// </param>
    /// <param name="slots">Each gets the place of a server in the list; all <see cref="NoServer"/> when there is none
    /// with a weight. Its length is a prime.</param>
    public static void Fill(ReadOnlySpan<MaglevServer> servers, Span<ushort> slots)
    {
        slots.Fill(NoServer);
        Span<Turn> turns = new Turn[servers.Length];
        if (!Prepare(servers, slots.Length, turns))
        {
            return;
        }
        int size = slots.Length;
        int filled = 0;
        while (true)
        {
            for (int i = 0; i < turns.Length; i++)
            {
                ref Turn turn = ref turns[i];
                for (int taken = 0; taken < turn.Count; taken++)
                {
                    while (slots[turn.Place] != NoServer)
                    {
                        turn.Place += turn.Stride;
                        turn.Place -= turn.Place >= size ? size : 0;
                    }
                    slots[turn.Place] = (ushort)i;
                    if (++filled == size)
                    {
                        return;
                    }
                }
            }
        }
    }

    /// <summary>The hash of a client, as the program computes it; the slot is the rest of a division by the size.
    /// </summary>
    /// <param name="address">The client.</param>
    /// <param name="port">Its port where the service hashes that, too; otherwise 0.</param>
    public static uint ClientHash(IpAddress address, ushort port) => Hash(address, port, OffsetKey);

    /// <summary>What the program chooses.</summary>
    /// <param name="slots">A filled table.</param>
    /// <param name="client">The client.</param>
    /// <param name="port">Its port where the service hashes that, too; otherwise 0.</param>
    /// <param name="isUsable">Whether a place takes new connections; while it does not, others are tried.</param>
    /// <returns>A place, or <see cref="NoServer"/> when none of those that were tried takes any.</returns>
    public static ushort Choose(ReadOnlySpan<ushort> slots, IpAddress client, ushort port, Predicate<ushort> isUsable)
    {
        uint size = (uint)slots.Length;
        uint word = unchecked(AddressTable.Fold(client) + port);
        uint slot = HashOf(word, OffsetKey) % size;
        ushort place = slots[(int)slot];
        for (uint i = 0; !isUsable(place) && i < TriesMax; i++)
        {
            place = slots[(int)(HashOf(unchecked(word + ((slot + i) % size)), OffsetKey) % size)];
        }
        return isUsable(place) ? place : NoServer;
    }

    private static bool Prepare(ReadOnlySpan<MaglevServer> servers, int size, Span<Turn> turns)
    {
        uint divisor = 0;
        uint largest = 0;
        foreach (MaglevServer server in servers)
        {
            divisor = server.Weight == 0 ? divisor : GreatestDivisor(server.Weight, divisor);
            largest = Math.Max(largest, server.Weight);
        }
        if (divisor == 0)
        {
            return false;
        }
        // So that nobody takes a whole neighbourhood in one round, weights keep half as many bits as the table's size.
        int shift = Math.Max(0, BitLength(largest / divisor) - (BitLength((uint)size) / 2));
        for (int i = 0; i < servers.Length; i++)
        {
            MaglevServer server = servers[i];
            uint count = server.Weight / divisor >> shift;
            turns[i] = new Turn
            {
                Place = (int)(Hash(server.Address, server.Port, OffsetKey) % (uint)size),
                Stride = (int)(Hash(server.Address, server.Port, SkipKey) % (uint)(size - 1)) + 1,
                Count = count == 0 && server.Weight != 0 ? 1 : (int)count,
            };
        }
        return true;
    }

    private static uint Hash(IpAddress address, ushort port, ulong key)
        => HashOf(unchecked(AddressTable.Fold(address) + port), key);

    // What 64-bit kernels call hsiphash: equal halves of the key, and 32 bits of the result.
    private static uint HashOf(uint word, ulong key) => unchecked((uint)new SipHash13(key, key).Compute(word));

    private static int BitLength(uint value) => 32 - BitOperations.LeadingZeroCount(value);

    private static uint GreatestDivisor(uint a, uint b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }
        return a;
    }

    private struct Turn
    {
        internal int Place;
        internal int Stride;
        internal int Count;
    }
}
